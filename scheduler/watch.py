"""What there is to do before the next regular look: asked of the record every second, through its indexes.

So the worker wakes at the very moment something falls due, and sees within seconds what another process wrote.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from notifications.outbox import next_due
from notifications.pressing import latest
from storage.tables import patient, policy, site, staff, stream, task

QUARTER = 15 * 60
"""Seconds: every zone's full hours lie on a quarter of an hour of UTC, those of St John's on the half."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """What the worker would wake for. The same again wakes nobody twice."""

    due: tuple[Any, ...] = ()
    """Patients and tasks whose moment has come, and rules or settings that changed. As many tasks begin at the same
    midnight, the length of the record tells one such moment from the next."""
    told: tuple[Any, ...] = ()
    """Notices, who is told of them and how, and the time: digests go out at full hours."""
    waiting: datetime | None = None
    """The message that may be sent next, once its moment has come."""


def seen(connection: Connection, now: datetime) -> Seen:
    """What there is at a moment."""
    moved = connection.scalar(select(func.min(patient.c.wake_at)))
    begun = connection.scalar(select(func.min(task.c.wake_at)))
    revision = connection.scalar(select(func.max(site.c.revision)))
    stale = connection.scalar(select(func.min(patient.c.settings_revision)))
    ripe = tuple(moment if moment and moment <= now else None for moment in (moved, begun))
    length = connection.scalar(select(func.sum(stream.c.length))) if any(ripe) else None
    waiting = next_due(connection)
    return Seen(
        due=(*ripe, length, revision if stale is not None and stale != revision else None),
        told=(latest(connection), int(now.timestamp() // QUARTER), *_people(connection)),
        waiting=waiting if waiting and waiting <= now else None,
    )


def _people(connection: Connection) -> Iterator[Any]:
    """A handful of rows."""
    for table in (staff, policy):
        yield frozenset(tuple(row) for row in connection.execute(select(table)))


def to_do(before: Seen, after: Seen) -> set[str]:
    """The jobs to be run at once."""
    found = set[str]()
    if any(after.due) and after.due != before.due:
        found.add("tick")
    if after.told != before.told:
        found |= {"digest", "deliver"}
    if after.waiting and after.waiting != before.waiting:
        found.add("deliver")
    return found
