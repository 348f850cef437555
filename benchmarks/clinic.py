"""An invented patient with a hundred records, who goes through two drugs, and the clinic that treats them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Engine

from storage.ledger import Author, Ledger
from workflow.asps import ASPS
from workflow.vocabulary import Role

BY = Role.CLINICIAN
DOCTOR = Author(by=BY, user="dr-bench")
SETTINGS = {
    "timezone": "Europe/Amsterdam", "brain_mri.due_days": "14", "staging_ct.due_days": "14", "mdt.due_days": "7",
    "io_response.first_days": "63", "io_response.repeat_days": "42", "palliative.offer_days": "56",
    "post_interval_mdt.days": "7", "override.expiry_hours": "72", "io_labs.every_n_doses": "1",
}  # fmt: skip
START = datetime(2026, 2, 2, 8, 0, tzinfo=UTC)
PATIENT = "B-0000001"
RECORDS = 100


@dataclass(frozen=True, kw_only=True)
class Entered:
    """One thing that is entered."""

    name: str
    on: date
    given: dict[str, Any] = field(default_factory=dict)
    reason: str = ""


def labs(*analytes: str) -> dict[str, Any]:
    """A final report in which all is well."""
    units = {"bilirubin": "umol/L", "creatinine": "umol/L", "TSH": "mIU/L", "potassium": "mmol/L",
             "magnesium": "mmol/L", "urine_protein": "g/L"}  # fmt: skip
    results = [{"analyte": a, "value": 4, "unit": units.get(a, "U/L"), "uln": 40} for a in analytes]
    return {"status": "final", "results": results}


def ct(**more: str | int) -> dict[str, Any]:
    """A final chest CT that shows metastases in both lungs."""
    return {"modality": "ct_chest", "report": "final", "lung_lesions_right": 6, "lung_lesions_left": 4,
            "extrapulmonary": "absent", **more}  # fmt: skip


def staged(first: date) -> Iterator[Entered]:
    """From the referral to the tumour board's decision: ten records and acts."""
    later = first + timedelta(days=8)
    yield Entered(name="accept_referral", on=first, given={"centre_role": "reference_centre"})
    yield Entered(name="histology", on=first, given={"result": "asps_confirmed", "sarcoma_pathology_review": "yes"})
    yield Entered(name="imaging", on=first, given=ct())
    yield Entered(name="imaging", on=first,
                  given={"modality": "mri_brain", "report": "final", "brain_metastases": "no"})  # fmt: skip
    yield Entered(name="complete_staging", on=later)
    yield Entered(name="symptoms", on=later, given={"symptomatic": "yes"})
    yield Entered(name="decide_immunotherapy", on=later)
    yield Entered(name="immunotherapy_screen", on=later, given={"findings": ["none"]})
    yield Entered(name="labs", on=later, given=labs("ALT", "AST", "bilirubin", "creatinine", "TSH"))
    yield Entered(name="start_regimen", on=later + timedelta(days=6), given={
        "agents": ["atezolizumab"], "class": "ici_pdl1", "schedule": "1200_q3w", "line": 1})  # fmt: skip


def treated(start: date) -> Iterator[Entered]:
    """Three weeks after three weeks: labs, weight, every third time a CT, and the dose."""
    for n in range(1, 1_000):
        day = start + timedelta(days=21 * n)
        yield Entered(name="labs", on=day, given=labs("ALT", "AST", "bilirubin", "creatinine", "TSH"))
        yield Entered(name="weight", on=day, given={"kg": 70})
        if n % 3 == 0:
            yield Entered(name="imaging", on=day, given=ct(new_lesions="no"))
        yield Entered(name="give_dose", on=day, given={"agent": "atezolizumab", "schedule": "1200_q3w"})


def history(count: int) -> Iterator[Entered]:
    """The first so many records and acts of the patient."""
    first = START.date()
    for number, one in enumerate((*staged(first), *_upto(count - 10, treated(first + timedelta(days=14))))):
        if number < count:
            yield one


def _upto(count: int, several: Iterator[Entered]) -> Iterator[Entered]:
    for _ in range(max(0, count)):
        yield next(several)


def opened(engine: Engine) -> Ledger:
    """A ledger of a clinic that has fixed its settings."""
    ledger = Ledger(engine, ASPS)
    ledger.set_site(SETTINGS, now=START - timedelta(days=1), author=DOCTOR)
    return ledger


def registered(ledger: Ledger, id: str = PATIENT) -> None:
    """A patient born in 1991."""
    ledger.register(id=id, born=date(1991, 2, 8), now=START, author=DOCTOR, can_become_pregnant="no", name="Ann Bench")


def followed(ledger: Ledger, count: int = RECORDS, id: str = PATIENT) -> datetime:
    """Enters the patient's first so many records and acts; the moment after the last."""
    registered(ledger, id)
    now = START
    for one in history(count):
        now = max(now, datetime(one.on.year, one.on.month, one.on.day, 12, tzinfo=UTC)) + timedelta(minutes=1)
        answer = ledger.enter(id, one.name, one.given, now=now, author=DOCTOR, on=one.on, reason=one.reason)
        if not answer.accepted:
            raise AssertionError(f"{one.name} of {one.on}: {answer.blockers}")
    return now + timedelta(hours=1)
