"""What answers are made of. Where the record has a value of its own for it, that is handed out as it is."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Literal

from storage.answer import Answer
from storage.effects import TaskChange
from storage.queries import PatientRow, TaskRow
from storage.worklist import WorkRow
from web.api.strict import Told
from web.here import Here
from workflow.acts import ACTS
from workflow.judging import Possible
from workflow.plan import Stage, Status
from workflow.vocabulary import Blocker, Role, State


class PatientLine(Told):
    """Where a patient stands."""

    patient: str
    """The handle: what addresses the patient here."""
    id: str
    state: State
    since: date
    version: int
    wake_at: datetime | None
    """When the date alone will move the patient."""

    @classmethod
    def of(cls, here: Here, row: PatientRow) -> "PatientLine":
        """A row of the record."""
        return cls(
            patient=here.desk.handles.of(row.id), id=row.id, state=row.state, since=row.since, version=row.version,
            wake_at=row.wake_at,
        )  # fmt: skip


class PatientSummary(PatientLine):
    """A patient, and what must not be overlooked."""

    name: str
    contact: str
    born: date
    sex_recorded: str
    can_become_pregnant: Literal["yes", "no", "unknown"]
    registered: date
    alerts: list[str]


class PersonOut(Told):
    """Who a patient is, as is on file outside the journal."""

    name: str
    contact: str


class Work(Told):
    """An open task on the worklist."""

    patient: str
    id: str
    task: str
    subject: str
    occurrence: int
    title: str
    due: date | None
    target: date | None
    not_before: date | None
    stage: Stage | Literal["undated"]
    days_late: int
    state: State
    owner: Role
    priority: int
    claimed_by: str
    why: str

    @classmethod
    def of(cls, here: Here, row: WorkRow) -> "Work":
        """A row of the worklist."""
        said = asdict(row) | {"patient": here.desk.handles.of(row.patient), "id": row.patient}
        said["stage"] = "undated" if row.target is None else row.stage
        return cls.model_validate({name: said[name] for name in cls.model_fields})


class Task(Told):
    """A care task of one patient."""

    task: str
    subject: str
    occurrence: int
    title: str
    status: Status
    stage: Stage | Literal["undated"] | None
    """Where it stands in time; null: it is closed."""
    priority: int
    owner: Role
    opened: date
    due: date | None
    target: date | None
    not_before: date | None
    why: str
    done: date | None
    done_by: str
    snoozed_until: date | None
    claimed_by: str
    reason: str

    @classmethod
    def of(cls, here: Here, row: TaskRow) -> "Task":
        """A row of the record."""
        said = asdict(row) | {"task": row.name, "stage": _stage(here, row)}
        return cls.model_validate({name: said[name] for name in cls.model_fields})


def _stage(here: Here, row: TaskRow) -> Stage | str | None:
    if row.status is not Status.OPEN:
        return None
    escalation = here.site.number("escalation.after_days")
    return "undated" if row.target is None else row.stage(here.today, escalation)


class ActOut(Told):
    """An act that the present state allows, and what stands in its way."""

    name: str
    title: str
    by: list[Role]
    """Who may do it."""
    yours: bool
    """You may."""
    needs: list[str]
    """Fields without which it cannot be judged."""
    blockers: list[Blocker]

    @classmethod
    def of(cls, here: Here, found: Possible) -> "ActOut":
        """An act as it was judged."""
        act = ACTS[found.action]
        return cls(
            name=act.name, title=act.title, by=sorted(act.by), needs=list(found.needs), blockers=list(found.blockers),
            yours=here.who.role.value in set(act.by),
        )  # fmt: skip


class Outcome(Told):
    """What came of a step that was accepted."""

    patient: str
    entry: str
    """The id of the new or changed entry."""
    written: bool
    """False for a dry run, and for a step that was entered before with the same key."""
    replayed: bool
    """The key was known: this is what was answered then."""
    state_before: State
    state: State
    version: int
    warned: list[Blocker]
    """Soft guards that the reason answered."""
    overridden: list[Blocker]
    """Hard guards that were overridden: not satisfied."""
    changes: list[TaskChange]

    @classmethod
    def of(cls, handle: str, answer: Answer, *, dry_run: bool) -> "Outcome":
        """An accepted answer."""
        return cls(
            patient=handle, entry=answer.entry, written=not (dry_run or answer.replayed), replayed=answer.replayed,
            state_before=answer.before, state=answer.after, version=answer.version, warned=list(answer.warned),
            overridden=list(answer.overridden), changes=list(answer.changes),
        )  # fmt: skip
