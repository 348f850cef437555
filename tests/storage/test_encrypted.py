"""An encrypted record, with the real SQLCipher: everything works on it, and without the key it is noise."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from storage import anchor, cipher
from storage.backup import backup, check, restore
from storage.database import open_database
from storage.ledger import Ledger
from storage.rebuild import rebuild
from storage.verify import verify
from tests.cli.asps import Asps
from tests.storage.clinic import DOCTOR, START, accepted, opened, registered, snapshot, waiting
from workflow.errors import AspsError

RAW = "0123456789abcdef" * 4
PHRASE = "correct horse battery's staple"
NAME = "Ann Example-Nobody"


@pytest.fixture(params=[RAW, PHRASE], ids=["raw", "phrase"])
def key(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The installation has a key."""
    monkeypatch.setenv(cipher.KEY, request.param)
    return str(request.param)


@pytest.fixture
def record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ledger]:
    """An encrypted record with three patients."""
    monkeypatch.setenv(cipher.KEY, RAW)
    ledger = opened(open_database(f"sqlite:///{tmp_path / 'asps.db'}"))
    waiting(ledger, "P-1")
    accepted(ledger, "P-2")
    registered(ledger, "P-3", name=NAME)
    yield ledger
    ledger.engine.dispose()


def content(file: Path) -> dict[str, list[tuple[object, ...]]]:
    engine = open_database(f"sqlite:///{file}")
    try:
        assert verify(engine).ok
        return snapshot(engine)
    finally:
        engine.dispose()


def test_what_was_written_is_read_again_with_the_key_and_is_noise_without(key: str, tmp_path: Path) -> None:
    file = tmp_path / "asps.db"
    engine = open_database(f"sqlite:///{file}")
    registered(opened(engine), "PATIENT-0001", name=NAME)
    before = snapshot(engine)
    for part in tmp_path.iterdir():  # the write-ahead log is there too
        assert not any(
            word in part.read_bytes() for word in (NAME.encode(), b"PATIENT-0001", b"SQLite format", b"journal")
        )
    assert {part.stat().st_mode & 0o777 for part in tmp_path.iterdir()} == {0o600}
    with engine.connect() as connection:
        assert connection.scalar(text("PRAGMA journal_mode")) == "wal"
        assert connection.scalar(text("PRAGMA synchronous")) == 2
    engine.dispose()
    assert content(file) == before
    with closing(sqlite3.connect(file)) as connection, pytest.raises(sqlite3.DatabaseError, match="not a database"):
        connection.execute("SELECT * FROM person")


@pytest.mark.parametrize("other", ["", "another key of some length", RAW[::-1]])
def test_without_the_key_or_with_another_nothing_opens_and_nothing_changes(
    record: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, other: str
) -> None:
    record.engine.dispose()
    file = tmp_path / "asps.db"
    before = file.read_bytes()
    monkeypatch.setenv(cipher.KEY, other)
    with pytest.raises(AspsError, match=r"is not an ASPS Pathway database.*its key if it is encrypted"):
        open_database(f"sqlite:///{file}")
    assert file.read_bytes() == before


def test_a_copy_is_encrypted_verified_and_comes_back(record: Ledger, tmp_path: Path) -> None:
    before, folder = snapshot(record.engine), tmp_path / "copies"
    copy = backup(record.engine, folder, START)
    assert not cipher.is_plain(copy) and NAME.encode() not in copy.read_bytes()
    assert check(copy, tmp_path).ok
    accepted(record, "P-9")
    record.engine.dispose()
    restored = restore(copy, tmp_path / "asps.db", START + timedelta(days=1))
    assert restored.verdict.ok and content(tmp_path / "asps.db") == before
    assert restored.aside and not cipher.is_plain(restored.aside) and "P-9" in str(content(restored.aside))


def test_a_copy_under_another_key_is_refused_and_the_record_stays(
    record: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = backup(record.engine, tmp_path / "copies", START)
    record.engine.dispose()
    before = (tmp_path / "asps.db").read_bytes()
    monkeypatch.setenv(cipher.KEY, "another key of some length")
    with pytest.raises(AspsError, match=f"{copy.name} is not an ASPS Pathway database"):
        restore(copy, tmp_path / "asps.db", START)
    assert (tmp_path / "asps.db").read_bytes() == before


def test_a_plain_record_is_not_opened_with_a_key_and_restoring_a_copy_encrypts_it(
    key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "asps.db"
    monkeypatch.delenv(cipher.KEY)
    engine = open_database(f"sqlite:///{file}")
    ledger = opened(engine)
    waiting(ledger, "P-1")
    registered(ledger, "P-3", name=NAME)
    copy, before = backup(engine, tmp_path / "copies", START), snapshot(engine)
    engine.dispose()
    monkeypatch.setenv(cipher.KEY, key)
    with pytest.raises(AspsError, match="is not encrypted, but a key is given: asps restore"):
        open_database(f"sqlite:///{file}")
    assert check(copy, tmp_path).ok
    restored = restore(copy, file, START)
    assert cipher.is_plain(copy) and restored.aside and cipher.is_plain(restored.aside)
    assert not cipher.is_plain(file) and NAME.encode() not in file.read_bytes()
    assert content(file) == before


def test_erasing_rebuilding_and_anchoring_work_on_it(record: Ledger, tmp_path: Path) -> None:
    anchor.write(record.engine, tmp_path / "heads.txt", START)
    assert record.erase("P-3", now=START, author=DOCTOR, reason="asked for")
    before = snapshot(record.engine)
    assert rebuild(record.engine) == 3 and snapshot(record.engine) == before
    assert verify(record.engine).ok and list(anchor.against(record.engine, tmp_path / "heads.txt")) == []
    record.engine.dispose()
    plain = cipher.connect(tmp_path / "asps.db")
    assert plain.execute("SELECT count(*) FROM person WHERE name <> ''").fetchone()[0] == 2
    plain.close()


def test_a_damaged_page_is_found(record: Ledger, tmp_path: Path) -> None:
    record.engine.dispose()
    content = bytearray((tmp_path / "asps.db").read_bytes())
    content[5 * 4096 + 100] ^= 1
    (tmp_path / "asps.db").write_bytes(content)
    with pytest.raises(AspsError, match=r"is damaged|cannot be read or written|is not an ASPS"):
        engine = open_database(f"sqlite:///{tmp_path / 'asps.db'}")
        wrong = verify(engine).first
        raise AspsError(f"it is damaged: {wrong}" if wrong else "nothing was found")


def test_the_key_may_stand_in_a_file(record: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = snapshot(record.engine)
    record.engine.dispose()
    (tmp_path / "key").write_text(f"{RAW}\n")
    monkeypatch.setenv(cipher.KEY_FILE, str(tmp_path / "key"))
    with pytest.raises(AspsError, match="both ASPS_DATABASE_KEY and ASPS_DATABASE_KEY_FILE are set"):
        open_database(f"sqlite:///{tmp_path / 'asps.db'}")
    monkeypatch.delenv(cipher.KEY)
    assert content(tmp_path / "asps.db") == before


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        (cipher.KEY, "short", "the database key is shorter than 12 characters"),
        (cipher.KEY_FILE, "/nowhere/key", "names /nowhere/key, which cannot be read"),
        (cipher.KEY_FILE, "/dev/null", "the database key is shorter than 12 characters"),
    ],
)
def test_a_key_that_is_none_is_said_before_anything_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(AspsError, match=said):
        open_database(f"sqlite:///{tmp_path / 'asps.db'}")
    assert list(tmp_path.iterdir()) == []


def test_the_terminal_works_on_an_encrypted_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(cipher.KEY, RAW)
    asps = Asps(tmp_path)
    for command in (
        ("init", "--yes", "--set", "timezone=Europe/Amsterdam"),
        ("patient", "add", "P-1", "--born", "1991-02-08", "--name", NAME),
        ("record", "P-1", "weight", "--set", "kg=70"),
        ("tick",),
        ("backup", str(tmp_path / "copies")),
        ("journal", "verify"),
        ("journal", "rebuild"),
        ("worklist",),
    ):
        result = asps(*command)
        assert result.code == 0, result
    (copy,) = (tmp_path / "copies").iterdir()
    assert asps("restore", str(copy), "--check").code == 0 and asps("restore", str(copy)).code == 0
    assert NAME in asps("patient", "show", "P-1").out
    monkeypatch.delenv(cipher.KEY)
    refused = asps("worklist")
    assert refused.code != 0 and "its key if it is encrypted" in refused.err and RAW not in refused.err
