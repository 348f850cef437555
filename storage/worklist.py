"""The worklist: most overdue first, then undated, then by priority and date. Each part is one walk of an index."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, and_, bindparam, false, func, or_, select
from sqlalchemy.sql import ColumnElement

from storage.asking import Asked, Part, Sort, dated, is_open, narrowed
from storage.tables import patient, person, task
from workflow.errors import Invalid
from workflow.plan import Stage, stage_of
from workflow.rules import CareTask, Priority
from workflow.vocabulary import Role, State

CLAIMED_MOST = 10_000

_BASE = (
    select(
        task.c.patient, task.c.name, task.c.subject, task.c.occurrence, task.c.due, task.c.target, task.c.not_before,
        task.c.priority, task.c.owner, task.c.claimed_by, task.c.why, task.c.reason, patient.c.state,
    )
    .join(patient, patient.c.id == task.c.patient)
    .where(is_open)
    .limit(bindparam("most"))
    .offset(bindparam("skip"))
)  # fmt: skip
_THEN = (task.c.name, task.c.patient)
_IN_PRIORITY = task.c.priority == bindparam("rank")


_ORDERS: dict[Sort, tuple[Any, ...]] = {
    Sort.DUE: (task.c.target.is_(None), task.c.target, task.c.priority, *_THEN),
    Sort.PATIENT: (func.lower(person.c.name), task.c.patient, task.c.target, task.c.name),
    Sort.TASK: (task.c.name, task.c.target, task.c.patient),
    Sort.STATE: (patient.c.state, task.c.target, *_THEN),
}


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
    reason: str = ""
    """Why it was put off."""


def worklist(
    connection: Connection, asked: Asked, tasks: Mapping[str, CareTask], escalation: int | None
) -> list[WorkRow]:
    """The open tasks in order, through at most seven statements, none of which reads more rows than are shown."""
    if asked.limit < 1:
        raise Invalid("limit", f"{asked.limit} is not possible", allowed="1 or more")
    found = _found(connection, asked, escalation)
    return [_row(row, asked.today, tasks, escalation) for row in found]


def _found(connection: Connection, asked: Asked, escalation: int | None) -> list[RowMapping]:
    if asked.sort is not Sort.PRESSING:
        return _sorted(connection, asked, escalation)
    return _claimed(connection, asked, escalation) if asked.user else _everybodys(connection, asked, escalation)


def _everybodys(connection: Connection, asked: Asked, escalation: int | None) -> list[RowMapping]:
    """Part after part; what is skipped may be several parts long."""
    rows: list[RowMapping] = []
    skip = asked.offset
    for part, values in _parts(asked, escalation):
        limits = {"most": asked.limit - len(rows), "skip": skip}
        rows += connection.execute(part, {**values, **limits}).mappings()
        if len(rows) >= asked.limit:
            break
        skip = 0 if rows or not skip else skip - _length(connection, part, values)
    return rows


def _length(connection: Connection, part: Select[*tuple[Any, ...]], values: dict[str, Any]) -> int:
    every = part.order_by(None).limit(None).offset(None).with_only_columns(func.count())
    return int(connection.execute(every, values).scalar_one())


def _parts(asked: Asked, escalation: int | None) -> Iterator[tuple[Select[*tuple[Any, ...]], dict[str, Any]]]:
    """The statements whose results, one after the other, are the worklist."""
    base, parts = _BASE.where(*narrowed(asked)), dated(asked, escalation)
    if late := parts.get(Part.OVERDUE):
        yield base.where(*late).order_by(task.c.target, task.c.priority, *_THEN), {}
    if undated := parts.get(Part.UNDATED):
        yield base.where(*undated).order_by(task.c.priority, *_THEN), {}
    if ahead := parts.get(Part.AHEAD):
        each = base.where(_IN_PRIORITY, *ahead).order_by(task.c.target, *_THEN)
        yield from ((each, {"rank": one.value}) for one in Priority if asked.priority in (None, one))


def _claimed(connection: Connection, asked: Asked, escalation: int | None) -> list[RowMapping]:
    """One person's tasks are few: read at once and sorted here."""
    query = _BASE.where(*narrowed(asked), _any_of(dated(asked, escalation)))
    rows = connection.execute(query, {"most": CLAIMED_MOST, "skip": 0}).mappings()
    ordered = sorted(rows, key=lambda row: _rank(row, asked.today))
    return ordered[asked.offset : asked.offset + asked.limit]


def _sorted(connection: Connection, asked: Asked, escalation: int | None) -> list[RowMapping]:
    """In another order: all that is asked for is read and sorted by the database."""
    query = _BASE.where(*narrowed(asked), _any_of(dated(asked, escalation))).order_by(*_ORDERS[asked.sort])
    if asked.sort is Sort.PATIENT:
        query = query.outerjoin(person, person.c.patient == task.c.patient)
    return list(connection.execute(query, {"most": asked.limit, "skip": asked.offset}).mappings())


def _any_of(parts: dict[Part, list[ColumnElement[bool]]]) -> ColumnElement[bool]:
    return or_(false(), *(and_(*wanted) for wanted in parts.values()))


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
        reason=row["reason"],
    )
