"""A clock that was ahead and goes back: what it brought about too early is planned anew.

Entries keep their order, which is their number and not their date. Notices that were told are not told again.
"""

from datetime import datetime

from sqlalchemy import select

from scheduler.tick import BATCH
from storage.ledger import Ledger
from storage.tables import heartbeat, patient


def take_back(ledger: Ledger, now: datetime) -> str:
    """Plans anew the patients whose state begins after today, if the last tick was after `now`; what to say, or ''."""
    with ledger.engine.connect() as connection:
        last = connection.scalar(select(heartbeat.c.at).where(heartbeat.c.name == "tick"))
    if last is None or last <= now:
        return ""
    changed = _planned_anew(ledger, now)
    anew = f"; {changed} moved too early {'was' if changed == 1 else 'were'} planned anew" if changed else ""
    return f"the clock went back: it is {now:%Y-%m-%d %H:%M} UTC, and the last look was at {last:%Y-%m-%d %H:%M}{anew}"


def _planned_anew(ledger: Ledger, now: datetime) -> int:
    early = select(patient.c.id).where(patient.c.since > ledger.site().today(now)).order_by(patient.c.id).limit(BATCH)
    changed, after = 0, ""
    while True:
        with ledger.engine.connect() as connection:
            names = list(connection.execute(early.where(patient.c.id > after)).scalars())
        if not names:
            return changed
        changed += len(ledger.replan(names, now))
        after = names[-1]
