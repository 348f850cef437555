"""How far each person was told through each channel: worked out from the outbox, never kept beside it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import Connection, func, select

from storage.tables import message

SETTLED = ("sent", "suppressed")
RECENT = 20_000
"""So many messages are looked at, in an outbox of many years. Whoever had none of them is told everything anew."""
NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(kw_only=True, slots=True)
class Mark:
    """How far one person was told through one channel. Notices are told of in their order."""

    told: int = 0
    """The newest notice that a digest told of."""
    urgent: int = 0
    """The newest notice that any message tells of, queued ones included."""
    last_day: date | None = None
    """Of the newest digest, whatever became of it."""
    told_day: date | None = None
    """Of the newest digest that was sent."""
    made_at: datetime = NEVER
    """When the newest digest was made."""


def marks(connection: Connection, today: date) -> dict[tuple[str, str], Mark]:
    """By person and channel. What a clock that was ahead made for days to come does not count."""
    by = (message.c.staff, message.c.channel, message.c.kind, message.c.state)
    most = (func.max(message.c.upto), func.max(message.c.day), func.max(message.c.made_at))
    newest = select(func.coalesce(func.max(message.c.id), 0)).scalar_subquery()
    query = select(*by, *most).where(message.c.day <= today, message.c.id > newest - RECENT).group_by(*by)
    found: dict[tuple[str, str], Mark] = {}
    for staff, channel, kind, state, upto, day, made_at in connection.execute(query):
        mark = found.setdefault((staff, channel), Mark())
        if state in (*SETTLED, "queued"):
            mark.urgent = max(mark.urgent, upto)
        if kind != "urgent":
            _digest(mark, state, upto, day, made_at)
    return found


def _digest(mark: Mark, state: str, upto: int, day: date, made_at: datetime) -> None:
    mark.last_day, mark.made_at = max(mark.last_day or day, day), max(mark.made_at, made_at)
    if state in SETTLED:
        mark.told = max(mark.told, upto)
    if state == "sent":
        mark.told_day = max(mark.told_day or day, day)
