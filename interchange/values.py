"""One cell as a value: a word out of several, a number, a list, a date. What stands in a cell is never repeated."""

from collections.abc import Callable, Mapping
from datetime import date
from enum import Enum
from typing import Annotated, Any, Literal, get_args, get_origin

from interchange.dates import Order, day_in
from workflow.fields import YNU, describe_type

Reader = Callable[[str, Order | None], Any]
"""Makes a cell's text a JSON value. Raises ValueError with a sentence."""

NOTHING = frozenset({"", "-", "–", "—", "n/a", "na", "n.a."})
"""Written where nothing is known: as good as empty, but in a name."""

_YES_NO = {"y": "yes", "true": "yes", "ja": "yes", "j": "yes", "n": "no", "false": "no", "nein": "no",
           "?": "unknown", "unk": "unknown", "unbekannt": "unknown"}  # fmt: skip
_BETWEEN_DRUGS = str.maketrans(dict.fromkeys("+;&", ","))


def plain(text: str) -> str:
    """A text as it is compared: without case, spaces, underscores and signs."""
    return "".join(c for c in text.casefold() if c.isalnum())


def reader_of(annotation: Any, words: Mapping[str, str] | None = None) -> Reader:
    """How a field of this type is read; `words`: what else people write for its values."""
    for kind in _alternatives(annotation):
        if get_origin(kind) is Literal:
            return choice([str(value) for value in _values(annotation)], words or _other_words(annotation))
        if isinstance(kind, type) and issubclass(kind, Enum):
            return choice([str(member.value) for member in kind], words or {})
        if kind is date:
            return lambda text, order: day_in(text, order).isoformat()
        if kind is int:
            return _whole
        if get_origin(kind) is list:
            return _list
    return lambda text, order: text


def choice(values: list[str], words: Mapping[str, str]) -> Reader:
    """A reader of one value out of several, however it is spaced and capitalised."""
    known = {plain(value): value for value in values} | {plain(w) or w: v for w, v in words.items()}
    numbers = {value: int(value) for value in values if value.isdigit()}

    def read(text: str, order: Order | None) -> Any:
        value = known.get(plain(text) or text)
        if value is None:
            raise ValueError(f"this is none of: {' / '.join(values)}")
        return numbers.get(value, value)

    return read


def allowed(annotation: Any) -> str:
    """What a field of this type takes, in words."""
    said = describe_type(annotation)
    return "drugs, with + between them" if said.startswith("list of text") else said


def _other_words(annotation: Any) -> Mapping[str, str]:
    return _YES_NO if set(_values(annotation)) == set(get_args(YNU)) else {}


def _whole(text: str, order: Order | None) -> int:
    digits = text.removesuffix(".0")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 10):
        raise ValueError("this is no whole number")
    return int(digits)


def _list(text: str, order: Order | None) -> list[str]:
    return [part.strip() for part in text.translate(_BETWEEN_DRUGS).split(",") if part.strip()]


def _alternatives(annotation: Any) -> list[Any]:
    """The types a field may take, unwrapped, without None."""
    if get_origin(annotation) is Annotated:
        return _alternatives(get_args(annotation)[0])
    if get_origin(annotation) in (Literal, list) or not get_args(annotation):
        return [] if annotation is type(None) else [annotation]
    return [kind for part in get_args(annotation) for kind in _alternatives(part)]


def _values(annotation: Any) -> list[Any]:
    kinds = [kind for kind in _alternatives(annotation) if get_origin(kind) is Literal]
    return [value for kind in kinds for value in get_args(kind)]
