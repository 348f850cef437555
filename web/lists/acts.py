"""What is done to tasks from a list: done, booked, put off, not done, claimed, handed back; and undone again.

Task acts are entries of the record like any other, so undoing one is a retraction, and both stay in the journal.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from storage.accounts import accounts
from web.access import CARE
from web.here import Here
from workflow.acts import TASK_ACTS
from workflow.chart import Chart, Entry
from workflow.errors import Invalid
from workflow.moments import day

UNDO_WITHIN = timedelta(seconds=60)
"""The button goes after ten seconds; a page that came slowly, or without scripts, gets a little longer."""
BOOKED = "booked"
OLD_LIST = "list"
"""The field that is wrong where a button was pressed that a new list would not show, or would show anew."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """One thing to be done to one task, as a page asks for it."""

    handle: str
    task: str
    until: str = ""
    reason: str = ""
    to: str = ""
    """Who is to do it."""
    key: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Did:
    """What was done: a sentence, and the patient's entry that undoing takes back."""

    says: str
    handle: str = ""
    entry: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskAct:
    """One way of dealing with a task from a list."""

    title: str
    """The button."""
    enter: Callable[[Here, Wanted], Did]
    asks: tuple[str, ...] = ()
    """What has to be said first."""
    hint: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    """The labels of what has to be said."""


def _enter(here: Here, wanted: Wanted, act: str, says: str, reason: str = "", **given: Any) -> Did:
    """Enters a task act of the record."""
    title = here.pathway.tasks[wanted.task].title if wanted.task in here.pathway.tasks else wanted.task
    answer = here.ledger.enter(
        here.desk.handles.id_of(wanted.handle), act, {"task": wanted.task, **given}, now=here.now, author=here.author,
        reason=reason, key=f"{wanted.key}:{act}:{wanted.task}" if wanted.key else None,
    )  # fmt: skip
    if not answer.accepted:
        raise Invalid("task", "; ".join(b.why for b in answer.blockers))
    if answer.replayed and not _stands(here, wanted.handle, answer.entry):
        raise Invalid(OLD_LIST, "was done once and undone since: if you still mean it, press it again")
    return Did(says=f"{title}: {says}", handle=wanted.handle, entry=answer.entry)


def _stands(here: Here, handle: str, entry: str) -> bool:
    return entry in here.reader.chart(here.desk.handles.id_of(handle)).entries


def _done(here: Here, wanted: Wanted) -> Did:
    return _enter(here, wanted, "complete_task", "done")


def _claim(here: Here, wanted: Wanted) -> Did:
    return _enter(here, wanted, "claim_task", "yours now")


def _give(here: Here, wanted: Wanted) -> Did:
    """To somebody who looks after patients here; the entry says who gave it."""
    people = carers(here)
    if wanted.to not in people:
        raise Invalid("to", "is needed", allowed="somebody who may do it")
    return _enter(here, wanted, "claim_task", f"given to {people[wanted.to]}", user=wanted.to)


def carers(here: Here) -> dict[str, str]:
    """Who can be given a task: the names of people who look after patients, by id."""
    with here.desk.engine.connect() as connection:
        found = accounts(connection)
    return {a.id: a.name for a in found.values() if a.role in CARE and a.revoked_at is None}


def _until(wanted: Wanted) -> date:
    if not wanted.until.strip():
        raise Invalid("until", "is needed", allowed="a date after today")
    return day(wanted.until.strip(), "until")


def _reason(wanted: Wanted) -> str:
    """Every decision to leave something undone has one."""
    if not wanted.reason.strip():
        raise Invalid("reason", "is needed", allowed="a few words for whoever asks later")
    return wanted.reason.strip()


def _snooze(here: Here, wanted: Wanted) -> Did:
    until, reason = _until(wanted), _reason(wanted)
    return _enter(here, wanted, "snooze_task", f"put off until {until}", reason, until=until.isoformat())


def _booked(here: Here, wanted: Wanted) -> Did:
    """There is no such act: an appointment puts the task off until its day, and the reason says why."""
    until = _until(wanted)
    note = wanted.reason.strip()
    reason = f"{BOOKED}: {note}" if note else BOOKED
    return _enter(here, wanted, "snooze_task", f"booked for {until}", reason, until=until.isoformat())


def _waive(here: Here, wanted: Wanted) -> Did:
    return _enter(here, wanted, "waive_task", "will not be done", _reason(wanted))


def _hand_back(here: Here, wanted: Wanted) -> Did:
    """Whoever claimed it, nobody has it any more: every standing claim on the task is taken back."""
    patient = here.desk.handles.id_of(wanted.handle)
    claims = _claims(here.reader.chart(patient), wanted.task)
    if not claims:
        raise Invalid(OLD_LIST, "nobody has claimed it")
    with here.ledger.batch() as desk:
        for claim in claims:
            desk.retract(patient, claim.id, now=here.now, author=here.author, reason="handed back")
    title = here.pathway.tasks[wanted.task].title
    return Did(says=f"{title}: handed back")


def _claims(chart: Chart, task: str) -> list[Entry[Any]]:
    return [entry for entry in chart.named("claim_task") if entry.fields.task == task]


_UNTIL, _WHY = "Until", "Reason"
ACTS: dict[str, TaskAct] = {
    "done": TaskAct(title="Done", enter=_done),
    "claim": TaskAct(title="Claim", enter=_claim),
    "hand-back": TaskAct(title="Hand back", enter=_hand_back),
    "give": TaskAct(
        title="Give", enter=_give, asks=("to",), hint="It stands on their list as claimed, and they are the ones to be "
        "reminded.", fields={"to": "Give to"},
    ),
    BOOKED: TaskAct(
        title="Booked", enter=_booked, asks=("until", "reason"), hint="The task comes back on the day of the "
        "appointment; its first date stays visible.",
        fields={"until": "Day of the appointment", "reason": "Note (optional)"},
    ),
    "snooze": TaskAct(
        title="Put off", enter=_snooze, asks=("until", "reason"), hint="It stays on the list, with its first date "
        "visible, and satisfies no rule.", fields={"until": "Until", "reason": "Reason"},
    ),
    "waive": TaskAct(
        title="Not done", enter=_waive, asks=("reason",), hint="It leaves the list for good and satisfies no rule; a "
        "repeating task asks for the next time.", fields={"reason": "Reason"},
    ),
}  # fmt: skip
"""By the word in the address."""


def undo(here: Here, handle: str, entry: str) -> Did:
    """Takes back a task act that the same person entered just now; twice is once. Raises Invalid and NotFound."""
    patient = here.desk.handles.id_of(handle)
    found = here.reader.chart(patient).entries.get(entry)
    if found and not _may_undo(here, found):
        raise Invalid(
            "entry", "can no longer be undone here", allowed="on the patient's page, mark it as entered in error"
        )
    key = f"{here.key}:{entry}" if here.key else None
    here.ledger.retract(patient, entry, now=here.now, author=here.author, reason="undone", key=key)
    return Did(says="Undone")


def _may_undo(here: Here, found: Entry[Any]) -> bool:
    return found.name in TASK_ACTS and found.user == here.who.id and here.now - found.at <= UNDO_WITHIN
