"""The floor of the benchmark does what it is compared with; the smallest sizes run. No times are asked for."""

import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from benchmarks import clock, floor, results, steps, world
from benchmarks.clinic import DOCTOR
from benchmarks.measure import paired
from benchmarks.results import Row
from benchmarks.run import Run

WRITTEN = ("journal", "stream", "patient", "task")


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small database with copies of each patient."""
    return world.grown(tmp_path_factory.mktemp("bench") / "bench.db", tasks=1_000, H=9, T=9, W=9)


@pytest.fixture
def path(grown: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copy(grown, tmp_path / "ours.db"))


def rows(path: Path) -> dict[str, list[tuple[object, ...]]]:
    with closing(sqlite3.connect(path)) as sql:
        return {table: sorted(sql.execute(f"SELECT * FROM {table}"), key=repr) for table in WRITTEN}


@pytest.mark.parametrize("what", [steps.RECORD, steps.DOSE], ids=lambda what: str(what[0]))
def test_the_floor_writes_the_same_rows_as_a_step(path: Path, tmp_path: Path, what: steps.What) -> None:
    other = Path(shutil.copy(path, tmp_path / "floor.db"))
    name, id = what[0], world.named("H", 1)
    with steps.ledger_on(path) as ledger, closing(floor.connect(other)) as sql:
        assert ledger.enter(id, name, what[1], now=steps.NOW, author=DOCTOR).accepted
        floor.enter(sql, id, name, what[1], steps.NOW)
    assert rows(path) == rows(other)


def test_the_floor_moves_and_plans_anew_as_the_ledger_does(path: Path, tmp_path: Path) -> None:
    other = Path(shutil.copy(path, tmp_path / "floor.db"))
    waits, ten = world.named("W", 2), world.named("T", 2)
    settings, at = {"io_response.first_days": "70"}, datetime(2026, 2, 20, 12, tzinfo=UTC)
    for file in (path, other):
        with steps.ledger_on(file) as ledger:
            ledger.set_site(settings, now=at, author=DOCTOR)
    with steps.ledger_on(path) as ledger, closing(floor.connect(other)) as sql:
        assert ledger.move_in_time(waits, clock.MOVED)
        floor.move(sql, [waits], clock.MOVED)
        assert ledger.replan([ten], at)
        floor.replan(sql, [ten], at)
    for table, found in rows(path).items():
        assert [row for row in found if row[0] in (waits, ten)] == [
            row for row in rows(other)[table] if row[0] in (waits, ten)
        ]


def test_a_rebuild_by_the_floor_changes_nothing(path: Path) -> None:
    before = rows(path)
    with closing(floor.connect(path)) as sql:
        floor.rebuild(sql, [world.named("T", 3), world.named("H", 3)])
    assert {k: v for k, v in rows(path).items() if k != "task"} == {k: v for k, v in before.items() if k != "task"}
    assert len(rows(path)["task"]) == len(before["task"])


def test_the_smallest_size_runs(path: Path, tmp_path: Path) -> None:
    run = Run(folder=tmp_path, quick=True)
    found = [*clock.notices(run, {1_000: path}), *steps.rules(run, path)]
    text = results.text(
        found, [], today=datetime(2026, 1, 1, tzinfo=UTC).date(), quick=True, seconds=1, ran_on="2 cores."
    )
    assert all(row.work in text for row in found) and str(tmp_path) not in text


def test_turns_are_taken() -> None:
    turns: list[str] = []
    timings = paired(3, 1, a=lambda: turns.append("a"), b=lambda: turns.append("b"))
    assert "".join(turns) == "abbaab" and len(timings["a"].seconds) == 3


def test_what_cannot_be_reached_is_not_judged() -> None:
    row = Row(work="timers", measured="peers could not be installed")
    text = results.text(
        [row], [], today=datetime(2026, 1, 1, tzinfo=UTC).date(), quick=False, seconds=1, ran_on="2 cores."
    )
    assert "peers could not be installed |  |" in text and "0 of 0 goals missed" in text
