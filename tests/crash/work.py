"""What the killed processes do: commands as people type them, numbered, so that they can be done again."""

import contextlib
import io
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

from sqlalchemy import Engine

import interchange.taking
from cli import imported, opening, replans, shapes
from cli.main import app
from scheduler import worker
from storage import database, migrations, triggers
from storage.backup import PATTERN, check
from storage.database import open_database
from storage.queries import Reader
from storage.verify import verify
from tests.interchange.sheets import WAITS, text
from tests.storage.clinic import SETTINGS, snapshot
from workflow.asps import ASPS

IMPORTED = (imported, opening, shapes, worker)
"""What commands import when they run: here already before a life begins."""

START = datetime(2026, 11, 2, 9, tzinfo=UTC)
FILE = "asps.db"
PATIENTS = 24
Rows = dict[str, list[tuple[Any, ...]]]


def run(place: Path, *args: str, file: str = FILE, **moved: float) -> int:
    """One command on the record of a place, at a moment counted from the start; its exit code."""
    at = [] if moved.get("never") else ["--at", (START + timedelta(**moved)).isoformat()]
    silence = io.StringIO()
    with contextlib.redirect_stdout(silence), contextlib.redirect_stderr(silence), small_batches():
        os.environ["ASPS_USER"] = "tester"
        try:
            app([*args, *at, "--database", str(place / file)])
        except SystemExit as ended:
            assert "this should not have happened" not in silence.getvalue(), silence.getvalue()
            return int(ended.code or 0)
    raise AssertionError("a command ends with its exit code")


@contextmanager
def small_batches() -> Iterator[None]:
    """Transactions of five patients, so that a kill comes between two of them."""
    with mock.patch.object(interchange.taking, "BATCH", 5), mock.patch.object(replans, "BATCH", 5):
        yield


def made(place: Path) -> None:
    """The record they all begin with: 24 patients who wait for their interval CT, one of them until every next day."""
    place.mkdir()
    sets = (part for name, value in SETTINGS.items() for part in ("--set", f"{name}={value}"))
    assert run(place, "init", "--yes", *sets, never=True) == 0
    sheet = place / "patients.csv"
    sheet.write_text(text(row(f"P-{k}", k) for k in range(PATIENTS)), encoding="utf-8")
    assert run(place, "import", str(sheet)) == 0


def row(patient: str, days: int) -> dict[str, str]:
    """A patient whose interval CT was taken some days after the 20th of August."""
    return {**WAITS, "patient_id": patient, "index_ct": (date(2026, 8, 20) + timedelta(days)).isoformat()}


@contextmanager
def held(place: Path, file: str = FILE) -> Iterator[Engine]:
    """The record of a place."""
    engine = open_database(f"sqlite:///{place / file}")
    yield engine
    engine.dispose()


def content(place: Path) -> Rows:
    """All rows, but the one that says when the clock last ran."""
    with held(place) as engine:
        return snapshot(engine, "heartbeat")


def verified(place: Path, n: int) -> None:
    """The record is as the ledger wrote it."""
    with held(place) as engine:
        assert verify(engine).wrong == ()


@dataclass(frozen=True, kw_only=True)
class Work:
    """Something to be killed at."""

    step: Callable[[Path, int], None]
    sound: Callable[[Path, int], None] = verified
    """What must hold when it was killed at step n, before anything is done about it."""
    repeats: int = 1
    """So many of the latest steps change nothing when they are done again: all that carry a key, else the last."""
    left: Callable[[Path], Any] = content
    """All that the steps leave behind."""


def _patient(n: int) -> str:
    return f"P-{n % PATIENTS}"


def _record(place: Path, n: int) -> None:
    kg = f"kg={50 + n % 40}"
    assert run(place, "record", _patient(n), "weight", "--set", kg, "--key", f"record {n}", minutes=n) == 0


def _do(place: Path, n: int) -> None:
    """A new patient is registered, accepted, and not operated on: the refusal is an entry as well."""
    id, key = f"D-{n // 3}", ("--key", f"do {n}")
    if n % 3 == 0:
        assert run(place, "patient", "add", id, "--born", "1990-01-01", "--name", "Ann Example", *key, minutes=n) == 0
    elif n % 3 == 1:
        assert run(place, "do", id, "accept_referral", "--set", "centre_role=reference_centre", *key, minutes=n) == 0
    else:
        assert run(place, "do", id, "decide_surgery", *key, minutes=n) == 1


def _amend(place: Path, n: int) -> None:
    """A weight is recorded, corrected, dated back, and entered in error."""
    patient, id, key = _patient(n // 4), f"w{n // 4}", ("--key", f"amend {n}", "--reason", "a slip")
    commands = (
        ("record", patient, "weight", "--set", "kg=70", "--set", f"id={id}"),
        ("amend", patient, id, "--set", "kg=71"),
        ("amend", patient, id, "--on", "2026-11-01"),
        ("retract", patient, id),
    )
    assert run(place, *commands[n % 4], *key, minutes=n) == 0


def _import(place: Path, n: int) -> None:
    """Twelve patients in three transactions, and one row that comes back."""
    sheet = place / f"sheet-{n}.csv"
    rows = [row(f"I-{n}-{k}", k) for k in range(12)]
    sheet.write_text(text([*rows, {**rows[0], "patient_id": f"I-{n}-x", "born": "2999-01-01"}]), encoding="utf-8")
    assert run(place, "import", str(sheet), hours=n) == 1


def _tick(place: Path, n: int) -> None:
    """Every day another patient's interval is over, and another one's tasks are overdue."""
    assert run(place, "tick", days=n) == 0


def _replan(place: Path, n: int) -> None:
    """A setting changes, then everybody is planned anew, five at a time."""
    change = ("site", "set", f"post_interval_mdt.days={3 + n // 2 % 9}", f"brain_mri.due_days={9 + n // 2 % 5}")
    assert run(place, *(("replan",) if n % 2 else change), hours=n) == 0


BREAK = (
    "UPDATE patient SET state = 'surveillance'; DELETE FROM task WHERE patient < 'P-2'; UPDATE site SET revision = 9"
)


def _rebuild(place: Path, n: int) -> None:
    """The projections are spoilt, and written anew."""
    with closing(sqlite3.connect(place / FILE, timeout=5, isolation_level=None)) as connection:
        connection.executescript(f"BEGIN IMMEDIATE; {BREAK}; COMMIT")
    assert run(place, "journal", "rebuild", never=True) == 0


def _not_half_rebuilt(place: Path, n: int) -> None:
    with held(place) as engine:
        spoilt = {found.stream for found in verify(engine, most=10_000).wrong}
        assert len(snapshot(engine)["patient"]) == PATIENTS, "the former rows are there until the new ones are"
    assert len(spoilt) in (0, PATIENTS + 1), "all of it was rebuilt, or nothing"


@contextmanager
def newer() -> Iterator[None]:
    """A version of this program that knows one migration more."""
    original = migrations.config

    def config(connection: Any) -> Any:
        settings = original(connection)
        folders = (Path(migrations.__file__).parent / "versions", Path(__file__).parent / "newer")
        settings.set_main_option("path_separator", "newline")
        settings.set_main_option("version_locations", "\n".join(map(str, folders)))
        return settings

    with (
        mock.patch.object(migrations, "config", config),
        mock.patch.object(database, "REVISIONS", (*database.REVISIONS, "9999")),
        mock.patch.object(database, "HEAD", "9999"),
    ):
        yield


def _migrate(place: Path, n: int) -> None:
    """A copy of the record is opened by the newer version."""
    file = place / f"copy-{n}.db"
    if not file.exists():
        with closing(sqlite3.connect(place / FILE)) as old, closing(sqlite3.connect(place / "copying")) as copy:
            old.backup(copy)
        (place / "copying").replace(file)
    with newer():
        assert run(place, "patient", "list", file=file.name, never=True) == 0


def _not_half_migrated(place: Path, n: int) -> None:
    file = place / f"copy-{n}.db"
    if not file.exists():
        return
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        (revision,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
        columns = [one[1] for one in connection.execute("PRAGMA table_info(journal)")]
    assert ("noted" in columns, "ix_task_noted" in tables) == ((revision == "9999"),) * 2
    assert not any(name.startswith("_alembic") for name in tables)
    before = content(place)
    with newer(), held(place, file.name) as engine:  # the next start
        with engine.connect() as connection:
            assert triggers.missing(connection) == []
        assert verify(engine).wrong == ()
        assert snapshot(engine, "heartbeat") == before


def _create(place: Path, n: int) -> None:
    """A record is made and set up."""
    assert run(place, "init", "--yes", "--set", "timezone=Europe/Amsterdam", file=f"new-{n}.db", never=True) in (0, 1)


def _not_half_created(place: Path, n: int) -> None:
    _create(place, n)
    with held(place, f"new-{n}.db") as engine:
        assert verify(engine).wrong == ()
        assert Reader(engine, ASPS).site().word("timezone") == "Europe/Amsterdam"


def _backup(place: Path, n: int) -> None:
    """Something is entered and the record copied; two copies stay."""
    assert run(place, "record", _patient(n), "weight", "--set", "kg=70", "--key", f"backup {n}", minutes=n) == 0
    assert run(place, "backup", str(place / "copies"), "--keep", "2", never=True) == 0


def _no_half_copy(place: Path, n: int) -> None:
    """Whatever has a copy's name is one."""
    verified(place, n)
    for copy in (place / "copies").glob(PATTERN):
        assert check(copy, place).ok


def _restore(place: Path, n: int) -> None:
    """A patient is registered, and the copy in which nobody knows of it takes the record's place."""
    copy = place / "copy.db"
    if not copy.exists():
        shutil.copy(place / FILE, copy)
    assert run(place, "patient", "add", f"R-{n}", "--born", "1990-01-01", "--key", f"{n}", minutes=n) == 0
    assert run(place, "restore", str(copy), never=True) == 0
    assert f"R-{n}" not in _known(place / FILE)


def _not_half_restored(place: Path, n: int) -> None:
    """The record is in its place, the one or the other; nobody is lost who was known before."""
    verified(place, n)
    known = _known(place / FILE).union(*(_known(aside) for aside in place.glob(f"{FILE}.before-*[0-9]")))
    assert known >= {f"R-{m}" for m in range(n)}


def _known(file: Path) -> set[str]:
    with closing(sqlite3.connect(file)) as connection:
        return {name for (name,) in connection.execute("SELECT id FROM patient")}


WORKS = {
    "record": Work(step=_record, repeats=2),
    "do": Work(step=_do, repeats=2),
    "amend": Work(step=_amend, repeats=2),
    "import": Work(step=_import, repeats=2),
    "tick": Work(step=_tick),
    "replan": Work(step=_replan),
    "rebuild": Work(step=_rebuild, sound=_not_half_rebuilt, repeats=0),
    "migration": Work(step=_migrate, sound=_not_half_migrated, repeats=0),
    "backup": Work(step=_backup, sound=_no_half_copy, repeats=0),
    "restore": Work(step=_restore, sound=_not_half_restored, repeats=0),
    "creation": Work(step=_create, sound=_not_half_created, repeats=0),
}
