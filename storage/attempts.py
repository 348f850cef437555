"""Failed sign-ins, counted so that guessing gets slow. Nobody is locked out for good: that could be done to anyone."""

from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import Connection, Engine, delete, insert, select, update

from storage.database import writing
from storage.tables import attempt

FORGOTTEN = timedelta(hours=24)
"""Without another failure, the count starts anew."""
LONGEST = timedelta(minutes=15)


def key(kind: str, name: str) -> str:
    """What is counted: an account or an address. Hashed, as people type passwords where their name belongs."""
    return sha256(f"{kind}:{name}".encode()).hexdigest()


def delay(failures: int, free: int) -> timedelta:
    """How long to wait after so many failures, of which some are free: 1, 2, 4 … seconds, 15 minutes at most."""
    over = failures - free
    return timedelta(0) if over <= 0 else min(LONGEST, timedelta(seconds=2 ** min(over - 1, 10)))


def wait(connection: Connection, key: str, free: int, now: datetime) -> timedelta:
    """How long until the next attempt is looked at; zero: now."""
    row = connection.execute(select(attempt).where(attempt.c.key == key)).first()
    if row is None or now - row.at >= FORGOTTEN:
        return timedelta(0)
    until: timedelta = row.at + delay(row.failures, free) - now
    return max(timedelta(0), until)


def failed(engine: Engine, keys: list[str], now: datetime) -> None:
    """Counts a failure under each key; old counts go."""
    with writing(engine).begin() as connection:
        connection.execute(delete(attempt).where(attempt.c.at <= now - FORGOTTEN))
        for one in keys:
            again = update(attempt).where(attempt.c.key == one).values(failures=attempt.c.failures + 1, at=now)
            if not connection.execute(again).rowcount:
                connection.execute(insert(attempt).values(key=one, failures=1, at=now))


def succeeded(engine: Engine, key: str) -> None:
    """Forgets the failures."""
    with writing(engine).begin() as connection:
        connection.execute(delete(attempt).where(attempt.c.key == key))
