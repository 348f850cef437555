"""Lets a process live for a random moment, kills it, and looks at what it left behind."""

import multiprocessing
import random
import shutil
import time
from pathlib import Path

from tests.crash.child import BEGUN, live
from tests.crash.work import WORKS

LIFE = 0.25
"""Seconds a process lives at most; the steps take a third of it."""

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.crash.child"])  # so that a life begins in milliseconds


def life(name: str, place: Path, first: int) -> int:
    """One process from step `first` on, killed at a random moment; the last step it said was done (or `first` - 1)."""
    listener, told = PROCESSES.Pipe(duplex=False)
    process = PROCESSES.Process(target=live, args=(name, place, first, told))
    process.start()
    told.close()
    assert listener.recv() == BEGUN
    time.sleep(random.uniform(0, LIFE))
    process.kill()
    process.join()
    assert process.exitcode == -9, "it ended by itself"
    last = first - 1
    while listener.poll():
        try:
            last = listener.recv()
        except EOFError:
            break
    process.close()
    listener.close()
    return last


def endure(name: str, place: Path, lives: int) -> int:
    """So many lives of one work, each going on where the one before was cut short; how many steps were done in all.

    The step that was cut short is done by the next start, and changes nothing when it is done once more. In the end the
    record is, to the last hash, what it is where nobody is killed: nothing is lost, and nothing happened twice.
    """
    work, control, n = WORKS[name], place.with_name("control"), 0
    shutil.copytree(place, control)
    for _ in range(lives):
        last = life(name, place, n)
        work.sound(place, last + 1)
        work.step(place, last + 1)
        work.sound(place, last + 2)
        before = work.left(place)
        for m in range(max(n, last + 2 - work.repeats), last + 2):
            work.step(place, m)
        assert work.left(place) == before, "doing again what was done must change nothing"
        n = last + 2
    for m in range(n if work.repeats else 0):
        work.step(control, m)
    assert not work.repeats or work.left(control) == work.left(place)
    return n
