"""The outbox: messages wait, are leased for sending, and are settled. At least once: a lease that ends is sent again.

queued ──► sent          it was told
       ├─► suppressed    nothing of it held any more at the moment of sending
       ├─► parked        it cannot be delivered; an administrator sees it, and may retry
       └─► replaced      a later digest tells of it, or the person or address is gone
"""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Engine, func, or_, select, update

from storage.database import writing
from storage.tables import message
from workflow.errors import NotFound

LEASE = timedelta(minutes=2)
"""Longer than any sending may take."""
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=1)
GIVEN_UP_AFTER = timedelta(hours=72)


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """One row of the outbox."""

    id: int
    key: str
    staff: str
    channel: str
    route: str
    kind: str
    day: date
    since: int
    upto: int
    wanted_at: datetime
    made_at: datetime
    state: str
    attempt: int
    next_at: datetime
    lease: str
    settled_at: datetime | None
    detail: str


def claim(engine: Engine, now: datetime, *, without: Collection[str] = (), lease: timedelta = LEASE) -> Message | None:
    """The next message to send, for this caller alone until its lease ends; None: there is none."""
    ripe = or_(message.c.next_at <= now, message.c.next_at > now + LONGEST_PAUSE)  # a clock was ahead, and went back
    due = select(message).where(message.c.state == "queued", ripe)
    if without:
        due = due.where(message.c.route.not_in(without))
    first = due.order_by(message.c.kind.desc(), message.c.next_at, message.c.id).limit(1)  # urgent before the rest
    with writing(engine).begin() as connection:
        row = connection.execute(first.with_for_update(skip_locked=True)).mappings().first()
        if row is None:
            return None
        values = {"lease": secrets.token_hex(8), "attempt": row["attempt"] + 1, "next_at": now + lease}
        connection.execute(update(message).where(message.c.id == row["id"]).values(values))
    return Message(**{**row, **values})


def settle(engine: Engine, sent: Message, now: datetime, state: str, detail: str = "") -> bool:
    """Writes what became of a message. False: the lease had ended, and somebody else has it."""
    return _write(engine, sent, {"state": state, "settled_at": now, "detail": detail, "lease": ""})


def put_off(engine: Engine, failed: Message, now: datetime, detail: str) -> bool:
    """Tries again later, later each time; in the end the message is parked. False as in `settle`."""
    if now - failed.made_at > GIVEN_UP_AFTER:
        return settle(engine, failed, now, "parked", f"given up after {failed.attempt} attempts: {detail}"[:500])
    return _write(engine, failed, {"next_at": now + pause(failed), "detail": detail[:500], "lease": ""})


def wait(engine: Engine, held: Message, until: datetime) -> bool:
    """Not now, but then; nothing failed. False as in `settle`."""
    return _write(engine, held, {"next_at": until, "attempt": held.attempt - 1, "lease": ""})


def pause(failed: Message) -> timedelta:
    """Twice as long each time, and a little different for each message, so that they do not come all at once."""
    long: timedelta = min(FIRST_PAUSE * int(2 ** min(failed.attempt - 1, 10)), LONGEST_PAUSE)
    spread = sha256(f"{failed.key} {failed.attempt}".encode()).digest()[0] / 255
    return timedelta(seconds=long.total_seconds() * (0.5 + spread / 2))


def retry(engine: Engine, now: datetime, ids: Collection[int] = ()) -> int:
    """Queues parked messages again, all of them or these; how many. Raises NotFound."""
    which = [message.c.state == "parked"] + ([message.c.id.in_(ids)] if ids else [])
    with writing(engine).begin() as connection:
        values = {"state": "queued", "next_at": now, "made_at": now, "attempt": 0, "settled_at": None}
        count = connection.execute(update(message).where(*which).values(values)).rowcount
        if ids and count < len(set(ids)):
            connection.rollback()
            raise NotFound("parked message", ", ".join(map(str, sorted(ids)))[:80], "asps outbox list shows them")
    return count


def close(connection: Connection, ways: Collection[tuple[str, str]], now: datetime) -> None:
    """Settles what waits for somebody, or for an address, that was taken off the list. It does not count as told."""
    for state in ("queued", "parked"):
        waits = message.c.state == state
        for staff, channel in {*connection.execute(select(message.c.staff, message.c.channel).where(waits))} - {*ways}:
            values = {"state": "replaced", "settled_at": now, "detail": f"{staff} has this address no longer"}
            same = (message.c.staff == staff, message.c.channel == channel, waits)
            connection.execute(update(message).where(*same).values(values))


def messages(connection: Connection, *, state: str | None = None, limit: int = 200) -> list[Message]:
    """Messages, newest first."""
    query = select(message).order_by(message.c.id.desc()).limit(limit)
    if state:
        query = query.where(message.c.state == state)
    return [Message(**row) for row in connection.execute(query).mappings()]


def parked(connection: Connection) -> int:
    """How many messages reached nobody."""
    return connection.scalar(select(func.count()).where(message.c.state == "parked")) or 0


def next_due(connection: Connection) -> datetime | None:
    """When the next message may be sent."""
    first: datetime | None = connection.scalar(select(func.min(message.c.next_at)).where(message.c.state == "queued"))
    return first


def _write(engine: Engine, held: Message, values: dict[str, Any]) -> bool:
    mine = (message.c.id == held.id, message.c.lease == held.lease, message.c.state == "queued")
    with writing(engine).begin() as connection:
        return connection.execute(update(message).where(*mine).values(values)).rowcount == 1
