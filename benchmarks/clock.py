"""The clock: notices, timed moves, and the worker at a million open tasks."""

import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter, sleep

from benchmarks import floor, world
from benchmarks.measure import Timing, paired
from benchmarks.profiles import profiled
from benchmarks.results import Profile, Row
from benchmarks.run import Run
from benchmarks.steps import ledger_on
from scheduler.tick import tick

IDLE = 20
"""Looks in a row when nothing is due."""


def notices(run: Run, worlds: dict[int, Path]) -> list[Row]:
    """A thousand notices among more and more open tasks, and none; each round another day."""
    rows, ours = [], {}
    for tasks, path in worlds.items():
        run.tell(f"1,000 notices among {tasks:,} open tasks")
        both, idle = _ticks(run, path)
        ratio, ours[tasks] = both["ours"].median / both["floor"].median, both["ours"].median
        rows.append(Row(work=f"tick, 1,000 notices due among {tasks:,} open tasks", against="plain SQL",
                        goal="at most 2 times", reached=ratio <= 2,
                        measured=f"**{ratio:.2f}**: ours {both['ours']}, plain SQL {both['floor']}"))  # fmt: skip
        ratio = idle["ours"].median / idle["floor"].median
        rows.append(Row(work=f"tick, nothing due among {tasks:,} open tasks", against="one indexed query",
                        goal="at most 2 times", reached=ratio <= 2,
                        measured=f"**{ratio:.3g}**: ours {idle['ours']}, the query {idle['floor']}"))  # fmt: skip
    most = max(ours.values()) / min(ours.values())
    return [*rows, Row(work="the same from the fewest to the most open tasks", goal="flat", reached=most <= 1.5,
                       measured=f"slowest to fastest **{most:.2f}**")]  # fmt: skip


def _ticks(run: Run, path: Path) -> tuple[dict[str, Timing], dict[str, Timing]]:
    today = _Today(path)
    with ledger_on(path) as ledger:

        def ours() -> None:
            assert tick(ledger, today.now).notices == DUE

        def theirs() -> None:
            assert floor.notices(today.sql, today.now) == DUE

        tick(ledger, today.now)  # those who were copied have tasks and moves of their own
        for work in (ours, theirs):
            today.next()
            work()
        due = paired(run.rounds, 1, today.next, ours=ours, floor=theirs)
        idle = paired(
            run.rounds, IDLE,
            ours=lambda: [tick(ledger, today.now) for _ in range(IDLE)],
            floor=lambda: [floor.anything_due(today.sql, today.now) for _ in range(IDLE)],
        )  # fmt: skip
    today.sql.close()
    return due, idle


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
        process.wait(30)
    sql.close()
    return started, looked, memory


def peak_memory(pid: int | str = "self") -> float:
    """The most memory a process has held so far, in MB; 0 where the system does not tell."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), 0.0)


def profiles(path: Path) -> list[Profile]:
    """Of a tick with nothing due, and of one with a thousand notices."""
    with ledger_on(path) as ledger:
        today = _Today(path)
        today.next()
        now = today.now
        full = profiled("tick, 1,000 notices", lambda: tick(ledger, now))
        return [profiled("tick, nothing due", lambda: [tick(ledger, now) for _ in range(IDLE)]), full]
