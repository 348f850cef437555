"""`python -m benchmarks [--quick]`: everything in one run, and the results in RESULTS.md."""

import argparse
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from time import perf_counter

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from benchmarks import bulk, clock, disk, pages, results, rivals, steps, timers, world
from benchmarks.results import Profile, Row
from benchmarks.run import Run

PARTS = 14


def main() -> None:
    """Measures, says what came out and writes it down."""
    options = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    options.add_argument("--quick", action="store_true", help="smaller sizes, no peers' timers; 90 seconds")
    options.add_argument("--output", type=Path, default=results.RESULTS, help="left out: benchmarks/RESULTS.md")
    given = options.parse_args()
    start, ran_on = perf_counter(), results.machine()
    with tempfile.TemporaryDirectory(prefix="asps-bench-") as folder, _bar() as (tell, step):
        rows, profiles = measured(Run(folder=Path(folder), quick=given.quick, tell=tell), step)
    today, seconds = date.today(), perf_counter() - start  # noqa: DTZ011
    text = results.text(rows, profiles, today=today, quick=given.quick, seconds=seconds, ran_on=ran_on)
    given.output.write_text(text, encoding="utf-8")
    print(text)


def measured(run: Run, step: Callable[[], None] = lambda: None) -> tuple[list[Row], list[Profile]]:
    """All rows and profiles; `step` is called after each part."""
    few, many = run.size(10_000, 10_000), run.size(1_000_000, 50_000)
    run.tell("building databases")
    tasks = {few: world.grown(run.file("small"), tasks=few, H=steps.COPIES, T=steps.COPIES)}
    if not run.quick:
        tasks[100_000] = world.grown(run.file("middle"), tasks=100_000)
    run.tell(f"building a database of {many:,} open tasks")
    tasks[many] = world.grown(run.file("large"), tasks=many, H=steps.COPIES)
    step()
    parts: list[Callable[[], list[Row]]] = [
        lambda: disk.commits(run),
        lambda: steps.rows(run, tasks[few], tasks[many]),
        lambda: peer_steps(run, tasks[few]),
        lambda: steps.rules(run, tasks[few]),
        lambda: clock.notices(run, tasks),
        lambda: clock.moves(run, world.grown(run.file("moves"), W=run.size(10_000, 1_000))),
        lambda: clock.worker(run, tasks[many], many),
        lambda: bulk.imports(run),
        lambda: bulk.replans(run, bulk_file),
        lambda: bulk.rebuilds(run, bulk_file),
        lambda: desk(run, run.size(100_000, 1_000)),
        lambda: all_timers(run),
    ]
    bulk_file = world.grown(run.file("bulk"), T=run.size(10_600, 560))
    rows = []
    for number, part in enumerate(parts, 1):
        try:
            rows += part()
        except Exception as error:  # one part that fails must not cost the others
            why = f"did not run here: {type(error).__name__}: {error}"[:200]
            rows.append(Row(work=f"part {number} of the run", measured=why, reached=False))
        step()
    run.tell("profiles")
    profiles = [
        *steps.profiles(tasks[few]), *clock.profiles(tasks[many]), *bulk.profiles(bulk_file)
    ]  # fmt: skip
    step()
    return rows, profiles


def peer_steps(run: Run, path: Path) -> list[Row]:
    """One step of each peer; one row that says so where there are none."""
    try:
        python = rivals.environment(run)
    except rivals.Absent as why:
        return [Row(work="one step, end to end", against="DBOS, SpiffWorkflow, django-fsm", measured=str(why))]
    with steps.ours(path) as ours:
        return rivals.steps(run, python, ours)


def desk(run: Run, patients: int) -> list[Row]:
    """The pages among many patients, each with ten records."""
    run.tell(f"building a record of {patients:,} patients")
    return pages.pages(run, world.grown(run.file("desk"), T=patients), patients)


def all_timers(run: Run) -> list[Row]:
    """Ours, APScheduler's and DBOS's; quick runs show ours."""
    rows = [timers.shown(run, run.size(1_000, 300))]
    if run.quick:
        return rows
    rows += [timers.shown(run, 10_000), timers.killed(run)]
    try:
        python = rivals.environment(run)
    except rivals.Absent as why:
        return [*rows, Row(work="timers", against="APScheduler, DBOS", measured=str(why))]
    for engine in ("APScheduler", "DBOS"):
        rows += [rivals.timers(run, python, engine, 1_000, 5 if engine == "APScheduler" else 1),
                 rivals.timers(run, python, engine, 10_000, 1), rivals.killed(run, python, engine)]  # fmt: skip
    return rows


@contextmanager
def _bar() -> Iterator[tuple[Callable[[str], None], Callable[[], None]]]:
    columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("starting", total=PARTS)
        yield lambda what: progress.update(task, description=what), lambda: progress.advance(task)


if __name__ == "__main__":
    main()
