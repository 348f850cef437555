"""What is pressing, and what is new about it: counted by owner and stage, so that thousands of tasks are a few rows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, String, and_, case, cast, distinct, func, or_, select
from sqlalchemy.sql import ColumnElement

from storage.asking import is_open
from storage.tables import notice, task
from workflow.plan import Stage

UNDATED = "undated"


@dataclass(frozen=True, kw_only=True, slots=True)
class Pile:
    """Open tasks that are alike: of one owner, at one stage."""

    owner: str
    claimed_by: str
    stage: str
    """A `Stage`, or undated."""
    priority: int
    count: int
    since: datetime | None = None
    """The first notice, where it is about notices."""

    @property
    def known_stage(self) -> Stage:
        """Without a date it is due."""
        return Stage.DUE if self.stage == UNDATED else Stage(self.stage)


def pressing(connection: Connection, now: datetime) -> list[Pile]:
    """All open tasks that are due, overdue, escalated or undated, and those the site wants to be reminded of."""
    stage = _stage(now)
    columns = (task.c.owner, task.c.claimed_by, stage, task.c.priority)
    begun = or_(task.c.target.is_(None), task.c.due_at <= now, task.c.remind_at <= now)
    query = select(*columns, func.count()).where(is_open, begun).group_by(*columns)
    return [_pile(row) for row in connection.execute(query)]


def new(connection: Connection, above: int, upto: int, now: datetime) -> list[Pile]:
    """Open tasks with a notice within a range, still due on the same date; by the stage they are at by now."""
    stage = _stage(now)
    columns = (task.c.owner, task.c.claimed_by, stage, task.c.priority)
    query = (
        select(*columns, func.count(distinct(_IDENTITY)), func.min(notice.c.at))
        .join_from(notice, task, same_task())
        .where(notice.c.id > above, notice.c.id <= upto, is_open, task.c.target == notice.c.due)
        .group_by(*columns)
    )
    return [_pile(row) for row in connection.execute(query)]


_IDENTITY = task.c.patient + "/" + task.c.name + "/" + task.c.subject + "/" + cast(task.c.occurrence, String)


def same_task() -> ColumnElement[bool]:
    """The task of a notice."""
    return and_(
        task.c.patient == notice.c.patient,
        task.c.name == notice.c.task,
        task.c.subject == notice.c.subject,
        task.c.occurrence == notice.c.occurrence,
    )


def latest(connection: Connection) -> int:
    """The newest notice; 0 before the first."""
    return connection.scalar(select(func.max(notice.c.id))) or 0


def _stage(now: datetime) -> ColumnElement[str]:
    return case(
        (task.c.target.is_(None), UNDATED),
        (task.c.escalate_at <= now, Stage.ESCALATED.value),
        (task.c.overdue_at <= now, Stage.OVERDUE.value),
        (task.c.due_at <= now, Stage.DUE.value),
        else_=Stage.UPCOMING.value,
    )


def _pile(row: Any) -> Pile:
    owner, claimed_by, stage, priority, count, *since = row
    return Pile(
        owner=owner, claimed_by=claimed_by, stage=stage, priority=priority, count=count, since=(*since, None)[0]
    )
