"""A worker to be killed: it looks, tells and sends with a clock that runs two hours at a step."""

import random
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from sqlalchemy import Engine

from notifications import people
from notifications.mail import Mail
from notifications.outside import Outside
from notifications.people import Duty, Member
from scheduler.jobs import Clock, Worker
from scheduler.worker import running
from storage.database import open_database
from storage.ledger import Ledger
from tests.crash.killing import PROCESSES
from tests.notifications.servers import Server
from tests.scheduler.clinic import AUTHOR, SETTINGS, Listener
from tests.storage.clinic import waiting
from workflow.asps import ASPS

PATIENTS, DAYS, STAFF, WAITING = 500, 25, 12, 5
"""Two tasks of each patient come due, 40 on each day; and the interval of some who wait is over."""
FIRST = datetime(2026, 11, 1, 23, 0, tzinfo=UTC)
"""Midnight at the site: nothing is due for two weeks."""
STEP, AFTERWARDS = timedelta(hours=2), timedelta(minutes=3)
HASTE = timedelta(hours=12)
"""How far the hasty clock goes in a second."""
LIFE = 0.4
"""Seconds a worker lives at most."""


def made(url: str) -> None:
    """The record that all begin with."""
    engine = open_database(url)
    ledger = Ledger(engine, ASPS)
    ledger.set_site(SETTINGS | {"interval_ct.months": "1"}, now=FIRST, author=AUTHOR)
    with ledger.batch() as desk:
        for n in range(WAITING):
            waiting(desk, f"W-{n}")
    for day in range(DAYS):
        now = FIRST + timedelta(days=day, hours=10)
        with ledger.batch() as desk:
            for n in range(day, PATIENTS, DAYS):
                desk.register(id=f"P-{n}", born=date(1990, 1, 1), now=now, author=AUTHOR, can_become_pregnant="no")
                desk.enter(f"P-{n}", "accept_referral", {"centre_role": "reference_centre"}, now=now, author=AUTHOR)
    for n in range(STAFF):
        given = Member(id=f"k{n}", name=f"k{n}", role=Duty.COORDINATOR, addresses={"email": f"k{n}@example.org"})
        people.add(engine, given)
    engine.dispose()


def _nobody(line: str) -> None:
    """Reads no log."""


def worker(engine: Engine, port: int, clock: Clock, folder: Path) -> Worker:
    """One that mails to a server on this machine."""
    server = urlsplit(f"smtp://localhost:{port}")
    mail = Mail(server=server, password="", sender="asps@hospital.example", trust=Server().trust)
    return Worker(
        ledger=Ledger(engine, ASPS), console=Listener(), folder=folder, say=_nobody, clock=clock,
        outside=Outside(carriers={"email": mail}, link="", ping=""),
    )  # fmt: skip


def look(engine: Engine, port: int, now: datetime) -> None:
    """Everything that a worker does at one moment."""
    one = worker(engine, port, lambda: now, Path())
    one.tick()
    one.digest()
    one.deliver()


def work(url: str, port: int, start: datetime, told: Connection) -> None:
    """A worker's life: one moment after the other, each told before it begins."""
    engine = open_database(url)
    for n in count():
        told.send(start + n * STEP)
        look(engine, port, start + n * STEP)


def work_by_schedule(url: str, port: int, start: datetime, told: Connection) -> None:
    """The life of a worker as `asps worker` runs it, jobs and threads, under a hasty clock."""
    begun = time.monotonic()

    def clock() -> datetime:
        return start + (time.monotonic() - begun) * HASTE

    engine = open_database(url)
    with TemporaryDirectory() as copies, running(worker(engine, port, clock, Path(copies)), every=0.1):
        while True:
            told.send(clock())
            time.sleep(0.01)


Work = Callable[[str, int, datetime, Connection], None]


@dataclass
class Lives:
    """One worker after the other on one record."""

    url: str
    server: Server
    now: datetime
    work: Work = work
    longest: float = LIFE
    pause: timedelta = AFTERWARDS
    in_mail: int = 0
    """How many were killed at the moment at which the mail server had taken a message."""
    ends: list[float] = field(default_factory=list)

    def life(self) -> None:
        """One worker, killed at a random moment, or when the next mail has arrived and it does not know it yet."""
        listener, told = PROCESSES.Pipe(duplex=False)
        process = PROCESSES.Process(target=self.work, args=(self.url, self.server.port, self.now, told))
        process.start()
        told.close()
        self.now = listener.recv()
        if random.random() < 0.3:
            before = len(self.server.mails)
            self.server.taken = lambda: process.kill() if len(self.server.mails) > before else None
            process.join(self.longest * 10)
            self.in_mail += process.exitcode is not None
            self.server.taken = None
        else:
            time.sleep(random.uniform(0, self.longest))
        process.kill()
        process.join()
        assert process.exitcode == -9, "it ended by itself"
        self.now = max([self.now, *_all(listener)]) + self.pause
        process.close()
        listener.close()

    def to_the_end(self, until: datetime) -> None:
        """The rest, with nobody killed."""
        engine = open_database(self.url)
        while self.now < until:
            look(engine, self.server.port, self.now)
            self.now += STEP
        engine.dispose()


def _all(listener: Connection) -> Iterator[datetime]:
    while listener.poll():
        try:
            yield listener.recv()
        except EOFError:
            return


def copied(begun: Path, place: Path) -> str:
    """The address of a record of one's own."""
    for file in begun.parent.glob(f"{begun.name}*"):
        shutil.copy(file, place / file.name)
    return f"sqlite:///{place / begun.name}"
