"""What an entry brought about, as the journal keeps it: enough to write the projections again without any rules."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from storage.codec import instant
from storage.reconcile import COLUMNS, STAGES, Change
from workflow.plan import TaskKey
from workflow.rules import CareTask
from workflow.vocabulary import State

Effects = dict[str, Any]
"""`state`, `since`, `from` (the former state, if another), `wake`, and `tasks`: key, what, old, set."""

_DATES = frozenset({"opened", "due", "target", "not_before", "done", "snoozed_until"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """Where a patient stands, and when the date alone will move them."""

    state: State
    since: date
    wake_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskChange:
    """What happened to one care task, as it is told."""

    name: str
    subject: str
    occurrence: int
    title: str
    what: str
    """opened, moved, completed, cancelled, waived, snoozed, claimed, reopened; or changed, in some other respect."""
    old_due: date | None
    """The date that counted before; None: there was none, or no task."""
    new_due: date | None
    """The date that counts now."""
    why: str
    """The arithmetic of a date, what completed it, or the reason it ended."""


def effects_of(before: State, now: Standing, changes: Iterable[Change]) -> Effects:
    """The effects of an entry."""
    effects: Effects = {"state": now.state.value, "since": now.since.isoformat()}
    if before is not now.state:
        effects["from"] = before.value
    if now.wake_at:
        effects["wake"] = instant(now.wake_at)
    if tasks := [_task_effect(change) for change in changes]:
        effects["tasks"] = tasks
    return effects


def _task_effect(change: Change) -> dict[str, Any]:
    to = change.set
    if "target" in to:
        to["why"] = change.row.values[COLUMNS.index("why")]  # a date is never shown without its arithmetic
    if change.old is None:
        to = {name: value for name, value in to.items() if value not in (None, "")}
    told: dict[str, Any] = {"key": list(change.key), "what": change.what, "set": {n: _plain(v) for n, v in to.items()}}
    old = change.old.values[COLUMNS.index("target")] if change.old else None
    return told | ({"old": old.isoformat()} if old else {})


def standing_of(effects: Mapping[str, Any]) -> Standing:
    """Where the patient stood after an entry."""
    wake = effects.get("wake")
    return Standing(
        state=State(effects["state"]),
        since=date.fromisoformat(effects["since"]),
        wake_at=datetime.fromisoformat(wake) if wake else None,
    )


def before_of(effects: Mapping[str, Any]) -> State:
    """Where the patient stood before an entry."""
    return State(effects.get("from", effects["state"]))


def apply(rows: dict[TaskKey, dict[str, Any]], effects: Mapping[str, Any]) -> None:
    """Brings task rows, by `COLUMNS`, to where an entry brought them."""
    for told in effects.get("tasks", ()):
        name, subject, occurrence = told["key"]
        row = rows.setdefault((name, subject, occurrence), dict(_EMPTY))
        row.update((column, _value(column, plain)) for column, plain in told["set"].items())


_TEXTS = ("why", "done_by", "claimed_by", "reason")
_EMPTY: dict[str, Any] = {column: "" if column in _TEXTS else None for column in COLUMNS}


def changes_of(effects: Mapping[str, Any], tasks: Mapping[str, CareTask]) -> tuple[TaskChange, ...]:
    """The task changes of an entry, as they are told; the title is the one in today's rules."""
    return tuple(_change_of(told, tasks) for told in effects.get("tasks", ()))


def _change_of(told: Mapping[str, Any], tasks: Mapping[str, CareTask]) -> TaskChange:
    name, subject, occurrence = told["key"]
    to, old = told["set"], told.get("old")
    new = to.get("target") if "target" in to else old
    return TaskChange(
        name=name,
        subject=subject,
        occurrence=occurrence,
        title=tasks[name].title if name in tasks else name,
        what=told["what"],
        old_due=date.fromisoformat(old) if old else None,
        new_due=date.fromisoformat(new) if new else None,
        why=_why(told["what"], to),
    )


def _why(what: str, to: Mapping[str, Any]) -> str:
    if what == "completed":
        return f"{to.get('done_by', '')} of {to['done']}" if to.get("done") else str(to.get("done_by", ""))
    given = ("why", "reason") if what in ("opened", "moved", "reopened") else ("reason", "why")
    return str(next((to[name] for name in given if to.get(name)), ""))


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return instant(value)
    return value.isoformat() if isinstance(value, date) else value


def _value(column: str, plain: Any) -> Any:
    if plain is None:
        return None
    if column in _DATES:
        return date.fromisoformat(plain)
    return datetime.fromisoformat(plain) if column in STAGES else plain
