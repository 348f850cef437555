"""The read side. Nothing here writes, and nothing loads all patients."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Engine, Select, bindparam, func, select
from sqlalchemy.sql import ColumnElement

from storage.asking import Asked, is_open
from storage.casefile import ENTRIES, fold, unknown
from storage.faults import legible
from storage.projection import site_entries
from storage.reconcile import COLUMNS
from storage.settings import Settings, number
from storage.tables import SITE_STREAM, journal, patient, person, task
from storage.timeline import JournalRow, SettingRow, settings_of, told
from storage.worklist import WorkRow, worklist
from workflow.chart import Chart
from workflow.errors import NotFound
from workflow.pathway import Pathway
from workflow.plan import Stage, Status, stage_of
from workflow.rules import Priority
from workflow.site import Site
from workflow.vocabulary import Role, State

_PATIENT = select(patient).where(patient.c.id == bindparam("patient"))
_PERSON = select(person).where(person.c.patient == bindparam("patient"))
_JOURNAL = (
    select(journal.c.seq, journal.c.payload, journal.c.effects)
    .where(journal.c.stream == bindparam("stream"))
    .order_by(journal.c.seq)
)
_TASKS = select(task.c.name, task.c.subject, task.c.occurrence, *(task.c[name] for name in COLUMNS)).where(
    task.c.patient == bindparam("patient")
)


@dataclass(frozen=True, kw_only=True, slots=True)
class PatientRow:
    """Where a patient stands, as it was last worked out."""

    id: str
    state: State
    since: date
    version: int
    """Position of the latest entry that changed the patient."""
    pathway_version: str
    settings_revision: int
    wake_at: datetime | None
    """When the date alone will move the patient."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """Name and contact, each possibly empty. For the screen of who may see them, and nothing else."""

    name: str
    contact: str


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskRow:
    """One care task of a patient."""

    name: str
    subject: str
    occurrence: int
    title: str
    status: Status
    priority: Priority
    owner: Role
    opened: date
    due: date | None
    target: date | None
    """The date that counts: the one it was put off to, else its due date."""
    not_before: date | None
    why: str
    done: date | None
    done_by: str
    snoozed_until: date | None
    claimed_by: str
    reason: str
    """Why it was cancelled, waived or put off."""

    def stage(self, today: date, escalation_days: int | None = None) -> Stage:
        """Where it stands in time, while it is open."""
        return stage_of(self.target, today, escalation_days)


@dataclass(frozen=True, kw_only=True, slots=True)
class Counts:
    """What is pressing, by the title of the task, and what the site has not decided."""

    overdue: dict[str, int]
    due: dict[str, int]
    """Today."""
    undated: dict[str, int]
    open_decisions: tuple[str, ...]
    """Settings that nobody has fixed."""


class Reader:
    """Reads the record. Each call sees one moment of it."""

    def __init__(self, engine: Engine, pathway: Pathway) -> None:
        self.engine, self.pathway = engine, pathway
        self._settings = Settings(pathway)

    @legible()
    def site(self) -> Site:
        """The settings in force."""
        with self.engine.connect() as connection:
            return self._settings.read(connection)

    @legible()
    def patient(self, id: str) -> PatientRow:
        """One patient. Raises NotFound."""
        with self.engine.connect() as connection:
            row = connection.execute(_PATIENT, {"patient": id}).first()
        if row is None:
            raise unknown(id)
        return _patient_row(row)

    @legible()
    def patients(self, *, state: State | None = None, after: str = "", limit: int = 100) -> list[PatientRow]:
        """Patients by id, from the one `after`; of one state only where it is given."""
        query = select(patient).where(patient.c.id > after).order_by(patient.c.id).limit(limit)
        if state is not None:
            query = query.where(patient.c.state == state.value)
        with self.engine.connect() as connection:
            return [_patient_row(row) for row in connection.execute(query)]

    @legible()
    def person(self, patient: str) -> Person:
        """Who the patient is; empty where the person was erased. Raises NotFound."""
        with self.engine.connect() as connection:
            row = connection.execute(_PERSON, {"patient": patient}).first()
            if row is None and connection.execute(_PATIENT, {"patient": patient}).first() is None:
                raise unknown(patient)
        return Person(name=row.name, contact=row.contact) if row else Person(name="", contact="")

    @legible()
    def chart(self, patient: str, at: datetime | None = None) -> Chart:
        """The standing entries, or those that were standing at a moment. Raises NotFound."""
        with self.engine.connect() as connection:
            query = ENTRIES if at is None else ENTRIES.where(journal.c.at <= at)
            rows = [(seq, payload) for seq, payload in connection.execute(query, {"stream": patient})]
        if not rows or patient == SITE_STREAM:
            raise unknown(patient)
        if at is not None and rows[0][0] != 1:  # what was entered since may be dated before the registration
            raise NotFound("patient", patient, "at that moment nobody was registered under this id")
        return fold(patient, rows, some=at is not None).chart

    @legible()
    def tasks(self, patient: str, *, all: bool = False) -> list[TaskRow]:
        """A patient's open tasks by date and priority; with `all`, then the closed ones. Raises NotFound."""
        query = _TASKS if all else _TASKS.where(is_open)
        with self.engine.connect() as connection:
            found = connection.execute(query, {"patient": patient}).mappings().all()
            if not found and connection.execute(_PATIENT, {"patient": patient}).first() is None:
                raise unknown(patient)
        rows = [self._task_row(dict(row)) for row in found]
        return sorted(rows, key=_by_date)

    @legible()
    def worklist(
        self, today: date, *, owner: Role | None = None, user: str | None = None, limit: int = 200,
        include_upcoming_days: int | None = None,
    ) -> list[WorkRow]:  # fmt: skip
        """Open tasks: most overdue first, then undated, then by priority and date. `user`: what they have claimed."""
        asked = Asked(today=today, owner=owner, user=user, limit=limit, upcoming_days=include_upcoming_days)
        with self.engine.connect() as connection:
            escalation = number(self._settings.read(connection), "escalation.after_days")
            return worklist(connection, asked, self.pathway.tasks, escalation)

    @legible()
    def timeline(self, patient: str, at: datetime | None = None) -> list[JournalRow]:
        """Every entry of a patient, oldest first, or those made up to a moment. Raises NotFound."""
        query = _JOURNAL if at is None else _JOURNAL.where(journal.c.at <= at)
        with self.engine.connect() as connection:
            rows = connection.execute(query, {"stream": patient}).all()
        if not rows:
            raise unknown(patient)
        return [told(patient, seq, payload, effects, self.pathway.tasks) for seq, payload, effects in rows]

    @legible()
    def settings_history(self, key: str | None = None) -> list[SettingRow]:
        """Who set what and when, oldest first; of one setting where it is given."""
        with self.engine.connect() as connection:
            return settings_of(site_entries(connection, "settings"), key)

    @legible()
    def counts(self, today: date) -> Counts:
        """What is pressing on a day."""
        with self.engine.connect() as connection:
            return Counts(
                overdue=self._by_title(connection, task.c.target < today),
                due=self._by_title(connection, task.c.target == today),
                undated=self._by_title(connection, task.c.target.is_(None)),
                open_decisions=tuple(key.name for key in self._settings.read(connection).open_decisions()),
            )

    @legible()
    def due(self, now: datetime, limit: int = 100) -> list[str]:
        """Patients whom the date alone moves by `now`, longest due first."""
        return self._ids(_ids.where(patient.c.wake_at <= now).order_by(patient.c.wake_at).limit(limit))

    @legible()
    def stale(self, limit: int = 100) -> list[str]:
        """Patients planned under other rules or settings than those in force."""
        version, revision = self.pathway.version, self.site().revision
        column = patient.c.pathway_version
        found: list[str] = []
        for other in (patient.c.settings_revision < revision, column < version, column > version):
            found += self._ids(_ids.where(other).limit(limit - len(found)))
        return list(dict.fromkeys(found))

    def _ids(self, query: Select[*tuple[Any, ...]]) -> list[str]:
        with self.engine.connect() as connection:
            return list(connection.execute(query).scalars())

    def _by_title(self, connection: Connection, which: ColumnElement[bool]) -> dict[str, int]:
        query = select(task.c.name, func.count()).where(is_open, which).group_by(task.c.name)
        counts = Counter[str]()
        for name, count in connection.execute(query):
            counts[self._title(name)] += count
        return dict(sorted(counts.items()))

    def _title(self, name: str) -> str:
        """The title in today's rules; a task they no longer have keeps its name."""
        return self.pathway.tasks[name].title if name in self.pathway.tasks else name

    def _task_row(self, row: dict[str, Any]) -> TaskRow:
        kept = {name: value for name, value in row.items() if not name.endswith("_at")}
        typed = {"status": Status(row["status"]), "priority": Priority(row["priority"]), "owner": Role(row["owner"])}
        return TaskRow(title=self._title(row["name"]), **kept | typed)


_ids = select(patient.c.id)


def _by_date(row: TaskRow) -> tuple[Any, ...]:
    """Open ones first; among them what has no date, as it is due already."""
    return row.status is not Status.OPEN, row.target or date.min, row.priority, row.name, row.subject, row.occurrence


def _patient_row(row: Any) -> PatientRow:
    return PatientRow(
        id=row.id,
        state=State(row.state),
        since=row.since,
        version=row.version,
        pathway_version=row.pathway_version,
        settings_revision=row.settings_revision,
        wake_at=row.wake_at,
    )
