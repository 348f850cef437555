"""What is wrong with a filled form: every problem at once, each at the control it is about."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, get_args, get_origin

from web.forms.fields import FormField, Widget
from web.forms.typed import Typed, rows_in
from workflow.errors import Invalid
from workflow.fields import Fields
from workflow.typed import alternatives

Problems = Mapping[str, str]
"""A sentence for the person, by the name of the control."""


def problems_of(kind: type[Fields], fields: Iterable[FormField], typed: Typed, given: Mapping[str, Any]) -> Problems:
    """What is wrong with what was typed; empty where the record would take it."""
    found: dict[str, str] = {}
    rows = {field.name: field for field in fields if field.widget is Widget.ROWS}
    for wrong in kind.problems(given):
        name, inside, _ = wrong.field.partition(".")
        if not (inside and name in rows):
            found.setdefault(name, sentence(wrong))
    for field in rows.values():
        found.update(_in_rows(kind, field, typed, given.get(field.name, ())))
    return found


_PLAINLY = (
    (r"is required", "This is needed."),
    (r".*match pattern.*", "This is an id: letters, digits, . _ and -, without spaces."),
    (r"(.*) is not accepted: Input should be a valid number.*", r"\1 is no number."),
    (r"(.*) is not accepted: Input should be a valid integer.*", r"\1 is no whole number."),
    (r"(.*) is not accepted: Input should be a valid date.*", r"\1 is no date: year, month, day."),
    (r"(.*) is not accepted: Input should be greater than or equal to (.*)", r"\1 is too small: \2 or more."),
    (r"(.*) is not accepted: Input should be less than or equal to (.*)", r"\1 is too large: \2 or less."),
    (r".*String should have at most (\d+) characters", r"This is too long: at most \1 characters."),
    (
        r"(.*) is not accepted: control characters .*",
        r"\1 holds a character that cannot be seen, shown as ?: delete it.",
    ),
)
"""What the rules say of a value, as people say it."""
_BRIEFLY = (
    (r"(?:String should match pattern|Input should be) .*", "is not accepted"),
    (r"String should have at most \d+ characters", "is too long"),
    (r"String should have at least .*", "is needed"),
    (r"control characters are not accepted", "holds a character that cannot be seen; type it anew"),
)
"""The same after the label of a field, and before what is allowed there."""
_OF_THE_FIELD = re.compile(r"(is|holds|lies|must)\b")


def sentence(wrong: Invalid) -> str:
    """What is wrong and what would be right."""
    for pattern, plainly in _PLAINLY:
        if found := re.fullmatch(pattern, wrong.reason, re.DOTALL):
            return found.expand(plainly)
    return f"{wrong.reason[:1].upper()}{wrong.reason[1:]}." + (f" Allowed: {wrong.allowed}." if wrong.allowed else "")


def labelled(label: str, wrong: Invalid) -> str:
    """The same with the name of the field, for forms that tell it in one line."""
    said = next((brief for pattern, brief in _BRIEFLY if re.fullmatch(pattern, wrong.reason)), wrong.reason)
    if _OF_THE_FIELD.match(said):
        return f"{label} {said}" + (f": {wrong.allowed}" if wrong.allowed else "")
    return f"{label}: {said}" + (f" ({wrong.allowed})" if wrong.allowed else "")


def _in_rows(kind: type[Fields], field: FormField, typed: Typed, rows: Iterable[Mapping[str, Any]]) -> Iterator[Any]:
    inner = _inner(kind, field.name)
    for i, row in zip(rows_in(field, typed), rows, strict=True):
        yield from ((f"{field.name}.{i}.{wrong.field}", sentence(wrong)) for wrong in inner.problems(row))


def _inner(kind: type[Fields], name: str) -> type[Fields]:
    """The class of the rows of a field."""
    annotation = next(f.annotation for n, f in kind.model_fields.items() if (f.alias or n) == name)
    listed = next(found for found in alternatives(annotation) if get_origin(found) is list)
    inner: type[Fields] = get_args(listed)[0]
    return inner
