"""The process that is killed: it does one step after the other, and says after each that it is done."""

from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path

from tests.crash.work import WORKS

BEGUN = -1


def live(name: str, place: Path, first: int, done: Connection) -> None:
    """Does the steps of a work from one on, for ever; tells the number of each that is done."""
    done.send(BEGUN)
    for n in count(first):
        WORKS[name].step(place, n)
        done.send(n)
