"""A file that was cut off or overwritten: it is said, never taken for a record, and never copied as one."""

import os
import shutil
from pathlib import Path

import pytest

from storage.backup import backup, check, restore
from storage.database import open_database
from storage.verify import verify
from tests.cli.asps import Asps
from tests.storage.clinic import START, accepted, opened, snapshot, waiting
from workflow.errors import AspsError

PAGE = 4096


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A record in one file, and a copy of it."""
    folder = tmp_path_factory.mktemp("damage")
    engine = open_database(f"sqlite:///{folder / 'asps.db'}")
    ledger = opened(engine)
    waiting(ledger, "P-1")
    for n in range(2, 12):
        accepted(ledger, f"P-{n}")
    copy = backup(engine, folder / "backups", START)
    engine.dispose()
    return folder / "asps.db", copy


def found(file: Path) -> str:
    """What is said of a file; empty where nothing is wrong with it."""
    try:
        engine = open_database(f"sqlite:///{file}")
        try:
            wrong = verify(engine).first
        finally:
            engine.dispose()
    except AspsError as error:
        assert "\n" not in str(error)
        return str(error)
    return str(wrong or "")


def rows(file: Path) -> object:
    engine = open_database(f"sqlite:///{file}")
    try:
        return snapshot(engine)
    finally:
        engine.dispose()


@pytest.mark.parametrize("filling", ["zeros", "noise", "another page"])
def test_every_page_that_is_overwritten_is_found(whole: tuple[Path, Path], tmp_path: Path, filling: str) -> None:
    content, file, unseen = whole[0].read_bytes(), tmp_path / "asps.db", []
    for place in range(0, len(content), PAGE):
        other = content[place - PAGE : place] or content[-PAGE:]
        new = {"zeros": bytes(PAGE), "noise": os.urandom(PAGE), "another page": other}[filling]
        if new == content[place : place + PAGE]:
            continue  # an empty page like the one before it
        file.write_bytes(content[:place] + new + content[place + PAGE :])
        if not found(file):
            unseen.append(place)
            assert rows(file) == rows(whole[0]), "only a page that holds nothing may be overwritten unnoticed"
    assert len(unseen) <= 2


def test_every_way_of_cutting_it_off_is_found(whole: tuple[Path, Path], tmp_path: Path) -> None:
    content, file = whole[0].read_bytes(), tmp_path / "asps.db"
    for length in (600, PAGE, PAGE + 1, *range(3 * PAGE, len(content), 5 * PAGE), len(content) - 1):
        file.write_bytes(content[:length])
        assert found(file), length


@pytest.mark.parametrize("left", [0, 1, 500])
def test_a_file_of_which_nothing_is_left_is_no_copy_and_no_record(tmp_path: Path, left: int) -> None:
    """SQLite would take it for a new database."""
    file = tmp_path / "asps.db"
    file.write_bytes(b"S" * left)
    with pytest.raises(AspsError, match="is no copy of a record"):
        check(file, tmp_path)
    asps = Asps(tmp_path)
    assert "holds no record" in asps("worklist").err and "asps restore" in asps("worklist").err
    assert file.read_bytes() == b"S" * left


def test_a_damaged_record_is_not_copied_and_a_copy_takes_its_place(whole: tuple[Path, Path], tmp_path: Path) -> None:
    file, copies = tmp_path / "asps.db", tmp_path / "backups"
    content = bytearray(whole[0].read_bytes())
    content[12 * PAGE : 20 * PAGE] = os.urandom(8 * PAGE)
    file.write_bytes(content)
    shutil.copytree(whole[1].parent, copies)
    before = sorted(copies.iterdir())
    engine = open_database(f"sqlite:///{file}")
    with pytest.raises(AspsError):
        backup(engine, copies, START, keep=1)
    engine.dispose()
    assert sorted(copies.iterdir()) == before
    restored = restore(before[0], file, START)
    assert found(file) == "" and rows(file) == rows(whole[0])
    assert restored.aside and restored.aside.read_bytes()[PAGE:] == content[PAGE:]


def test_a_write_ahead_log_cut_off_at_any_byte_leaves_what_came_before(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'asps.db'}")
    ledger = opened(engine)
    engine.dispose()
    engine = open_database(f"sqlite:///{tmp_path / 'asps.db'}")
    ledger = opened(engine)
    for n in range(6):
        accepted(ledger, f"P-{n}")
    log, last = (tmp_path / "asps.db-wal").read_bytes(), -1
    for length in range(0, len(log) + 1, max(1, len(log) // 12)):
        place = tmp_path / f"cut-{length}"
        place.mkdir()
        shutil.copy(tmp_path / "asps.db", place)
        (place / "asps.db-wal").write_bytes(log[:length])
        assert found(place / "asps.db") == ""
        entries = len(rows(place / "asps.db")["journal"])  # type: ignore[index]
        assert entries >= last, "a longer log holds at least as much"
        last = entries
    engine.dispose()
