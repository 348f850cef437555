"""A disk that is full in mid-write: what was answered for is there, the rest is not, and with room it goes on."""

import resource
import signal
import sqlite3
from contextlib import closing
from multiprocessing.connection import Connection
from pathlib import Path
from shutil import disk_usage

import pytest
from sqlalchemy import Engine, make_url

from storage.backup import backup
from storage.database import open_database
from storage.faults import sentence
from storage.ledger import Ledger
from storage.queries import Reader
from storage.rebuild import rebuild
from storage.verify import verify
from tests.crash.killing import PROCESSES
from tests.storage.clinic import DOCTOR, START, accepted, opened, snapshot
from workflow.asps import ASPS
from workflow.errors import AspsError

ROOM = 100_000
"""Bytes by which a file may still grow."""


def write_until_full(url: str, told: Connection) -> None:
    """A process whose files cannot grow for ever; says how far it came, and what it was told in the end."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # a write beyond it fails, as on a full disk
    size = ROOM + max(file.stat().st_size for file in Path(make_url(url).database or "").parent.iterdir())
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    ledger, version = Ledger(open_database(url), ASPS), 0
    try:
        while True:
            version = ledger.enter("P-1", "weight", {"kg": 70}, now=START, author=DOCTOR).version
    except AspsError as error:
        told.send((version, str(error)))


def test_a_disk_that_fills_up_loses_nothing(url: str) -> None:
    engine = open_database(url)
    ledger = opened(engine)
    accepted(ledger)
    listener, told = PROCESSES.Pipe(duplex=False)
    process = PROCESSES.Process(target=write_until_full, args=(url, told))
    process.start()
    version, said = listener.recv()
    process.join()
    assert "nothing was written" in said and "\n" not in said
    assert version > 2 and Reader(engine, ASPS).patient("P-1").version == version
    assert verify(engine).ok
    assert ledger.enter("P-1", "weight", {"kg": 71}, now=START, author=DOCTOR).version == version + 1
    engine.dispose()


class NoShm(Exception):
    """As SQLite says it where the files beside the record cannot be made."""

    sqlite_errorname = "SQLITE_IOERR_SHMSIZE"


@pytest.mark.parametrize(
    ("free", "says"), [(0, "there is no space left for {}; nothing was written"), (10**9, "the disk reports an error")]
)
def test_a_disk_without_a_byte_left_is_called_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, says: str
) -> None:
    monkeypatch.setattr("storage.faults.disk_usage", lambda folder: disk_usage(folder)._replace(free=free))
    file = str(tmp_path / "asps.db")
    assert says.format(file) in sentence(NoShm(), file)


def test_a_rebuild_without_room_leaves_everything_as_it_was(file_engine: Engine) -> None:
    ledger = opened(file_engine)
    for n in range(30):
        accepted(ledger, f"P-{n}")
    with file_engine.connect() as connection:
        connection.exec_driver_sql("CREATE TABLE filler (x)")
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        connection.commit()
    before = snapshot(file_engine)
    with file_engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM task")
        connection.exec_driver_sql(f"INSERT INTO filler VALUES (zeroblob({_free(file_engine) * 4000}))")
    spoilt = snapshot(file_engine)
    with pytest.raises(AspsError, match="no space left"):
        rebuild(file_engine)
    assert snapshot(file_engine) == spoilt
    with file_engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE filler")
    rebuild(file_engine)
    assert snapshot(file_engine) == before


def _free(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.exec_driver_sql("PRAGMA freelist_count").scalar() or 0)


def test_a_copy_without_room_is_no_copy(file_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    accepted(opened(file_engine))
    kept = backup(file_engine, tmp_path / "backups", START)
    before = kept.read_bytes()
    original = sqlite3.connect

    def connect(file: object, *args: object, **more: object) -> sqlite3.Connection:
        connection = original(str(file), *args, **more)  # type: ignore[call-overload]
        connection.execute("PRAGMA max_page_count = 5")
        return connection  # type: ignore[no-any-return]

    monkeypatch.setattr(sqlite3, "connect", connect)
    with pytest.raises(AspsError, match="no space left"):
        backup(file_engine, tmp_path / "backups", START, keep=1)
    assert [file.name for file in (tmp_path / "backups").iterdir()] == [kept.name]
    assert kept.read_bytes() == before
    with closing(original(kept)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
