"""Rows of a sheet enter the record: each whole or not at all, many in one transaction."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from itertools import islice

from interchange.columns import GROUPS
from interchange.dates import Order
from interchange.heading import Heading
from interchange.intake import Faulty, Intake, read_row
from interchange.known import REGISTERED, differences
from interchange.records import Row
from interchange.sheet import Sheet
from storage.ledger import Answer, Author, Ledger, Newcomer
from storage.queries import Reader
from workflow.errors import Invalid, NotFound

BATCH = 100
"""Rows in one transaction."""
_MOST_NAMED = 8
_COLUMNS = {"id": "patient_id"}
_FIRST = {group.id: group.columns[0].name for group in GROUPS} | {"adoption": "state"}


class Became(StrEnum):
    """What became of a row."""

    TAKEN = "taken in"
    KNOWN = "already there"
    REJECTED = "rejected"


@dataclass(frozen=True, kw_only=True, slots=True)
class Terms:
    """Who takes patients in, when, and how their sheet is to be read."""

    author: Author
    now: datetime
    stated: bool = False
    order: Order | None = None
    reason: str = ""
    """For rows that give none."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """One row, and what became of it."""

    row: Row
    patient: str = ""
    became: Became
    because: tuple[str, ...] = ()
    """Why it was rejected: each time the column and the way out."""
    intake: Intake | None = None
    answer: Answer | None = None
    """What the ledger said, where it was asked."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Survey:
    """What a look at all rows tells before any of them is entered."""

    rows: int
    doubled: Mapping[str, tuple[int, ...]]
    """Patients who stand in several rows, by their id without case, with the rows."""


def survey(sheet: Sheet, heading: Heading) -> Survey:
    """Looks at all rows once."""
    rows, seen = 0, Counter[str]()
    for row in sheet.rows():
        rows += 1
        seen[_patient_of(row, heading)] += 1
    twice = {patient for patient, times in seen.items() if times > 1 and patient}
    doubled: dict[str, tuple[int, ...]] = {}
    for row in sheet.rows() if twice else ():
        patient = _patient_of(row, heading)
        if patient in twice:
            doubled[patient] = (*doubled.get(patient, ()), row.number)[:_MOST_NAMED]
    return Survey(rows=rows, doubled=doubled)


def _patient_of(row: Row, heading: Heading) -> str:
    return heading.cells(row.cells).get("patient_id", "").strip().casefold()[:100]


class Taking:
    """Takes the rows of one sheet into the record, or rehearses it."""

    def __init__(self, ledger: Ledger, sheet: Sheet, heading: Heading, found: Survey, terms: Terms) -> None:
        self._ledger, self._reader = ledger, Reader(ledger.engine, ledger.pathway)
        self._sheet, self._heading, self._survey, self._terms = sheet, heading, found, terms

    def enter(self) -> Iterator[Outcome]:
        """Enters the rows; each outcome is given when it is on disk."""
        return self._through(self._ledger.batch)

    def rehearse(self) -> Iterator[Outcome]:
        """What entering them would do; nothing is written."""
        return self._through(self._ledger.rehearsal)

    def _through(self, transaction: Callable[[], AbstractContextManager[Ledger]]) -> Iterator[Outcome]:
        for rows in _batches(self._sheet.rows()):
            with transaction() as desk:
                outcomes = self._entered(desk, rows)
            yield from map(self._settled, outcomes)

    def _entered(self, desk: Ledger, rows: list[Row]) -> list[Outcome]:
        read, terms = [self._read(row) for row in rows], self._terms
        newcomers = [
            Newcomer(**one.registration, key=one.key, past=one.past) for one in read if isinstance(one, Intake)
        ]
        found = iter(desk.register_all(newcomers, now=terms.now, author=terms.author, stated=terms.stated))
        return [
            _faulty(row, one) if isinstance(one, Faulty) else _answered(row, one, next(found))
            for row, one in zip(rows, read, strict=True)
        ]

    def _read(self, row: Row) -> Intake | Faulty:
        if row.fault:
            return Faulty(patient="", faults=(row.fault,))
        read = read_row(self._heading.cells(row.cells), self._terms.order, self._terms.reason)
        rows = self._survey.doubled.get(_patient_of(row, self._heading))
        if rows is None:
            return read
        why = f"patient_id: the same patient stands in rows {', '.join(map(str, rows))}: leave one"
        return Faulty(patient=read.patient, faults=(why,))

    def _settled(self, outcome: Outcome) -> Outcome:
        """With a look at the record, where the ledger knows the patient and not the row."""
        if outcome.became is not Became.REJECTED or outcome.intake is None or outcome.answer is not None:
            return outcome
        try:
            chart, person = self._reader.chart(outcome.patient), self._reader.person(outcome.patient)
        except NotFound:
            return outcome
        differing = differences(chart, person, outcome.intake)
        if not differing:
            return replace(outcome, became=Became.KNOWN, because=())
        return replace(outcome, because=(_changed(differing),))


def _faulty(row: Row, read: Faulty) -> Outcome:
    return Outcome(row=row, patient=read.patient, became=Became.REJECTED, because=read.faults)


def _answered(row: Row, read: Intake, answer: Answer | Invalid) -> Outcome:
    patient = read.patient
    if isinstance(answer, Invalid):
        return Outcome(row=row, patient=patient, became=Became.REJECTED, because=(_said(answer),), intake=read)
    became, because = Became.REJECTED, tuple(_refusals(answer))
    if answer.accepted:
        became = Became.KNOWN if answer.replayed else Became.TAKEN
    return Outcome(row=row, patient=patient, became=became, because=because, intake=read, answer=answer)


def _refusals(answer: Answer) -> Iterator[str]:
    column = "--by" if answer.denied else _FIRST.get(answer.entry, "state")
    for blocker in answer.blockers:
        yield f"{column}: {blocker.why}" + (f" ({blocker.cleared_by})" if blocker.cleared_by else "")


def _said(error: Invalid) -> str:
    column = _COLUMNS.get(error.field, error.field)
    return f"{column}: {error.reason}" + (f" ({error.allowed})" if error.allowed else "")


_NEW = "enter what is new with asps record or asps amend"
_KEPT = "what was registered stays, and who was erased stays erased: make the row equal, or leave it out"


def _changed(differing: list[str]) -> str:
    more = f" and {len(differing) - _MOST_NAMED} more" if len(differing) > _MOST_NAMED else ""
    named = ", ".join(differing[:_MOST_NAMED]) + more
    way_out = _KEPT if REGISTERED.issuperset(differing) else _NEW
    return f"patient_id: on file already, and the row differs in {named}: nothing was changed; {way_out}"


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    several = iter(rows)
    while batch := list(islice(several, BATCH)):
        yield batch
