"""An invented clinic in memory, for the tests of the clock."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, func, select

from notifications.deliver import deliver
from notifications.digest import Digest
from scheduler.tick import TickReport, tick
from storage.database import memory_database
from storage.ledger import Answer, Author, Ledger
from storage.queries import Reader
from storage.tables import notice
from workflow.asps import ASPS
from workflow.vocabulary import Role

SETTINGS = {
    "timezone": "Europe/Amsterdam", "brain_mri.due_days": "14", "staging_ct.due_days": "14", "mdt.due_days": "7",
    "palliative.offer_days": "56", "override.expiry_hours": "72",
}  # fmt: skip
START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
"""09:00 in Amsterdam."""
AUTHOR = Author(by=Role.CLINICIAN, user="clinician-1")


class Listener:
    """A channel that keeps what it was told."""

    name = "listener"

    def __init__(self) -> None:
        self.told: list[Digest] = []

    def send(self, message: Digest) -> None:
        """Keeps a digest."""
        self.told.append(message)


@dataclass
class Clinic:
    """A ledger with a clock that the test moves."""

    engine: Engine = field(default_factory=memory_database)
    now: datetime = START
    listener: Listener = field(default_factory=Listener)

    def __post_init__(self) -> None:
        self.ledger = Ledger(self.engine, ASPS)
        self.ledger.set_site(SETTINGS, now=self.now, author=AUTHOR)

    def register(self, *ids: str) -> None:
        """Registers patients and accepts their referral."""
        for id in ids:
            self.ledger.register(id=id, born=date(1990, 1, 1), now=self.now, author=AUTHOR, can_become_pregnant="no")
            self.enter(id, "accept_referral", centre_role="reference_centre")

    def enter(self, patient: str, name: str, on: date | None = None, reason: str = "", **given: Any) -> Answer:
        """Enters a record or act, which must be accepted."""
        answer = self.ledger.enter(patient, name, given, now=self.now, author=AUTHOR, on=on, reason=reason)
        assert answer.accepted, answer.blockers
        return answer

    def later(self, **length: float) -> None:
        """Moves the clock on."""
        self.now += timedelta(**length)

    def tick(self) -> TickReport:
        """One look at the clock."""
        return tick(self.ledger, self.now)

    def deliver(self) -> int:
        """Tells the listener."""
        return deliver(Reader(self.engine, ASPS), self.listener, self.now)

    def notices(self) -> list[tuple[str, str, date, str]]:
        """All notices: patient, task, due date, stage; in order."""
        query = select(notice.c.patient, notice.c.task, notice.c.due, notice.c.stage).order_by(notice.c.id)
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(query)]

    def count(self, table: Any) -> int:
        """Rows of a table."""
        with self.engine.connect() as connection:
            return connection.scalar(select(func.count()).select_from(table)) or 0
