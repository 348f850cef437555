"""The four pitfalls of the guide (S50, S52, S54, S56): the acts that could fall in, and what may stand on the chart."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from workflow.chart import Entry
from workflow.proof.evidence import has_brain_imaging, has_interval_ct, in_reference_centre, not_first_line
from workflow.proof.facts import BRAIN, CENTRE, CT, EVE, GOOD, JUDGED, LESIONS, MRI, Fact, Given, wait
from workflow.proof.letters import DRUGS, LUNG
from workflow.proof.worlds import World

Act = tuple[str, Given]
_STARTS = tuple(("start_regimen", given) for given in DRUGS.values())
_LOCAL = tuple(
    (act, {"modality": modality}) for act, modality in product(("decide_local_therapy", "perform_local_therapy"),
                                                               ("rfa", "srs", "surgery_extrapulmonary"))
)  # fmt: skip
_TREATMENTS = (*_STARTS, ("enrol_in_trial", {"trial": "TRIAL-1"}), *_LOCAL, ("decide_surgery", JUDGED))
_LUNG = (
    ("decide_surgery", JUDGED),
    ("decide_surgery", {**JUDGED, "planned": 30}),
    ("schedule_surgery", {**LUNG, "planned": 30}),
    ("perform_surgery", {**LUNG, "completeness": "R0", "residual_disease": "no"}),
    ("perform_surgery", {**LUNG, "completeness": "R1", "residual_disease": "yes"}),
)


@dataclass(frozen=True, kw_only=True)
class Pitfall:
    """One of the four."""

    name: str
    acts: tuple[Act, ...]
    facts: tuple[tuple[Fact, ...], ...]
    """What may stand on the chart about it, one after the other."""
    spared: frozenset[str] = frozenset()
    """Kinds of favourable records that are this pitfall's own subject."""
    sound: Callable[[World, Entry[Any]], bool] = field(repr=False)
    """Whether an accepted act has what the guide asks for."""


def _scan(**given: Any) -> Fact:
    return "imaging", given


_SHARED = {"centre_role": "shared_care", "reference_centre": "RC-1"}
_OPERATED: tuple[Fact, ...] = (
    ("decide_surgery", JUDGED),
    ("perform_surgery", {**LUNG, "completeness": "R1", "residual_disease": "yes"}),
)
"""Once; the next operation needs CTs of its own."""
_PAST = {"agents": ["atezolizumab"], "class": "ici_pdl1", "stop_reason": "progression"}
PITFALLS = (
    Pitfall(
        name="first-line chemotherapy",
        acts=tuple(
            ("start_regimen", {**DRUGS[drug], **line})
            for drug, line in product(("doxorubicin", "ifosfamide"), ({}, {"line": 1}, {"line": 2}))
        ),
        facts=((), (("prior_regimen", _PAST),)),
        sound=not_first_line,
    ),
    Pitfall(
        name="lung metastasectomy without an interval CT",
        acts=_LUNG,
        facts=tuple(
            (*first, *second)
            for first, second in product(
                ((), (_scan(**LESIONS),)),
                (
                    (),
                    (wait(120), _scan(**{**GOOD, "report": "preliminary"})),
                    (wait(60), _scan(**GOOD)),
                    (EVE, _scan(**GOOD)),
                    (wait(120), _scan(**GOOD)),
                    (wait(120), _scan(**GOOD), wait(30), _scan(**{**GOOD, "new_lesions": "yes"})),
                    (wait(120), _scan(**{**GOOD, "new_lesions": "yes"})),
                    (wait(120), _scan(**{**GOOD, "operable": "no"})),
                    (wait(120), _scan(**CT)),
                    (wait(120), _scan(**GOOD), *_OPERATED),
                    (wait(120), _scan(modality="pet_ct", report="final", new_lesions="no", operable="yes")),
                ),
            )
        ),
        sound=has_interval_ct,
    ),
    Pitfall(
        name="treatment before brain imaging",
        acts=_TREATMENTS,
        facts=(
            (),
            (("prior_regimen", _PAST),),
            (_scan(**MRI, ago=300),),
            (_scan(**{**MRI, "report": "preliminary"}),),
            (_scan(modality="pet_ct", report="final", brain_metastases="no"),),
            (_scan(modality="ct_brain_contrast", report="final"),),
            (("mri_contraindication", {"contraindicated": "yes"}), _scan(modality="ct_brain_contrast", report="final")),
            (
                ("mri_contraindication", {"contraindicated": "yes", "ct_accepted_by": "clinician-1"}),
                _scan(modality="ct_brain_contrast", report="final"),
            ),
            (_scan(**MRI),),
            (_scan(**{**MRI, "report": "amended"}),),
        ),
        spared=frozenset({BRAIN[0]}),
        sound=has_brain_imaging,
    ),
    Pitfall(
        name="treatment outside a reference centre",
        acts=(*_TREATMENTS, ("decide_interval_scan", JUDGED), ("decide_interval_scan", {**JUDGED, "centre": "RC-1"})),
        facts=(
            (("centre_role", {"centre_role": "non_reference"}),),
            (("centre_role", {"centre_role": "shared_care"}),),
            (("centre_role", _SHARED),),
            (("centre_role", {"centre_role": "reference_centre"}),),
        ),
        spared=frozenset({CENTRE[0]}),
        sound=in_reference_centre,
    ),
)
