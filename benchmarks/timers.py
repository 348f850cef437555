"""The timers of the table, ours: adding, starting anew, firing, memory, and what five kill -9 lose."""

import json
import random
import subprocess
import sys
from pathlib import Path
from time import sleep, time
from typing import Any

from benchmarks import world
from benchmarks.measure import Timing
from benchmarks.results import Row
from benchmarks.rivals import told
from benchmarks.run import Run

KILLS = 5


def shown(run: Run, count: int) -> Row:
    """As `rivals.timers`, of ours."""
    work = f"{count:,} timers, ours"
    run.tell(work)
    taken = []
    for number in range(5):
        file = world.grown(run.file(f"timers-{count}-{number}"))
        added = json.loads(_asked("add", file, count, time(), 0))
        taken.append((added, *json.loads(_asked("fire", file, count, time(), 0))))
    add, start, fire = (Timing(tuple(round_[n] for round_ in taken)) for n in range(3))
    return Row(work=work, measured=told(add, start, fire, max(round_[3] for round_ in taken)))


def killed(run: Run, count: int = 600) -> Row:
    """Timers that go off within ten seconds, while the process is killed and started again."""
    work = f"{count} timers, ours, five kill -9"
    run.tell(work)
    file, spread, chance = world.grown(run.file("kills")), 10.0, random.Random(7)
    due = time() + 6
    _asked("add", file, count, due, spread)
    command = _command("serve", file, count, due, spread)
    for _ in range(KILLS):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        sleep(spread / KILLS + chance.uniform(0.5, 1.5))
        process.kill()
        process.wait()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, timeout=60)
    messages = [int(line) for line in file.with_suffix(".told").read_text(encoding="utf-8").split()]
    return Row(work=work, goal="none lost", reached=sum(messages) >= count,
               measured=f"**{max(0, count - sum(messages))} lost**, {max(0, sum(messages) - count)} told again, in "
                        f"{len(messages)} digests")  # fmt: skip


def _asked(what: str, file: Path, *numbers: Any) -> str:
    return subprocess.run(
        _command(what, file, *numbers), check=True, stdout=subprocess.PIPE, text=True, timeout=300
    ).stdout


def _command(what: str, file: Path, *numbers: Any) -> tuple[str, ...]:
    return (sys.executable, "-m", "benchmarks.timer", what, str(file), *map(str, numbers))
