"""Dates as people write them in spreadsheets, read only where they can mean one day."""

import re
from datetime import date
from typing import Literal

from workflow.fields import EARLIEST_DATE, LATEST_DATE

Order = Literal["day-first", "month-first"]

_MONTHS = {
    word: number
    for number, words in enumerate(
        (
            "jan january januar", "feb february februar", "mar march mär märz mrz", "apr april", "may mai",
            "jun june juni", "jul july juli", "aug august", "sep sept september", "oct october okt oktober",
            "nov november", "dec december dez dezember",
        ),
        1,
    )
    for word in words.split()
}  # fmt: skip
"""In English and German, in full and short."""

_MIDNIGHT = re.compile(r"[T ]00:00(:00([.,]0+)?)?Z?$")
_YEAR_FIRST = re.compile(r"([0-9]{4})([-./])([0-9]{1,2})\2([0-9]{1,2})|([0-9]{4})([0-9]{2})([0-9]{2})")
_DOTTED = re.compile(r"([0-9]{1,2})\. ?([0-9]{1,2})\. ?([0-9]{4})")
_BARE = re.compile(r"([0-9]{1,2})([-/])([0-9]{1,2})\2([0-9]{4})")
_DAY_MONTH = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th)?\.?[ -]?([^\W\d_]+)\.?,?[ -]?([0-9]{4})", re.IGNORECASE)
_MONTH_DAY = re.compile(r"([^\W\d_]+)\.? ([0-9]{1,2})(?:st|nd|rd|th)?,? ([0-9]{4})", re.IGNORECASE)

_INSTEAD = "like 2026-03-04 or 04.03.2026"


def day_in(text: str, order: Order | None) -> date:
    """The one day that a text means. Raises ValueError with a sentence that says why not, and what would do."""
    text = _MIDNIGHT.sub("", text)
    found = _unmistakable(text) or _in_words(text) or _bare(text, order)
    if found is None:
        raise ValueError(_why_not(text))
    if not EARLIEST_DATE <= found <= LATEST_DATE:
        raise ValueError(f"{found} is outside {EARLIEST_DATE} to {LATEST_DATE}")
    return found


def _unmistakable(text: str) -> date | None:
    """Year first, or with dots: then the day stands first, as in German."""
    if match := _YEAR_FIRST.fullmatch(text):
        year, month, day = match.group(1, 3, 4) if match[1] else match.group(5, 6, 7)
        return _date(year, month, day, text)
    if match := _DOTTED.fullmatch(text):
        return _date(match[3], match[2], match[1], text)
    return None


def _in_words(text: str) -> date | None:
    """With the month's name: 4 March 2026, March 4, 2026."""
    if match := _DAY_MONTH.fullmatch(text):
        day, word, year = match.groups()
    elif match := _MONTH_DAY.fullmatch(text):
        word, day, year = match.groups()
    else:
        return None
    month = _MONTHS.get(word.lower())
    return None if month is None else _date(year, str(month), day, text)


def _bare(text: str, order: Order | None) -> date | None:
    """3/4/2026: the order as declared, else only where both readings are one day or only one is a date."""
    match = _BARE.fullmatch(text)
    if match is None:
        return None
    first, second, year = match.group(1, 3, 4)
    if order:
        day, month = (first, second) if order == "day-first" else (second, first)
        return _date(year, month, day, f"{text}, read {order},")
    readings = {d for d in (_possible(year, second, first), _possible(year, first, second)) if d}
    if len(readings) > 1:
        one, other = (f"{d.day} {d:%B}" for d in sorted(readings, key=lambda d: d.month != int(second)))
        raise ValueError(
            f"{text} may be {one} or {other}: write it {_INSTEAD}, or say --dates day-first or month-first"
        )
    if not readings:
        raise ValueError(f"{text} is no date")
    return readings.pop()


def _possible(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _date(year: str, month: str, day: str, text: str) -> date:
    found = _possible(year, month, day)
    if found is None:
        raise ValueError(f"{text} is no date")
    return found


_REASONS = (
    (re.compile(r"[0-9]{1,2}[-./ ]+[0-9]{1,2}[-./ ]+[0-9]{2}"), "the year needs four digits"),
    (
        re.compile(r"[0-9]{1,2}[-./ ][0-9]{4}|[^\W\d_]+ [0-9]{4}|[0-9]{4}[-./][0-9]{1,2}"),
        "the day is missing; an unknown day is no date",
    ),
    (re.compile(r"(19|20|21)[0-9]{2}"), "a year alone is no date"),
    (re.compile(r"[0-9]{5}(\.0)?"), "a day number of the spreadsheet: format the column as a date"),
    (re.compile(r".*[0-9]:[0-9]{2}.*"), "a time of day is no date"),
)


def _why_not(text: str) -> str:
    """What is wrong, without repeating what stands in the cell: it may be a name in the wrong column."""
    why = next((why for pattern, why in _REASONS if pattern.fullmatch(text)), "this is no date")
    return f"{why} ({_INSTEAD})"
