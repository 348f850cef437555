"""What someone typed into the search: a name, an id, a date of birth in any usual spelling, or several of them."""

import re
from collections.abc import Iterator
from datetime import date

from interchange.dates import Order, day_in
from storage.searching import Hit, search
from web.here import Here

ORDERS: tuple[Order, ...] = ("day-first", "month-first")
_LOOKS_LIKE_A_DATE = re.compile(
    r"\d{1,4}[-./]\d{1,2}[-./]\d{1,4}|\d{1,2}\.? ?[^\W\d_]{3,9}\.?,? ?\d{4}|[^\W\d_]{3,9}\.? \d{1,2},? \d{4}|\d{8}"
)
LONGEST = 200


def find(here: Here, text: str) -> list[Hit]:
    """The patients meant, best first; the look goes to the access log."""
    text = text.strip()[:LONGEST]
    born, words = taken_apart(text)
    with here.desk.engine.connect() as connection:
        hits = search(connection, words, born)
        if born and not hits:  # what looked like a date may be an id
            hits = search(connection, text)
    here.saw((hit.patient for hit in hits), "search")
    return hits


def taken_apart(text: str) -> tuple[frozenset[date], str]:
    """The days that the text may mean, and the words beside them."""
    for part in _LOOKS_LIKE_A_DATE.finditer(text):
        if days := frozenset(_days(part[0])):
            return days, f"{text[: part.start()]} {text[part.end() :]}".strip()
    return frozenset(), text


def _days(text: str) -> Iterator[date]:
    """3/4/1991 may be two days: a search looks for both."""
    for order in ORDERS:
        try:
            yield day_in(text, order)
        except ValueError:
            continue
