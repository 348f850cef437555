"""Whether the clock is kept: when it last looked, and the times in which nobody did."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine, insert, select

from storage.database import writing
from storage.tables import heartbeat, outage

LATE = timedelta(minutes=15)
"""Nobody looked at the clock for so long: reminders do not go out."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Late:
    """Nobody keeps the clock. For the worklist, and for whoever watches over the machine."""

    last: datetime | None
    """When it last looked; None: never."""


def late(engine: Engine, now: datetime) -> Late | None:
    """That the last look was too long ago, or never was; None while all is well."""
    last = last_look(engine)
    return Late(last=last) if last is None or now - last > LATE else None


def last_look(engine: Engine) -> datetime | None:
    """When the clock last looked."""
    with engine.connect() as connection:
        found: datetime | None = connection.scalar(select(heartbeat.c.at).where(heartbeat.c.name == "tick"))
    return found


def note_outage(engine: Engine, now: datetime) -> bool:
    """Writes down that the clock stood until now, if it did. Called before it looks again."""
    last = last_look(engine)
    if last is None or now - last <= LATE:
        return False
    with writing(engine).begin() as connection:
        newest = connection.scalar(select(outage.c.began).order_by(outage.c.id.desc()).limit(1))
        if newest != last:
            connection.execute(insert(outage).values(began=last, ended=now))
    return newest != last
