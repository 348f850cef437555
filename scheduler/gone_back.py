"""A clock that was ahead and goes back: what it brought about too early is planned anew.

Entries keep their order, which is their number and not their date. What was told too early is not told again for the
same stage, but the stages before it are, when their day comes.
"""

from datetime import datetime

from sqlalchemy import and_, exists, or_, select, update

from scheduler.tick import BATCH, next_mark
from storage.database import writing
from storage.ledger import Ledger
from storage.tables import heartbeat, journal, patient, task
from workflow.plan import Status

_LAST = select(heartbeat.c.at).where(heartbeat.c.name == "tick")


def take_back(ledger: Ledger, now: datetime) -> str:
    """Plans anew the patients with entries of the future, if the last tick was after `now`; what to say, or ''."""
    with ledger.engine.connect() as connection:
        last = connection.scalar(_LAST)
    if last is None or last <= now:
        return ""
    changed = _planned_anew(ledger, now)
    _marked_anew(ledger, now)
    return (
        f"the clock went back: it is {now:%Y-%m-%d %H:%M} UTC, and the last look was at {last:%Y-%m-%d %H:%M}; "
        f"{changed} {'patient' if changed == 1 else 'patients'} planned anew"
    )


def _planned_anew(ledger: Ledger, now: datetime) -> int:
    ahead = exists().where(journal.c.stream == patient.c.id, journal.c.at > now)
    query = select(patient.c.id).where(ahead).order_by(patient.c.id).limit(BATCH)
    changed, after = 0, ""
    while True:
        with ledger.engine.connect() as connection:
            names = list(connection.execute(query.where(patient.c.id > after)).scalars())
        if not names:
            return changed
        changed += len(ledger.replan(names, now))
        after = names[-1]


def _marked_anew(ledger: Ledger, now: datetime) -> None:
    """Where the clock looks next at the tasks whose stages it has passed by."""
    mark = next_mark()
    missed = and_(mark.is_not(None), or_(task.c.wake_at.is_(None), task.c.wake_at > mark))
    with writing(ledger.engine).begin() as connection:
        connection.execute(
            update(task).where(task.c.status == Status.OPEN.value, missed).values(wake_at=mark), {"now": now}
        )
