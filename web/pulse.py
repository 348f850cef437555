"""A number that changes with every entry of the whole record, so that an open list learns that it is old."""

from collections.abc import Mapping
from threading import Lock
from time import monotonic
from typing import Final
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, Executable, func, select, text

from storage.tables import stream
from web.desk import Desk

HOLDS = 3.0
"""Seconds: many open lists ask."""

_NUMBER: Final[Mapping[str, Executable]] = {
    "sqlite": text("SELECT max(rowid) FROM journal"),  # the end of a tree; the journal only grows
    "postgresql": select(func.sum(stream.c.length)),
}
_kept: WeakKeyDictionary[Engine, tuple[float, int]] = WeakKeyDictionary()
_lock = Lock()


def beats(desk: Desk) -> int:
    """The number, at most some seconds old."""
    with _lock:
        at, found = _kept.get(desk.engine, (-HOLDS, 0))
        if monotonic() - at >= HOLDS:
            found = fresh(desk)
        return found


def fresh(desk: Desk) -> int:
    """The number as it is now."""
    with desk.engine.connect() as connection:
        found = int(connection.scalar(_NUMBER[desk.engine.dialect.name]) or 0)
    _kept[desk.engine] = (monotonic(), found)
    return found
