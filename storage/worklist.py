"""The worklist: most overdue first, then undated, then by priority and date. Each part is one walk of an index."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, bindparam, literal_column, select
from sqlalchemy.sql import ColumnElement

from storage.tables import patient, task
from workflow.errors import Invalid
from workflow.plan import Stage, stage_of
from workflow.rules import CareTask, Priority
from workflow.vocabulary import Role, State

LATEST = date(9999, 12, 31)
MOST_DAYS = 365_000
CLAIMED_MOST = 10_000


is_open: ColumnElement[bool] = task.c.status == literal_column("'open'")
"""As a literal: SQLite uses a partial index only where it can see that its condition holds."""

_BASE = (
    select(
        task.c.patient, task.c.name, task.c.subject, task.c.occurrence, task.c.due, task.c.target, task.c.not_before,
        task.c.priority, task.c.owner, task.c.claimed_by, task.c.why, patient.c.state,
    )
    .join(patient, patient.c.id == task.c.patient)
    .where(is_open)
    .limit(bindparam("most"))
)  # fmt: skip
_THEN = (task.c.name, task.c.patient)
_OVERDUE = _BASE.where(task.c.target < bindparam("today")).order_by(task.c.target, task.c.priority, *_THEN)
_UNDATED = _BASE.where(task.c.target.is_(None)).order_by(task.c.priority, *_THEN)
_AHEAD = _BASE.where(
    task.c.priority == bindparam("priority"), task.c.target >= bindparam("today"), task.c.target <= bindparam("until")
).order_by(task.c.target, *_THEN)
_CLAIMED = _BASE.where(task.c.claimed_by == bindparam("user"), task.c.claimed_by != literal_column("''"))


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkRow:
    """One open task of the worklist."""

    patient: str
    task: str
    subject: str
    occurrence: int
    title: str
    due: date | None
    """None: the site has not set its key, so it is due since it opened."""
    target: date | None
    """The date that counts: the one it was put off to, else its due date."""
    not_before: date | None
    stage: Stage
    days_late: int
    """Days since the target; 0 while there are none."""
    state: State
    owner: Role
    priority: Priority
    claimed_by: str
    why: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """Which part of the worklist."""

    today: date
    owner: Role | None = None
    user: str | None = None
    """Only what this person has claimed."""
    limit: int = 200
    upcoming_days: int | None = None
    """How far ahead; None: everything."""

    @property
    def until(self) -> date:
        """The last day to be shown."""
        if self.upcoming_days is None or self.upcoming_days > MOST_DAYS:
            return LATEST
        return self.today + timedelta(days=max(0, self.upcoming_days))


def worklist(
    connection: Connection, asked: Asked, tasks: Mapping[str, CareTask], escalation: int | None
) -> list[WorkRow]:
    """The open tasks in order, through at most seven statements, none of which reads more rows than are shown."""
    if asked.limit < 1:
        raise Invalid("limit", f"{asked.limit} is not possible", allowed="1 or more")
    found = _claimed(connection, asked) if asked.user else _everybodys(connection, asked)
    return [_row(row, asked.today, tasks, escalation) for row in found]


def _everybodys(connection: Connection, asked: Asked) -> list[RowMapping]:
    rows: list[RowMapping] = []
    for part, values in _parts(asked):
        most = asked.limit - len(rows)
        query = part.where(task.c.owner == asked.owner.value) if asked.owner else part
        rows += connection.execute(query, {**values, "most": most}).mappings()
        if len(rows) >= asked.limit:
            break
    return rows


def _parts(asked: Asked) -> Iterator[tuple[Select[*tuple[Any, ...]], dict[str, Any]]]:
    """The statements whose results, one after the other, are the worklist."""
    today, until = asked.today, asked.until
    yield _OVERDUE, {"today": today}
    yield _UNDATED, {}
    for priority in Priority:
        yield _AHEAD, {"today": today, "until": until, "priority": priority.value}


def _claimed(connection: Connection, asked: Asked) -> list[RowMapping]:
    """One person's tasks are few: read at once and sorted here."""
    rows = connection.execute(_CLAIMED, {"user": asked.user, "most": CLAIMED_MOST}).mappings()
    kept = [r for r in rows if asked.owner in (None, r["owner"]) and (r["target"] or asked.today) <= asked.until]
    return sorted(kept, key=lambda row: _rank(row, asked.today))[: asked.limit]


def _rank(row: RowMapping, today: date) -> tuple[Any, ...]:
    names = row["name"], row["patient"]
    if row["target"] is None:
        return 1, row["priority"], *names
    if row["target"] < today:
        return 0, row["target"], row["priority"], *names
    return 2, row["priority"], row["target"], *names


def _row(row: RowMapping, today: date, tasks: Mapping[str, CareTask], escalation: int | None) -> WorkRow:
    name, target = row["name"], row["target"]
    return WorkRow(
        patient=row["patient"],
        task=name,
        subject=row["subject"],
        occurrence=row["occurrence"],
        title=tasks[name].title if name in tasks else name,
        due=row["due"],
        target=target,
        not_before=row["not_before"],
        stage=stage_of(target, today, escalation),
        days_late=max(0, (today - target).days) if target else 0,
        state=State(row["state"]),
        owner=Role(row["owner"]),
        priority=Priority(row["priority"]),
        claimed_by=row["claimed_by"],
        why=row["why"],
    )
