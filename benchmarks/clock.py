"""The clock: notices, timed moves, and the worker at a million open tasks."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from time import perf_counter, sleep

from benchmarks import floor, world
from benchmarks.measure import Timing, paired
from benchmarks.memory import peak_memory
from benchmarks.profiles import profiled
from benchmarks.results import Profile, Row
from benchmarks.run import Run
from benchmarks.steps import ledger_on
from scheduler.tick import anything, tick
from storage.database import writing

IDLE = 20
"""Looks in a row when nothing is due."""


def notices(run: Run, worlds: dict[int, Path]) -> list[Row]:
    """A thousand notices among more and more open tasks, and none; each round another day, all sizes in turn."""
    run.tell("1,000 notices among more and more open tasks")
    with ExitStack() as stack:
        looks = {tasks: _Look(stack, path) for tasks, path in worlds.items()}
        works = {f"{who} {tasks}": work for tasks, look in looks.items() for who, work in look.works.items()}
        due = paired(run.rounds, 1, partial(_next_day, looks), **works)
        for look in looks.values():
            tick(look.ledger, look.today.now)
        idle = paired(run.rounds, IDLE, **{f"{w} {n}": f for n, look in looks.items() for w, f in look.idle.items()})
    rows = [row for tasks in worlds for row in (_due_row(due, tasks), *_idle_rows(idle, tasks))]
    few, many = (due[f"ours {tasks}"].median for tasks in (min(worlds), max(worlds)))
    return [*rows, Row(work=f"tick, 1,000 notices, from {min(worlds):,} to {max(worlds):,} open tasks", goal="flat",
                       reached=many / few <= 1.5, measured=f"takes **{many / few:.2f}** times as long")]  # fmt: skip


def _next_day(looks: "dict[int, _Look]") -> None:
    for look in looks.values():
        look.today.next()


def _due_row(taken: dict[str, Timing], tasks: int) -> Row:
    ours, theirs = taken[f"ours {tasks}"], taken[f"floor {tasks}"]
    ratio = ours.median / theirs.median
    return Row(work=f"tick, 1,000 notices due among {tasks:,} open tasks", against="plain SQL",
               goal="at most 2 times", reached=ratio <= 2,
               measured=f"**{ratio:.2f}**: ours {ours}, plain SQL {theirs}")  # fmt: skip


def _idle_rows(taken: dict[str, Timing], tasks: int) -> list[Row]:
    """The look alone, and the whole tick, which then writes on the disk that it looked."""
    look, query, bare, whole, written, plain = (taken[f"{who} {tasks}"] for who in IDLE_WORKS)
    among = f"nothing due among {tasks:,} open tasks"
    looked, ticked = look.median / query.median, whole.median / written.median
    return [
        Row(work=f"tick, {among}: the look", against="one indexed query through the same pool",
            goal="at most 2 times", reached=looked <= 2,
            measured=f"**{looked:.2f}**: ours {look}, the query {query}; without any pool {bare}"),
        Row(work=f"tick, {among}: with its heartbeat", goal="at most 2 times", reached=ticked <= 2,
            against="the query and the heartbeat in plain SQL through the same pool",
            measured=f"**{ticked:.2f}**: ours {whole}, plain SQL {written}; without any pool {plain}"),
    ]  # fmt: skip


IDLE_WORKS = ("look", "pooled", "bare", "tick", "beaten", "barely beaten")
"""Ours, the query through the pool, the query on a connection at hand; our tick, and both in plain SQL in both ways."""


class _Look:
    """One database, and what is done to it in turn."""

    def __init__(self, stack: ExitStack, path: Path) -> None:
        self.ledger = stack.enter_context(ledger_on(path))
        self.today = _Today(path)
        self.idled = 0
        stack.callback(self.today.sql.close)
        tick(self.ledger, self.today.now)  # those who were copied have tasks and moves of their own
        self.works = {"ours": self._ours, "floor": self._floor}
        works = (self._look, self._pooled, self._bare, self._tick, self._beaten, self._barely_beaten)
        self.idle = dict(zip(IDLE_WORKS, works, strict=True))
        for work in self.works.values():
            self.today.next()
            work()

    def _ours(self) -> None:
        assert tick(self.ledger, self.today.now).notices == DUE

    def _floor(self) -> None:
        assert floor.notices(self.today.sql, self.today.now) == DUE

    def _look(self) -> None:
        for _ in range(IDLE):
            assert not anything(self.ledger.engine, self.ledger.pathway.version, self.today.now)

    def _pooled(self) -> None:
        for _ in range(IDLE):
            with self.ledger.engine.connect() as connection:
                assert not floor.anything_due(connection.exec_driver_sql, self.today.now)

    def _bare(self) -> None:
        for _ in range(IDLE):
            assert not floor.anything_due(self.today.sql.execute, self.today.now)

    def _tick(self) -> None:
        for now in self._seconds():
            assert tick(self.ledger, now).idle

    def _beaten(self) -> None:
        for now in self._seconds():
            with self.ledger.engine.connect() as connection:
                assert not floor.anything_due(connection.exec_driver_sql, now)
            with writing(self.ledger.engine).begin() as connection:
                floor.beat(connection.exec_driver_sql, now)

    def _barely_beaten(self) -> None:
        for now in self._seconds():
            assert not floor.anything_due(self.today.sql.execute, now)
            self.today.sql.execute("BEGIN IMMEDIATE")
            floor.beat(self.today.sql.execute, now)
            self.today.sql.execute("COMMIT")

    def _seconds(self) -> Iterator[datetime]:
        """Some seconds of the day: the same heartbeat again would not be written at all."""
        for _ in range(IDLE):
            self.idled += 1
            yield self.today.now + timedelta(seconds=self.idled)


class _Today:
    """Lets day after day come, on each of which a thousand tasks fall due, here and there among all patients."""

    def __init__(self, path: Path) -> None:
        self.sql = floor.connect(path)
        last = self.sql.execute("SELECT max(due) FROM notice").fetchone()[0] or "2030-01-01"
        self.now = datetime.fromisoformat(f"{last} 12:00+00:00")
        self._patients = self.sql.execute("SELECT count(DISTINCT patient) FROM task WHERE name = 'bench'").fetchone()[0]

    def next(self) -> None:
        """The next day. What fell due the day before is not looked at again, or it would be overdue today."""
        self.now += timedelta(days=1)
        turn, today, tomorrow = self.now.toordinal(), self.now.date(), self.now.date() + timedelta(days=1)
        step = self._patients // (DUE // world.TASKS_EACH)
        names = [world.named("L", 1 + (turn + n * step) % self._patients) for n in range(DUE // world.TASKS_EACH)]
        self.sql.execute("BEGIN IMMEDIATE")
        self.sql.execute("UPDATE task SET wake_at = NULL WHERE wake_at <= ?", (f"{tomorrow} 00:00:00.000000",))
        dates = (*(str(today),) * 2, *(f"{day} 00:00:00.000000" for day in (today, tomorrow, today)))
        self.sql.executemany(_FALL_DUE, [(*dates, name) for name in names])
        self.sql.execute("COMMIT")


DUE = 1000
"""Tasks that fall due on a day."""
_FALL_DUE = (
    "UPDATE task SET due = ?, target = ?, due_at = ?, overdue_at = ?, wake_at = ? WHERE patient = ? AND name = 'bench'"
)

MOVED = datetime(2026, 5, 3, 12, tzinfo=UTC)
"""The copies of `W` are due by then."""


def moves(run: Run, path: Path) -> list[Row]:
    """Patients whom the date moves, through the tick, against a floor in batches of 100."""
    each = run.size(1000, 100)
    run.tell(f"{each:,} timed moves")
    sql, due = floor.connect(path), _Due(path, each)
    with ledger_on(path) as ledger:

        def ours() -> None:
            assert tick(ledger, MOVED).moved == each

        timings = paired(5, each, due.next, ours=ours, floor=lambda: floor.move(sql, due.names, MOVED))
    sql.close()
    ratio = timings["ours"].median / timings["floor"].median
    return [Row(work=f"{each:,} timed moves due", against="a floor in batches of 100", goal="at most 2 times",
                reached=ratio <= 2,
                measured=f"**{ratio:.2f}**: ours {timings['ours']} each, floor {timings['floor']}")]  # fmt: skip


class _Due:
    """Lets some patients after the other fall due."""

    def __init__(self, path: Path, each: int) -> None:
        self._sql, self._each, self.names = floor.connect(path), each, list[str]()
        self._first = 1
        self._sql.execute("UPDATE patient SET wake_at = NULL")

    def next(self) -> None:
        """The next ones, whom nobody has moved yet."""
        self.names = [world.named("W", n) for n in range(self._first, self._first + self._each)]
        self._first += self._each
        at = "2026-05-01 22:00:00.000000"
        self._sql.execute("BEGIN IMMEDIATE")
        self._sql.executemany("UPDATE patient SET wake_at = ? WHERE id = ?", [(at, name) for name in self.names])
        self._sql.execute("COMMIT")


def worker(run: Run, path: Path, tasks: int) -> list[Row]:
    """The worker as a process of its own: until it keeps the clock, until its first look is done, and its memory."""
    run.tell(f"the worker at {tasks:,} open tasks")
    several = [_one_worker(path) for _ in range(5)]
    starts, looks = Timing(tuple(s for s, _, _ in several)), Timing(tuple(t for _, t, _ in several))
    memory = [m for _, _, m in several]
    return [Row(work=f"worker at {tasks:,} open tasks", goal="at most 150 MB, start-up under a second",
                reached=max(memory) <= 150 and starts.median < 1,
                measured=f"**{max(memory):.0f} MB** at most, **{starts}** until it keeps the clock, "
                         f"{looks} until its first tick and delivery are done")]  # fmt: skip


def _one_worker(path: Path) -> tuple[float, float, float]:
    sql = floor.connect(path)
    sql.execute("DELETE FROM heartbeat")
    floor.copied(sql, datetime.now(UTC))  # or it would be copied and verified, and finish that before it ends
    start = perf_counter()
    command = (sys.executable, "-m", "cli", "worker", "--every", "3600", "--database", str(path))
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout
        process.stdout.readline()
        started = perf_counter() - start
        while not sql.execute("SELECT 1 FROM heartbeat WHERE name = 'deliver'").fetchone() and process.poll() is None:
            sleep(0.01)
        looked = perf_counter() - start
        memory = peak_memory(process.pid)
        process.send_signal(signal.SIGTERM)
        process.wait(120)
    sql.close()
    return started, looked, memory


def profiles(path: Path) -> list[Profile]:
    """Of a tick with nothing due, and of one with a thousand notices."""
    with ledger_on(path) as ledger:
        today = _Today(path)
        today.next()
        now = today.now
        full = profiled("tick, 1,000 notices", lambda: tick(ledger, now))
        return [profiled("tick, nothing due", lambda: [tick(ledger, now) for _ in range(IDLE)]), full]
