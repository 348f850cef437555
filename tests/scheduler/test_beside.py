"""The clock beside the pages: it never holds them up, and takes over when the worker that keeps the clock ends."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from notifications.outside import Outside
from scheduler.jobs import Worker
from scheduler.worker import beside
from storage.ledger import Ledger
from storage.tables import heartbeat, notice
from tests.scheduler.clinic import Listener
from tests.scheduler.processes import overdue, start, until
from workflow.asps import ASPS


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """A record in a file, with one patient who has two tasks overdue."""
    with overdue(tmp_path) as found:
        yield found


def worker(engine: Engine, folder: Path, say: Callable[[str], None]) -> Worker:
    out = Outside(carriers={}, link="", ping="")
    return Worker(ledger=Ledger(engine, ASPS), console=Listener(), outside=out, folder=folder / "backups", say=say)


def notices(engine: Engine) -> int:
    with engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(notice)) or 0


def keeper(engine: Engine) -> str:
    """Who keeps the clock."""
    with engine.connect() as connection:
        return connection.scalar(select(heartbeat.c.detail).where(heartbeat.c.name == "worker")) or ""


def test_the_clock_is_kept_beside_other_work_and_its_threads_end_with_it(engine: Engine, tmp_path: Path) -> None:
    before = threading.active_count()
    with beside(worker(engine, tmp_path, print), every=3600):
        until(lambda: notices(engine) == 2)
    assert threading.active_count() == before
    with beside(worker(engine, tmp_path, print), every=3600):
        until(lambda: f"process {os.getpid()} " in keeper(engine))  # the lock was given back


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_the_clock_is_taken_over_when_the_other_worker_ends(engine: Engine, tmp_path: Path, number: int) -> None:
    other, said = start(tmp_path), list[str]()
    try:
        until(lambda: f"process {other.pid} " in keeper(engine))
        with beside(worker(engine, tmp_path, said.append), every=3600):
            until(lambda: bool(said))
            assert f"process {other.pid} " in keeper(engine)
            other.send_signal(number)
            until(lambda: f"process {os.getpid()} " in keeper(engine))
    finally:
        other.kill()
        other.communicate()
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
