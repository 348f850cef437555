"""Whether the clock is kept: when it last looked, and the times in which nobody did."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine, insert, select

from storage.database import writing
from storage.tables import heartbeat, outage

LATE = timedelta(minutes=15)
"""Nobody looked at the clock for so long: reminders do not go out."""


STUCK = timedelta(hours=1)
"""The clock is kept, and messages are not worked on for so long: it fails again and again."""
BEGUN, MESSAGES = "worker", ("digest", "deliver")
"""Heartbeats: when a worker began to keep the clock, and what else it has to do."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Late:
    """Reminders do not go out. For the worklist, and for whoever watches over the machine."""

    last: datetime | None
    """Since when; None: they never did."""
    why: str = "nobody has looked at the clock"


def late(engine: Engine, now: datetime) -> Late | None:
    """That the last look was too long ago, or never was, or messages are stuck; None while all is well."""
    with engine.connect() as connection:
        beats = {row.name: row.at for row in connection.execute(select(heartbeat.c.name, heartbeat.c.at))}
    last = beats.get("tick")
    if last is None or now - last > LATE:
        return Late(last=last)
    for job in MESSAGES:
        known = [beats[name] for name in (job, BEGUN) if name in beats]
        if known and last - max(known) > STUCK:
            return Late(last=beats.get(job), why=f"the clock is kept, but the job {job!r} has not come to its end")
    return None


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
