"""What comes with every step, checked: when, who, why, and against which state of the record."""

import json
from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Annotated, Any, Final, Literal, TypeVar

from pydantic import StringConstraints, TypeAdapter, ValidationError

from storage.codec import FIELDS, Stamp
from workflow.errors import Invalid
from workflow.fields import EARLIEST_DATE, LATEST_DATE, YNU, Day, Fields, Id, Line, Words
from workflow.pathway import Pathway
from workflow.site import Site
from workflow.vocabulary import Role

T = TypeVar("T")


ADMINISTRATOR: Final = "administrator"
"""The capacity of who decides for the site and enters nothing about a patient."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Author:
    """Who acts, and in which capacity."""

    by: Role | Literal["administrator"]
    user: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Circumstances:
    """When, who, why; the version of the patient that was looked at; and a key under which a repeated call is known."""

    now: datetime
    author: Author
    on: date | None = None
    reason: str = ""
    expect_version: int | None = None
    key: str | None = None
    stated: bool = False

    def __post_init__(self) -> None:
        _moment(self.now)
        _check("user", _LINE, self.author.user, "a name or number, on one line")
        if self.on is not None:
            day("on", self.on)
        reason(self.reason)
        if self.key:
            _check("key", _TEXT, self.key, "text in UTF-8")

    def of_a_patient(self) -> None:
        """Raises Invalid for who may not enter anything about a patient."""
        if self.author.by == ADMINISTRATOR:
            raise Invalid("by", "an administrator enters nothing about a patient", allowed=" or ".join(Role))

    def stamp(self, pathway: Pathway, site: Site, *request: Any) -> Stamp:
        """What the entry will carry; `request` is what the key stands for."""
        return Stamp(
            at=self.now, day=site.today(self.now), by=capacity(self.author.by), user=self.author.user,
            reason=self.reason.strip(), pathway=pathway.version, settings=site.revision, stated=self.stated,
            key=key_hash(self.key, request) if self.key else "",
        )  # fmt: skip


_LINE: TypeAdapter[str] = TypeAdapter(Line)
_WORDS: TypeAdapter[str] = TypeAdapter(Words)
_TEXT: TypeAdapter[str] = TypeAdapter(Annotated[str, StringConstraints(min_length=1)])
_ID: TypeAdapter[str] = TypeAdapter(Id)
_DAY: TypeAdapter[date] = TypeAdapter(Day)
_YNU: TypeAdapter[YNU] = TypeAdapter(YNU)

KEY_LENGTH = 32
"""Hexadecimal digits by which a key is found; the rest says what it stood for."""


def capacity(by: str) -> str:
    """In which capacity someone acts, as the journal keeps it."""
    return ADMINISTRATOR if by == ADMINISTRATOR else Role(by).value


def key_hash(key: str, request: tuple[Any, ...]) -> str:
    """What is kept of an idempotency key: nothing of it or of the request can be read back without the key."""
    said = json.dumps(request, sort_keys=True, default=str)
    return sha256(key.encode()).hexdigest()[:KEY_LENGTH] + sha256((key + said).encode()).hexdigest()[:16]


def new_id(text: Any) -> str:
    """An id that someone chose. Raises Invalid."""
    return _check("id", _ID, text, "letters, digits, . _ and -, up to 64, beginning with a letter or digit")


def entry(name: str, given: Mapping[str, Any], taken: Container[str], otherwise: str) -> tuple[str, Fields]:
    """The id of a new entry, as chosen or `otherwise`, and its fields. Raises Invalid."""
    id = new_id(given["id"]) if "id" in given else otherwise
    if id in taken:
        raise Invalid("id", f"{id} is the id of another entry of this patient", allowed="an id of its own, or none")
    return id, fields_of(name).accept({key: value for key, value in given.items() if key != "id"})


def fields_of(name: str) -> type[Fields]:
    """The fields of a kind of record, an act or an override. Raises Invalid."""
    if name not in FIELDS:
        raise Invalid("kind", f"there is no record or act {name[:80]!r}", allowed=", ".join(FIELDS))
    return FIELDS[name]


def day(field: str, value: Any) -> date:
    """A date that can have been. Raises Invalid."""
    return _check(field, _DAY, value, "a date from 1900 to 2199")


def reason(text: Any) -> str:
    """A reason, possibly empty. Raises Invalid."""
    return text and _check("reason", _WORDS, text, "text, up to 4000 characters")


def person(name: str, contact: str) -> tuple[str, str]:
    """A name and contact data, each possibly empty. Raises Invalid."""
    checked = name and _check("name", _LINE, name, "one line, up to 200 characters")
    return checked, contact and _check("contact", _WORDS, contact, "text, up to 4000 characters")


def birth(born: Any, today: date) -> date:
    """A date of birth, not after today. Raises Invalid."""
    day = _check("born", _DAY, born, "a date")
    if day > today:
        raise Invalid("born", f"{day} lies in the future", allowed=f"a date up to {today}")
    return day


def ynu(field: str, value: Any) -> YNU:
    """Yes, no or unknown. Raises Invalid."""
    return _check(field, _YNU, value, "yes / no / unknown")


def line(field: str, value: Any) -> str:
    """One line of text. Raises Invalid."""
    return _check(field, _LINE, value, "one line, up to 200 characters")


def _moment(now: datetime) -> None:
    if now.tzinfo is None:
        raise Invalid("at", "needs its offset from UTC", allowed="2026-03-02T09:00+01:00")
    if not EARLIEST_DATE < now.date() < LATEST_DATE:
        raise Invalid("at", f"{now.date()} is outside {EARLIEST_DATE} to {LATEST_DATE}")


def _check(field: str, adapter: TypeAdapter[T], value: Any, allowed: str) -> T:
    try:
        return adapter.validate_python(value, strict=True)
    except ValidationError as error:
        why = error.errors(include_url=False, include_context=False, include_input=False)[0]["msg"]
        raise Invalid(field, why.removeprefix("Value error, ")[:200], allowed=allowed) from None
