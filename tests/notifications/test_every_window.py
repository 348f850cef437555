"""Every task of the pathway, on every day from before its reminder until after its escalation: who gets which message.

What has to come is worked out here once more, from dates alone, and compared day by day: nothing else may come.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, insert

from notifications.people import Duty
from storage.database import writing
from storage.reconcile import stage_instants
from storage.tables import task
from tests.notifications.office import Office
from tests.scheduler.clinic import AUTHOR
from workflow.asps import ASPS
from workflow.rules import CareTask, Priority

BEFORE, AFTER, REPEAT = 3, 5, 7
FIRST = date(2026, 3, 10)
DUE = {name: FIRST + timedelta(days=BEFORE + 1 + n % 15) for n, name in enumerate(sorted(ASPS.tasks))}
"""The tasks come due one after the other, some every day."""
DAYS = 15 + BEFORE + AFTER + 2 * REPEAT
WORDS = {"upcoming": "coming up", "due": "due today", "overdue": "overdue", "escalated": "escalated"}


def stage(name: str, day: date) -> str:
    """At which stage a task is; empty: it is not spoken of yet."""
    late = (day - DUE[name]).days
    if late > AFTER:
        return "escalated"
    return "overdue" if late > 0 else "due" if late == 0 else "upcoming" if late >= -BEFORE else ""


@dataclass
class Person:
    """Someone's messages as they have to be."""

    id: str
    own: list[CareTask]
    """What they are told of from the reminder on."""
    late: list[CareTask] = field(default_factory=list)
    """What they are told of once it is escalated."""
    last: date | None = None

    def messages(self, day: date) -> Iterator[tuple[str, str, dict[str, int]]]:
        """Hour and kind of the day's message, and what it counts; at most one."""
        at = {t.name: s for t in self._told(day) if (s := stage(t.name, day))}
        new = [name for name, now in at.items() if now != stage(name, day - timedelta(days=1))]
        again = self.last is None or (day - self.last).days >= REPEAT
        if new or (again and set(at.values()) - {"upcoming"}):
            self.last = day
            hour = "7" if any(_urgent(ASPS.tasks[name], at[name]) for name in new) else "8"
            yield hour, "digest" if new else "repeat", dict(Counter(WORDS[found] for found in at.values()))

    def _told(self, day: date) -> Iterator[CareTask]:
        yield from self.own
        yield from (t for t in self.late if t not in self.own and stage(t.name, day) == "escalated")


def _urgent(of: CareTask, at: str) -> bool:
    return at == "escalated" or (at == "overdue" and of.priority is Priority.SAFETY)


def office_with_every_task(claimed: bool) -> Office:
    """One patient who has every task there is, whatever the pathway would say to that."""
    office = Office()
    asked = {"reminder.before_days": str(BEFORE), "escalation.after_days": str(AFTER)}
    office.ledger.set_site(asked, now=office.now, author=AUTHOR)
    office.ledger.register(id="P-1", born=FIRST.replace(year=1990), now=office.now, author=AUTHOR)
    rows = [row(office, of, f"p-{name}" if claimed else "") for name, of in TASKS]
    with writing(office.engine).begin() as connection:
        connection.execute(delete(task))
        connection.execute(insert(task), rows)
    return office


TASKS = sorted(ASPS.tasks.items())


def row(office: Office, of: CareTask, claimed_by: str) -> dict[str, Any]:
    """An open task."""
    due = DUE[of.name]
    remind, begins, overdue, escalate = stage_instants(due, office.ledger.site())
    return {
        "patient": "P-1", "name": of.name, "subject": "once", "occurrence": 1, "site_id": 1, "status": "open",
        "priority": of.priority.value, "owner": of.owner.value, "opened": FIRST, "due": due, "target": due, "why": "",
        "done_by": "", "claimed_by": claimed_by, "reason": "", "remind_at": remind, "due_at": begins,
        "overdue_at": overdue, "escalate_at": escalate, "wake_at": remind,
    }  # fmt: skip


def by_role(office: Office) -> list[Person]:
    """Whoever has the role is told; clinicians are also told of what is escalated."""
    everything, told = list(ASPS.tasks.values()), []
    for id, duty in (("ann", Duty.CLINICIAN), ("kim", Duty.COORDINATOR)):
        office.person(id, duty)
        own = [of for of in everything if of.owner.value == duty.value]
        told.append(Person(id=id, own=own, late=everything if duty is Duty.CLINICIAN else []))
    return told


def by_name(office: Office) -> list[Person]:
    """Whoever claimed a task is told of it, and of no other."""
    for name, _ in TASKS:
        office.person(f"p-{name}", Duty.ADMINISTRATOR)
    office.person("ann")
    claimed = [Person(id=f"p-{name}", own=[of]) for name, of in TASKS]
    return [*claimed, Person(id="ann", own=[], late=list(ASPS.tasks.values()))]


@pytest.mark.parametrize("who", [by_role, by_name])
def test_every_message_of_every_task_comes_on_its_day_and_no_other(who: Any) -> None:
    office = office_with_every_task(claimed=who is by_name)
    everyone = who(office)
    for day in (FIRST + timedelta(days=n) for n in range(DAYS)):
        wanted = {(person.id, *message) for person in everyone for message in hashable(person, day)}
        assert set(told(office, day)) == wanted, f"on {day}"


def hashable(person: Person, day: date) -> Iterator[tuple[Any, ...]]:
    return ((hour, kind, tuple(sorted(counts.items()))) for hour, kind, counts in person.messages(day))


def told(office: Office, day: date) -> Iterator[tuple[Any, ...]]:
    """Looks at the clock at some hours of a day: what went out to whom, when, and what it counts."""
    for hour in (0, 7, 8, 15):
        office.at(day, hour)
        before = len(office.post.sent)
        office.look()
        yield from ((w, str(hour), kind, tuple(sorted(c.items()))) for w, kind, c in office.told()[before:])
