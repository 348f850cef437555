"""Two on one file: a lock of ten seconds is said to be one and nothing is lost; a second worker waits for the first."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from scheduler import alone
from scheduler.jobs import Job
from scheduler.tick import tick as look
from scheduler.worker import safely
from storage.database import open_database
from storage.queries import Reader
from storage.verify import verify
from tests.crash.killing import PROCESSES
from tests.storage.clinic import DOCTOR, START, accepted, opened
from workflow.asps import ASPS
from workflow.errors import AspsError

LOCKED = "locked by another program; nothing was written, try again"
SECONDS = 10.0


def hold(file: str, told: Connection) -> None:
    """Another program that keeps the write lock."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        told.send(True)
        time.sleep(SECONDS)


@contextmanager
def another(target: object, *args: object) -> Iterator[BaseProcess]:
    """Another process, once it says that it has come so far; killed at the end."""
    listener, told = PROCESSES.Pipe(duplex=False)
    process = PROCESSES.Process(target=target, args=(*args, told))  # type: ignore[arg-type]
    process.start()
    assert listener.recv()
    yield process
    process.kill()
    process.join()


def test_a_record_that_is_locked_for_ten_seconds_says_so_and_goes_on(url: str, tmp_path: Path) -> None:
    engine, said = open_database(url), list[str]()
    ledger = opened(engine)
    accepted(ledger)

    def write() -> str:
        try:
            return str(ledger.enter("P-1", "weight", {"kg": 70}, now=START, author=DOCTOR).version)
        except AspsError as error:
            return str(error)

    def tick() -> None:
        look(ledger, START)

    job = Job(name="tick", do=tick, every=60)
    with another(hold, str(tmp_path / "asps.db")) as holder, ThreadPoolExecutor(2) as pool:
        begun = time.monotonic()
        written, ticked = pool.submit(write), pool.submit(safely, job, said.append)
        assert Reader(engine, ASPS).patient("P-1").version == 2, "whoever only reads does not wait"
        assert LOCKED in written.result() and 4 < time.monotonic() - begun < SECONDS
        ticked.result()
        assert len(said) == 1 and said[0].startswith("tick failed and will be tried again") and LOCKED in said[0]
        holder.join()
    assert write() == "3"
    safely(job, said.append)
    assert len(said) == 1 and verify(engine).ok
    engine.dispose()


def keep(url: str, told: Connection) -> None:
    """Another worker that has begun."""
    with alone.alone(open_database(url), print, threading.Event()) as ours:
        told.send(ours)
        time.sleep(60)


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alone, "PAUSE", 0.05)


def test_a_second_worker_says_so_and_waits_until_the_first_is_killed(both: Engine) -> None:
    said, stop = list[str](), threading.Event()
    url = both.url.render_as_string(hide_password=False)
    with another(keep, url) as first:
        killer = threading.Timer(0.5, first.kill)
        killer.start()
        begun = time.monotonic()
        with alone.alone(both, said.append, stop) as ours:
            assert ours and time.monotonic() - begun > 0.4
    (line,) = said
    assert line.startswith(f"another worker keeps the clock of this record (process {first.pid} on ")
    assert line.endswith("waiting until it ends")


def test_a_worker_that_waits_can_be_told_to_stop(both: Engine) -> None:
    said, stop = list[str](), threading.Event()
    with another(keep, both.url.render_as_string(hide_password=False)):
        threading.Timer(0.3, stop.set).start()
        with alone.alone(both, said.append, stop) as ours:
            assert not ours
    assert len(said) == 1


def test_whoever_ends_leaves_the_clock_to_the_next_at_once(both: Engine) -> None:
    said = list[str]()
    for _ in range(3):
        with alone.alone(both, said.append, threading.Event()) as ours:
            assert ours
    assert said == []
    with both.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM heartbeat WHERE name = 'worker'")) == 1
