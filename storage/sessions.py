"""Who is signed in. A session ends by signing out, by being revoked, by idleness, and at the latest when it expires."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Engine, delete, insert, select, update

from storage.database import writing
from storage.tables import session

COOKIE = "cookie"
"""The kind of a session of a browser."""
NOTE_EVERY = timedelta(seconds=60)
"""How exactly it is known when a session was last used: a write for every click would be too many."""
ADDRESS, AGENT = 64, 400
"""Characters kept."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Session:
    """One browser that is signed in. `id` is a hash: who reads the table cannot take the session over."""

    id: str
    account: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    address: str
    agent: str

    def is_over(self, now: datetime, idle: timedelta) -> bool:
        """Expired, or left alone for too long."""
        return now >= self.expires_at or now - self.seen_at >= idle


def hashed(token: str) -> str:
    """The id of the session whose cookie holds a token."""
    return sha256(token.encode()).hexdigest()


def begin(
    engine: Engine, token: str, *, account: str, now: datetime, lasts: timedelta, address: str, agent: str
) -> Session:
    """Keeps a new session; those that expired go."""
    new = Session(
        id=hashed(token), account=account, created_at=now, seen_at=now, expires_at=now + lasts,
        address=address[:ADDRESS], agent=agent[:AGENT],
    )  # fmt: skip
    with writing(engine).begin() as connection:
        connection.execute(delete(session).where(session.c.expires_at <= now))
        connection.execute(
            insert(session).values(
                id=new.id, account=account, kind=COOKIE, created_at=now, seen_at=now, expires_at=new.expires_at,
                address=new.address, agent=new.agent, flash="",
            )
        )  # fmt: skip
    return new


def find(connection: Connection, token: str) -> Session | None:
    """The session of a token, whether over or not."""
    row = connection.execute(select(session).where(session.c.id == hashed(token))).first()
    return _session(row) if row else None


def seen(engine: Engine, found: Session, now: datetime) -> None:
    """Someone is there."""
    if now - found.seen_at >= NOTE_EVERY:
        with writing(engine).begin() as connection:
            connection.execute(update(session).where(session.c.id == found.id).values(seen_at=now))


def of_account(connection: Connection, account: str) -> list[Session]:
    """The sessions of an account, the latest first."""
    query = select(session).where(session.c.account == account).order_by(session.c.seen_at.desc(), session.c.id)
    return [_session(row) for row in connection.execute(query)]


def end(engine: Engine, account: str, id: str) -> bool:
    """Ends one session of an account; whether there was one."""
    with writing(engine).begin() as connection:
        return bool(
            connection.execute(delete(session).where(session.c.id == id, session.c.account == account)).rowcount
        )


def end_token(engine: Engine, token: str) -> None:
    """Ends the session of a token, whoever's it is."""
    with writing(engine).begin() as connection:
        connection.execute(delete(session).where(session.c.id == hashed(token)))


def end_all(engine: Engine, account: str, *, keep: str = "") -> None:
    """Ends all sessions of an account but the one to `keep`."""
    with writing(engine).begin() as connection:
        connection.execute(delete(session).where(session.c.account == account, session.c.id != keep))


def put_flash(engine: Engine, id: str, flash: str) -> None:
    """Keeps what the next page is to say."""
    with writing(engine).begin() as connection:
        connection.execute(update(session).where(session.c.id == id).values(flash=flash))


def take_flash(engine: Engine, id: str) -> str:
    """What the page is to say, once."""
    query = select(session.c.flash).where(session.c.id == id)
    with engine.connect() as connection:
        found: str = connection.scalar(query) or ""
    if found:
        put_flash(engine, id, "")
    return found


def _session(row: Any) -> Session:
    return Session(
        id=row.id, account=row.account, created_at=row.created_at, seen_at=row.seen_at, expires_at=row.expires_at,
        address=row.address, agent=row.agent,
    )  # fmt: skip
