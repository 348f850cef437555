"""The worker as a real process: it catches up at once, says so once, and stops when it is told to."""

import signal
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from notifications.deliver import DeliveryError
from notifications.digest import Digest
from notifications.outside import outside
from notifications.people import Duty, Member, add
from scheduler.jobs import Worker
from scheduler.worker import safely
from storage.tables import delivery, heartbeat, notice
from tests.notifications.servers import TRUSTED, Server, serving, smtp
from tests.scheduler.clinic import Clinic
from tests.scheduler.processes import LONG_AGO, PATIENCE, accepted, overdue, start, until


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """A record in a file, with one patient whose staging is weeks overdue."""
    with overdue(tmp_path) as found:
        yield found


def count(engine: Engine, table: object) -> int:
    with engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(table)) or 0  # type: ignore[arg-type]


def stopped(process: subprocess.Popen[str], number: int) -> tuple[int, str, str]:
    process.send_signal(number)
    out, err = process.communicate(timeout=10)
    return process.returncode, out, err


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_worker_catches_up_tells_once_and_stops_cleanly(tmp_path: Path, engine: Engine, number: int) -> None:
    process = start(tmp_path)
    try:
        until(lambda: count(engine, delivery) == 2)
        beat = newest_beat(engine)
        until(lambda: newest_beat(engine) > beat)  # it has looked again
        code, out, err = stopped(process, number)
    finally:
        process.kill()
    assert (code, err) == (0, "")
    assert out.count("2 new notices") == 1, "told once, however often it looked"
    assert "baseline brain MRI" in out
    assert "P-1" not in out
    assert out.endswith("stopped\n")
    assert count(engine, notice) == 2


def newest_beat(engine: Engine) -> datetime:
    with engine.connect() as connection:
        return connection.scalar(select(func.max(heartbeat.c.at))) or LONG_AGO


def test_a_worker_that_is_killed_is_caught_up_by_the_next(tmp_path: Path, engine: Engine) -> None:
    first = start(tmp_path)
    try:
        until(lambda: count(engine, heartbeat) > 0)
        first.kill()
        first.communicate(timeout=10)
        accepted(engine, "P-2")
        second = start(tmp_path)
        until(lambda: count(engine, notice) == 4)
        until(lambda: count(engine, delivery) == 4)
        assert stopped(second, signal.SIGTERM)[0] == 0
    finally:
        first.kill()


def test_without_a_record_the_worker_says_what_to_do(tmp_path: Path) -> None:
    process = start(tmp_path)
    _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    assert "run: asps init" in err


def test_a_job_that_fails_says_so_and_runs_again(tmp_path: Path) -> None:
    clinic, said = Clinic(), list[str]()
    clinic.register("P-1")

    class Deaf:
        name = "deaf"

        def send(self, message: Digest) -> None:
            raise DeliveryError("nobody listens", permanent=False)

    worker = Worker(
        ledger=clinic.ledger, console=Deaf(), outside=outside({}), folder=tmp_path, say=said.append,
        clock=lambda: datetime(2026, 6, 1, tzinfo=UTC),
    )  # fmt: skip
    found = {job.name: job for job in worker.jobs(60)}
    for name in ("tick", "digest", "deliver", "deliver"):
        safely(found[name], said.append)
    assert said == ["deliver failed and will be tried again: DeliveryError: nobody listens"] * 2
    assert clinic.count(notice) == 2
    assert clinic.count(delivery) == 0, "what was not told is still to be told"


def test_the_worker_mails_what_is_due_over_tls(tmp_path: Path, engine: Engine) -> None:
    given = {"email": "kim@example.org"}
    add(engine, Member(id="kim", name="kim", role=Duty.COORDINATOR, addresses=given, quiet=(0, 0), digest_hour=0))
    with serving(Server(), smtp) as server:
        process = start(
            tmp_path, ASPS_SMTP_URL=f"smtp://localhost:{server.port}", ASPS_MAIL_FROM="asps@hospital.example",
            ASPS_SMTP_CA=str(TRUSTED), ASPS_LINK="https://asps.example.org/",
        )  # fmt: skip
        try:
            until(lambda: bool(server.mails))
            code, _, err = stopped(process, signal.SIGTERM)
        finally:
            process.kill()
    assert (code, err) == (0, "")
    (mail,) = server.mails
    assert b"To: kim@example.org" in mail and b"2 overdue" in mail and b"https://asps.example.org/" in mail
    assert b"P-1" not in mail and b"MRI" not in mail


def test_a_worker_whose_mail_cannot_work_says_so_at_the_start(tmp_path: Path, engine: Engine) -> None:
    process = start(tmp_path, ASPS_SMTP_URL="smtp://mail.example.org")
    _, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, "ASPS_MAIL_FROM" in err) == (2, True)
