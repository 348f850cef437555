"""The clock beside the pages: it never holds them up, and takes over when the worker that keeps the clock ends."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from notifications.outside import Outside
from scheduler.jobs import Worker
from scheduler.worker import beside
from storage.database import open_database
from storage.ledger import Ledger
from storage.tables import heartbeat, notice
from tests.scheduler.clinic import AUTHOR, SETTINGS, Listener
from workflow.asps import ASPS

PATIENCE = 30.0
"""Seconds on a busy machine."""
LONG_AGO = datetime.now(UTC) - timedelta(days=60)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """A record in a file, with one patient who has two tasks overdue."""
    found = open_database(f"sqlite:///{tmp_path / 'asps.db'}")
    ledger = Ledger(found, ASPS)
    ledger.set_site(SETTINGS, now=LONG_AGO, author=AUTHOR)
    ledger.register(id="P-1", born=date(1990, 1, 1), now=LONG_AGO, author=AUTHOR)
    ledger.enter("P-1", "accept_referral", {"centre_role": "reference_centre"}, now=LONG_AGO, author=AUTHOR)
    yield found
    found.dispose()


def worker(engine: Engine, folder: Path, say: Callable[[str], None]) -> Worker:
    out = Outside(carriers={}, link="", ping="")
    return Worker(ledger=Ledger(engine, ASPS), console=Listener(), outside=out, folder=folder / "backups", say=say)


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, "it did not come to it"
        time.sleep(0.05)


def notices(engine: Engine) -> int:
    with engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(notice)) or 0


def keeper(engine: Engine) -> str:
    """Who keeps the clock."""
    with engine.connect() as connection:
        return connection.scalar(select(heartbeat.c.detail).where(heartbeat.c.name == "worker")) or ""


def other_worker(folder: Path) -> subprocess.Popen[bytes]:
    """A worker in a process of its own."""
    command = [sys.executable, "-m", "cli", "worker", "--every", "1", "--database", str(folder / "asps.db")]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    return subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL)


def test_the_clock_is_kept_beside_other_work_and_its_threads_end_with_it(engine: Engine, tmp_path: Path) -> None:
    before = threading.active_count()
    with beside(worker(engine, tmp_path, print), every=3600):
        until(lambda: notices(engine) == 2)
    assert threading.active_count() == before
    with beside(worker(engine, tmp_path, print), every=3600):
        until(lambda: f"process {os.getpid()} " in keeper(engine))  # the lock was given back


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_the_clock_is_taken_over_when_the_other_worker_ends(engine: Engine, tmp_path: Path, number: int) -> None:
    other, said = other_worker(tmp_path), list[str]()
    try:
        until(lambda: f"process {other.pid} " in keeper(engine))
        with beside(worker(engine, tmp_path, said.append), every=3600):
            until(lambda: bool(said))
            assert f"process {other.pid} " in keeper(engine)
            other.send_signal(number)
            until(lambda: f"process {os.getpid()} " in keeper(engine))
    finally:
        other.kill()
        other.wait()
    assert "another worker keeps the clock of this record" in said[0]


def test_whoever_only_waits_ends_at_once(engine: Engine, tmp_path: Path) -> None:
    said = list[str]()
    with beside(worker(engine, tmp_path, print), every=3600):
        until(lambda: bool(keeper(engine)))
        with beside(worker(engine, tmp_path, said.append), every=3600):
            until(lambda: bool(said))
    assert len(said) == 1


def test_a_lock_that_cannot_be_had_is_said_and_tried_again(engine: Engine, tmp_path: Path) -> None:
    said, lock = list[str](), tmp_path / "asps.db-worker"
    lock.mkdir()
    with beside(worker(engine, tmp_path, said.append), every=0.1):
        until(lambda: len(said) > 1)
        lock.rmdir()
        until(lambda: notices(engine) == 2)
    assert "which will be tried again" in said[0] and str(lock) in said[0]
