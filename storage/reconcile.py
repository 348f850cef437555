"""What changes among a patient's task rows, so that they are as the plan wants them. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from storage.settings import number
from workflow.acts import EnrolInTrial, StartRegimen, StopRegimen
from workflow.chart import Chart
from workflow.fields import Fields
from workflow.plan import Planned, Status, TaskKey
from workflow.records import PriorRegimen
from workflow.site import Site
from workflow.vocabulary import EXITS, State

COLUMNS = (
    "status", "priority", "owner", "opened", "due", "target", "not_before", "why", "done", "done_by", "snoozed_until",
    "claimed_by", "reason", "remind_at", "due_at", "overdue_at", "escalate_at",
)  # fmt: skip
"""What the record says of a task, beside its identity. `wake_at` is the clock's and stands beside them."""

STAGES = ("remind_at", "due_at", "overdue_at", "escalate_at")
"""The instants at which the stages upcoming (a reminder), due, overdue and escalated begin."""

_STATUS, _REASON, _FIRST_STAGE = (COLUMNS.index(name) for name in ("status", "reason", STAGES[0]))


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A task as it stands in the table."""

    values: tuple[Any, ...]
    """By `COLUMNS`."""
    wake_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One task that is not as it was."""

    key: TaskKey
    what: str
    """opened, moved, completed, cancelled, waived, snoozed, claimed, reopened; or changed, in some other respect."""
    row: Row
    """As it will be."""
    old: Row | None

    @property
    def set(self) -> dict[str, Any]:
        """The columns that change, with their new values."""
        if self.old is None:
            return dict(zip(COLUMNS, self.row.values, strict=True))
        trio = zip(COLUMNS, self.old.values, self.row.values, strict=True)
        return {name: new for name, old, new in trio if old != new}


def reconcile(rows: Mapping[TaskKey, Row], wanted: Iterable[Planned], site: Site, reason: "Reason") -> list[Change]:
    """The changes that make the rows as wanted. What is no longer wanted is cancelled while open, else it stays."""
    planned = {task.key: task for task in wanted}
    changes = [_adjusted(rows.get(key), task, site) for key, task in planned.items()]
    gone = [_cancelled(key, row, reason(key)) for key, row in rows.items() if key not in planned and _is_open(row)]
    return [*filter(None, changes), *gone]


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """Why a task is no longer wanted: the patient left, the regimen ended, the state or the facts changed."""

    before: State
    after: State
    chart: Chart
    going_on: frozenset[str]
    """The subjects that still have something to be done."""
    step: Fields | None
    """What was entered, where that is what changed it."""

    @classmethod
    def of(cls, before: State, after: State, chart: Chart, wanted: Iterable[Planned], step: Fields | None) -> "Reason":
        """The reason that a change of chart gives."""
        going_on = frozenset(t.subject for t in wanted if t.status is Status.OPEN)
        return cls(before=before, after=after, chart=chart, going_on=going_on, step=step)

    def __call__(self, key: TaskKey) -> str:
        """In words."""
        if self.after in EXITS:
            return self.after.value
        if self._ended(key[1]):
            return "the regimen ended"
        return f"state is now {self.after.value}" if self.after is not self.before else "the facts changed"

    def _ended(self, subject: str) -> bool:
        """The subject is a regimen that was stopped, or made way for another."""
        entry = self.chart.entries.get(subject)
        if entry is None or not isinstance(entry.fields, _REGIMENS):
            return False
        return isinstance(self.step, _END_REGIMENS) or subject not in self.going_on


_REGIMENS = (StartRegimen, EnrolInTrial, PriorRegimen)
_END_REGIMENS = (StartRegimen, EnrolInTrial, StopRegimen)


def _adjusted(old: Row | None, task: Planned, site: Site) -> Change | None:
    values = _values(task, site)
    if old and old.values == values:
        return None
    what = _what(old, dict(zip(COLUMNS, values, strict=True)))
    return Change(key=task.key, what=what, row=Row(values=values, wake_at=_mark(old, values)), old=old)


def _cancelled(key: TaskKey, old: Row, reason: str) -> Change:
    values = list(old.values)
    values[_STATUS], values[_REASON] = Status.CANCELLED.value, reason
    return Change(key=key, what="cancelled", row=Row(values=tuple(values), wake_at=None), old=old)


def _is_open(row: Row) -> bool:
    return bool(row.values[_STATUS] == Status.OPEN.value)


def _values(task: Planned, site: Site) -> tuple[Any, ...]:
    return (
        task.status.value, int(task.priority), task.owner.value, task.opened, task.due, task.target, task.not_before,
        task.why, task.done, task.done_by, task.snoozed_until, task.claimed_by, task.reason,
        *stage_instants(task.target, site),
    )  # fmt: skip


_ENDS = {Status.OPEN.value: "reopened", Status.DONE.value: "completed", Status.WAIVED.value: "waived"}


def _what(old: Row | None, new: Mapping[str, Any]) -> str:
    """What happened to a task, in one word."""
    if old is None:
        return "opened" if new["status"] == Status.OPEN.value else _ENDS[new["status"]]
    was = dict(zip(COLUMNS, old.values, strict=True))
    if was["status"] != new["status"]:
        return _ENDS[new["status"]]
    if new["snoozed_until"] not in (None, was["snoozed_until"]):
        return "snoozed"
    if new["due"] != was["due"] and new["status"] == Status.OPEN.value:
        return "moved"
    return "claimed" if new["claimed_by"] not in ("", was["claimed_by"]) else "changed"


def _mark(old: Row | None, values: tuple[Any, ...]) -> datetime | None:
    """Where the clock looks next: the first stage of an open task, or where it was if no date moved."""
    if values[_STATUS] != Status.OPEN.value:
        return None
    if old and _is_open(old) and old.values[_FIRST_STAGE:] == values[_FIRST_STAGE:]:
        return old.wake_at
    return next(filter(None, values[_FIRST_STAGE:]), None)


def stage_instants(target: date | None, site: Site) -> tuple[datetime | None, ...]:
    """By `STAGES`: when the stages of a task begin; the first and last only where the site asks for them."""
    if target is None:
        return (None,) * len(STAGES)
    before, after = number(site, "reminder.before_days"), number(site, "escalation.after_days")
    return _stages(target, before, after, site.zone)


@lru_cache(maxsize=10_000)
def _stages(target: date, before: int | None, after: int | None, zone: ZoneInfo) -> tuple[datetime | None, ...]:
    """Few dates are ever asked for, and each of every task that has it, whenever a patient is planned."""
    offsets = (None if before is None else -before, 0, 1, None if after is None else after + 1)
    return tuple(None if days is None else midnight(target + timedelta(days=days), zone) for days in offsets)


@lru_cache(maxsize=10_000)
def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The instant at which a civil date begins at the site, in UTC."""
    return datetime.combine(day, time.min, zone).astimezone(UTC)
