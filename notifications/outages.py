"""What outages did to messages: when nobody kept the clock, and what went late, was suppressed or reached nobody."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, or_, select

from notifications.outbox import Message
from storage.tables import message, outage

LATE = timedelta(minutes=15)
"""From then on a message went late."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """A message that did not go as it should have."""

    message: Message
    what: str
    """late, waiting, suppressed, parked or replaced."""
    late_by: timedelta
    """Since it should have gone; until now, where it has not gone."""
    digests_missed: int
    """Days whose digest it stands for as well."""
    why: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Outages:
    """All of it, oldest first."""

    stood: tuple[tuple[datetime, datetime], ...]
    """From when until when nobody kept the clock."""
    held: tuple[Held, ...]


def outages(connection: Connection, now: datetime, since: datetime) -> Outages:
    """What did not go as it should have since a moment."""
    rows = connection.execute(select(outage).where(outage.c.ended >= since).order_by(outage.c.id))
    stood = tuple((row.began, row.ended) for row in rows)
    told = select(message).where(or_(message.c.made_at >= since, message.c.state.in_(("queued", "parked"))))
    found = [Message(**row) for row in connection.execute(told.order_by(message.c.id)).mappings()]
    return Outages(stood=stood, held=tuple(held for one in found if (held := _held(one, now, stood))))


def _held(one: Message, now: datetime, stood: tuple[tuple[datetime, datetime], ...]) -> Held | None:
    by = (one.settled_at or now) - one.wanted_at
    if one.state in ("sent", "queued") and by <= LATE:
        return None
    what = {"sent": "late", "queued": "waiting"}.get(one.state, one.state)
    missed = max(0, (one.made_at - one.wanted_at).days) if one.kind != "urgent" else 0
    return Held(message=one, what=what, late_by=by, digests_missed=missed, why=_why(one, stood))


def _why(one: Message, stood: tuple[tuple[datetime, datetime], ...]) -> str:
    """What held it up: the clock that stood, then what its way out said."""
    still = [f"the clock stood from {b:%Y-%m-%d %H:%M} to {e:%Y-%m-%d %H:%M} UTC" for b, e in stood if _hit(one, b, e)]
    tried = [f"{one.attempt} attempts"] if one.attempt > 1 else []
    return "; ".join([*still[-1:], *tried, *([one.detail] if one.detail else [])])


def _hit(one: Message, began: datetime, ended: datetime) -> bool:
    return began <= one.wanted_at <= ended
