"""The worker wakes when something falls due or changes, not only at its intervals; nothing outside holds it up."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from notifications.deliver import DeliveryError
from notifications.messages import Letter
from notifications.outbox import Message, messages
from notifications.outside import Outside
from notifications.people import Duty, Member, add
from notifications.sending import Carrier
from scheduler.jobs import Job, Worker, real_clock
from scheduler.late import LATE, Late, late, note_outage
from scheduler.tick import beat
from scheduler.watch import Seen, seen, to_do
from scheduler.worker import GLANCE, running
from storage.anchor import NIGHTLY
from storage.database import open_database
from storage.ledger import Ledger
from storage.tables import heartbeat, notice, outage
from tests.notifications.servers import Server, serving
from tests.scheduler.clinic import AUTHOR, SETTINGS, Clinic, Listener
from tests.scheduler.processes import PATIENCE, until
from workflow.asps import ASPS

RARELY = 3600
"""Seconds between two regular looks: whatever happens earlier, it woke for."""
MIDNIGHT = datetime(2026, 3, 15, 23, 0, tzinfo=UTC)
"""At the site; the tasks of a patient who was accepted two weeks before fall due."""


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """A record in a file."""
    found = open_database(f"sqlite:///{tmp_path / 'asps.db'}")
    Ledger(found, ASPS).set_site(SETTINGS, now=MIDNIGHT - timedelta(days=20), author=AUTHOR)
    yield found
    found.dispose()


def accepted(engine: Engine, id: str, now: datetime) -> None:
    ledger = Ledger(engine, ASPS)
    ledger.register(id=id, born=date(1990, 1, 1), now=now, author=AUTHOR)
    ledger.enter(id, "accept_referral", {"centre_role": "reference_centre"}, now=now, author=AUTHOR)


@contextmanager
def kept(
    engine: Engine, folder: Path, start: datetime, carrier: Carrier | None = None, ping: str = ""
) -> Iterator[None]:
    """The clock, kept from a moment on."""
    begun = time.monotonic()
    worker = Worker(
        ledger=Ledger(engine, ASPS), console=Listener(), folder=folder / "backups", say=lambda line: None,
        outside=Outside(carriers={"email": carrier} if carrier else {}, link="", ping=ping),
        clock=lambda: start + timedelta(seconds=time.monotonic() - begun),
    )  # fmt: skip
    with running(worker, every=RARELY):
        until(lambda: beats(engine).keys() >= {"tick", "deliver"})
        yield


def beats(engine: Engine) -> dict[str, datetime]:
    with engine.connect() as connection:
        return {row.name: row.at for row in connection.execute(select(heartbeat))}


def noticed(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return list(connection.scalars(select(notice.c.patient)))


def test_it_wakes_at_the_moment_at_which_something_falls_due(engine: Engine, tmp_path: Path) -> None:
    accepted(engine, "P-1", MIDNIGHT - timedelta(days=13, hours=12))
    with kept(engine, tmp_path, MIDNIGHT - timedelta(seconds=5)):
        assert noticed(engine) == []
        until(lambda: noticed(engine) == ["P-1", "P-1"])


def test_it_sees_what_another_process_writes(engine: Engine, tmp_path: Path) -> None:
    with kept(engine, tmp_path, MIDNIGHT + timedelta(hours=9)):
        accepted(engine, "P-1", MIDNIGHT - timedelta(days=20))
        until(lambda: noticed(engine) == ["P-1", "P-1"])


def test_it_sees_whom_another_process_adds(engine: Engine, tmp_path: Path) -> None:
    accepted(engine, "P-1", MIDNIGHT - timedelta(days=20))
    with kept(engine, tmp_path, MIDNIGHT + timedelta(hours=9)):
        add(engine, Member(id="kim", name="kim", role=Duty.COORDINATOR, addresses={"email": "kim@example.org"}))
        until(lambda: [m.staff for m in box(engine)] == ["kim"])


def test_it_looks_at_once_when_the_clock_goes_back_and_does_not_wait_for_the_days_to_come_again(
    engine: Engine, tmp_path: Path
) -> None:
    ahead = [timedelta(days=3)]
    said: list[str] = []
    worker = Worker(
        ledger=Ledger(engine, ASPS), console=Listener(), folder=tmp_path / "backups", say=said.append,
        outside=Outside(carriers={}, link="", ping=""), clock=lambda: real_clock() + ahead[0],
    )  # fmt: skip
    with running(worker, every=RARELY):
        until(lambda: beats(engine).keys() >= {"tick", "digest", "deliver", NIGHTLY})
        ahead[0] = timedelta(0)
        until(lambda: all(at <= real_clock() for at in beats(engine).values()))
    assert any(line.startswith("the clock went back") for line in said)


class Hangs:
    """A way out in which everyone gets stuck until the end."""

    def __init__(self) -> None:
        self.entered, self.end = threading.Event(), threading.Event()

    def send(self, address: str, letter: Letter, now: datetime) -> None:
        """Hangs."""
        self.entered.set()
        self.end.wait(60)
        raise DeliveryError("it hangs", permanent=False, everyone=True)


def test_a_mail_server_that_hangs_does_not_hold_up_the_clock(engine: Engine, tmp_path: Path) -> None:
    given = {"email": "kim@example.org"}
    add(engine, Member(id="kim", name="kim", role=Duty.COORDINATOR, addresses=given, quiet=(0, 0), digest_hour=0))
    accepted(engine, "P-1", MIDNIGHT - timedelta(days=20))
    hangs = Hangs()
    with kept_hanging(engine, tmp_path, hangs):
        assert hangs.entered.wait(PATIENCE)
        accepted(engine, "P-2", MIDNIGHT - timedelta(days=20))
        until(lambda: noticed(engine).count("P-2") == 2)
        until(lambda: [(m.kind, m.attempt) for m in box(engine)] == [("urgent", 0), ("digest", 1)])
        threading.Event().wait(2.5 * GLANCE)  # the watch sees it while the delivery is busy
        hangs.end.set()
        until(lambda: [(m.state, m.detail) for m in box(engine)] == [("queued", "it hangs")] * 2)


@contextmanager
def kept_hanging(engine: Engine, folder: Path, hangs: Hangs) -> Iterator[None]:
    beat(engine, "deliver", MIDNIGHT)  # nobody waits for the first delivery to end
    try:
        with kept(engine, folder, MIDNIGHT + timedelta(hours=9), hangs):
            try:
                yield
            finally:
                hangs.end.set()
    finally:
        hangs.end.set()


def box(engine: Engine) -> list[Message]:
    with engine.connect() as connection:
        return list(messages(connection))


def test_the_watchdog_hears_of_every_look(engine: Engine, tmp_path: Path) -> None:
    server = Server()
    with serving(server, http_get), kept(engine, tmp_path, MIDNIGHT, ping=f"http://127.0.0.1:{server.port}/up"):
        until(lambda: bool(server.requests))
    assert server.requests[0].startswith(b"GET /up ")


def test_the_watchdog_hears_nothing_while_nobody_looks(engine: Engine, tmp_path: Path) -> None:
    with serving(Server(), http_get) as server:
        out = Outside(carriers={}, link="", ping=f"http://127.0.0.1:{server.port}/up")
        worker = Worker(
            ledger=Ledger(engine, ASPS), console=Listener(), folder=tmp_path, say=print, outside=out, clock=real_clock
        )
        worker.ping()
        assert server.requests == []
        beat(engine, "tick", real_clock())
        worker.ping()
        assert len(server.requests) == 1


def http_get(server: Server, connection: socket.socket) -> None:
    """Answers a request without a body."""
    found = b""
    while b"\r\n\r\n" not in found:
        found += connection.recv(4096)
    server.requests.append(found)
    connection.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")


@pytest.mark.parametrize(
    ("before", "after", "jobs"),
    [
        (Seen(), Seen(), set()),
        (Seen(), Seen(due=(MIDNIGHT, None, None)), {"tick"}),
        (Seen(due=(MIDNIGHT, None, None)), Seen(due=(MIDNIGHT, None, None)), set()),
        (Seen(due=(MIDNIGHT, None, None)), Seen(due=(None, None, None)), set()),
        (Seen(), Seen(due=(None, None, 3)), {"tick"}),
        (Seen(told=(1, MIDNIGHT)), Seen(told=(2, MIDNIGHT)), {"digest", "deliver"}),
        (Seen(), Seen(waiting=MIDNIGHT), {"deliver"}),
        (Seen(waiting=MIDNIGHT), Seen(waiting=None), set()),
    ],
)  # fmt: skip
def test_what_wakes_which_job(before: Seen, after: Seen, jobs: set[str]) -> None:
    assert to_do(before, after) == jobs


@pytest.mark.parametrize("minute", [0, 15, 30])
def test_it_looks_whom_to_tell_at_the_full_hour_of_every_zone(minute: int) -> None:
    """Amsterdam's, Kathmandu's and St John's."""
    clinic = Clinic()
    with clinic.engine.connect() as connection:
        full = clinic.now.replace(minute=minute)
        before, at, after = (seen(connection, full + timedelta(seconds=n)) for n in (-1, 0, 1))
    assert (to_do(before, at), to_do(at, after)) == ({"digest", "deliver"}, set())


def test_what_cannot_be_done_wakes_nobody_again_and_again() -> None:
    clinic = Clinic()
    clinic.register("P-1")
    clinic.later(days=15)
    with clinic.engine.connect() as connection:
        first = seen(connection, clinic.now)
        again = seen(connection, clinic.now + timedelta(seconds=1))
    assert any(first.due)
    assert to_do(first, again) == set()


def test_what_falls_due_at_the_same_midnight_as_something_before_wakes_the_clock_too() -> None:
    clinic = Clinic()
    clinic.register("P-1")
    accepted_then, clinic.now = clinic.now, clinic.now + timedelta(days=15)
    with clinic.engine.connect() as connection:
        first = seen(connection, clinic.now)
    clinic.tick()
    now, clinic.now = clinic.now, accepted_then
    clinic.register("P-2")
    with clinic.engine.connect() as connection:
        assert to_do(first, seen(connection, now)) >= {"tick"}


def test_the_clock_is_late_after_a_while_and_that_it_stood_is_written_down_once() -> None:
    clinic = Clinic()
    found = late(clinic.engine, clinic.now)
    assert found is not None and found.last is None
    assert not note_outage(clinic.engine, clinic.now), "what never ran did not stand"
    clinic.tick()
    last = clinic.now
    clinic.now += LATE
    assert late(clinic.engine, clinic.now) is None
    clinic.later(seconds=1)
    found = late(clinic.engine, clinic.now)
    assert found is not None and found.last == last
    assert [note_outage(clinic.engine, clinic.now) for _ in range(2)] == [True, False]
    clinic.tick()
    assert late(clinic.engine, clinic.now) is None
    with clinic.engine.connect() as connection:
        assert connection.execute(select(outage.c.began, outage.c.ended)).all() == [(last, clinic.now)]


def test_messages_that_are_stuck_while_the_clock_is_kept(engine: Engine) -> None:
    def looked(hour: float, *jobs: str) -> Late | None:
        for job in jobs:
            beat(engine, job, MIDNIGHT + timedelta(hours=hour))
        return late(engine, MIDNIGHT + timedelta(hours=hour))

    assert looked(0, "worker", "tick") is None, "it has just begun"
    assert looked(1, "tick", "digest") is None
    stuck = looked(1.1, "tick")
    assert stuck == Late(last=None, why="the clock is kept, but the job 'deliver' has not come to its end")
    assert looked(2, "tick", "digest", "deliver") is None
    found = looked(3.1, "tick", "deliver")
    assert found is not None and "'digest'" in found.why and found.last == MIDNIGHT + timedelta(hours=2)
    assert looked(3.2, "worker", "tick") is None, "a new worker gets its time"
    assert looked(1, "tick", "digest", "deliver") is None, "the clock went back"


def test_every_job_has_a_name_of_its_own_and_the_copies_a_thread(engine: Engine, tmp_path: Path) -> None:
    worker = Worker(
        ledger=Ledger(engine, ASPS), console=Listener(), folder=tmp_path, say=print,
        outside=Outside(carriers={}, link="", ping="https://watch.example.org/1"),
    )  # fmt: skip
    jobs: list[Job] = worker.jobs(60)
    assert [job.name for job in jobs] == ["tick", "digest", "deliver", "nightly", "ping"]
    assert len({job.thread for job in jobs}) == 4
