"""Keys of the server's own, made once and kept in the record."""

import secrets

from sqlalchemy import Connection, Engine, insert, select
from sqlalchemy.exc import IntegrityError

from storage.database import writing
from storage.tables import secret

BYTES = 32


def key(engine: Engine, name: str) -> bytes:
    """The key of that name; the first to ask makes it."""
    with engine.connect() as connection:
        found = _read(connection, name)
    return found or _made(engine, name)


def _made(engine: Engine, name: str) -> bytes:
    new = secrets.token_bytes(BYTES)
    try:
        with writing(engine).begin() as connection:
            connection.execute(insert(secret).values(name=name, value=new.hex()))
    except IntegrityError:  # somebody else was first
        return key(engine, name)
    return new


def _read(connection: Connection, name: str) -> bytes | None:
    found = connection.scalar(select(secret.c.value).where(secret.c.name == name))
    return bytes.fromhex(found) if found else None
