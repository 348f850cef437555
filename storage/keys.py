"""Keys of the server's own, made once and kept in the record."""

import secrets

from sqlalchemy import Connection, Engine, insert, select

from storage.database import writing
from storage.tables import secret

BYTES = 32


def key(engine: Engine, name: str) -> bytes:
    """The key of that name; the first to ask makes it."""
    with engine.connect() as connection:
        found = _read(connection, name)
    return found or _made(engine, name)


def _made(engine: Engine, name: str) -> bytes:
    with writing(engine).begin() as connection:
        if found := _read(connection, name):
            return found
        new = secrets.token_bytes(BYTES)
        connection.execute(insert(secret).values(name=name, value=new.hex()))
    return new


def _read(connection: Connection, name: str) -> bytes | None:
    found = connection.scalar(select(secret.c.value).where(secret.c.name == name))
    return bytes.fromhex(found) if found else None
