"""A kind of record or act as the fields of a form, read from the JSON schema of its class."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from typing import Any

from web.forms.applies import WHEN, When
from web.forms.words import hint, label, value_label
from workflow.fields import Fields

FEW = 4
"""Up to so many choices are shown side by side; more are a list to open."""
ONE_LINE = 200
"""Characters; a longer text gets more room."""
UNKNOWN = "unknown"
Schema = Mapping[str, Any]


class Widget(StrEnum):
    """How a field is asked."""

    TEXT = "text"
    AREA = "area"
    WHOLE = "whole"
    DECIMAL = "decimal"
    DATE = "date"
    MOMENT = "moment"
    RADIO = "radio"
    SELECT = "select"
    CHECKS = "checks"
    LINES = "lines"
    ROWS = "rows"


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """One of the values to choose from."""

    value: Any
    """As JSON has it."""
    label: str

    @property
    def text(self) -> str:
        """As the form sends it."""
        return str(self.value)


@dataclass(frozen=True, kw_only=True, slots=True)
class FormField:
    """One field of a form."""

    name: str
    """As data spells it."""
    label: str
    widget: Widget
    required: bool
    choices: tuple[Choice, ...] = ()
    default: str = ""
    """Chosen until someone chooses: unknown where it must be said, else nothing; never no."""
    hint: str = ""
    when: When | None = None
    """Asked only then; without scripts it is always there, and says when it is meant."""
    rows: "tuple[FormField, ...]" = ()
    """The fields of each row."""
    suggestions: tuple[str, ...] = ()
    """Offered while one types; anything else is accepted too."""
    most: int | None = None
    """Characters."""


@cache
def fields_of(name: str, kind: type[Fields]) -> tuple[FormField, ...]:
    """The fields of a kind of record or an act by its name, in the order in which they are declared."""
    schema = kind.model_json_schema()
    return tuple(_fields(name, schema, schema.get("$defs", {})))


Choices = Mapping[str, tuple[Choice, ...]]
Suggestions = Mapping[str, tuple[str, ...]]


def offered(fields: tuple[FormField, ...], choices: Choices, suggestions: Suggestions) -> tuple[FormField, ...]:
    """With what is on file to choose from in place of an id to be typed, and what may be meant."""
    return tuple(_offered(field, choices, suggestions) for field in fields)


def _offered(field: FormField, offers: Choices, suggestions: Suggestions) -> FormField:
    if field.rows:
        return replace(field, rows=offered(field.rows, offers, suggestions))
    choices = offers.get(field.name, ())
    if field.choices or not choices:
        return replace(field, suggestions=suggestions.get(field.name, ()))
    widget = Widget.CHECKS if field.widget is Widget.LINES else Widget.SELECT
    return replace(field, widget=widget, choices=choices)


def _fields(name: str, schema: Schema, definitions: Schema) -> Iterator[FormField]:
    required = schema.get("required", ())
    for spelled, found in schema.get("properties", {}).items():
        kind = _resolved(found, definitions)
        choices = _choices(kind, definitions)
        rows = _rows(kind, definitions)
        yield FormField(
            name=spelled,
            label=label(spelled),
            widget=_widget(kind, choices, rows),
            required=spelled in required,
            choices=choices,
            default=UNKNOWN if spelled in required and any(c.value == UNKNOWN for c in choices) else "",
            hint=hint(spelled) if name else "",
            when=WHEN.get((name, spelled)),
            rows=rows,
            most=kind.get("maxLength"),
        )


def _resolved(schema: Schema, definitions: Schema) -> Schema:
    """What a field is, where it is given; several possible types with few values are one list of them."""
    if "$ref" in schema:
        return _resolved(definitions[schema["$ref"].rpartition("/")[2]], definitions)
    if "anyOf" not in schema:
        return schema
    kinds = [_resolved(kind, definitions) for kind in schema["anyOf"] if kind.get("type") != "null"]
    if len(kinds) == 1:
        return kinds[0]
    return {"enum": [value for kind in kinds for value in _values(kind)]}


def _values(schema: Schema) -> list[Any]:
    return [schema["const"]] if "const" in schema else list(schema.get("enum", ()))


def _choices(schema: Schema, definitions: Schema) -> tuple[Choice, ...]:
    kind = _resolved(schema["items"], definitions) if "items" in schema else schema
    return tuple(Choice(value=value, label=value_label(value)) for value in _values(kind))


def _rows(schema: Schema, definitions: Schema) -> tuple[FormField, ...]:
    inner = _resolved(schema["items"], definitions) if "items" in schema else {}
    return tuple(_fields("", inner, definitions))


_PLAIN = {"integer": Widget.WHOLE, "number": Widget.DECIMAL, "date": Widget.DATE, "date-time": Widget.MOMENT}


def _widget(schema: Schema, choices: tuple[Choice, ...], rows: tuple[FormField, ...]) -> Widget:
    if schema.get("type") == "array":
        return Widget.ROWS if rows else Widget.CHECKS if choices else Widget.LINES
    if choices:
        return Widget.RADIO if len(choices) <= FEW else Widget.SELECT
    if plain := _PLAIN.get(schema.get("format") or schema.get("type", "")):
        return plain
    return Widget.AREA if schema.get("maxLength", 0) > ONE_LINE else Widget.TEXT
