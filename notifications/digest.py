"""What a message says: counts by task. No patient, name or id is in it, so it may leave the building."""

from dataclasses import dataclass
from datetime import date

from storage.queries import Counts


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """How many open tasks of one kind are pressing."""

    title: str
    overdue: int
    due: int
    """Today."""
    undated: int
    """Without a date: due since they opened, and silent but for this count."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Digest:
    """The state of the worklist on a day."""

    day: date
    new: int
    """Notices that nobody was told of before."""
    lines: tuple[Line, ...]
    """The kinds of task that are overdue, due or undated; most overdue first."""


def digest(counts: Counts, day: date, new: int) -> Digest:
    """What is pressing on a day, in one message."""
    titles = {**counts.overdue, **counts.due, **counts.undated}
    lines = [
        Line(title=t, overdue=counts.overdue.get(t, 0), due=counts.due.get(t, 0), undated=counts.undated.get(t, 0))
        for t in titles
    ]
    return Digest(day=day, new=new, lines=tuple(sorted(lines, key=lambda x: (-x.overdue, -x.due, x.title))))
