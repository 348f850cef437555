"""Facts that a guard may look at: what speaks for an act, and what speaks against it."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from workflow.calendar import add_months
from workflow.proof.worlds import World, fields_of

Given = Mapping[str, Any]
Fact = tuple[str, Given]
"""A kind of record, or an act, with its fields, `ago` being how many days before its entry it took place.

`days` lets so many pass. `eve` waits, so that what is entered next falls on the day before the interval CT counts."""

CT: Mapping[str, Any] = {"modality": "ct_chest", "report": "final"}
MRI: Mapping[str, Any] = {"modality": "mri_brain", "report": "final"}
LESIONS = {**CT, "lung_lesions_right": 2, "extrapulmonary": "absent"}
GOOD = {**LESIONS, "new_lesions": "no", "operable": "yes"}
JUDGED: Mapping[str, Any] = {"limited": "yes", "resectability": "resectable", "checklist": "complete"}
"""What the tumour board says of lungs that may be operated on."""


def labs(**values: tuple[float, str]) -> Fact:
    """A final laboratory report."""
    results = [{"analyte": name, "value": value, "unit": unit} for name, (value, unit) in values.items()]
    return "labs", {"status": "final", "results": results}


BASELINE = (
    labs(ALT=(20, "U/L"), AST=(20, "U/L"), bilirubin=(8, "umol/L"), creatinine=(70, "umol/L"), TSH=(2, "mIU/L"),
         potassium=(4, "mmol/L"), magnesium=(0.8, "mmol/L"), urine_protein=(0.1, "g/L")),
    ("blood_pressure", {"systolic": 120, "diastolic": 70}),
    ("ecg", {"qtc_ms": 400}),
)  # fmt: skip
CENTRE: Fact = ("centre_role", {"centre_role": "reference_centre"})
BRAIN: Fact = ("imaging", {**MRI, "brain_metastases": "no"})
FAVOURABLE: tuple[Fact, ...] = (
    ("histology", {"result": "asps_confirmed"}),
    CENTRE,
    BRAIN,
    ("immunotherapy_screen", {"findings": ["none"], "mdt_ruling": "acceptable"}),
    ("tki_screen", {"findings": ["none"], "haemorrhage": "none"}),
    ("tmb", {"value": 12, "fda_approved_assay": "yes"}),
    ("symptoms", {"symptomatic": "no", "cns_symptoms": "no"}),
    ("dental_exam", {}),
    *BASELINE,
)
"""What makes every guard content that looks at the patient rather than at the CTs."""


def with_facts(world: World, facts: Iterable[Fact]) -> World:
    """The patient with more on record; each day of waiting first, then each record a day after the one before."""
    for kind, given in facts:
        there = world.later(_until(world, kind, given)) if kind in WAITS else _entered(world, kind, given)
        if there is None:
            raise ValueError(f"{kind} cannot be recorded in {world.state.value}")
        world = there
    return world


WAITS = frozenset({"days", "eve"})


def _until(world: World, kind: str, given: Given) -> date:
    """The day until which is waited."""
    if kind == "days":
        return world.today + timedelta(days=given["wait"])
    return add_months(world.today, world.site.number("interval_ct.months") or 0) - timedelta(days=2)


def _entered(world: World, kind: str, given: Given) -> World | None:
    """The patient with one more record, or act, on the next day."""
    there, back = world.later(world.today + timedelta(days=1)), given.get("ago", 0)
    on = there.today - timedelta(days=back) if back else None
    return there.take(kind, fields_of(kind, **{name: v for name, v in given.items() if name != "ago"}), on=on)


def ahead(world: World, given: Given) -> dict[str, Any]:
    """The fields of an act; a planned day is given as so many days ahead."""
    planned = {k: (world.today + timedelta(days=v)).isoformat() for k, v in given.items() if k == "planned"}
    return {**given, **planned}


def wait(days: int) -> Fact:
    """Days that pass."""
    return "days", {"wait": days}


EVE: Fact = ("eve", {})
"""Right after the index CT: all but the last of the months pass."""
