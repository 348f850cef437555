"""Writing one patient's step: the journal entry with its effects, and the rows it changes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, bindparam, insert, update

from storage import chain
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
_NEW = insert(patient)
_MOVE = (
    update(patient).where(patient.c.id == bindparam("key_id")).values({name: bindparam(f"new_{name}") for name in _SET})
)
_OPEN = insert(task)
_KEY = ("patient", "name", "subject", "occurrence")
_KEYS = frozenset({"id", *_KEY})
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


@dataclass(frozen=True, kw_only=True, slots=True)
class Post:
    """What is to be written of one patient: entries, the first of `payloads` with all the effects, and the rows."""

    file: CaseFile
    stamp: Stamp
    earlier: Sequence[Payload] = ()
    """Entries before them from which nothing follows by themselves: the past of a patient who is new."""
    payloads: Sequence[Payload]
    found: Outlook

    @classmethod
    def of(
        cls, file: CaseFile, stamp: Stamp, payload: Payload, found: Outlook, earlier: Sequence[Payload] = ()
    ) -> "Post":
        """An entry, and the timed moves that came to light with it."""
        moves = [timed_payload(stamp, move) for move in found.moves]
        return cls(file=file, stamp=stamp, earlier=earlier, payloads=[payload, *moves], found=found)

    @classmethod
    def moves(cls, file: CaseFile, stamp: Stamp, found: Outlook) -> "Post":
        """What the date, new rules or new settings brought about."""
        payloads = [timed_payload(stamp, move) for move in found.moves] or [stamp.payload("replan")]
        return cls(file=file, stamp=stamp, payloads=payloads, found=found)

    def entries(self) -> Iterator[tuple[Payload, Effects]]:
        """Each entry with its effects."""
        yield from ((payload, {}) for payload in self.earlier)
        effects = self.found.effects
        for payload in self.payloads:
            yield payload, effects
            effects = effects_of(self.found.now.state, self.found.now, ())


def post(connection: Connection, *posts: Post) -> None:
    """Writes what became of patients, of all of them with a few statements."""
    chain.write(connection, [post.file.chain.growth(post.stamp.at, post.entries()) for post in posts])
    new = [_patient_row(post) for post in posts if not post.file.version]
    known = [_patient_row(post) for post in posts if post.file.version]
    if new:
        connection.execute(_NEW, [row | {"site_id": SITE} for row in new])
    if known:
        connection.execute(_MOVE, [_as_update(row) for row in known])
    for one in posts:
        one.file.version = one.file.chain.length
    write_tasks(connection, {post.file.patient: post.found.changes for post in posts})


def timed_payload(stamp: Stamp, move: Arrival) -> Payload:
    """A move that the date brought about, on the day on which it took effect."""
    plain = stamp.payload("timed", name=move.via, on=move.on.isoformat(), to=move.state.value)
    return {name: value for name, value in plain.items() if name not in ("key", "reason")} | {"by": CLOCK, "user": ""}


def _patient_row(post: Post) -> dict[str, Any]:
    now = post.found.now
    return {
        "id": post.file.patient, "state": now.state.value, "since": now.since, "version": post.file.chain.length,
        "pathway_version": post.stamp.pathway, "settings_revision": post.stamp.settings, "wake_at": now.wake_at,
    }  # fmt: skip


def write_tasks(connection: Connection, changed: Mapping[str, Iterable[Change]]) -> None:
    """Makes the new task rows of patients and changes the others."""
    every = [(name, change) for name, changes in changed.items() for change in changes]
    fresh = [_task_row(name, change) for name, change in every if change.old is None]
    stale = [_task_row(name, change) for name, change in every if change.old is not None]
    if fresh:
        connection.execute(_OPEN, [row | {"site_id": SITE} for row in fresh])
    if stale:
        connection.execute(_CHANGE, [_as_update(row) for row in stale])


def _task_row(name: str, change: Change) -> dict[str, Any]:
    key = dict(zip(_KEY, (name, *change.key), strict=True))
    return key | dict(zip(COLUMNS, change.row.values, strict=True)) | {"wake_at": change.row.wake_at}


def _as_update(row: dict[str, Any]) -> dict[str, Any]:
    return {f"key_{name}" if name in _KEYS else f"new_{name}": value for name, value in row.items()}
