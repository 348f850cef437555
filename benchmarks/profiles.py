"""Where the time of a piece of work goes: shares by package, not by line, since that is what one can choose."""

import cProfile
import pstats
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from benchmarks.results import Profile

ROOMS = ("workflow", "storage", "scheduler", "interchange", "benchmarks")
ROOT = Path(__file__).parent.parent


def profiled(name: str, work: Callable[[], object]) -> Profile:
    """Runs the work under the profiler."""
    profiler = cProfile.Profile()
    profiler.runcall(work)
    taken: Counter[str] = Counter()
    stats: dict[tuple[str, int, str], tuple[int, int, float, float, object]] = pstats.Stats(profiler).stats  # type: ignore[attr-defined]
    for (file, _, function), (_, _, own, _, _) in stats.items():
        taken[_package(file, function)] += own  # type: ignore[assignment]
    total = sum(taken.values()) or 1
    large = [(package, own) for package, own in taken.most_common() if own / total >= 0.03]
    shares = ", ".join(f"{package} {own / total:.0%}" for package, own in large)
    return Profile(work=name, shares=f"{shares}, the rest {1 - sum(own for _, own in large) / total:.0%}")


def _package(file: str, function: str) -> str:
    if file == "~":
        return _builtin(function)
    if "site-packages" in file:
        return file.partition("site-packages/")[2].partition("/")[0]
    path = Path(file)
    if path.is_relative_to(ROOT):
        return f"our {path.relative_to(ROOT).parts[0]}"
    return f"stdlib {path.parent.name if path.name == '__init__.py' else path.stem}"


def _builtin(function: str) -> str:
    if "sqlite3" in function:
        return "SQLite (commits included)" if "commit" in function or "execute" in function else "SQLite"
    return "pydantic" if "pydantic" in function.lower() else "Python's built-in functions"
