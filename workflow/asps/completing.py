"""What completes each task, and what it asks of the clinic: for the button beside it, the board list and the forecast.

It offers a form and counts days. What completes a task is decided in the task's own file.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from workflow.acts import ACTS, Decision


class Demand(StrEnum):
    """What a task asks of the clinic."""

    SCAN = "scan"
    VISIT = "visit"  # a dose, a blood sample, a talk, an operation
    DECISION = "decision"  # at the tumour board
    DESK = "desk"  # paper, telephone, a look at what came in


@dataclass(frozen=True, kw_only=True, slots=True)
class Completion:
    """The record or act by which a task is completed."""

    demand: Demand
    name: str = ""
    """A kind of record or an act; empty: one of several, to be chosen with the patient in view."""
    one_of: tuple[str, ...] = ()
    """The acts among which is to be chosen."""
    given: Mapping[str, str] = field(default_factory=dict)
    """What the form begins with."""
    says: str
    """The button."""


def _scan(modality: str, says: str) -> Completion:
    return Completion(demand=Demand.SCAN, name="imaging", given={"modality": modality}, says=says)


def _visit(name: str, says: str, **given: str) -> Completion:
    return Completion(demand=Demand.VISIT, name=name, given=given, says=says)


def _decision(says: str, name: str = "", **given: str) -> Completion:
    return Completion(demand=Demand.DECISION, name=name, one_of=() if name else _DECISIONS, given=given, says=says)


def _desk(says: str, name: str = "", **given: str) -> Completion:
    return Completion(demand=Demand.DESK, name=name, given=given, says=says)


_BY_HAND = "complete_task"
_DECISIONS = tuple(name for name, act in ACTS.items() if issubclass(act.fields, Decision))
_STARTS = ("start_regimen", "enrol_in_trial", "perform_local_therapy")

COMPLETIONS: dict[str, Completion] = {
    "confirm_histology": _desk("Record the histology", "histology"),
    "refer_to_reference_centre": _desk("Record who treats", "centre_role"),
    "staging_ct": _scan("ct_chest", "Record the CT"),
    "baseline_brain_mri": _scan("mri_brain", "Record the MRI"),
    "mdt_decision": _decision("Record the decision"),
    "metastasectomy_checklist": _decision("Record the checklist", "resectability"),
    "interval_ct": _scan("ct_chest", "Record the CT"),
    "explain_interval": _visit("communication", "Record the talk", topic="explain_interval"),
    "post_interval_mdt": _decision("Record the decision"),
    "surgery_date": _visit("perform_surgery", "Record the operation", type="lung_metastasectomy"),
    "immunotherapy_screen": _desk("Record the screen", "immunotherapy_screen"),
    "pregnancy_test": _visit("pregnancy_test", "Record the test"),
    "immunotherapy_baseline_labs": _visit("labs", "Record the labs"),
    "immunotherapy_dose": _visit("give_dose", "Record the dose"),
    "immunotherapy_labs": _visit("labs", "Record the labs"),
    "response_imaging": _scan("ct_chest", "Record the CT"),
    "confirm_progression": _scan("ct_chest", "Record the CT"),
    "tki_baseline": _visit("labs", "Record the labs"),
    "pazopanib_liver_tests": _visit("labs", "Record the labs"),
    "pazopanib_blood_pressure": _visit("blood_pressure", "Record the pressure"),
    "tki_monitoring": _visit("labs", "Record the labs"),
    "pazopanib_preoperative_hold": _desk("Record the hold", "hold_regimen", agent="pazopanib"),
    "pazopanib_restart_check": _visit("wound_healed", "Record the wound"),
    "brain_local_therapy_referral": _decision("Record the plan", "decide_local_therapy", site="brain"),
    "brain_mri_surveillance": _scan("mri_brain", "Record the MRI"),
    "set_brain_mri_interval": _decision("Record the interval", "brain_mri_interval"),
    "local_ablation_review": _decision("Record the decision"),
    "post_ablation_imaging": _scan("ct_chest", "Record the CT"),
    "palliative_care_offer": _visit("palliative_care", "Record the offer"),
    "bone_health_review": _visit("bone_health", "Record the review"),
    "dental_exam": _visit("dental_exam", "Record the exam"),
    "bone_agent_dose": _visit("give_bone_agent", "Record the dose"),
    "calcium_check": _visit("labs", "Record the calcium"),
    "surveillance_visit": _scan("ct_chest", "Record the CT"),
    "trial_search": _desk("Record the search", "trial"),
    "tmb_test": _desk("Record the TMB", "tmb"),
    "contraception_end": _desk("Done", _BY_HAND),
    "re_review": _decision("Done", _BY_HAND),
    "contact_attempt": _desk("Record the call", "contact_attempt"),
    "handover": _desk("Done", _BY_HAND),
    "death_administration": _desk("Done", _BY_HAND),
    "complete_missing_data": _desk("Record what is missing"),
    "off_label_documentation": _desk("Record the talk", "communication", topic="off_label"),
    "observation_restaging": _scan("ct_chest", "Record the CT"),
    "toxicity_review": _visit(_BY_HAND, "Done"),
    "referral_answer": _desk("Answer the referral", "accept_referral"),
    "staging_completion": _desk("Complete staging", "complete_staging"),
    "treatment_start": Completion(demand=Demand.DESK, one_of=_STARTS, says="Record the start"),
    "supportive_review": _visit(_BY_HAND, "Done"),
}
"""By task."""

AT_THE_BOARD = (
    "mdt_decision", "post_interval_mdt", "local_ablation_review", "metastasectomy_checklist",
    "brain_local_therapy_referral", "re_review",
)  # fmt: skip
"""Tasks for which a patient is to be discussed at the next tumour board."""

ALSO_ASKED = ("set_brain_mri_interval",)
"""What the board is asked about a patient who is discussed anyway."""
