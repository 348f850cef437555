"""One look at the clock: timed moves, stale plans, notices. Doing it twice changes nothing the second time.

A reminder gets sent like this: `tick` writes a row in `notice` when a stage of a task has begun;
`notifications.deliver` tells about the rows that nobody has been told about.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    Engine,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    insert,
    null,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.sql import ColumnElement

from storage.alone import alone
from storage.database import writing
from storage.ledger import Ledger
from storage.tables import heartbeat, notice, patient, site, task
from workflow.errors import AspsError
from workflow.plan import Stage, Status

BATCH = 100
"""Patients looked at in one go."""


@dataclass(kw_only=True)
class TickReport:
    """What one tick did."""

    now: datetime
    moved: int = 0
    """Patients whom the date alone moved."""
    replanned: int = 0
    """Patients planned anew because rules or settings had changed."""
    notices: int = 0
    """New notices."""
    failed: list[tuple[str, str]] = field(default_factory=list)
    """Patients that could not be done, and why; the next tick tries again."""

    @property
    def idle(self) -> bool:
        """Nothing was due."""
        return not (self.moved or self.replanned or self.notices or self.failed)


def tick(ledger: Ledger, now: datetime) -> TickReport:
    """Does what has fallen due by `now` (aware). A patient that fails is reported and does not hold up the others."""
    report = TickReport(now=now)
    if anything(ledger.engine, ledger.pathway.version, now):
        _look(ledger, now, report)
    beat(ledger.engine, "tick", now, f"{report.moved} moved, {report.notices} new notices")
    return report


def anything(engine: Engine, version: str, now: datetime) -> bool:
    """Whether a look would find something to do, under this version of the rules. Most end here, after one question."""
    with engine.connect() as connection:
        return connection.execute(_ANYTHING, {"now": now, "version": version}).scalar_one() is not None


def _look(ledger: Ledger, now: datetime, report: TickReport) -> None:
    for column, due in _stale(ledger):
        for batch in _batches(ledger.engine, column, due):
            report.replanned += _replan(ledger, batch, now, report)
    for batch in _batches(ledger.engine, patient.c.wake_at, patient.c.wake_at <= now):
        report.moved += _move(ledger, batch, now, report)
    report.notices = _notices(ledger.engine, now)


def beat(engine: Engine, name: str, now: datetime, detail: str = "") -> None:
    """Writes that a job ran to its end."""
    row = {"of": name, "when": now, "what": detail}
    with writing(engine).begin() as connection:
        if connection.execute(_BEAT, row).rowcount:
            return
        alone(connection)
        if not connection.execute(_BEAT, row).rowcount:
            connection.execute(insert(heartbeat).values(name=name, at=now, detail=detail))


def _stale(ledger: Ledger) -> Iterator[tuple[Column[Any], ColumnElement[bool]]]:
    """Patients planned under other rules or settings than those in force: by a column, and what it must be."""
    planned, version = patient.c.pathway_version, ledger.pathway.version
    yield patient.c.settings_revision, patient.c.settings_revision < ledger.site().revision
    yield from ((planned, test) for test in (planned < version, planned > version))


def _batches(engine: Engine, column: Column[Any], due: ColumnElement[bool]) -> Iterator[list[str]]:
    """The patients that are due, some at a time, each at most once; found through the index on the column."""
    beyond: ColumnElement[bool] = true()
    while True:
        query = select(column, patient.c.id).where(due, beyond).order_by(column, patient.c.id).limit(BATCH)
        with engine.connect() as connection:
            found = connection.execute(query).all()
        if not found:
            return
        yield [id for _, id in found]
        mark, last = found[-1]
        beyond = or_(column > mark, and_(column == mark, patient.c.id > last))


def _each(batch: list[str], do: Callable[[str], bool], report: TickReport) -> Iterator[bool]:
    for one in batch:
        try:
            yield do(one)
        except AspsError as error:
            report.failed.append((one, str(error)))


def _move(ledger: Ledger, batch: list[str], now: datetime, report: TickReport) -> int:
    """A batch in one transaction; where that fails, one by one, to find the one at fault."""
    try:
        with ledger.batch() as desk:
            return sum(desk.move_in_time(one, now) for one in batch)
    except AspsError:
        return sum(_each(batch, lambda one: ledger.move_in_time(one, now), report))


def _replan(ledger: Ledger, batch: list[str], now: datetime, report: TickReport) -> int:
    """A batch in one transaction; where that fails, one by one, to find the one at fault."""
    try:
        return len(ledger.replan(batch, now))
    except AspsError:
        return sum(_each(batch, lambda one: bool(ledger.replan([one], now)), report))


def _notices(engine: Engine, now: datetime) -> int:
    """One notice per open task for the stage it is in, however many stages went by; then the next mark."""
    with engine.connect() as connection:
        if connection.execute(_ANY, {"now": now}).first() is None:
            return 0  # most looks end here, without a lock
    with writing(engine).begin() as connection:
        alone(connection)
        written = connection.execute(_WRITE, {"now": now}, execution_options=_COUNTED)
        connection.execute(_MARK, {"now": now})
    return written.rowcount


_COUNTED = {"preserve_rowcount": True}
"""Else SQLAlchemy forgets the count of an INSERT from a SELECT on PostgreSQL."""
_NOTICE_COLUMNS = ["patient", "task", "subject", "occurrence", "due", "stage", "at"]
_NOW = bindparam("now", type_=task.c.wake_at.type)


def _begun() -> Select[Any]:
    """The stages that have begun and of which no notice was written."""
    whose = (task.c.patient, task.c.name, task.c.subject, task.c.occurrence, task.c.target)
    return select(*whose, _stage(), _NOW).where(task.c.wake_at <= _NOW, _unnoticed())


def _stage() -> ColumnElement[str]:
    return case(
        (task.c.escalate_at <= _NOW, Stage.ESCALATED.value),
        (task.c.overdue_at <= _NOW, Stage.OVERDUE.value),
        (task.c.due_at <= _NOW, Stage.DUE.value),
        else_=Stage.UPCOMING.value,
    )


def _unnoticed() -> ColumnElement[bool]:
    """The task is open, and there is no notice of the stage it is in."""
    same = and_(
        notice.c.patient == task.c.patient,
        notice.c.task == task.c.name,
        notice.c.subject == task.c.subject,
        notice.c.occurrence == task.c.occurrence,
        notice.c.due == task.c.target,
        notice.c.stage == _stage(),
    )
    return and_(task.c.status == Status.OPEN.value, task.c.target.is_not(None), ~exists().where(same))


def next_mark() -> ColumnElement[datetime | None]:
    """The next instant at which a stage of the task begins, or null."""
    marks = (task.c.remind_at, task.c.due_at, task.c.overdue_at, task.c.escalate_at)
    return case(*((mark > _NOW, mark) for mark in marks), else_=null())


_BEAT = (
    update(heartbeat).where(heartbeat.c.name == bindparam("of")).values(at=bindparam("when"), detail=bindparam("what"))
)
_VERSION = bindparam("version", type_=patient.c.pathway_version.type)
_ANYTHING = select(
    case(
        *(
            (exists().where(found), 1)
            for found in (
                patient.c.settings_revision < select(func.max(site.c.revision)).scalar_subquery(),
                patient.c.pathway_version < _VERSION,
                patient.c.pathway_version > _VERSION,
                patient.c.wake_at <= _NOW,
                task.c.wake_at <= _NOW,
            )
        )
    )
)
"""One question through five indexes."""
_ANY = select(task.c.wake_at).where(task.c.wake_at <= _NOW).limit(1)
_WRITE = insert(notice).from_select(_NOTICE_COLUMNS, _begun())
_MARK = update(task).where(task.c.wake_at <= _NOW, ~_unnoticed()).values(wake_at=next_mark())
"""Not what PostgreSQL lets another transaction commit between the two statements: that is for the next look."""
