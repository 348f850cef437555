"""The floor: stdlib sqlite3 and nothing else, with the same pragmas, the same rules and the same rows.

It shares the pure functions of `storage` (what an entry says, the chart it comes to, what changes among tasks). What it
goes without: SQLAlchemy, checks of who, when and which version, idempotency keys, refusals, and an answer.
"""

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from benchmarks.clinic import BY, DOCTOR
from storage.casefile import Folded, fold
from storage.chain import hash_of
from storage.codec import LETTERS, Stamp, canonical, entry_content, free_id, kind_of, registration_content
from storage.effects import Standing, effects_of
from storage.inputs import fields_of
from storage.past import Known, Past, judge
from storage.posting import timed_payload
from storage.projection import mark, project
from storage.reconcile import COLUMNS, Change, Reason, Row, midnight, reconcile
from storage.settings import Settings
from workflow.asps import ASPS
from workflow.chart import Chart, Registration
from workflow.course import state_of
from workflow.decide import decide
from workflow.plan import plan
from workflow.site import Site
from workflow.steps import Accepted, Step
from workflow.vocabulary import State

PRAGMAS = ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "busy_timeout = 5000")
_DATES = {COLUMNS.index(n) for n in ("opened", "due", "target", "not_before", "done", "snoozed_until")}
_INSTANTS = {COLUMNS.index(n) for n in ("remind_at", "due_at", "overdue_at", "escalate_at")}
_LOAD = (
    "SELECT p.state, s.head, s.length, site.revision, site.settings FROM patient p JOIN stream s ON s.name = p.id "
    "JOIN site ON site.id = p.site_id WHERE p.id = ?"
)
_TASKS = f"SELECT name, subject, occurrence, wake_at, {', '.join(COLUMNS)} FROM task WHERE patient = ?"
_OPEN = (
    f"INSERT INTO task (patient, name, subject, occurrence, wake_at, {', '.join(COLUMNS)}, site_id) "
    f"VALUES ({', '.join('?' * (len(COLUMNS) + 5))}, 1)"
)
_CHANGE = (
    f"UPDATE task SET wake_at = ?, {', '.join(f'{name} = ?' for name in COLUMNS)} "
    "WHERE patient = ? AND name = ? AND subject = ? AND occurrence = ?"
)
_MOVE = (
    "UPDATE patient SET state = ?, since = ?, version = ?, pathway_version = ?, settings_revision = ?, wake_at = ? "
    "WHERE id = ?"
)


_SITES = Settings(ASPS)
"""Remembers the last settings read, as the ledger does."""


def connect(path: Path) -> sqlite3.Connection:
    """A connection that commits as durably as the record does."""
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    return connection


class Patient:
    """One patient's rows, loaded within a transaction."""

    def __init__(self, sql: sqlite3.Connection, id: str) -> None:
        self.sql, self.id = sql, id
        state, self.head, self.length, revision, settings = sql.execute(_LOAD, (id,)).fetchone()
        self.site = _SITES.of(revision, settings)
        found = sql.execute("SELECT seq, payload FROM journal WHERE stream = ? ORDER BY seq", (id,))
        self.folded: Folded = fold(id, found)
        self.chart: Chart = self.folded.chart
        self.tasks = {(r[0], r[1], r[2]): _row(r) for r in sql.execute(_TASKS, (id,))}
        self.state = State(state)

    @classmethod
    def new(cls, sql: sqlite3.Connection, registration: Registration, site: Site) -> "Patient":
        """One of whom nothing is written yet."""
        sql.execute("INSERT INTO stream (name, site_id, head, length) VALUES (?, 1, '', 0)", (registration.id,))
        sql.execute("INSERT INTO patient (id, site_id, state, since, version, pathway_version, settings_revision) "
                    "VALUES (?, 1, 'referred', '', 0, '', 0)", (registration.id,))  # fmt: skip
        one = cls.__new__(cls)
        one.sql, one.id, one.head, one.length, one.site = sql, registration.id, "", 0, site
        one.folded, one.tasks, one.state = Folded(patient=registration), {}, State.REFERRED
        one.chart = one.folded.chart
        return one

    def write(self, chart: Chart, stamp: Stamp, before: State, payload: Mapping[str, Any], step: Any = None) -> None:
        """Plans, and writes the entry and the rows."""
        wanted = plan(ASPS, chart, self.site, stamp.day)
        here, look = wanted.path[-1], wanted.look_again
        now = Standing(state=here.state, since=here.on, wake_at=midnight(look, self.site.zone) if look else None)
        changes = reconcile(
            self.tasks, wanted.tasks, self.site, Reason.of(before, now.state, chart, wanted.tasks, step)
        )
        self.append(stamp.at, payload, effects_of(before, now, changes))
        row = (now.state.value, here.on.isoformat(), self.length, stamp.pathway, stamp.settings, _plain(now.wake_at))
        self.sql.execute(_MOVE, (*row, self.id))
        self._write_tasks(changes)

    def append(self, at: datetime, payload: Mapping[str, Any], effects: Mapping[str, Any]) -> None:
        """Adds an entry."""
        content, follows, seq = canonical(payload), canonical(effects), self.length + 1
        new = hash_of(self.id, seq, at, content, follows, self.head)
        row = (self.id, seq, _plain(at), content, follows, self.head, new)
        self.sql.execute("INSERT INTO journal (stream, seq, at, payload, effects, prev, hash) VALUES (?,?,?,?,?,?,?)",
                         row)  # fmt: skip
        self.sql.execute("UPDATE stream SET head = ?, length = ? WHERE name = ?", (new, seq, self.id))
        self.head, self.length = new, seq

    def _write_tasks(self, changes: Iterable[Change]) -> None:
        for change in changes:
            values = (_plain(change.row.wake_at), *map(_plain, change.row.values))
            if change.old is None:
                self.sql.execute(_OPEN, (self.id, *change.key, *values))
            else:
                self.sql.execute(_CHANGE, (*values, self.id, *change.key))


def enter(sql: sqlite3.Connection, id: str, name: str, given: Mapping[str, Any], now: datetime) -> None:
    """One record or act, in one transaction."""
    sql.execute("BEGIN IMMEDIATE")
    one = Patient(sql, id)
    stamp = _stamp(one.site, now, BY.value, DOCTOR.user)
    kind, seq = kind_of(name), one.length + 1
    step = Step(
        id=free_id(LETTERS[kind], seq, one.folded.ids), name=name, fields=fields_of(name).accept(given), seq=seq,
        at=now, on=stamp.day, by=BY, user=DOCTOR.user,
    )  # fmt: skip
    before = state_of(ASPS, one.chart, one.site, stamp.day)
    decision = decide(ASPS, one.chart, one.site, step)
    assert isinstance(decision, Accepted), decision
    one.write(decision.chart, stamp, before, stamp.payload(kind, **entry_content(decision.entry)), step.fields)
    sql.execute("COMMIT")


def move(sql: sqlite3.Connection, ids: Sequence[str], now: datetime, size: int = 100) -> None:
    """The timed moves of patients, some in a transaction."""
    for first in range(0, len(ids), size):
        sql.execute("BEGIN IMMEDIATE")
        for id in ids[first : first + size]:
            one = Patient(sql, id)
            stamp = _stamp(one.site, now, "clock", "")
            last = plan(ASPS, one.chart, one.site, stamp.day).path[-1]
            one.write(one.chart, stamp, one.state, timed_payload(stamp, last))
        sql.execute("COMMIT")


def replan(sql: sqlite3.Connection, ids: Iterable[str], now: datetime) -> None:
    """Plans patients anew, one in a transaction."""
    for id in ids:
        sql.execute("BEGIN IMMEDIATE")
        one = Patient(sql, id)
        stamp = _stamp(one.site, now, "clock", "")
        one.write(one.chart, stamp, one.state, stamp.payload("replan"))
        sql.execute("COMMIT")


def take(sql: sqlite3.Connection, registration: Mapping[str, Any], past: Iterable[Past], now: datetime) -> None:
    """A patient with what is known already, in one transaction."""
    sql.execute("BEGIN IMMEDIATE")
    site = _SITES.of(*sql.execute("SELECT revision, settings FROM site").fetchone())
    stamp = _stamp(site, now, BY.value, DOCTOR.user)
    known = {name: registration[name] for name in ("id", "born", "sex_recorded", "can_become_pregnant")}
    one = Patient.new(sql, Registration(**known, registered=stamp.day), site)
    opening = stamp.payload("registration", **registration_content(one.chart.patient))
    judged = judge(ASPS, site, Known(chart=one.chart, payloads=[opening]), stamp, past)
    assert isinstance(judged, Known), judged
    for payload in judged.payloads[:-1]:
        one.append(now, payload, {})
    one.write(judged.chart, stamp, State.REFERRED, judged.payloads[-1])
    person = (one.id, registration.get("name", ""), registration.get("contact", ""))
    sql.execute("INSERT INTO person (patient, name, contact) VALUES (?, ?, ?)", person)
    head, length = sql.execute("SELECT head, length FROM stream WHERE name = '@site'").fetchone()
    listed = Patient.__new__(Patient)
    listed.sql, listed.id, listed.head, listed.length = sql, "@site", head, length
    listed.append(now, stamp.payload("registered", patient=one.id), {})
    sql.execute("COMMIT")


def rebuild(sql: sqlite3.Connection, ids: Iterable[str]) -> None:
    """The rows of patients anew from the recorded effects, one patient in a transaction."""
    for id in ids:
        sql.execute("BEGIN IMMEDIATE")
        entries = sql.execute("SELECT seq, payload, effects FROM journal WHERE stream = ? ORDER BY seq", (id,))
        one = project(id, entries)
        sql.execute("DELETE FROM task WHERE patient = ?", (id,))
        row = [_plain(one.row[n]) for n in ("state", "since", "version", "pathway_version", "settings_revision",
                                            "wake_at")]  # fmt: skip
        sql.execute(_MOVE, (*row, id))
        for key, values in one.tasks.items():
            every = (mark(values, -1), *(values[name] for name in COLUMNS))
            sql.execute(_OPEN, (id, *key, *map(_plain, every)))
        sql.execute("COMMIT")


NOTICES = (
    "INSERT INTO notice (patient, task, subject, occurrence, due, stage, at) SELECT patient, name, subject, "
    "occurrence, target, 'due', ? FROM task WHERE wake_at <= ? AND status = 'open'",
    "UPDATE task SET wake_at = overdue_at WHERE wake_at <= ?",
)


def notices(sql: sqlite3.Connection, now: datetime) -> int:
    """A notice for each task that is due; how many."""
    at = _plain(now)
    sql.execute("BEGIN IMMEDIATE")
    written = sql.execute(NOTICES[0], (at, at)).rowcount
    sql.execute(NOTICES[1], (at,))
    sql.execute("COMMIT")
    return written


def anything_due(ask: Callable[..., Any], now: datetime) -> bool:
    """One question through an index; `ask` executes it."""
    return ask("SELECT 1 FROM task WHERE wake_at <= ? LIMIT 1", (_plain(now),)).fetchone() is not None


def beat(execute: Callable[..., Any], now: datetime) -> None:
    """Writes that the clock was looked at, within a transaction."""
    execute("UPDATE heartbeat SET at = ? WHERE name = 'tick'", (_plain(now),))


def copied(sql: sqlite3.Connection, now: datetime) -> None:
    """Writes that today's copy was made."""
    sql.execute("INSERT INTO heartbeat (name, at, detail) VALUES ('nightly', ?, '')", (_plain(now),))


def _stamp(site: Site, now: datetime, by: str, user: str) -> Stamp:
    return Stamp(at=now, day=site.today(now), by=by, user=user, pathway=ASPS.version, settings=site.revision)


def _row(found: tuple[Any, ...]) -> Row:
    return Row(values=tuple(_value(i, v) for i, v in enumerate(found[4:])), wake_at=_instant(found[3]))


def _value(index: int, value: Any) -> Any:
    if value is None:
        return None
    if index in _DATES:
        return date.fromisoformat(value)
    return _instant(value) if index in _INSTANTS else value


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", timespec="microseconds")
    return value.isoformat() if isinstance(value, date) else value
