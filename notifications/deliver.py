"""Delivers what nobody was told of yet: one digest through one channel, then the note that it was told.

Told first, noted after: a crash in between repeats a message and never loses one.
"""

from datetime import datetime
from typing import Protocol

from sqlalchemy import Connection, Engine, and_, case, exists, func, insert, literal, select
from sqlalchemy.sql import ColumnElement

from notifications.digest import Digest, digest
from storage.alone import alone
from storage.database import writing
from storage.queries import Reader
from storage.tables import delivery, notice, task
from workflow.errors import AspsError
from workflow.plan import Status


class DeliveryError(AspsError):
    """A channel could not tell. `permanent`: trying again will not help; `everyone`: nor would it tell anybody else."""

    def __init__(self, message: str, *, permanent: bool, everyone: bool = False) -> None:
        super().__init__(message)
        self.permanent, self.everyone = permanent, everyone


class Channel(Protocol):
    """A way to tell someone."""

    @property
    def name(self) -> str:
        """Under which deliveries are noted."""

    def send(self, message: Digest) -> None:
        """Tells. Raises DeliveryError."""


def deliver(reader: Reader, channel: Channel, now: datetime) -> int:
    """Tells of the new notices that still hold, in one digest; how many. No notice, no message.

    What was done, moved or cancelled since its notice arose is not told of. Raises DeliveryError, then notes nothing.
    """
    with reader.engine.connect() as connection:
        last, new = _pending(connection, channel.name)
    if new:
        today = reader.site().today(now)
        channel.send(digest(reader.counts(today), today, new))
    if last:
        _note(reader.engine, channel.name, last, now)
    return new


def _pending(connection: Connection, channel: str) -> tuple[int, int]:
    """The latest notice not yet told of (0: none), and how many of them still hold."""
    told = _told(connection, channel)
    last = connection.scalar(select(func.max(notice.c.id)).where(notice.c.id > told)) or 0
    count = select(func.count()).select_from(notice).where(notice.c.id > told, notice.c.id <= last, _holds())
    return last, connection.scalar(count) or 0


def _told(connection: Connection, channel: str) -> int:
    """The latest notice told of: a digest covers all before it."""
    newest = select(delivery.c.notice).where(delivery.c.channel == channel).order_by(delivery.c.notice.desc()).limit(1)
    return connection.scalar(newest) or 0


def _holds() -> ColumnElement[bool]:
    """The task of the notice is still open for that date."""
    same = and_(
        task.c.patient == notice.c.patient,
        task.c.name == notice.c.task,
        task.c.subject == notice.c.subject,
        task.c.occurrence == notice.c.occurrence,
        task.c.target == notice.c.due,
        task.c.status == Status.OPEN.value,
    )
    return exists().where(same)


def _note(engine: Engine, channel: str, last: int, now: datetime) -> None:
    columns = ["notice", "channel", "attempt", "at", "outcome", "detail"]
    with writing(engine).begin() as connection:
        alone(connection)
        pending = and_(notice.c.id > _told(connection, channel), notice.c.id <= last)
        moment = literal(now, type_=delivery.c.at.type)
        outcome = case((_holds(), "sent"), else_="settled before it was sent")
        rows = select(notice.c.id, literal(channel), literal(1), moment, outcome, literal("")).where(pending)
        connection.execute(insert(delivery).from_select(columns, rows))
