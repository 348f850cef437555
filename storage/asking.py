"""Which part of the worklist is asked for, in which order, and what that means for the database."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from sqlalchemy import literal_column
from sqlalchemy.sql import ColumnElement

from storage.tables import patient, task
from workflow.rules import Priority
from workflow.vocabulary import Role, State

LATEST = date(9999, 12, 31)
MOST_DAYS = 365_000

is_open: ColumnElement[bool] = task.c.status == literal_column("'open'")
"""As a literal: SQLite uses a partial index only where it can see that its condition holds."""


class Part(StrEnum):
    """The three parts of the worklist, in their order."""

    OVERDUE = "overdue"
    UNDATED = "undated"
    AHEAD = "ahead"


EVERYTHING = frozenset(Part)


class Sort(StrEnum):
    """How the worklist may be put in order instead."""

    PRESSING = "pressing"
    DUE = "due"
    PATIENT = "patient"
    TASK = "task"
    STATE = "state"


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """Which part of the worklist."""

    today: date
    owner: Role | None = None
    user: str | None = None
    """Only what this person has claimed."""
    limit: int = 200
    offset: int = 0
    """So many are skipped."""
    upcoming_days: int | None = None
    """How far ahead; None: everything."""
    parts: frozenset[Part] = EVERYTHING
    state: State | None = None
    tasks: tuple[str, ...] = ()
    """Only tasks of these names; none: all."""
    priority: Priority | None = None
    stage: str = ""
    """Only one stage, or `undated`."""
    sort: Sort = Sort.PRESSING

    @property
    def until(self) -> date:
        """The last day to be shown."""
        if self.upcoming_days is None or self.upcoming_days > MOST_DAYS:
            return LATEST
        return self.today + timedelta(days=max(0, self.upcoming_days))


def narrowed(asked: Asked) -> list[ColumnElement[bool]]:
    """What is asked for, its dates apart."""
    wanted: list[ColumnElement[bool]] = [task.c.owner == asked.owner.value] if asked.owner else []
    wanted += [task.c.name.in_(asked.tasks)] if asked.tasks else []
    wanted += [task.c.priority == asked.priority.value] if asked.priority else []
    wanted += [patient.c.state == asked.state.value] if asked.state else []
    if asked.user:
        wanted += [task.c.claimed_by == asked.user, task.c.claimed_by != literal_column("''")]
    return wanted


def dated(asked: Asked, escalation: int | None) -> dict[Part, list[ColumnElement[bool]]]:
    """The parts that are asked for, each with its dates; a stage leaves a part out, or a stretch of it."""
    today, target = asked.today, task.c.target
    last = today - timedelta(days=escalation) if escalation is not None else None
    late: dict[str, list[ColumnElement[bool]]] = {
        "": [target < today],
        "escalated": [target < (last or date.min)],
        "overdue": [target < today, target >= (last or date.min)],
    }
    ahead: dict[str, list[ColumnElement[bool]]] = {
        "": [target >= today, target <= asked.until],
        "due": [target == today],
        "upcoming": [target > today, target <= asked.until],
    }
    found = {Part.OVERDUE: late.get(asked.stage), Part.AHEAD: ahead.get(asked.stage)}
    found[Part.UNDATED] = [target.is_(None)] if asked.stage in ("", "undated") else None
    return {part: wanted for part in Part if part in asked.parts and (wanted := found[part])}
