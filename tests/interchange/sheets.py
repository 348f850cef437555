"""Invented spreadsheets for the tests of the interchange."""

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

from interchange.columns import named
from interchange.heading import Heading, heading
from interchange.sheet import Sheet, open_sheet
from interchange.taking import Outcome, Taking, Terms, survey
from storage.ledger import Ledger
from tests.storage.clinic import DOCTOR, at

TODAY = date(2026, 11, 2)
NOW = at("2026-11-02T09:00")

WAITS: Mapping[str, str] = {
    "patient_id": "P-1", "born": "1991-02-08", "name": "Ann Example", "contact": "+31 6 1234", "state": "interval wait",
    "since": "2026-09-15", "reason": "waits since September", "staging_started": "2026-08-10",
    "centre_role": "reference centre", "histology": "ASPS confirmed", "index_ct": "20.08.2026", "index_ct_right": "2",
    "index_ct_left": "1", "index_ct_extrapulmonary": "absent", "brain_mri": "2026-08-21", "brain_metastases": "no",
}  # fmt: skip
"""A patient in the interval wait: the interval CT is due on 20 November 2026."""

ON_DRUG: Mapping[str, str] = {
    "patient_id": "P-2", "born": "1979-12-01", "name": "Ben Example", "state": "immunotherapy", "since": "2026-07-01",
    "reason": "since July", "centre_role": "reference_centre", "histology": "asps_confirmed",
    "prior_1_drugs": "doxorubicin + ifosfamide", "prior_1_class": "cytotoxic_anthracycline",
    "prior_1_start": "2025-10-01", "prior_1_stopped": "2026-03-01", "prior_1_stop_reason": "progression",
    "current_drugs": "atezolizumab", "current_class": "ici_pdl1", "current_start": "2026-07-01",
    "current_schedule": "1200_q3w", "current_last_dose": "2026-10-20",
}  # fmt: skip
"""A patient on atezolizumab after chemotherapy."""


def text(rows: Iterable[Mapping[str, str]], delimiter: str = ",") -> str:
    """Rows as CSV, with a column for everything that stands in any of them."""
    rows = list(rows)
    names = list(dict.fromkeys(name for row in rows for name in row))
    stream = io.StringIO()
    writer = csv.DictWriter(stream, names, delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()


def written(folder: Path, content: str | bytes, name: str = "patients.csv") -> Path:
    """A file."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def read(path: Path) -> tuple[Sheet, Heading]:
    """A file as a sheet with its heading."""
    sheet = open_sheet(path, lambda cell: named(cell) is not None)
    return sheet, heading(sheet.header, reason=True)


def taking(ledger: Ledger, path: Path, terms: Terms | None = None) -> Taking:
    """What takes a file in."""
    sheet, known = read(path)
    return Taking(ledger, sheet, known, survey(sheet, known), terms or Terms(author=DOCTOR, now=NOW))


def entered(ledger: Ledger, path: Path, terms: Terms | None = None) -> list[Outcome]:
    """The outcomes of taking a file in."""
    return list(taking(ledger, path, terms).enter())


def shortly(outcomes: Iterable[Outcome]) -> list[tuple[int, str, str]]:
    """Row, patient and what became of it."""
    return [(outcome.row.number, outcome.patient, outcome.became.value) for outcome in outcomes]
