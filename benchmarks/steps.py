"""One `record` or `do` on a patient with 100 records, and the rules alone."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

from benchmarks import floor, world
from benchmarks.clinic import BY, DOCTOR
from benchmarks.measure import Timing, computing, paired
from benchmarks.profiles import profiled
from benchmarks.results import Profile, Row
from benchmarks.run import Run
from storage.database import open_database
from storage.ledger import Ledger
from storage.queries import Reader
from workflow.acts import ACTS
from workflow.asps import ASPS
from workflow.chart import Chart
from workflow.course import state_of
from workflow.decide import decide
from workflow.plan import plan
from workflow.site import Site
from workflow.steps import Step

NOW = datetime(2027, 9, 7, 12, tzinfo=UTC)
"""After the hundredth record."""
FIRST, COPIES = 100, 440
"""Of the patient with 100 records: from which on the peers' rounds take theirs, and how many there are."""
What = tuple[str, dict[str, Any]]
"""A record or an act, and its fields."""
RECORD: What = ("weight", {"kg": 71})
DOSE: What = ("give_dose", {"agent": "atezolizumab"})


@contextmanager
def ledger_on(path: Path) -> Iterator[Ledger]:
    """A ledger on a database that is there."""
    engine = open_database(f"sqlite:///{path}")
    yield Ledger(engine, ASPS)
    engine.dispose()


def rows(run: Run, small: Path, large: Path) -> list[Row]:
    """Ours against the floor in a small and a large database, all four in turn; and the same in both."""
    paths = {"1 k": small, f"{run.size(100, 5)} k": large}
    fresh = {size: _names("H") for size in paths}
    found: list[Row] = []
    taken = dict.fromkeys(paths, 0.0)
    for name, given in (RECORD, DOSE):
        run.tell(f"one {name} against the floor")
        timings = _in_turn(run, paths, fresh, name, given)
        for size in paths:
            ours, theirs = timings[f"ours {size}"], timings[f"floor {size}"]
            ratio = theirs.median / ours.median
            taken[size] += ours.median
            found.append(
                Row(work=f"one `{name}` on a patient with 100 records, {size} patients", against="the floor",
                    goal="at least 0.5 of its speed", reached=ratio >= 0.5,
                    measured=f"**{ratio:.2f}**: ours {ours}, floor {theirs}")
            )  # fmt: skip
    few, many = taken.values()
    return [*found, Row(work=f"the same at {' and '.join(paths)} patients", goal="within 20 %",
                        measured=f"**{many / few - 1:+.0%}** (both steps together)",
                        reached=abs(many / few - 1) <= 0.2)]  # fmt: skip


@contextmanager
def ours(path: Path) -> Iterator[dict[str, Callable[[], None]]]:
    """A dose on a patient with 100 records, and a weight on one with ten: one step each time it is called."""
    with ledger_on(path) as ledger:
        hundred, ten = _names("H", FIRST), _names("T")
        yield {
            "`give_dose` on a patient with 100 records": partial(_ours, ledger, hundred, *DOSE),
            "`weight` on a patient with ten records": partial(_ours, ledger, ten, *RECORD),
        }


def _names(of: str, first: int = 1) -> Iterator[str]:
    return (world.named(of, number) for number in count(first))


def _in_turn(
    run: Run, paths: dict[str, Path], fresh: dict[str, Iterator[str]], name: str, given: dict[str, Any]
) -> dict[str, Timing]:
    """Each step on another copy of the patient; the first of each kind, which compiles its statements, is not timed."""
    works: dict[str, Callable[[], None]] = {}
    with ExitStack() as stack:
        for size, path in paths.items():
            ledger, sql = stack.enter_context(ledger_on(path)), stack.enter_context(closing(floor.connect(path)))
            works[f"ours {size}"] = partial(_ours, ledger, fresh[size], name, given)
            works[f"floor {size}"] = partial(_floor, sql, fresh[size], name, given)
        for work in works.values():
            work()
        return paired(run.size(15, 7), 1, **works)


def _ours(ledger: Ledger, fresh: Iterator[str], name: str, given: dict[str, Any]) -> None:
    assert ledger.enter(next(fresh), name, given, now=NOW, author=DOCTOR).accepted


def _floor(sql: sqlite3.Connection, fresh: Iterator[str], name: str, given: dict[str, Any]) -> None:
    floor.enter(sql, next(fresh), name, given, NOW)


def _charted(path: Path) -> tuple[Chart, Site]:
    with ledger_on(path) as ledger:
        return Reader(ledger.engine, ASPS).chart("H"), ledger.site()


def _decider(chart: Chart, site: Site, name: str, given: dict[str, Any]) -> Callable[[], object]:
    step = Step(id="x", name=name, fields=ACTS[name].fields.accept(given), seq=999, at=NOW, on=NOW.date(),
                by=BY, user=DOCTOR.user)  # fmt: skip
    return lambda: decide(ASPS, replace(chart), site, step)  # a copy, for a chart remembers what was derived


def _planner(chart: Chart, site: Site, today: date) -> Callable[[], object]:
    def both() -> None:
        fresh = replace(chart)
        state_of(ASPS, fresh, site, today)
        plan(ASPS, fresh, site, today)

    return both


def rules(run: Run, path: Path) -> list[Row]:
    """`decide`, and `plan` with `state_of`, on a chart nothing was asked of before; processor time."""
    run.tell("the rules alone")
    chart, site = _charted(path)
    each = run.size(100, 30)
    acts: dict[str, dict[str, Any]] = {"give_dose": DOSE[1], "decide_tki": {}, "start_regimen": {
        "agents": ["pazopanib"], "class": "tki", "line": 2}}  # fmt: skip
    taken = {name: computing(run.rounds, each, _decider(chart, site, name, given)) for name, given in acts.items()}
    worst = max(timing.median for timing in taken.values())
    both = computing(run.rounds, each, _planner(chart, site, NOW.date()))
    return [
        Row(work="`decide` for 100 records, processor time", goal="0.3 ms", reached=worst <= 0.3e-3,
            measured="; ".join(f"`{name}` {timing}" for name, timing in taken.items())),
        Row(work="`plan` and `state_of` for 100 records, processor time", goal="1 ms together",
            measured=str(both), reached=both.median <= 1e-3),
    ]  # fmt: skip


def profiles(path: Path) -> list[Profile]:
    """Of a step, end to end, and of the rules."""
    chart, site = _charted(path)
    planner, decider = _planner(chart, site, NOW.date()), _decider(chart, site, *DOSE)
    with ledger_on(path) as ledger:
        return [
            profiled("one `give_dose`, end to end", lambda: [
                ledger.enter(world.named("H", n), *DOSE, now=NOW, author=DOCTOR) for n in range(COPIES - 10, COPIES)]),
            profiled("`decide` of a dose", lambda: [decider() for _ in range(100)]),
            profiled("`plan` and `state_of`", lambda: [planner() for _ in range(100)]),
        ]  # fmt: skip
