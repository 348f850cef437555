"""Other engines, in an environment of their own that is made when the network allows; else the rows say so."""

import json
import random
import subprocess
import sys
import sysconfig
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from threading import Timer
from time import sleep, time
from typing import Any

from benchmarks.measure import Timing, clear_away, once, shown
from benchmarks.results import Row
from benchmarks.run import Run

HERE = Path(__file__).parent / "peers"
EACH = 30
"""Steps in a round."""
PATIENCE = 90
"""Seconds for a peer's part; one that needs more is named as such."""


class Absent(Exception):
    """The peer is not there, or could not do it; the text says which."""


def environment(run: Run) -> Path:
    """The peers' Python, kept beside the project's environment for the next run. Raises Absent."""
    run.tell("installing the peers")
    place = Path(sysconfig.get_paths()["data"]).parent / "build" / "peers"
    python = place / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    wanted, stamp = (HERE / "requirements.txt").read_text(encoding="utf-8"), place / "installed.txt"
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return python
    install = (str(python), "-m", "pip", "install", "-qq", "--disable-pip-version-check", "-r",
               str(HERE / "requirements.txt"))  # fmt: skip
    for command in ((sys.executable, "-m", "venv", str(place)), install):
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=PATIENCE)
        except (OSError, subprocess.SubprocessError):
            raise Absent("peers could not be installed") from None
    stamp.write_text(wanted, encoding="utf-8")
    return python


def _asked(python: Path, script: str, *arguments: object) -> Any:
    """What a script of the peers prints at its end. Raises Absent."""
    command = (str(python), str(HERE / script), *map(str, arguments))
    try:
        done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=PATIENCE)
        return json.loads(done.stdout.splitlines()[-1])
    except subprocess.TimeoutExpired:
        raise Absent(f"not done within {PATIENCE} s") from None
    except (OSError, subprocess.SubprocessError, ValueError, IndexError):
        raise Absent("did not run here") from None


def _folder(run: Run, name: str) -> Path:
    folder = run.folder / f"{name}-{random.randrange(10**9)}"
    folder.mkdir()
    return folder


Ours = dict[str, Callable[[], None]]
"""Our steps, by what they are."""


def steps(run: Run, python: Path, ours: Ours) -> list[Row]:
    """One durable step of each peer, and ours, in turn: each takes some in a row, so that all are as warm."""
    run.tell("one durable step of other engines")
    each = run.size(EACH, EACH // 2)
    taken: dict[str, list[float]] = {name: [] for name in (*ours, *ENGINES)}
    with ExitStack() as stack:
        peers = {engine: stack.enter_context(_Peer(run, python, engine, each)) for engine in ENGINES}
        for turn in range(run.rounds + 1):  # the first is a warming up
            for engine, peer in peers.items():
                taken[engine] += peer.round() if turn else peer.round()[:0]
            for name, work in ours.items():
                seconds = once(partial(_repeat, work, each)) / each
                taken[name] += [seconds] if turn else []
    timings = {name: Timing(tuple(seconds)) for name, seconds in taken.items() if seconds}
    return [_beside(name, timings[name], engine, timings.get(engine)) for engine in ENGINES for name in ours]


def _repeat(work: Callable[[], None], times: int) -> None:
    for _ in range(times):
        work()


class _Peer:
    """A process that takes some steps whenever it is asked to."""

    def __init__(self, run: Run, python: Path, engine: str, each: int) -> None:
        self._process = subprocess.Popen(
            (str(python), str(HERE / "steps.py"), engine, str(_folder(run, "step")), str(each)),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        self._alarm = Timer(PATIENCE, self._process.kill)

    def __enter__(self) -> "_Peer":
        self._alarm.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._alarm.cancel()
        self._process.kill()
        self._process.wait()

    def round(self) -> list[float]:
        """Seconds per step; empty where the peer is not there or gave up."""
        assert self._process.stdin and self._process.stdout
        clear_away()
        try:
            self._process.stdin.write("\n")
            self._process.stdin.flush()
            return [float(self._process.stdout.readline())]
        except (OSError, ValueError):
            return []


ENGINES = ("DBOS", "SpiffWorkflow", "django-fsm")


def _beside(what: str, ours: Timing, engine: str, theirs: Timing | None) -> Row:
    work, against = f"one {what}, end to end", f"{engine}, trivial rules"
    goal = "ahead by 2 times" if engine == "DBOS" else "shown"
    if theirs is None:
        return Row(work=work, against=against, goal=goal, measured=f"{engine} did not run here")
    ratio = theirs.median / ours.median
    return Row(work=work, against=against, goal=goal, reached=ratio >= 2 if engine == "DBOS" else None,
               measured=f"**{ratio:.2f}** times as fast: ours {ours}, {engine} {theirs}")  # fmt: skip


def timers(run: Run, python: Path, engine: str, count: int, rounds: int) -> Row:
    """Adding, starting anew, firing, memory."""
    work = f"{count:,} timers, {engine}"
    run.tell(work)
    try:
        taken = [_one(run, python, engine, count) for _ in range(rounds)]
    except Absent as why:
        return Row(work=work, measured=str(why))
    add, start, fire = (Timing(tuple(round_[n] for round_ in taken)) for n in range(3))
    memory = max(round_[3] for round_ in taken)
    return Row(work=work, measured=told(add, start, fire, memory) + ("" if rounds >= 5 else f" ({rounds} run)"))


def told(add: Timing, start: Timing, fire: Timing, memory: float) -> str:
    """What is shown of timers, the same for all."""
    return f"adding {add} each, start-up {start}, firing all {fire}, {memory:.0f} MB"


def _one(run: Run, python: Path, engine: str, count: int) -> tuple[float, float, float, float]:
    """Adds in one process, fires in the next. Raises Absent."""
    folder, due = _folder(run, "timers"), _due(run, python, engine, count)
    added = _asked(python, "timers.py", engine, "add", folder, count, due, 0)
    start, fire, memory, done = _asked(python, "timers.py", engine, "fire", folder, count, due, 0)
    if not done:
        raise Absent(f"not all fired within {PATIENCE} s")
    return added, start, fire, memory


def _due(run: Run, python: Path, engine: str, count: int) -> float:
    """When timers are to go off: DBOS's sleeps end when they were to, so not before all of them have begun."""
    each: float = _asked(python, "timers.py", engine, "add", _folder(run, "timers"), 50, time() + 3600, 0)
    if each * count > PATIENCE / 2:
        raise Absent(f"adding them alone takes about {each * count:.0f} s ({shown(each)} each): left out")
    return time() + (each * count * 1.5 + 6 if engine == "DBOS" else 2)


def killed(run: Run, python: Path, engine: str, count: int = 600, kills: int = 5) -> Row:
    """Timers that go off within some seconds, while the process is killed and started again, five times."""
    work = f"{count} timers, {engine}, five kill -9"
    run.tell(work)
    folder, spread, chance = _folder(run, "kills"), 10.0, random.Random(7)
    try:
        due = _due(run, python, engine, count) + 4
        _asked(python, "timers.py", engine, "add", folder, count, due, spread)
    except Absent as why:
        return Row(work=work, measured=str(why))
    command = (str(python), str(HERE / "timers.py"), engine, "serve", str(folder), str(count), str(due), str(spread))
    sleep(max(0.0, due - time() - 3))
    for _ in range(kills):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        sleep(spread / kills + chance.uniform(0.5, 1.5))
        process.kill()
        process.wait()
    last = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    fired = _settled(last, folder / "fired")
    last.kill()
    last.wait()
    return Row(work=work, measured=_lost(fired, count))


def _settled(process: subprocess.Popen[bytes], file: Path) -> Counter[str]:
    """What has gone off once all is done, or nothing more has gone off for half a minute."""
    fired, quiet = Counter[str](), time()
    while process.poll() is None and time() - quiet < 30:
        sleep(0.5)
        now = Counter(file.read_text().split() if file.exists() else ())
        if now.total() > fired.total():
            fired, quiet = now, time()
    return Counter(file.read_text().split() if file.exists() else ())


def _lost(fired: Counter[str], count: int) -> str:
    twice = sum(times - 1 for times in fired.values())
    return f"**{count - len(fired)} never fired**, {twice} outside effects repeated"
