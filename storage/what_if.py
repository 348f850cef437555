"""What other settings would do to the tasks that are there: tried out in a rehearsal, of which nothing stays."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from storage.effects import TaskChange
from storage.inputs import Author
from storage.ledger import Ledger
from storage.queries import Reader
from storage.replanning import Replanned
from storage.tables import patient

MOST = 300
"""Patients who are planned anew for a look: others cannot write meanwhile."""


@dataclass(frozen=True, kw_only=True, slots=True)
class WhatIf:
    """What would follow, as far as was looked."""

    changed: tuple[Replanned, ...]
    """The patients for whom something would change that people act on."""
    looked_at: int
    patients: int
    """All there are; where they are more than were looked at, there may be more to it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Effect:
    """What would happen to one kind of task, over all patients: nobody is named."""

    task: str
    title: str
    what: str
    """As in `TaskChange`."""
    tasks: int
    first: date | None
    """The earliest date there would be; None: none would have a date, or none would be left."""
    last: date | None


def effects(changed: Iterable[Replanned]) -> list[Effect]:
    """The changes by kind of task, most tasks first."""
    found: dict[tuple[str, str, str], list[date | None]] = {}
    for _, changes in changed:
        for change in changes:
            found.setdefault((change.name, change.title, change.what), []).append(change.new_due)
    made = [_effect(*key, dates) for key, dates in found.items()]
    return sorted(made, key=lambda effect: (-effect.tasks, effect.title, effect.what))


def _effect(task: str, title: str, what: str, dates: list[date | None]) -> Effect:
    known = sorted(day for day in dates if day)
    ends = (known[0], known[-1]) if known else (None, None)
    return Effect(task=task, title=title, what=what, tasks=len(dates), first=ends[0], last=ends[1])


def what_if(
    ledger: Ledger, reader: Reader, values: Mapping[str, str | None], *, now: datetime, author: Author,
    most: int = MOST,
) -> WhatIf:  # fmt: skip
    """Sets settings, plans anew and undoes it all. Raises Invalid as `set_site` does."""
    names = [row.id for row in reader.patients(limit=most)]
    with ledger.engine.connect() as connection:
        patients = connection.scalar(select(func.count()).select_from(patient)) or 0
    with ledger.rehearsal() as rehearsed:
        rehearsed.replan(names, now)  # what the date alone brings about is not the settings' doing
        rehearsed.set_site(values, now=now, author=author)
        found = rehearsed.replan(names, now)
    changed = tuple((name, told) for name, changes in found if (told := news(changes)))
    return WhatIf(changed=changed, looked_at=len(names), patients=patients)


def news(changes: tuple[TaskChange, ...]) -> tuple[TaskChange, ...]:
    """What people act on: not the recalculated date of what is done."""
    return tuple(change for change in changes if change.what != "changed")
