"""Our timers, as processes of their own: `python -m benchmarks.timer add|fire|serve DATABASE COUNT DUE SPREAD`.

The counterpart of `peers/timers.py`. A timer is an open task; it goes off when its notice is written.
"""

import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter, sleep, time

from sqlalchemy import Engine, func, select

from benchmarks.memory import peak_memory
from notifications.deliver import deliver
from notifications.digest import Digest
from scheduler.tick import tick
from storage.database import open_database, writing
from storage.ledger import Ledger
from storage.posting import write_tasks
from storage.queries import Reader
from storage.reconcile import Change, Row
from storage.tables import notice
from workflow.asps import ASPS


class File:
    """A channel that writes how many notices each message told of."""

    name = "file"

    def __init__(self, path: Path) -> None:
        self._path = path

    def send(self, message: Digest) -> None:
        """Writes a line."""
        with self._path.open("a", encoding="utf-8") as stream:
            stream.write(f"{message.new}\n")


def changes(count: int, due: float, spread: float) -> Iterator[Change]:
    """Tasks that fall due one after the other."""
    for number in range(count):
        at = datetime.fromtimestamp(due + spread * number / count, UTC)
        day = at.date()
        values = ("open", 4, "clinician", day, day, day, None, "invented", None, "", None, "", "", None, at, None, None)
        yield Change(
            key=("bench", "once", number + 1), what="opened", row=Row(values=values, wake_at=at), old=None
        )  # fmt: skip


def add(engine: Engine, count: int, due: float, spread: float) -> None:
    """Sets timers, each in a transaction of its own."""
    for change in changes(count, due, spread):
        with writing(engine).begin() as connection:
            write_tasks(connection, {"L": [change]})


def noticed(engine: Engine) -> int:
    """How many have gone off."""
    with engine.connect() as connection:
        query = select(func.count()).select_from(notice).where(notice.c.task == "bench")
        return connection.scalar(query) or 0


def main(what: str, file: str, count: int, due: float, spread: float) -> None:
    """Does what the command line asks for."""
    start = perf_counter()
    engine = open_database(f"sqlite:///{file}")
    if what == "add":
        start = perf_counter()
        add(engine, count, due, spread)
        print(json.dumps((perf_counter() - start) / count), flush=True)
        return
    ledger, started = Ledger(engine, ASPS), perf_counter() - start
    reader, channel = Reader(engine, ASPS), File(Path(file).with_suffix(".told"))
    sleep(max(0.0, due - time()))
    start = perf_counter()
    while noticed(engine) < count:
        tick(ledger, datetime.now(UTC))
        if what == "serve":
            deliver(reader, channel, datetime.now(UTC))
            sleep(0.02)
    print(json.dumps([started, perf_counter() - start, peak_memory()]), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4]), float(sys.argv[5]))
