"""What the review book is made of: sections of rules, each with all that a clinician needs to judge and sign it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from enum import StrEnum

from workflow.errors import Invalid
from workflow.vocabulary import Confidence


class Kind(StrEnum):
    """What sort of rule it is; the first half of its id."""

    STATE = "state"
    GUARD = "guard"
    TRANSITION = "transition"
    MOVE = "move"
    TASK = "task"
    OPTION = "option"
    SETTING = "setting"
    TEXT = "text"


class Standing(StrEnum):
    """What became of a rule's signature."""

    SIGNED = "signed"
    CHANGED = "changed since it was signed"
    UNSIGNED = "not signed"


@dataclass(frozen=True, kw_only=True, slots=True)
class SignOff:
    """Whether a clinician has signed a rule as it stands; where it has changed since, who signed it before."""

    standing: Standing = Standing.UNSIGNED
    user: str = ""
    on: date | None = None

    def __str__(self) -> str:
        return self.standing.value + (f" by {self.user}, {self.on}" if self.on else "")


@dataclass(frozen=True, kw_only=True, slots=True)
class Citation:
    """A source of a rule, and who else says so."""

    tag: str
    kind: str
    """What sort of source that is, in words."""
    sentence: str
    confidence: Confidence
    line: int | None = None
    """Where a statement stands in the guide; None for other sources, 0 for the guide as a whole."""
    markers: str = ""
    """The guide's own citation markers there."""
    independent: str = ""
    """For a statement of the guide: who else says so, or that nobody was found."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """A site setting that a rule reads, and its value."""

    key: str
    value: str
    """In words; `UNSET` where there is none."""
    origin: str
    """Who fixed it, or what it means that nobody has."""

    def __str__(self) -> str:
        return f"{self.key} = {self.value} ({self.origin})"


Fact = str | tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """One rule, ready to be judged and signed."""

    kind: Kind
    name: str
    title: str
    """In a few words."""
    sentence: str
    """What it says, with this site's numbers."""
    facts: Mapping[str, Fact]
    """The rest of it, by names such as `cleared_by`; what does not apply is left out."""
    rows: tuple[str, ...] = ()
    """The rows of the table that it stands for, where they are several."""
    readings: tuple[Reading, ...]
    sources: tuple[Citation, ...]
    content: str
    """The hash of what is signed: wording, sources, code and the values of the settings read."""
    sign_off: SignOff

    @property
    def id(self) -> str:
        """As it is named on the command line and in the journal."""
        return f"{self.kind.value}:{self.name}"

    @property
    def names(self) -> tuple[str, ...]:
        """What it may be called."""
        return (self.id, self.name, *self.rows)

    @property
    def is_guides(self) -> bool:
        """It goes back to a statement of the guide; else it was added."""
        return any(source.line is not None for source in self.sources)


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """Rules that belong together, in the order of the pathway."""

    title: str
    about: str = ""
    rules: tuple[Rule, ...]

    def count(self, standing: Standing) -> int:
        """How many of its rules are signed, changed or not signed."""
        return sum(rule.sign_off.standing is standing for rule in self.rules)


@dataclass(frozen=True, kw_only=True, slots=True)
class Timer:
    """A timer of the pathway, and the rule that it dates."""

    name: str
    rule: str
    """Its id."""
    title: str
    starts: str
    """What it counts from, or what opens the task."""
    readings: tuple[Reading, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Book:
    """The whole review book."""

    title: str
    version: str
    fingerprint: str
    """The hash of the rule set, without any site's settings."""
    revision: int | None
    """Of the site's settings; None: no site, so every number is the default and nothing is signed."""
    disclaimers: tuple[str, ...]
    sections: tuple[Section, ...]
    timers: tuple[Timer, ...]

    def __iter__(self) -> Iterator[Rule]:
        return (rule for section in self.sections for rule in section.rules)

    def rule(self, text: str) -> Rule:
        """The one rule of that id, or of that name where only one has it. Raises Invalid with what is near."""
        found = [rule for rule in self if _is_called(rule, text)]
        if len(found) == 1:
            return found[0]
        if found:
            why = f"{text[:60]!r} is the name of {len(found)} rules"
            raise Invalid("rule", why, allowed=_listed(rule.id for rule in found))
        raise Invalid("rule", f"there is no rule {text[:60]!r}", allowed=self._near(text))

    def only(self, text: str) -> "Book":
        """The part with the rules of that id, name or kind, or of that section. Raises Invalid with what is near."""
        kept = [section if _same(section.title, text) else _part(section, text) for section in self.sections]
        sections = tuple(section for section in kept if section.rules)
        if not sections:
            raise Invalid("--only", f"there is no rule or topic {text[:60]!r}", allowed=self._near(text))
        return self._of(sections)

    def where(self, wanted: Callable[[Rule], bool]) -> "Book":
        """The part with the rules that are wanted; a section may end up empty, and is left out."""
        kept = [replace(section, rules=tuple(filter(wanted, section.rules))) for section in self.sections]
        return self._of(tuple(section for section in kept if section.rules))

    def _of(self, sections: tuple[Section, ...]) -> "Book":
        shown = {rule.id for section in sections for rule in section.rules}
        return replace(self, sections=sections, timers=tuple(t for t in self.timers if t.rule in shown))

    def _near(self, text: str) -> str:
        """What may have been meant."""
        known = {section.title.lower(): section.title for section in self.sections}
        known |= {name.lower(): rule.id for rule in self for name in (rule.id, rule.name)}
        wanted = text.strip().lower()
        holding = [name for name in known if len(wanted) > 2 and wanted in name]
        near = dict.fromkeys(known[name] for name in (*get_close_matches(wanted, known, 6, 0.6), *holding))
        return _listed(list(near)[:8]) or "asps pathway show lists them"


def _same(name: str, text: str) -> bool:
    return name.lower() == text.strip().lower()


def _is_called(rule: Rule, text: str) -> bool:
    return any(_same(name, text) for name in rule.names)


def _part(section: Section, text: str) -> Section:
    return replace(section, rules=tuple(rule for rule in section.rules if _is_meant(rule, text)))


def _is_meant(rule: Rule, text: str) -> bool:
    """By id, name or kind (also in the plural), or by the common stem of several, such as X14b of X14b.decide_tki."""
    kinds = rule.kind.value, f"{rule.kind.value}s"
    stem = f"{text.strip().lower()}."
    return _is_called(rule, text) or any(_same(kind, text) for kind in kinds) or rule.name.lower().startswith(stem)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)
