"""What was typed into a form, as the plain values that the ledger takes; and back, to fill a form."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from web.forms.fields import FormField, Widget
from web.forms.words import number
from workflow.errors import Invalid
from workflow.moments import instant
from workflow.typed import value_of

Typed = Mapping[str, tuple[str, ...]]
"""Every text that was sent, by the name of its control; rows are `results.0.value`."""
MOST_ROWS = 60
"""Of a form. What has more is refused and not cut: nobody would miss the rest."""
_LIST = frozenset({Widget.CHECKS, Widget.LINES})
_NUMBER = {Widget.WHOLE: int, Widget.DECIMAL: float}


def whole(text: str, digits: int) -> int | None:
    """A whole number that a page has sent back, in ASCII; None where it is none, or has more digits."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= digits else None


def typed_in(sent: Iterable[tuple[str, Any]]) -> Typed:
    """The texts of a form as it was sent; files are no texts."""
    found: dict[str, tuple[str, ...]] = {}
    for name, value in sent:
        if isinstance(value, str):
            found[name] = (*found.get(name, ()), value.replace("\r\n", "\n"))
    return found


def given_in(fields: Iterable[FormField], typed: Typed, zone: ZoneInfo) -> dict[str, Any]:
    """The fields that were filled, as JSON values. What is no number stays text, for the rules to refuse.

    Raises Invalid for a local time that does not exist, and for more rows than a form has.
    """
    found = ((field.name, _given(field, typed, field.name, zone)) for field in fields)
    return {name: value for name, value in found if value is not None}


def rows_in(field: FormField, typed: Typed) -> list[int]:
    """The numbers of the rows in which anything was typed, as far as a form shows them."""
    return [i for i in _filled(field, typed) if i < MOST_ROWS]


def typed_from(fields: Iterable[FormField], given: Mapping[str, Any], zone: ZoneInfo) -> Typed:
    """A form filled with what is on file."""
    return {name: texts for field in fields for name, texts in _typed(field, given.get(field.name), field.name, zone)}


def _given(field: FormField, typed: Typed, at: str, zone: ZoneInfo) -> Any:
    if field.widget is Widget.ROWS:
        rows = _filled(field, typed)
        if rows and rows[-1] >= MOST_ROWS:
            raise Invalid(at, f"has more than {MOST_ROWS} rows", allowed="the rest in a second entry")
        return [_row(field, typed, f"{at}.{i}", zone) for i in rows] or None
    if field.widget in _LIST:
        return [_value(field, text, at, zone) for text in _texts(field, typed, at)] or None
    text = _first(typed, at)
    return _value(field, text, at, zone) if text else None


def _row(field: FormField, typed: Typed, at: str, zone: ZoneInfo) -> dict[str, Any]:
    found = ((part.name, _given(part, typed, f"{at}.{part.name}", zone)) for part in field.rows)
    return {name: value for name, value in found if value is not None}


def _value(field: FormField, text: str, at: str, zone: ZoneInfo) -> Any:
    if field.choices:
        return next((choice.value for choice in field.choices if choice.text == text), text)
    if field.widget is Widget.MOMENT:
        return instant(text, zone, at).isoformat()
    if kind := _NUMBER.get(field.widget):
        return value_of(text.replace(",", "."), kind, at)
    return text


def _texts(field: FormField, typed: Typed, at: str) -> list[str]:
    texts = typed.get(at, ())
    parts = texts if field.widget is Widget.CHECKS else (line for text in texts for line in text.split("\n"))
    return [text.strip() for text in parts if text.strip()]


def _first(typed: Typed, at: str) -> str:
    return next(iter(typed.get(at, ())), "").strip()


def _filled(field: FormField, typed: Typed) -> list[int]:
    found = sorted(set(_indices(field.name, typed)))
    return [i for i in found if any(_first(typed, f"{field.name}.{i}.{part.name}") for part in field.rows)]


def _indices(name: str, typed: Typed) -> Iterator[int]:
    for sent in typed:
        parts = sent.split(".")
        if len(parts) == 3 and parts[0] == name and parts[1].isascii() and parts[1].isdigit() and len(parts[1]) < 4:
            yield int(parts[1])


def _typed(field: FormField, value: Any, at: str, zone: ZoneInfo) -> Iterator[tuple[str, tuple[str, ...]]]:
    if value is None:
        return
    if field.widget is Widget.ROWS:
        for i, row in enumerate(value):
            for part in field.rows:
                yield from _typed(part, row.get(part.name), f"{at}.{i}.{part.name}", zone)
    elif field.widget is Widget.CHECKS:
        yield at, tuple(str(one) for one in value)
    elif field.widget is Widget.LINES:
        yield at, ("\n".join(value),)
    elif field.widget is Widget.MOMENT:
        yield at, (datetime.fromisoformat(value).astimezone(zone).strftime("%Y-%m-%dT%H:%M"),)
    else:
        yield at, (number(value) if isinstance(value, float) else str(value),)
