"""How long a session lasts, how large a request may be, and what else the site decides about the desk."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import Connection

from notifications.policy import decided

BODY: Final = 1_000_000
"""Bytes of a request."""
IMPORT_BODY: Final = 20_000_000
"""Bytes of a spreadsheet to import."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """What the site decided (`asps policy`)."""

    idle: timedelta
    """After so long without a click, a session is over."""
    lasts: timedelta
    """However busy, a session is over after so long."""
    options_for_coordinators: bool


def limits(connection: Connection) -> Limits:
    """What is in force."""
    found = decided(connection)
    return Limits(
        idle=timedelta(minutes=int(found["desk.idle_minutes"])),
        lasts=timedelta(hours=int(found["desk.session_hours"])),
        options_for_coordinators=found["desk.options"] == "coordinators_too",
    )
