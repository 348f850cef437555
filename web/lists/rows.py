"""The rows of a list, ready to be shown: who, what, when, why, and the one thing that would complete it."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from sqlalchemy import Connection

from storage.accounts import accounts
from storage.searching import people
from storage.worklist import WorkRow
from web.here import Here
from workflow.acts import ACTS
from workflow.asps.completing import COMPLETIONS, Completion
from workflow.records import KINDS
from workflow.vocabulary import Role


@dataclass(frozen=True, slots=True)
class Done:
    """What completes a task: an act of one press, or a form to go to."""

    says: str
    at_once: bool
    address: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the worklist."""

    work: WorkRow
    name: str
    handle: str
    done: Done | None
    mine: bool
    claimer: str

    @property
    def id(self) -> str:
        """Stands for the row in the page."""
        return f"{self.work.patient}-{self.work.task}-{self.work.subject}-{self.work.occurrence}"

    @property
    def what(self) -> str:
        """Stands for the task in a form."""
        return f"{self.handle} {self.work.task}"

    @property
    def stage(self) -> str:
        """Where it stands in time, in one word."""
        return self.work.stage.value if self.work.target else "undated"

    @property
    def put_off(self) -> bool:
        """It was put off: the date that counts is not the first one."""
        return self.work.target != self.work.due


def rows(here: Here, connection: Connection, found: Iterable[WorkRow]) -> list[Row]:
    """The rows with names, which are read at once for all of them."""
    works = list(found)
    known = people(connection, {w.patient for w in works})
    users = accounts(connection) if any(w.claimed_by for w in works) else {}
    return [
        Row(
            work=work, name=known[work.patient].name if work.patient in known else "",
            handle=here.desk.handles.of(work.patient), done=completion(here, work.patient, work.task),
            mine=work.claimed_by == here.who.id,
            claimer=users[work.claimed_by].name if work.claimed_by in users else work.claimed_by,
        )
        for work in works
    ]  # fmt: skip


def completion(here: Here, patient: str, task: str) -> Done | None:
    """What whoever is signed in can do to complete a task; None where that is for others."""
    found = COMPLETIONS.get(task)
    if found is None or not here.may("record"):
        return None
    if found.name == "complete_task":
        return Done(found.says, at_once=True)
    if not _may(Role(here.who.role.value), found, task, here):
        return None
    return Done(found.says, at_once=False, address=_form(here, patient, found))


def _may(role: Role, found: Completion, task: str, here: Here) -> bool:
    """Whether the role may do it: the act says so; where one of several is meant, decisions are for clinicians."""
    if found.name in ACTS:
        return role in ACTS[found.name].by
    return bool(found.name) or role is Role.CLINICIAN or here.pathway.tasks[task].owner is role


def _form(here: Here, patient: str, found: Completion) -> str:
    """The form, begun with what the task asks for; the patient's page where one of several forms is meant."""
    place = here.address(patient)
    if not found.name:
        return f"{place}#now"
    begun = f"?{urlencode(found.given)}" if found.given else ""
    return f"{place}/{'record' if found.name in KINDS else 'do'}/{found.name}{begun}"
