"""Facts that a guard may look at: what speaks for an act, and what speaks against it."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from workflow.proof.worlds import World, fields_of

Fact = tuple[str, Mapping[str, Any]]
"""A kind of record with its fields; `days` first lets so many pass."""

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
        if kind == "days":
            world = world.later(world.today + timedelta(days=given["wait"]))
            continue
        there = world.later(world.today + timedelta(days=1)).take(kind, fields_of(kind, **given))
        if there is None:
            raise ValueError(f"{kind} cannot be recorded in {world.state.value}")
        world = there
    return world


def wait(days: int) -> Fact:
    """Days that pass."""
    return "days", {"wait": days}
