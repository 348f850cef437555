"""What stands in red above the worklist: reminders that do not go out, and messages that reached nobody."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cli.opening import Record


def alarms(place: "Record", now: datetime) -> list[str]:
    """What is wrong with the clock and the messages, a line each; nothing while all is well."""
    return [*_clock(place, now), *_messages(place, now)]


def _clock(place: "Record", now: datetime) -> Iterator[str]:
    from scheduler.late import late

    if found := late(place.ledger.engine, now):
        last = f"since {found.last.astimezone(place.site.zone):%Y-%m-%d %H:%M}" if found.last else "so far"
        yield f"‼ No reminder goes out: {found.why} {last}. Run asps worker, or look into its log"


def _messages(place: "Record", now: datetime) -> Iterator[str]:
    from notifications.trouble import trouble, words

    with place.ledger.engine.connect() as connection:
        yield from (f"‼ {line}" for line in words(trouble(connection, place.ledger.pathway, now)))
