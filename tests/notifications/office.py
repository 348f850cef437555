"""An invented clinic whose people are told things, for the tests of messages."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from notifications import people, policy
from notifications.messages import Letter
from notifications.outbox import Message, messages
from notifications.people import Duty, Member
from notifications.planning import plan_messages
from notifications.sending import Carrier, Sent, send_due
from scheduler.late import note_outage
from tests.scheduler.clinic import Clinic
from workflow.asps import ASPS

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


class Catcher:
    """A way out of the building that keeps what it was given, and fails on request."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, Letter]] = []
        self.fails: list[Exception] = []

    def send(self, address: str, letter: Letter, now: datetime) -> None:
        """Keeps a letter."""
        if self.fails:
            raise self.fails.pop(0)
        self.sent.append((address, letter))


@dataclass
class Office(Clinic):
    """The clinic, its people, and what reached them."""

    post: Catcher = field(default_factory=Catcher)

    def person(self, id: str, role: Duty = Duty.CLINICIAN, **more: Any) -> Member:
        """Adds someone with an e-mail address."""
        given = {"name": id, "addresses": {"email": f"{id}@example.org"}} | more
        return people.add(self.engine, Member(id=id, role=role, **given))

    def decide(self, **values: str) -> None:
        """Decides some of the policy."""
        named = {name.replace("__", "."): value for name, value in values.items()}
        policy.decide(self.engine, named, now=self.now, user="admin-1")

    def at(self, day: date, hour: int, minute: int = 0) -> None:
        """Moves the clock to a local time."""
        self.now = datetime(day.year, day.month, day.day, hour, minute, tzinfo=AMSTERDAM)

    def look(self) -> Sent:
        """What the worker does at one moment."""
        self.look_without_sending()
        return self.send()

    def look_without_sending(self) -> None:
        """All of it but the sending."""
        note_outage(self.engine, self.now)
        self.tick()
        plan_messages(self.engine, ASPS, self.now)

    def send(self, carriers: Mapping[str, Carrier] | None = None) -> Sent:
        """Sends what is in the outbox: into the catcher, or through these ways."""
        found = {"email": self.post} if carriers is None else carriers
        return send_due(self.engine, ASPS, found, "https://asps.example.org/", lambda: self.now)

    def box(self, state: str | None = None) -> list[Message]:
        """The outbox, oldest first."""
        with self.engine.connect() as connection:
            return messages(connection, state=state)[::-1]

    def told(self) -> list[tuple[str, str, dict[str, int]]]:
        """What was sent: to whom, which kind, how many tasks at which stage."""
        return [(address.partition("@")[0], letter.kind, letter.counts) for address, letter in self.post.sent]
