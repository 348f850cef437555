"""Texts as people give them, made into plain JSON values: a number or a list where the field asks for one.

Whether the value is right is for the rules to say; what is not understood stays the text it was.
"""

import json
import re
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from workflow.errors import Invalid

NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?")


def value_of(text: str, annotation: Any, field: str) -> Any:
    """The JSON value that a text stands for in a field of this type; else the text itself. Raises Invalid."""
    for kind in alternatives(annotation):
        if get_origin(kind) is Literal:
            named = {str(word): word for word in get_args(kind)}
            if text in named:
                return named[text]
        elif get_origin(kind) is list:
            return _list(text, get_args(kind)[0], field)
        elif kind in (int, float) and NUMBER.fullmatch(text):
            return float(text) if "." in text else int(text)
    return text


def alternatives(annotation: Any) -> list[Any]:
    """The types a field may take, unwrapped."""
    if get_origin(annotation) is Annotated:
        return alternatives(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        return [kind for part in get_args(annotation) for kind in alternatives(part)]
    return [annotation]


def once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The names and values of a JSON object. Raises Invalid where a name is given twice."""
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise Invalid(name, "is given twice")
        found[name] = value
    return found


def no_constant(word: str) -> Any:
    """Refuses NaN and Infinity, which are no JSON."""
    raise ValueError(f"{word} is not a value")


def _list(text: str, item: Any, field: str) -> list[Any]:
    """A list: as JSON, or its values with commas between."""
    if not text.lstrip().startswith("["):
        return [value_of(part.strip(), item, field) for part in text.split(",")] if text.strip() else []
    try:
        found = json.loads(text, object_pairs_hook=once_each, parse_constant=no_constant)
    except (ValueError, RecursionError):
        raise Invalid(field, f"{text[:60]!r} is no JSON list") from None
    return list(found)
