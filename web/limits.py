"""How long a session lasts, and how large a request may be."""

from datetime import timedelta
from typing import Final

from web.desk import Desk

BODY: Final = 1_000_000
"""Bytes of a request."""
IMPORT_BODY: Final = 20_000_000
"""Bytes of a spreadsheet to import."""
IDLE: Final = timedelta(minutes=30)
LASTS: Final = timedelta(hours=12)


def idle(desk: Desk) -> timedelta:
    """After so long without a click, a session is over."""
    return IDLE


def lasts(desk: Desk) -> timedelta:
    """However busy, a session is over after so long."""
    return LASTS
