"""Instants and dates as people type them."""

import re
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from workflow.errors import Invalid
from workflow.fields import EARLIEST_DATE, LATEST_DATE

_INSTANT = "YYYY-MM-DDTHH:MM, local time at the site or with an offset such as +01:00"
_DAY = "YYYY-MM-DD"
_LAST_MINUTE = time(23, 59)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_MOMENT = re.compile(_DATE.pattern + r"([T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[-+]\d\d:\d\d)?)?", re.ASCII)


def instant(text: str, zone: ZoneInfo, field: str = "at") -> datetime:
    """An instant in UTC. Without an offset it is local time at the site; a date alone means the last minute of it.

    Raises Invalid for what is no instant, or a local time that the clocks skip in spring.
    """
    try:
        found = datetime.fromisoformat(text) if _MOMENT.fullmatch(text) else None
    except ValueError:
        found = None
    if found is None:
        raise Invalid(field, f"{text[:40]!r} is no moment", allowed=_INSTANT)
    if not EARLIEST_DATE < found.date() < LATEST_DATE:
        raise Invalid(field, f"{found.date()} is out of reach", allowed=f"{EARLIEST_DATE} to {LATEST_DATE}")
    if found.tzinfo is not None:
        return found.astimezone(UTC)
    if _DATE.fullmatch(text):
        found = datetime.combine(found.date(), _LAST_MINUTE)
    moment = found.replace(tzinfo=zone).astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) != found:
        raise Invalid(field, f"{text} does not exist in {zone.key}: the clocks skip it", allowed=_INSTANT)
    return moment


def day(text: str, field: str = "on") -> date:
    """A civil date. Raises Invalid."""
    try:
        found = date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        found = None
    if found is None:
        raise Invalid(field, f"{text[:40]!r} is no date", allowed=_DAY)
    if not EARLIEST_DATE <= found <= LATEST_DATE:
        raise Invalid(field, f"{found} is out of reach", allowed=f"{EARLIEST_DATE} to {LATEST_DATE}")
    return found
