"""A worker as a process of its own, and a record in which something is overdue."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine

from storage.database import open_database
from storage.ledger import Ledger
from tests.scheduler.clinic import AUTHOR, SETTINGS
from workflow.asps import ASPS

PATIENCE = 30.0
"""Seconds a step may take on a busy machine."""
LONG_AGO = datetime.now(UTC) - timedelta(days=60)


@contextmanager
def overdue(folder: Path) -> Iterator[Engine]:
    """A record in a file, with one patient who has two tasks overdue."""
    engine = open_database(f"sqlite:///{folder / 'asps.db'}")
    Ledger(engine, ASPS).set_site(SETTINGS, now=LONG_AGO, author=AUTHOR)
    accepted(engine, "P-1")
    yield engine
    engine.dispose()


def accepted(engine: Engine, id: str) -> None:
    """One more such patient."""
    ledger = Ledger(engine, ASPS)
    ledger.register(id=id, born=date(1990, 1, 1), now=LONG_AGO, author=AUTHOR)
    ledger.enter(id, "accept_referral", {"centre_role": "reference_centre"}, now=LONG_AGO, author=AUTHOR)


def start(folder: Path, **more: str) -> subprocess.Popen[str]:
    """`asps worker` on the record of the folder."""
    command = [sys.executable, "-m", "cli", "worker", "--every", "1", "--database", str(folder / "asps.db")]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), **more}
    return subprocess.Popen(
        command, cwd=folder, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def until(holds: Callable[[], bool]) -> None:
    """Waits for something the worker should do."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, "it did not come to it"
        time.sleep(0.05)
