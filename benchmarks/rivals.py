"""Other engines, in an environment of their own that is made when the network allows; else the rows say so."""

import json
import random
import subprocess
import sys
import sysconfig
from collections import Counter
from pathlib import Path
from time import sleep, time
from typing import Any

from benchmarks.measure import Timing, shown
from benchmarks.results import Row
from benchmarks.run import Run

HERE = Path(__file__).parent / "peers"
PATIENCE = 120
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


def steps(run: Run, python: Path, ours: dict[str, Timing]) -> list[Row]:
    """One durable step of each, beside ours: a dose on a patient with 100 records, a weight on one with ten."""
    rows = []
    for engine in ("DBOS", "SpiffWorkflow", "django-fsm"):
        run.tell(f"one durable step of {engine}")
        try:
            taken = _asked(python, "steps.py", engine, _folder(run, "step"), run.rounds, run.size(50, 20))
        except Absent as why:
            rows.append(Row(work="one step, end to end", against=engine, measured=str(why)))
            continue
        rows += [_beside(what, timing, engine, Timing(tuple(taken))) for what, timing in ours.items()]
    return rows


def _beside(what: str, ours: Timing, engine: str, theirs: Timing) -> Row:
    ratio, judged = theirs.median / ours.median, engine == "DBOS"
    return Row(
        work=f"one `{what}, end to end", against=f"{engine}, trivial rules",
        goal="ahead by 2 times" if judged else "shown", reached=ratio >= 2 if judged else None,
        measured=f"**{ratio:.2f}** times as fast: ours {ours}, {engine} {theirs}",
    )  # fmt: skip


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
    if engine != "DBOS":
        return time() + 2
    each: float = _asked(python, "timers.py", engine, "add", _folder(run, "timers"), 50, time() + 3600, 0)
    if each * count > PATIENCE / 2:
        raise Absent(f"adding them alone takes {each * count:.0f} s ({shown(each)} each): left out")
    return time() + each * count * 1.5 + 6


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
    try:
        last.wait(30)
    except subprocess.TimeoutExpired:
        last.kill()
        last.wait()
    fired = folder / "fired"
    return Row(work=work, measured=_lost(Counter(fired.read_text().split() if fired.exists() else ()), count))


def _lost(fired: Counter[str], count: int) -> str:
    twice = sum(times - 1 for times in fired.values())
    return f"**{count - len(fired)} lost**, {twice} outside effects repeated"
