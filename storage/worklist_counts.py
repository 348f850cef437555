"""How much there is to be done: the numbers beside the worklist, each from one walk of an index."""

from dataclasses import dataclass, replace

from sqlalchemy import Connection, func, literal, select

from storage.asking import Asked, Part, dated, is_open, narrowed
from storage.tables import patient, task

MOST = 10_000
"""Nobody counts further: what is more is shown as so many and more."""
SOON = 7
"""Days that count as soon."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Numbers:
    """The length of each view of the worklist, at most `MOST` of each part."""

    overdue: int
    soon: int
    """Today, or within `SOON` days."""
    undated: int
    ahead: int
    """Today or later."""

    @property
    def now(self) -> int:
        """Late, without a date, or soon."""
        return self.overdue + self.undated + self.soon

    @property
    def all(self) -> int:
        """Everything that is open."""
        return self.overdue + self.undated + self.ahead


def numbers(connection: Connection, asked: Asked, escalation: int | None) -> Numbers:
    """The length of each view, narrowed as asked for."""
    every = replace(asked, upcoming_days=None, parts=frozenset(Part))
    return Numbers(
        overdue=_length(connection, every, Part.OVERDUE, escalation),
        undated=_length(connection, every, Part.UNDATED, escalation),
        soon=_length(connection, replace(every, upcoming_days=SOON), Part.AHEAD, escalation),
        ahead=_length(connection, every, Part.AHEAD, escalation),
    )


def _length(connection: Connection, asked: Asked, part: Part, escalation: int | None) -> int:
    dates = dated(asked, escalation).get(part)
    if dates is None:
        return 0
    found = select(literal(1)).select_from(task).where(is_open, *narrowed(asked), *dates)
    if asked.state:
        found = found.join(patient, patient.c.id == task.c.patient)
    return int(connection.execute(select(func.count()).select_from(found.limit(MOST).subquery())).scalar_one())
