"""The clinic's next weeks: how many scans, visits and decisions, counted from every patient's forecast.

A forecast takes some milliseconds, so it is kept as long as nothing about the patient has changed, and a request counts
only for as long as people wait. What is not counted yet is said, and the page goes on by itself.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from threading import Lock
from time import monotonic

from storage.queries import PatientRow, Reader
from workflow.asps.completing import COMPLETIONS, Demand
from workflow.forecast import forecast
from workflow.pathway import Pathway
from workflow.site import Site
from workflow.vocabulary import EXITS

PATIENCE = 1.5
"""Seconds that one request counts."""
_PAGE = 500
SHOWN = (Demand.SCAN, Demand.VISIT, Demand.DECISION)
Week = int
"""Weeks from the present one, which is 0."""
Counts = Counter[tuple[Week, Demand]]


@dataclass(frozen=True, slots=True)
class Known:
    """One patient's weeks, and under what they were worked out."""

    version: int
    counts: Counts
    undated: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Weeks:
    """What is expected, and how many patients that counts."""

    first: date
    """The Monday of the present week."""
    number: int
    counts: Counts
    undated: int
    """Open tasks without a date, which stand in no week."""
    counted: int
    patients: int

    @property
    def complete(self) -> bool:
        """Everybody is counted."""
        return self.counted == self.patients

    def of(self, demand: Demand) -> list[int]:
        """Week by week."""
        return [self.counts[week, demand] for week in range(self.number)]

    def monday(self, week: Week) -> date:
        """The first day of a week."""
        return self.first + timedelta(weeks=week)


@dataclass
class Calendar:
    """Everybody's weeks as far as they were worked out, for one day, one revision of the settings and the rules."""

    lock: Lock = field(default_factory=Lock)
    under: tuple[object, ...] = ()
    known: dict[str, Known] = field(default_factory=dict)

    def weeks(
        self, reader: Reader, pathway: Pathway, site: Site, today: date, number: int, patience: float = PATIENCE
    ) -> Weeks:
        """The next weeks, of as many patients as one request can count."""
        with self.lock:
            self._begin((today, number, site.revision, pathway.version))
            everybody = list(_on_the_pathway(reader))
            until = monotonic() + patience
            for row in everybody:
                if monotonic() > until and self.known:
                    break
                self._count(reader, pathway, site, today, number, row)
            current = [k for row in everybody if (k := self.known.get(row.id)) and k.version == row.version]
        return Weeks(
            first=_monday(today), number=number, counts=_sum(k.counts for k in current),
            undated=sum(k.undated for k in current), counted=len(current), patients=len(everybody),
        )  # fmt: skip

    def _begin(self, under: tuple[object, ...]) -> None:
        if self.under != under:
            self.under, self.known = under, {}

    def _count(self, reader: Reader, pathway: Pathway, site: Site, today: date, number: int, row: PatientRow) -> None:
        known = self.known.get(row.id)
        if known and known.version == row.version:
            return
        first = _monday(today)
        found = forecast(pathway, reader.chart(row.id), site, today, first + timedelta(weeks=number, days=-1))
        counts = Counter((((e.on - first).days // 7), COMPLETIONS[e.task].demand) for e in found.expected)
        self.known[row.id] = Known(row.version, counts, len(found.undated))


def _on_the_pathway(reader: Reader) -> Iterator[PatientRow]:
    after = ""
    while page := reader.patients(after=after, limit=_PAGE):
        yield from (row for row in page if row.state not in EXITS)
        after = page[-1].id


def _sum(counts: Iterable[Counts]) -> Counts:
    total: Counts = Counter()
    for one in counts:
        total.update(one)
    return total


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
