"""What the next page says once: kept with the session, never in a cookie or an address."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Engine

from storage.sessions import put_flash, take_flash

Fields = Sequence[tuple[str, str]]
"""Hidden fields of a form: names with values."""


@dataclass(frozen=True, slots=True)
class Flash:
    """A message, and where to post what to undo what it tells of."""

    message: str
    undo: str | None = None
    fields: Fields = ()


def put(engine: Engine, session: str, flash: Flash) -> None:
    """Keeps it for the next page."""
    put_flash(engine, session, json.dumps([flash.message, flash.undo, flash.fields]))


def take(engine: Engine, session: str) -> Flash | None:
    """What there is to say, once."""
    found = take_flash(engine, session)
    return Flash(*json.loads(found)) if found else None
