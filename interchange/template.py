"""The empty spreadsheet: a header, and two invented patients whose dates are counted from today."""

from collections.abc import Iterator
from datetime import date, timedelta

from interchange.columns import COLUMNS

_WAITS: dict[str, str | int] = {
    "patient_id": "EXAMPLE-1", "born": -13_000, "name": "Invented One", "contact": "invented.one@example.org",
    "sex_recorded": "female", "can_become_pregnant": "yes", "state": "interval_wait", "since": -40,
    "reason": "tumour board: wait three months and scan again", "staging_started": -75,
    "centre_role": "reference_centre", "histology": "asps_confirmed", "histology_date": -900,
    "sarcoma_pathology_review": "yes", "aspscr1_tfe3": "positive", "first_metastasis": -70, "primary_surgery": -880,
    "primary_surgery_completeness": "R0", "index_ct": -70, "index_ct_right": "2", "index_ct_left": "1",
    "index_ct_extrapulmonary": "absent", "brain_mri": -65, "brain_metastases": "no", "symptomatic": "no",
    "ecog": "0", "limited": "yes", "resectability": "resectable", "palliative_care": "offered",
    "palliative_care_date": -40,
}  # fmt: skip
_TREATED: dict[str, str | int] = {
    "patient_id": "EXAMPLE-2", "born": -17_000, "name": "Invented Two", "sex_recorded": "male",
    "can_become_pregnant": "no", "state": "immunotherapy", "since": -120,
    "reason": "atezolizumab since four months, started here", "staging_started": -180,
    "centre_role": "shared_care", "reference_centre": "NL-SARC-1", "histology": "asps_confirmed",
    "first_metastasis": -400, "primary_surgery_completeness": "not_done", "index_ct": -400, "index_ct_right": "6",
    "index_ct_left": "4", "index_ct_extrapulmonary": "absent", "last_ct": -50, "last_ct_new_lesions": "no",
    "last_ct_operable": "no", "brain_mri": -175, "brain_metastases": "no", "symptomatic": "yes", "cns_symptoms": "no",
    "symptoms_date": -180, "ecog": "1", "prior_1_drugs": "doxorubicin + ifosfamide",
    "prior_1_class": "cytotoxic_anthracycline", "prior_1_start": -380, "prior_1_stopped": -250,
    "prior_1_stop_reason": "progression", "current_drugs": "atezolizumab", "current_class": "ici_pdl1",
    "current_start": -120, "current_schedule": "1200_q3w", "current_last_dose": -15, "palliative_care": "active",
    "palliative_care_date": -100,
}  # fmt: skip
EXAMPLES = (_WAITS, _TREATED)
"""Invented; a number stands for that many days from today."""


def template(today: date) -> Iterator[list[str]]:
    """The header, then one row for each invented patient."""
    yield list(COLUMNS)
    for example in EXAMPLES:
        yield [_cell(example.get(name, ""), today) for name in COLUMNS]


def _cell(value: str | int, today: date) -> str:
    return value if isinstance(value, str) else (today + timedelta(days=value)).isoformat()
