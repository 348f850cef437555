"""What was measured, and the file that says so."""

import os
import platform
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path

RESULTS = Path(__file__).parent / "RESULTS.md"
PACKAGES = ("sqlalchemy", "sqlmodel", "pydantic", "transitions", "apscheduler")


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of the table."""

    work: str
    against: str = "–"
    goal: str = "shown"
    measured: str
    reached: bool | None = None
    """None: there is nothing to reach."""


@dataclass(frozen=True, kw_only=True)
class Profile:
    """Where the time of a piece of work goes."""

    work: str
    shares: str


def text(
    rows: Iterable[Row], profiles: Iterable[Profile], *, today: date, quick: bool, seconds: float, ran_on: str
) -> str:
    """The whole file."""
    rows, missed = list(rows), [row for row in rows if row.reached is False]
    lines = [
        "# How fast it is",
        "",
        f"Written by `make bench{' ARGS=--quick' if quick else ''}` on {today} in {seconds:.0f} s. {ran_on}",
        "",
        "Medians of at least five rounds, the contestants in turn within each, with the spread in brackets: ratios",
        "travel, absolute figures do not. The floor is stdlib `sqlite3` (WAL, `synchronous=FULL`) loading the same",
        "records, asking the same `decide`, `state_of` and `plan`, writing the same rows (a test compares them); it",
        "shares the pure functions that turn entries into a chart and plans into changes (`benchmarks/floor.py`). What",
        "it goes without is SQLAlchemy, checks of the input, idempotency keys, versions and an answer.",
        "",
        "Ours and the floor ask the same rules, so a batch can save no more than commits and statements: how far it",
        "is ahead, and how far we are ahead of an engine that commits several times in a step, depends on what a",
        "commit costs on the disk. How much the figures vary with the machine: [`READING.md`](READING.md).",
        *(["", "**A quick run**: smaller sizes, fewer rounds; only a look, not the result."] if quick else []),
        "",
        "| work | compared with | goal | measured | reached |",
        "|---|---|---|---|---|",
        *(f"| {r.work} | {r.against} | {r.goal} | {r.measured} | {_sign(r.reached)} |" for r in rows),
        "",
        "## Where the time goes",
        "",
        f"{len(missed)} of {sum(r.reached is not None for r in rows)} goals missed"
        + (f": {'; '.join(r.work for r in missed)}." if missed else "."),
        "Shares of the time inside Python's profiler, by the package whose own code was running.",
        "",
        *(f"- **{p.work}**: {p.shares}" for p in profiles),
        "",
    ]
    return "\n".join(lines)


def machine() -> str:
    """What it ran on, asked before the run, which loads it; no path and no name."""
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    busy = f" with a load average of {os.getloadavg()[1]:.1f} before the run" if hasattr(os, "getloadavg") else ""
    return (
        f"{os.cpu_count()} cores ({_processor()}){busy}, {platform.system()} {platform.machine()}, Python "
        f"{platform.python_version()}, SQLite {sqlite3.sqlite_version}, {packages}."
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or "unknown"
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown")


def _sign(reached: bool | None) -> str:
    return "" if reached is None else "yes" if reached else "**no**"
