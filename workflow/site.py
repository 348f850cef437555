"""What a site may set. A number that nobody has fixed stays UNSET (None) and shows as an open decision."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from workflow.errors import Invalid
from workflow.vocabulary import Source

Value = int | str | tuple[int, int] | None


@dataclass(frozen=True, kw_only=True, slots=True)
class SiteKey:
    """One setting: its name, what it means, how a text becomes its value, and the sourced default."""

    name: str
    title: str
    parse: Callable[[str], Value]
    allowed: str
    default: Value = None
    """Holds unless the site sets the key; None is UNSET."""
    unset_means: str = ""
    """What UNSET does, where it is a meaningful choice; empty: UNSET is an open site decision."""
    ask: bool = False
    """Setting up a site asks for it: it must not stay open by oversight."""
    offer: str = ""
    """A published value that the site may take; never used until it does."""
    source: tuple[Source, ...]

    def read(self, text: str) -> Value:
        """The value of a text. Raises Invalid with what is allowed."""
        try:
            return self.parse(text.strip())
        except (ValueError, KeyError):
            raise Invalid(self.name, f"{text!r} is not possible", allowed=self.allowed) from None


def whole(least: int, most: int) -> Callable[[str], int]:
    """A parser of whole numbers within bounds."""

    def parse(text: str) -> int:
        if not text.isascii() or not text.isdigit() or not least <= int(text[:9]) <= most:
            raise ValueError(text)
        return int(text)

    return parse


def one_of(*words: str) -> Callable[[str], str]:
    """A parser of one word out of several."""

    def parse(text: str) -> str:
        if text not in words:
            raise ValueError(text)
        return text

    return parse


def window(text: str) -> tuple[int, int]:
    """Two whole numbers of days, `28-56`: not before the first, due on the last."""
    first, _, last = text.partition("-")
    low, high = whole(0, 3650)(first), whole(0, 3650)(last)
    if low > high:
        raise ValueError(text)
    return low, high


def zone(text: str) -> str:
    """An IANA time zone name."""
    try:
        ZoneInfo(text)
    except (ValueError, OSError):
        raise ValueError(text) from None
    return text


@dataclass(frozen=True, kw_only=True, slots=True)
class Site:
    """The settings in force at one revision. Rules read numbers only through it."""

    keys: Mapping[str, SiteKey]
    values: Mapping[str, Value] = field(default_factory=dict)
    revision: int = 0

    def get(self, key: str) -> Value:
        """The value set, else the sourced default, else None (UNSET)."""
        set_value = self.values.get(key)
        return self.keys[key].default if set_value is None else set_value

    def number(self, key: str) -> int | None:
        """A number, or None while UNSET."""
        value = self.get(key)
        return value if isinstance(value, int) else None

    def pair(self, key: str) -> tuple[int, int] | None:
        """A window of two numbers, or None while UNSET."""
        value = self.get(key)
        return value if isinstance(value, tuple) else None

    def word(self, key: str) -> str | None:
        """A word, or None while UNSET."""
        value = self.get(key)
        return value if isinstance(value, str) else None

    @property
    def zone(self) -> ZoneInfo:
        """The site's time zone; UTC until it is set."""
        return ZoneInfo(self.word("timezone") or "UTC")

    def today(self, now: datetime) -> date:
        """The civil date at the site (R4)."""
        return now.astimezone(self.zone).date()

    def filled(self, text: str) -> str:
        """A rule's sentence with this site's numbers in place of `{site.key}`."""
        for key in self.keys:
            if "{" + key + "}" in text:
                value = self.get(key)
                text = text.replace("{" + key + "}", "UNSET" if value is None else str(value))
        return text

    def open_decisions(self) -> tuple[SiteKey, ...]:
        """Keys that nobody has fixed and whose absence leaves something undated or undecided."""
        return tuple(k for k in self.keys.values() if self.get(k.name) is None and not k.unset_means)
