"""What the next page says once: kept with the session, never in a cookie or an address."""

import json
from dataclasses import dataclass

from sqlalchemy import Engine

from storage.sessions import put_flash, take_flash

UNDO_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Flash:
    """A message, and where to post to undo what it tells of."""

    message: str
    undo: str | None = None


def put(engine: Engine, session: str, message: str, undo: str | None = None) -> None:
    """Keeps it for the next page."""
    put_flash(engine, session, json.dumps([message, undo]))


def take(engine: Engine, session: str) -> Flash | None:
    """What there is to say, once."""
    found = take_flash(engine, session)
    return Flash(*json.loads(found)) if found else None
