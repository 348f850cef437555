"""Failed sign-ins, counted so that guessing gets slow. Nobody is locked out for good: that could be done to anyone."""

from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import Connection, Engine, bindparam, delete, select, text

from storage.database import writing
from storage.tables import Instant, attempt

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


_ONE_MORE = text(
    "INSERT INTO attempt (key, failures, at) VALUES (:key, 1, :at) "
    "ON CONFLICT (key) DO UPDATE SET failures = attempt.failures + 1, at = excluded.at"
).bindparams(bindparam("at", type_=Instant()))


def failed(engine: Engine, keys: list[str], now: datetime) -> None:
    """Counts a failure under each key; old counts go."""
    with writing(engine).begin() as connection:
        connection.execute(delete(attempt).where(attempt.c.at <= now - FORGOTTEN))
        connection.execute(_ONE_MORE, [{"key": one, "at": now} for one in keys])


def succeeded(engine: Engine, key: str) -> None:
    """Forgets the failures."""
    with writing(engine).begin() as connection:
        connection.execute(delete(attempt).where(attempt.c.key == key))
