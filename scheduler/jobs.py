"""What the worker does, and how often: a handful of static jobs, none of them about a patient."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from urllib.request import Request, urlopen

from notifications.deliver import Channel, deliver
from notifications.outside import Outside
from notifications.planning import plan_messages
from notifications.sending import said, send_due
from scheduler.gone_back import take_back
from scheduler.late import late, note_outage
from scheduler.nightly import nightly
from scheduler.tick import TickReport, beat, tick
from storage.anchor import NIGHTLY
from storage.ledger import Ledger
from storage.queries import Reader

LOOK, SEND, COPY, PING = "look", "send", "copy", "ping"
"""The threads: nothing that hangs or takes long may hold up the clock."""
PING_TIMEOUT = 5.0
"""Seconds for the outside watchdog to answer."""
Clock = Callable[[], datetime]


def real_clock() -> datetime:
    """Now."""
    return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """Something the worker does again and again. A new one needs one line in `jobs`."""

    name: str
    do: Callable[[], None]
    every: float
    """Seconds between two runs."""
    thread: str = LOOK
    """Jobs of one thread wait for each other."""


@dataclass(frozen=True, kw_only=True)
class Worker:
    """What the jobs work on."""

    ledger: Ledger
    console: Channel
    outside: Outside
    folder: Path
    """For the daily copies."""
    say: Callable[[str], None]
    clock: Clock = real_clock
    ending: Event = field(default_factory=Event)
    """Told to stop: no further message is begun."""

    def jobs(self, every: float) -> list[Job]:
        """The jobs, in the order of their first run."""
        found = [
            Job(name="tick", do=self.tick, every=every),
            Job(name="digest", do=self.digest, every=every),
            Job(name="deliver", do=self.deliver, every=every, thread=SEND),
            Job(name=NIGHTLY, do=self.nightly, every=3600, thread=COPY),  # whoever runs by day only does it by day
        ]
        return [*found, Job(name="ping", do=self.ping, every=60, thread=PING)] if self.outside.ping else found

    def tick(self) -> None:
        """Timed moves, stale plans, notices."""
        now = self.clock()
        if said := take_back(self.ledger, now):
            self.say(said)
        if note_outage(self.ledger.engine, now):
            self.say("the clock stood for a while; asps report outages says what that held up")
        for line in in_words(tick(self.ledger, now)):
            self.say(line)

    def digest(self) -> None:
        """Puts messages into the outbox."""
        now = self.clock()
        plan_messages(self.ledger.engine, self.ledger.pathway, now)
        beat(self.ledger.engine, "digest", now)

    def deliver(self) -> None:
        """Prints what is new, and sends what is in the outbox."""
        engine, pathway, out = self.ledger.engine, self.ledger.pathway, self.outside
        try:
            deliver(Reader(engine, pathway), self.console, self.clock())
        finally:  # a log that nobody reads must not hold up the mail
            report = send_due(engine, pathway, out.carriers, out.link, self.clock, self.ending.is_set)
        for line in said(report):
            self.say(line)
        beat(engine, "deliver", self.clock())

    def nightly(self) -> None:
        """Once a day: is all still there, a verified copy, the heads of all streams."""
        nightly(self.ledger, self.folder, self.clock(), self.say)

    def ping(self) -> None:
        """Tells the watchdog that the clock is kept; silence is the alarm."""
        if late(self.ledger.engine, self.clock()) is None:
            with urlopen(Request(self.outside.ping, headers={"User-Agent": "asps"}), timeout=PING_TIMEOUT):
                return


def in_words(report: TickReport) -> list[str]:
    """What a tick did, a line each; nothing where nothing was due. No patient is named but where one failed."""
    counts = ((report.moved, "moved by the date"), (report.replanned, "planned anew: rules or settings changed"))
    lines = [f"{count} {'patient' if count == 1 else 'patients'} {what}" for count, what in counts if count]
    return lines + [f"{patient} could not be done: {why}" for patient, why in report.failed]
