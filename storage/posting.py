"""Writing one patient's step: the journal entry with its effects, and the rows it changes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, bindparam, insert, update

from storage.casefile import CaseFile
from storage.codec import CLOCK, Payload, Stamp
from storage.effects import Effects, Standing, effects_of
from storage.reconcile import COLUMNS, Change, Reason, midnight, reconcile
from storage.tables import SITE, patient, task
from workflow.chart import Chart
from workflow.course import Arrival
from workflow.fields import Fields
from workflow.pathway import Pathway
from workflow.plan import Plan, plan
from workflow.vocabulary import State

_SET = ("state", "since", "version", "pathway_version", "settings_revision", "wake_at")
_MOVE = (
    update(patient)
    .where(patient.c.id == bindparam("patient"))
    .values({name: bindparam(f"new_{name}") for name in _SET})
)
_OPEN = insert(task)
_KEY = ("patient", "name", "subject", "occurrence")
_CHANGE = (
    update(task)
    .where(*(task.c[name] == bindparam(f"key_{name}") for name in _KEY))
    .values({name: bindparam(f"new_{name}") for name in (*COLUMNS, "wake_at")})
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Outlook:
    """Where a chart leaves a patient today, and what has to change for that."""

    now: Standing
    changes: list[Change]
    moves: tuple[Arrival, ...]
    """Timed moves on the way there that are not on record yet."""
    effects: Effects
    """All of it but the moves, as the journal keeps it."""

    def is_as(self, file: CaseFile) -> bool:
        """Nothing has to change."""
        as_it_is = Standing(state=file.state, since=file.since, wake_at=file.wake_at)
        return not self.changes and not self.moves and self.now == as_it_is


def outlook(
    pathway: Pathway, file: CaseFile, chart: Chart, today: date, before: State, step: Fields | None = None
) -> Outlook:
    """What a chart leads to; `before` is the state until now, `step` what was entered."""
    wanted = plan(pathway, chart, file.site, today)
    here, look = wanted.path[-1], wanted.look_again
    now = Standing(state=here.state, since=here.on, wake_at=midnight(look, file.site.zone) if look else None)
    reason = Reason.of(before, now.state, chart, wanted.tasks, step)
    changes = reconcile(file.tasks, wanted.tasks, file.site, reason)
    moves = _unrecorded(pathway, wanted, file)
    return Outlook(now=now, changes=changes, moves=moves, effects=effects_of(before, now, changes))


def _unrecorded(pathway: Pathway, wanted: Plan, file: CaseFile) -> tuple[Arrival, ...]:
    timed = {move.id for move in pathway.automatic if move.due}
    return tuple(a for a in wanted.path if a.via in timed and (a.via, a.on) not in file.folded.moved)


def post(connection: Connection, file: CaseFile, stamp: Stamp, payload: Payload, found: Outlook) -> None:
    """Writes an entry with its effects, the timed moves that came to light with it, and the rows."""
    file.chain.append(connection, stamp.at, payload, found.effects)
    after = effects_of(found.now.state, found.now, ())
    for move in found.moves:
        file.chain.append(connection, stamp.at, timed_payload(stamp, move), after)
    _write_rows(connection, file, stamp, found)


def post_moves(connection: Connection, file: CaseFile, stamp: Stamp, found: Outlook) -> None:
    """Writes what the date, new rules or new settings brought about: the first entry has all the effects."""
    effects = found.effects
    for payload in [timed_payload(stamp, move) for move in found.moves] or [stamp.payload("replan")]:
        file.chain.append(connection, stamp.at, payload, effects)
        effects = effects_of(found.now.state, found.now, ())
    _write_rows(connection, file, stamp, found)


def timed_payload(stamp: Stamp, move: Arrival) -> Payload:
    """A move that the date brought about, on the day on which it took effect."""
    plain = stamp.payload("timed", name=move.via, on=move.on.isoformat(), to=move.state.value)
    return {name: value for name, value in plain.items() if name not in ("key", "reason")} | {"by": CLOCK, "user": ""}


def add_patient(connection: Connection, file: CaseFile) -> None:
    """Makes the row of a patient who is being registered; `post` fills it."""
    connection.execute(
        insert(patient),
        {
            "id": file.patient, "site_id": SITE, "state": file.state.value, "since": file.since, "version": 0,
            "pathway_version": "", "settings_revision": 0, "wake_at": None,
        },
    )  # fmt: skip


def _write_rows(connection: Connection, file: CaseFile, stamp: Stamp, found: Outlook) -> None:
    file.version = file.chain.length
    row = {
        "patient": file.patient, "new_state": found.now.state.value, "new_since": found.now.since,
        "new_version": file.version, "new_pathway_version": stamp.pathway, "new_settings_revision": stamp.settings,
        "new_wake_at": found.now.wake_at,
    }  # fmt: skip
    connection.execute(_MOVE, row)
    write_tasks(connection, file.patient, found.changes)


def write_tasks(connection: Connection, name: str, changes: Iterable[Change]) -> None:
    """Makes the new task rows and changes the others."""
    fresh = [_task_row(name, change) for change in changes if change.old is None]
    stale = [_task_row(name, change) for change in changes if change.old is not None]
    if fresh:
        connection.execute(_OPEN, [row | {"site_id": SITE} for row in fresh])
    if stale:
        connection.execute(_CHANGE, [_as_update(row) for row in stale])


def _task_row(name: str, change: Change) -> dict[str, Any]:
    key = dict(zip(_KEY, (name, *change.key), strict=True))
    return key | dict(zip(COLUMNS, change.row.values, strict=True)) | {"wake_at": change.row.wake_at}


def _as_update(row: dict[str, Any]) -> dict[str, Any]:
    return {f"key_{name}" if name in _KEY else f"new_{name}": value for name, value in row.items()}
