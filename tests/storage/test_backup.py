"""Copies: of one moment, verified, few; and back in the place of the record without losing what stood there."""

import shutil
import sqlite3
import stat
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from storage.backup import backup, check, restore
from storage.database import memory_database, open_database, writing
from storage.ledger import Ledger
from tests.storage.clinic import DOCTOR, START, accepted, opened, registered, snapshot, tamper
from workflow.asps import ASPS
from workflow.errors import AspsError


@pytest.fixture
def ledger(file_engine: Engine) -> Ledger:
    """A record in a file, with one patient."""
    found = opened(file_engine)
    accepted(found)
    return found


def content(file: Path) -> object:
    engine = open_database(f"sqlite:///{file}")
    try:
        return snapshot(engine)
    finally:
        engine.dispose()


def test_a_copy_is_the_record_in_one_private_file(ledger: Ledger, tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "backups"
    copy = backup(ledger.engine, folder, START)
    assert copy == folder / "asps-20261102T080000Z.db"
    assert [file.name for file in folder.iterdir()] == [copy.name]
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600 and stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert content(copy) == snapshot(ledger.engine)


def test_a_copy_is_made_while_others_write(ledger: Ledger, tmp_path: Path) -> None:
    with writing(ledger.engine).begin() as connection:
        connection.execute(text("UPDATE person SET contact = 'half-way'"))
        copy = backup(ledger.engine, tmp_path / "backups", START)
        connection.rollback()
    assert content(copy) == snapshot(ledger.engine)


def test_only_the_latest_copies_stay_and_nothing_else_is_touched(ledger: Ledger, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    (folder / "asps-notes.db").write_text("mine")
    made = [backup(ledger.engine, folder, START + timedelta(days=n), keep=3) for n in range(6)]
    assert sorted(folder.iterdir()) == sorted([*made[-3:], folder / "asps-notes.db"])


def test_a_clock_that_went_back_does_not_remove_the_copy_just_made(ledger: Ledger, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    later = [backup(ledger.engine, folder, START + timedelta(days=n), keep=2) for n in (400, 401)]
    newest = backup(ledger.engine, folder, START, keep=2)
    assert sorted(folder.iterdir()) == sorted([later[-1], newest])


def test_what_a_killed_copy_left_is_removed_after_a_day(ledger: Ledger, tmp_path: Path) -> None:
    left = tmp_path / "backups" / ".asps-unfinished-abc"
    left.mkdir(parents=True)
    (left / "asps.db").write_text("half")
    made = left.stat().st_mtime
    backup(ledger.engine, left.parent, START.fromtimestamp(made, START.tzinfo) + timedelta(hours=1))
    assert left.exists()
    backup(ledger.engine, left.parent, START.fromtimestamp(made, START.tzinfo) + timedelta(days=2))
    assert not left.exists()


def test_a_record_that_was_tampered_with_is_not_copied(ledger: Ledger, tmp_path: Path) -> None:
    kept = backup(ledger.engine, tmp_path / "backups", START)
    tamper(ledger.engine, "UPDATE journal SET payload = replace(payload, 'clinician', 'coordinator')")
    with pytest.raises(AspsError, match=r"asps\.db does not verify: entry 2 of P-1: was altered"):
        backup(ledger.engine, kept.parent, START + timedelta(days=1), keep=1)
    assert list(kept.parent.iterdir()) == [kept]


def test_a_record_in_memory_can_be_copied_as_well(tmp_path: Path) -> None:
    engine = memory_database()
    accepted(opened(engine))
    assert content(backup(engine, tmp_path, START)) == snapshot(engine)
    engine.dispose()


def test_postgresql_is_left_to_its_own_tools(postgres_url: str, tmp_path: Path) -> None:
    engine = open_database(postgres_url)
    with pytest.raises(AspsError, match="pg_dump"):
        backup(engine, tmp_path, START)
    engine.dispose()


def test_a_copy_comes_back_and_the_former_record_is_kept(ledger: Ledger, tmp_path: Path) -> None:
    copy = backup(ledger.engine, tmp_path / "backups", START)
    then = snapshot(ledger.engine)
    registered(ledger, "P-2")
    now = snapshot(ledger.engine)
    ledger.engine.dispose()
    restored = restore(copy, tmp_path / "asps.db", START)
    assert content(tmp_path / "asps.db") == then
    assert restored.aside == tmp_path / "asps.db.before-20261102T080000.000000" and content(restored.aside) == now
    assert (restored.verdict.ok, restored.verdict.streams) == (True, 2)
    assert stat.S_IMODE((tmp_path / "asps.db").stat().st_mode) == 0o600
    assert not list(tmp_path.glob(".asps*"))


def test_checking_a_copy_changes_nothing(ledger: Ledger, tmp_path: Path) -> None:
    copy = backup(ledger.engine, tmp_path / "backups", START)
    copy.parent.chmod(0o500)
    before = copy.read_bytes()
    assert check(copy, tmp_path).entries == 4
    assert copy.read_bytes() == before and list(copy.parent.iterdir()) == [copy]
    copy.parent.chmod(0o700)


def test_a_record_in_use_is_not_replaced(ledger: Ledger, tmp_path: Path) -> None:
    copy = backup(ledger.engine, tmp_path / "backups", START)
    before = snapshot(ledger.engine)
    with pytest.raises(AspsError, match="is in use; stop the worker"):
        restore(copy, tmp_path / "asps.db", START)
    assert snapshot(ledger.engine) == before
    assert sorted(f.name for f in tmp_path.iterdir()) == ["asps.db", "asps.db-shm", "asps.db-wal", "backups"]


def test_a_copy_goes_where_there_was_no_record(ledger: Ledger, tmp_path: Path) -> None:
    copy = backup(ledger.engine, tmp_path / "backups", START)
    assert restore(copy, tmp_path / "new" / "asps.db", START).aside is None
    assert content(tmp_path / "new" / "asps.db") == snapshot(ledger.engine)


def test_a_log_left_beside_a_record_does_not_spoil_the_copy(ledger: Ledger, tmp_path: Path) -> None:
    """A killed process leaves its write-ahead log; beside another file it would be played into it."""
    copy = backup(ledger.engine, tmp_path / "backups", START)
    then = snapshot(ledger.engine)
    registered(ledger, "P-2")
    killed = tmp_path / "killed"
    killed.mkdir()
    for end in ("", "-wal"):
        shutil.copy(tmp_path / f"asps.db{end}", killed)
    now = snapshot(ledger.engine)
    restored = restore(copy, killed / "asps.db", START)
    assert content(killed / "asps.db") == then
    assert restored.aside and content(restored.aside) == now


def test_a_log_left_by_a_lost_record_is_put_aside_as_well(ledger: Ledger, tmp_path: Path) -> None:
    copy = backup(ledger.engine, tmp_path / "backups", START)
    then = snapshot(ledger.engine)
    registered(ledger, "P-2")
    lost = tmp_path / "lost"
    lost.mkdir()
    shutil.copy(tmp_path / "asps.db-wal", lost)
    log = (lost / "asps.db-wal").read_bytes()
    assert restore(copy, lost / "asps.db", START).aside is None
    assert [file.read_bytes() for file in lost.glob("*-wal")] == [log], "kept, under another name"
    assert content(lost / "asps.db") == then
    assert check(lost / "asps.db", tmp_path).ok


@pytest.mark.parametrize("what", ["nothing", "text", "cut", "altered", "foreign", "newer"])
def test_what_is_no_sound_copy_is_refused(ledger: Ledger, tmp_path: Path, what: str) -> None:
    copy = backup(ledger.engine, tmp_path / "backups", START)
    before = snapshot(ledger.engine)
    ledger.engine.dispose()
    said = _spoil(copy, what)
    with pytest.raises(AspsError, match=said) as caught:
        restore(copy, tmp_path / "asps.db", START)
    assert "\n" not in str(caught.value) and ".asps-unfinished" not in str(caught.value)
    with pytest.raises(AspsError, match=said):
        check(copy, tmp_path)
    assert content(tmp_path / "asps.db") == before
    assert sorted(f.name for f in tmp_path.iterdir()) == ["asps.db", "backups"]


def _spoil(copy: Path, what: str) -> str:
    """Spoils a copy; what is then said of it."""
    if what == "nothing":
        copy.unlink()
        return "there is no file"
    if what == "text":
        copy.write_text("not a database at all" * 100)
        return "is not an ASPS Pathway database"
    if what == "cut":
        copy.write_bytes(copy.read_bytes()[:-20_000])
        return "damaged|is not an ASPS"
    if what == "foreign":
        copy.unlink()
    statements = {
        "altered": "UPDATE patient SET state = 'surveillance'",
        "foreign": "CREATE TABLE songs (title TEXT)",
        "newer": "UPDATE alembic_version SET version_num = '99999'",
    }
    with closing(sqlite3.connect(copy)) as connection, connection:
        connection.execute(statements[what])
    return {"altered": "does not verify: P-1", "foreign": "something else", "newer": "written by a newer version"}[what]


def test_a_record_goes_on_after_it_came_back(ledger: Ledger, tmp_path: Path) -> None:
    copy = backup(ledger.engine, tmp_path / "backups", START)
    ledger.engine.dispose()
    restore(copy, tmp_path / "asps.db", START)
    again = Ledger(open_database(f"sqlite:///{tmp_path / 'asps.db'}"), ASPS)
    assert again.enter("P-1", "weight", {"kg": 70}, now=START, author=DOCTOR).version == 3
    again.engine.dispose()
