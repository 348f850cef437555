"""The chart: the immutable view of one patient's standing facts and acts. Rules read it and a date."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cache, cached_property
from operator import attrgetter
from typing import Any, Generic, TypeVar, cast

from workflow.fields import YNU, Fields
from workflow.vocabulary import Role, State

F = TypeVar("F", bound=Fields)
T = TypeVar("T")
FINAL = frozenset({"final", "amended"})
"""Reports that satisfy a guard; a preliminary one never does (R6)."""

Key = tuple[date, int]
"""The order of things: clinical date, then entry (R8)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What an accepted act led to, fixed when it was recorded."""

    transition: str
    dest: State | None = None
    """None: the state stays."""
    after: str | None = None
    """The act that had brought the state in which this one was judged: it can never be ordered before that one."""
    warned: tuple[str, ...] = ()
    """Soft guards that the reason answered."""
    overrides: tuple[str, ...] = ()
    """Overrides used up: overridden, not satisfied."""
    relied: Mapping[str, int] = field(default_factory=dict)
    """The records its guards looked at, each with the version seen (R7)."""
    tasks: tuple[tuple[str, str, int], ...] = ()
    """For task acts: the tasks meant, as (task, subject, occurrence)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry(Generic[F]):
    """One standing record or act."""

    id: str
    name: str
    """The kind of record, or the act."""
    seq: int
    """Position in the patient's journal: the order of entry."""
    at: datetime
    day: date
    """Civil date at the site when it was entered."""
    on: date
    """Clinical date (R1)."""
    by: Role
    user: str
    reason: str = ""
    fields: F
    version: int
    """Position of the latest amendment, else `seq`."""
    final_on: date | None = None
    """The day on which it was first entered as a final or amended report (R19)."""
    outcome: Outcome | None = None

    @property
    def key(self) -> Key:
        """Clinical date, then entry."""
        return self.on, self.seq

    @property
    def final(self) -> bool:
        """A report that may be used as evidence; what is no report always may."""
        if not _is_report(type(self.fields)):
            return True
        return (self.fields.given("report") or self.fields.given("status")) in FINAL

    @property
    def reported(self) -> date:
        """The report date (R19): the one given, else the day first entered as final, else the clinical date."""
        given = self.fields.given("reported")
        return cast(date, given) if given else (self.final_on or self.on)

    def __str__(self) -> str:
        what = self.fields.given("modality") or self.fields.given("status") or self.fields.given("result") or ""
        extra = f" {what}" if what else ""
        status = f" ({self.fields.given('report')})" if self.fields.given("report") else ""
        return f"{self.name}{extra} of {self.on}{status}"


def is_report(fields: Fields) -> bool:
    """Scans and laboratory results come as reports that may still be preliminary."""
    return _is_report(type(fields))


@cache
def _is_report(kind: type[Fields]) -> bool:
    return "report" in kind.model_fields or kind.__name__ == "Labs"


_IN_ORDER = attrgetter("on", "seq")
"""As `Entry.key`, which is asked for too often to be called by its name."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Correction:
    """A record was amended or retracted after it had been used."""

    target: str
    seq: int
    day: date
    what: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Registration:
    """What is known of a patient at registration, names apart."""

    id: str
    born: date
    registered: date
    can_become_pregnant: YNU = "unknown"
    sex_recorded: str = "unknown"


@dataclass(frozen=True, kw_only=True)
class Chart:
    """One patient's standing entries. Never changed: `plus`, `amended` and `without` give a new chart."""

    patient: Registration
    entries: Mapping[str, Entry[Any]] = field(default_factory=dict)
    corrections: tuple[Correction, ...] = ()

    @cached_property
    def memo(self) -> dict[Any, Any]:
        """What was derived from this chart, once; see `derived`."""
        return {}

    @cached_property
    def _earlier(self) -> "dict[int, Chart]":
        """Charts that `upto` gave, by how many entries they have: what is derived from one is worked out once."""
        return {}

    @cached_property
    def ordered(self) -> tuple[Entry[Any], ...]:
        """All entries by clinical date, then entry."""
        return tuple(sorted(self.entries.values(), key=_IN_ORDER))

    @cached_property
    def _by_kind(self) -> dict[type[Fields], tuple[Entry[Any], ...]]:
        kinds: dict[type[Fields], list[Entry[Any]]] = {}
        for entry in self.ordered:
            kinds.setdefault(type(entry.fields), []).append(entry)
        return {kind: tuple(found) for kind, found in kinds.items()}

    @cached_property
    def _by_name(self) -> dict[str, tuple[Entry[Any], ...]]:
        names: dict[str, list[Entry[Any]]] = {}
        for entry in self.ordered:
            names.setdefault(entry.name, []).append(entry)
        return {name: tuple(found) for name, found in names.items()}

    def of(self, kind: type[F]) -> tuple[Entry[F], ...]:
        """All entries with exactly these fields, in order."""
        return self._by_kind.get(kind, ())

    def named(self, *names: str) -> tuple[Entry[Any], ...]:
        """All records of a kind or acts of a name, in order."""
        if len(names) == 1:
            return self._by_name.get(names[0], ())
        found = [e for name in names for e in self._by_name.get(name, ())]
        return tuple(sorted(found, key=_IN_ORDER))

    def last(self, kind: type[F]) -> Entry[F] | None:
        """The latest entry of a kind."""
        found = self.of(kind)
        return found[-1] if found else None

    def latest(self, name: str, kinds: Iterable[type[Fields]], since: date = date.min) -> Entry[Any] | None:
        """The latest entry that gives a field a value: a field left out says nothing."""
        found = [e for kind in kinds for e in self.of(kind) if e.on >= since and e.fields.given(name) is not None]
        return max(found, key=lambda e: e.key, default=None)

    def upto(self, day: date, seq: int = 2**62) -> "Chart":
        """What had been recorded of things up to a day: the evidence for a decision of that day."""
        count = bisect_right(self.ordered, (day, seq), key=_IN_ORDER)
        if count == len(self.ordered):
            return self
        if count not in self._earlier:
            self._earlier[count] = self._first(count)
        return self._earlier[count]

    def _first(self, count: int) -> "Chart":
        earlier = replace(self, entries={e.id: e for e in self.ordered[:count]})
        earlier.__dict__["ordered"] = self.ordered[:count]  # the cached property, known already
        return earlier

    def plus(self, entry: Entry[Any]) -> "Chart":
        """With one more entry."""
        return replace(self, entries={**self.entries, entry.id: entry})

    def amended(self, entry: Entry[Any], correction: Correction) -> "Chart":
        """With an entry superseded."""
        return replace(self, entries={**self.entries, entry.id: entry}, corrections=(*self.corrections, correction))

    def without(self, id: str, correction: Correction | None = None) -> "Chart":
        """With an entry marked as entered in error."""
        rest = {key: e for key, e in self.entries.items() if key != id}
        return replace(self, entries=rest, corrections=(*self.corrections, *filter(None, (correction,))))

    @cached_property
    def acts(self) -> tuple[Entry[Any], ...]:
        """Standing acts, in order."""
        return tuple(e for e in self.ordered if e.outcome)

    @cached_property
    def movers(self) -> tuple[Entry[Any], ...]:
        """Standing acts that moved the state, in their order: none before the act whose state it was judged in."""
        moved = {e.id: e for e in self.acts if e.outcome and e.outcome.dest}
        keys: dict[str, Key] = {}
        for entry in sorted(moved.values(), key=lambda e: e.seq):
            after = entry.outcome.after if entry.outcome else None
            keys[entry.id] = max(entry.key, (keys[after][0], entry.seq)) if after in keys else entry.key
        return tuple(sorted(moved.values(), key=lambda e: keys[e.id]))


def derived(fact: Callable[[Chart], T]) -> Callable[[Chart], T]:
    """A fact that follows from the chart alone: worked out once per chart."""

    def once(chart: Chart) -> T:
        memo = chart.memo
        if fact not in memo:
            memo[fact] = fact(chart)
        return cast(T, memo[fact])

    once.__doc__ = fact.__doc__
    return once
