"""What every record and act has in common: strict input, clear errors, and the small vocabularies of values."""

import json
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from typing import Annotated, Any, Literal, Self, get_args, get_origin

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from workflow.errors import Invalid, cut

LATEST_DATE = date(2199, 12, 31)
EARLIEST_DATE = date(1900, 1, 1)


def _plausible(day: date) -> date:
    if not EARLIEST_DATE <= day <= LATEST_DATE:
        raise ValueError(f"{day} is outside {EARLIEST_DATE} to {LATEST_DATE}")
    return day


def _printable(text: str) -> str:
    if text.isprintable():  # of most texts this is all that is asked
        return text
    if any(unicodedata.category(c) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"} and c != "\n" for c in text):
        raise ValueError("control characters are not accepted")
    return text


def _one_line(text: str) -> str:
    if "\n" in text:
        raise ValueError("one line only")
    return _printable(text)


YNU = Literal["yes", "no", "unknown"]
"""Three-valued: unknown is not "no" (R12), and left out means unknown."""

Day = Annotated[date, AfterValidator(_plausible)]
# Patterns are for whoever reads the JSON schema: nearly what is checked, which no pattern can say.
Words = Annotated[
    str,
    StringConstraints(min_length=1, max_length=4000, strip_whitespace=True),
    AfterValidator(_printable),
    Field(json_schema_extra={"pattern": r"^[^\x00-\x09\x0b-\x1f\x7f-\x9f]*$"}),
]
Line = Annotated[
    str,
    StringConstraints(min_length=1, max_length=200, strip_whitespace=True),
    AfterValidator(_one_line),
    Field(json_schema_extra={"pattern": r"^[^\x00-\x1f\x7f-\x9f]*$"}),
]
Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
Count = Annotated[int, Field(ge=0, le=999)]
Measure = Annotated[float, Field(ge=0, le=100_000, allow_inf_nan=False)]


class Fields(BaseModel):
    """The fields of one kind of record or one act: frozen, nothing unknown accepted."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=False)

    @classmethod
    def accept(cls, given: Mapping[str, Any]) -> Self:
        """The fields from plain JSON, strictly. Raises Invalid naming the first wrong field, else what is missing."""
        try:
            return cls.model_validate_json(json.dumps(given), strict=True)
        except ValidationError as error:
            found = error.errors(include_url=False, include_context=False)
            telling = min(found, key=lambda wrong: wrong["type"] == "missing")  # who writes KG does not miss a kg
            raise _invalid(cls, telling, given) from None
        except (TypeError, ValueError, RecursionError) as error:
            raise Invalid("fields", str(error)) from None

    @classmethod
    def problems(cls, given: Mapping[str, Any]) -> tuple[Invalid, ...]:
        """Everything that is wrong with plain JSON values, at once; empty where `accept` takes them."""
        try:
            cls.model_validate_json(json.dumps(given), strict=True)
        except ValidationError as error:
            return tuple(
                _invalid(cls, wrong, given) for wrong in error.errors(include_url=False, include_context=False)
            )
        return ()

    @classmethod
    def load(cls, stored: Mapping[str, Any]) -> Self:
        """The fields as they were accepted earlier."""
        return cls.model_validate(stored)

    @classmethod
    def names(cls) -> dict[str, str]:
        """The fields as people type them, with what each allows."""
        return {field.alias or name: describe_type(field.annotation) for name, field in cls.model_fields.items()}

    @classmethod
    def required(cls) -> tuple[str, ...]:
        """The fields that cannot be left out."""
        return tuple(field.alias or name for name, field in cls.model_fields.items() if field.is_required())

    def plain(self) -> dict[str, Any]:
        """The given fields as JSON values, for the journal."""
        return self.model_dump(mode="json", exclude_unset=True, by_alias=True)

    def given(self, name: str) -> Any:
        """A field by name, or None where this kind has no such field."""
        return self.__dict__.get(name)


def _invalid(model: type[Fields], wrong: Mapping[str, Any], given: Mapping[str, Any]) -> Invalid:
    if wrong["type"] == "json_invalid":  # of what `json` writes, pydantic refuses nothing else
        return Invalid(_shown(_no_text(given)), "holds half a character, which is no text", allowed="text in UTF-8")
    path = _shown(".".join(str(part) for part in wrong["loc"] if not isinstance(part, int))) or "fields"
    if wrong["type"] == "extra_forbidden":
        return Invalid(path, "there is no such field here", allowed=", ".join(model.names()) or "no fields")
    if wrong["type"] == "missing":
        return Invalid(path, "is required", allowed=_allowed(model, path))
    typed = _shown(str(wrong.get("input")))
    return Invalid(path, f"{typed!r} is not accepted: {_sentence(wrong['msg'])}", allowed=_allowed(model, path))


def _no_text(given: Mapping[str, Any]) -> str:
    """The first field that holds half of a surrogate pair: what a terminal makes of a byte that is no UTF-8."""
    for name, value in given.items():
        try:
            json.dumps([name, value], ensure_ascii=False).encode()
        except UnicodeEncodeError:
            return name
    return "fields"


def _shown(text: str) -> str:
    """What was typed, fit for a terminal: short, and without what would not be seen."""
    return "".join(c if c.isprintable() else "?" for c in cut(text, 60))


def _sentence(message: str) -> str:
    return message.removeprefix("Value error, ")[:200]


def _allowed(model: type[Fields], path: str) -> str:
    return model.names().get(path.split(".")[0], "")


SIMPLE: dict[Any, str] = {
    date: "date YYYY-MM-DD",
    datetime: "instant with its offset from UTC, YYYY-MM-DDTHH:MM+HH:MM",
    int: "whole number",
    float: "number",
    str: "text",
}


def describe_type(annotation: Any) -> str:
    """The allowed values of a field, in words: `yes / no / unknown`, `date`, `list of text`."""
    if annotation is None or annotation is type(None):
        return ""
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return " / ".join(str(a) for a in args)
    if origin is Annotated:
        return describe_type(args[0])
    if origin in (list, tuple):
        return f"list of {describe_type(args[0])}"
    if args:
        return " / ".join(filter(None, (describe_type(a) for a in args)))
    if isinstance(annotation, type) and issubclass(annotation, Fields):
        return "{" + ", ".join(annotation.model_fields) + "}"
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return " / ".join(str(member.value) for member in annotation)
    return SIMPLE.get(annotation, str(annotation))
