"""Taking times fairly: rounds in which each contestant has its turn, the median of them, and the spread."""

import gc
import os
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import perf_counter, process_time

Work = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds of several rounds, each per thing done."""

    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        """Seconds."""
        return median(self.seconds)

    def __str__(self) -> str:
        low, high = min(self.seconds), max(self.seconds)
        return f"{shown(self.median)} ({shown(low)} to {shown(high)})"


def shown(seconds: float) -> str:
    """A length of time in the unit that suits it."""
    for unit, size in (("s", 1.0), ("ms", 1e-3)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds * 1e6:.3g} µs"


def paired(rounds: int, each: int, prepare: Work = lambda: None, **works: Work) -> dict[str, Timing]:
    """Times works turn by turn, so that a busy moment of the machine meets all of them; seconds per one of `each`.

    `prepare` is called before every one of them, untimed.
    """
    taken: dict[str, list[float]] = {name: [] for name in works}
    for turn in range(rounds):
        order = list(works) if turn % 2 == 0 else list(reversed(works))
        for name in order:
            prepare()
            taken[name].append(once(works[name]) / each)
    return {name: Timing(tuple(seconds)) for name, seconds in taken.items()}


def once(work: Work) -> float:
    """Seconds by the clock on the wall."""
    clear_away()
    start = perf_counter()
    work()
    return perf_counter() - start


def clear_away() -> None:
    """What others left behind: garbage, and pages not yet on disk, for which the next commit would have to wait."""
    gc.collect()
    if hasattr(os, "sync"):
        os.sync()


def computing(rounds: int, each: int, work: Work) -> Timing:
    """Seconds of processor time per one of `each`: for what only computes, and must not suffer from its neighbours."""
    taken = []
    for _ in range(rounds):
        gc.collect()
        start = process_time()
        for _ in range(each):
            work()
        taken.append((process_time() - start) / each)
    return Timing(tuple(taken))
