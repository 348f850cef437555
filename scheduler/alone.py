"""One worker per record. The lock is the system's, not a date in the database: it ends with the process that holds it,
however that ends, and no clock that jumps can prolong or shorten it.
"""

import os
import socket
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine, select, text

from scheduler.late import BEGUN
from scheduler.tick import beat
from storage import faults
from storage.tables import heartbeat
from workflow.errors import AspsError

PAUSE = 1.0
"""Seconds between two looks whether the other worker has ended."""
_NUMBER = 7217737
"""PostgreSQL's advisory lock."""

Take = Callable[[], bool]
"""Tries to take the lock; whether it is held now."""


@contextmanager
def alone(engine: Engine, say: Callable[[str], None], stop: threading.Event) -> Iterator[bool]:
    """Holds the clock of a record, waiting while another worker does and saying so once; False: told to stop first."""
    with ExitStack() as held:
        take = _sqlite(engine, held) if engine.dialect.name == "sqlite" else _postgresql(engine, held)
        if not take():
            say(f"another worker keeps the clock of this record{_who(engine)}; waiting until it ends")
            while not stop.wait(PAUSE) and not take():
                pass
        if not stop.is_set():
            beat(engine, BEGUN, datetime.now(UTC), f"process {os.getpid()} on {socket.gethostname()}")
        yield not stop.is_set()


def _sqlite(engine: Engine, held: ExitStack) -> Take:
    """An empty file beside the record, locked as SQLite locks files on every system."""
    place = engine.url.database
    if not place:
        return lambda: True  # in memory: nobody else can see it
    file = Path(f"{place}-worker")
    try:
        file.touch(mode=0o600)
        connection = held.enter_context(closing(sqlite3.connect(file, timeout=0, isolation_level=None)))
    except (OSError, sqlite3.Error) as error:
        raise AspsError(f"{file} cannot be made: {getattr(error, 'strerror', error)}") from None

    def take() -> bool:
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if "locked" in str(error):
                return False
            raise AspsError(faults.sentence(error, str(file)) or f"{file}: {error}") from error
        return True

    return take


def _postgresql(engine: Engine, held: ExitStack) -> Take:
    """A lock of the session."""
    connection = held.enter_context(engine.connect().execution_options(isolation_level="AUTOCOMMIT"))
    held.callback(connection.execute, text("SELECT pg_advisory_unlock_all()"))
    return lambda: bool(connection.scalar(text(f"SELECT pg_try_advisory_lock({_NUMBER})")))


def _who(engine: Engine) -> str:
    with engine.connect() as connection:
        row = connection.execute(select(heartbeat).where(heartbeat.c.name == BEGUN)).first()
    return f" ({row.detail}, since {row.at:%Y-%m-%d %H:%M} UTC)" if row else ""
