"""Several processes on one database: one wins, the others know; and one that is killed leaves nothing half-written."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from storage.database import open_database
from storage.ledger import Ledger
from storage.queries import Reader
from storage.rebuild import rebuild
from storage.verify import verify
from tests.storage.clinic import accepted, opened, registered, snapshot
from workflow.asps import ASPS

WRITER = """
import json, sys, time
from datetime import datetime, timezone
from storage.database import open_database
from storage.ledger import Author, Ledger
from workflow.asps import ASPS
from workflow.errors import AspsError, Stale
from workflow.vocabulary import Role

url, patient, times, expect, start = sys.argv[1:]
ledger = Ledger(open_database(url), ASPS)
now, author = datetime(2026, 11, 3, 9, tzinfo=timezone.utc), Author(by=Role.CLINICIAN, user="dr-a")
print("ready", flush=True)
while time.time() < float(start):
    time.sleep(0.001)
for n in range(int(times)):
    try:
        version = int(expect) if expect != "any" else None
        answer = ledger.enter(patient, "weight", {"kg": 70}, now=now, author=author, expect_version=version)
        print(answer.version, flush=True)
    except Stale:
        print("stale", flush=True)
"""


def writers(url: str, count: int, patient: str = "P-1", times: int = 1, expect: str = "any") -> list[list[str]]:
    """What several processes answered that wrote at the same moment."""
    start = time.time() + 3
    command = [sys.executable, "-c", WRITER, url, patient, str(times), expect, str(start)]
    processes = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(count)
    ]
    answers = []
    for process in processes:
        said, complaint = process.communicate()
        assert complaint == ""
        answers.append(said.split()[1:])
    return answers


@pytest.fixture(params=["sqlite", "postgresql"])
def shared(request: pytest.FixtureRequest) -> Iterator[tuple[str, Ledger]]:
    """A database of each kind with one patient, and its address."""
    url = request.getfixturevalue("url" if request.param == "sqlite" else "postgres_url")
    engine = open_database(url)
    ledger = opened(engine)
    accepted(ledger)
    yield url, ledger
    engine.dispose()


def test_of_two_who_looked_at_the_same_version_one_wins(shared: tuple[str, Ledger]) -> None:
    url, ledger = shared
    answers = writers(url, 3, expect="2")
    assert sorted(answer for (answer,) in answers) == ["3", "stale", "stale"]
    assert verify(ledger.engine).ok


def test_who_does_not_mind_is_served_one_after_the_other(shared: tuple[str, Ledger]) -> None:
    url, ledger = shared
    answers = writers(url, 3, times=10)
    assert sorted(int(answer) for process in answers for answer in process) == list(range(3, 33))
    assert verify(ledger.engine).ok
    assert len(Reader(ledger.engine, ASPS).chart("P-1").entries) == 31


def test_a_process_killed_in_mid_write_leaves_what_it_answered_for_and_nothing_half(url: str) -> None:
    engine = open_database(url)
    ledger = opened(engine)
    registered(ledger)
    for round in range(3):
        command = [sys.executable, "-c", WRITER, url, "P-1", "100000", "any", "0"]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(0.3 + 0.1 * round)
        os.kill(process.pid, signal.SIGKILL)
        answered = [int(line) for line in process.communicate()[0].splitlines() if line.strip().isdigit()]
        version = Reader(engine, ASPS).patient("P-1").version
        assert answered and version in (answered[-1], answered[-1] + 1)
        assert verify(engine).ok
    before = snapshot(engine)
    rebuild(engine)
    assert snapshot(engine) == before
    engine.dispose()
