"""Databases of any size: a few patients entered through the ledger, and copies of their rows by plain SQL.

The copies have no valid hashes, which costs nothing in speed; `asps journal verify` would refuse them.
"""

import sqlite3
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path

from benchmarks.clinic import DOCTOR, Entered, ct, followed, opened, registered, staged
from storage.database import open_database
from storage.ledger import Ledger

HUNDRED, TEN, TWO, WAITS = "H", "T", "L", "W"
"""The patients that are copied: with a hundred records, ten, two, and one whom a date moves. Copies: `H-0000001`."""

TASKS_EACH = 10
"""Open tasks of each copy of `L`."""

_TASK = (
    "name, subject, occurrence, site_id, status, priority, owner, opened, due, target, not_before, why, done, done_by, "
    "snoozed_until, claimed_by, reason, remind_at, due_at, overdue_at, escalate_at, wake_at"
)
_COPIED = {
    "stream": ("name", "site_id, head, length"),
    "journal": ("stream", "seq, at, payload, effects, prev, hash"),
    "patient": ("id", "site_id, state, since, version, pathway_version, settings_revision, wake_at"),
    "task": ("patient", _TASK),
    "person": ("patient", "name, contact"),
}
"""The tables of a patient: the column that names the patient, and the others."""
_TASKS = f"""
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :tasks)
INSERT INTO task (patient, {_TASK})
SELECT printf('{TWO}-%07d', 1 + i / {TASKS_EACH}), 'bench', 'once', 1 + i % {TASKS_EACH}, 1, 'open', 4, 'clinician',
       '2026-02-02', day, day, NULL, 'invented', NULL, '', NULL, '', '', NULL, day || ' 00:00:00.000000',
       date(day, '+1 day') || ' 00:00:00.000000', NULL, day || ' 00:00:00.000000'
FROM (SELECT i, date('2035-01-01', '+' || (i % 3000) || ' days') AS day FROM n)
"""


def waiting(ledger: Ledger, id: str) -> datetime:
    """A patient in the interval wait, until the interval CT falls due; the moment after the last entry."""
    registered(ledger, id)
    now = datetime(2026, 2, 10, 12, tzinfo=UTC)
    board = {"limited": "yes", "resectability": "resectable", "checklist": "complete"}
    steps = [one for one in staged(date(2026, 2, 2)) if one.name in _BEFORE_THE_WAIT]
    fewer = ct(lung_lesions_right=1, lung_lesions_left=1)
    for one in (*steps, Entered(name="decide_interval_scan", on=date(2026, 2, 10), given=board)):
        given = {"symptomatic": "no"} if one.name == "symptoms" else one.given
        given = fewer if given.get("modality") == "ct_chest" else given
        answer = ledger.enter(id, one.name, given, now=now, author=DOCTOR, on=one.on, reason="agreed")
        if not answer.accepted:
            raise AssertionError(f"{one.name}: {answer.blockers}")
    return now


_BEFORE_THE_WAIT = {"accept_referral", "histology", "imaging", "complete_staging", "symptoms"}


def grown(path: Path, tasks: int = 0, **copies: int) -> Path:
    """A database of so many copies of patients, by their letters (`H=40`), and so many tasks, due from 2035 on.

    The tasks belong to copies of `L`, ten to each.
    """
    copies = {**copies, **({TWO: tasks // TASKS_EACH} if tasks else {})}
    engine = open_database(f"sqlite:///{path}")
    ledger = opened(engine)
    for id, count in ((TWO, 2), (TEN, 10), (HUNDRED, 100)):
        followed(ledger, count, id)
    waiting(ledger, WAITS)
    engine.dispose()
    with sqlite3.connect(path, isolation_level=None) as connection:
        _fast(connection, copies, tasks)
    connection.close()
    return path


def _fast(connection: sqlite3.Connection, copies: Mapping[str, int], tasks: int) -> None:
    """Without triggers, indexes and sync while it lasts; all of them stand again at the end."""
    for pragma in ("synchronous = OFF", "foreign_keys = OFF", "cache_size = -200000"):
        connection.execute(f"PRAGMA {pragma}")
    query = "SELECT type, name, sql FROM sqlite_master WHERE type IN ('trigger', 'index') AND sql IS NOT NULL"
    aside = connection.execute(query).fetchall()
    connection.execute("BEGIN")
    for type_, name, _ in aside:
        connection.execute(f"DROP {type_} {name}")
    connection.execute("UPDATE task SET wake_at = NULL")
    for of, count in copies.items():
        for table in _COPIED:
            connection.execute(_copy(table, of), {"count": count})
    if tasks:
        connection.execute(_TASKS, {"tasks": tasks})
    for _, _, sql in aside:
        connection.execute(sql)
    connection.execute("COMMIT")
    connection.execute("ANALYZE")
    connection.execute("DELETE FROM sqlite_stat1")  # as a real database has it
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _copy(table: str, of: str) -> str:
    key, rest = _COPIED[table]
    new = f"printf('{of}-%07d', i)"
    id = f"""replace(payload, '"id":"{of}"', '"id":"' || {new} || '"')"""
    return (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count) "
        f"INSERT INTO {table} ({key}, {rest}) "
        f"SELECT {new}, {rest.replace('payload', id)} FROM n, {table} WHERE :count > 0 AND {key} = '{of}'"
    )


def named(of: str, number: int) -> str:
    """The name of a copy, from 1."""
    return f"{of}-{number:07d}"
