"""The naming contract, 2.9: acts, by whom, with which fields, where allowed, and the guards they meet."""

import pytest

from tests.workflow.build import Course
from tests.workflow.contract import (
    CENTRE,
    CHECKLIST,
    CLASSES,
    DATE,
    EVERY_ON,
    EVOLUTION,
    GROWTH,
    ON_BUT_REFERRED,
    RESECTABILITY,
    SITES,
    STATES,
    STOP,
    WHOLE,
    YNU,
    A,
    W,
    names,
    written,
)
from workflow.acts import ACTS, TASK_ACTS, Override
from workflow.asps import ASPS
from workflow.decide import rows_for
from workflow.rules import Transition
from workflow.vocabulary import Role

DECISION = {"centre?": "text", "goal?": "stabilisation / remission / symptom_control / other", "reasons?": "text"}
LUNG_DECISION = DECISION | {
    "limited?": YNU, "resectability?": RESECTABILITY, "checklist?": CHECKLIST, "growth_rate?": GROWTH,
    "disease_evolution?": EVOLUTION, "index_ct?": "text",
}  # fmt: skip
MODALITY = "sabr / rfa / mwa / cryo / rt / srs / neurosurgery / surgery_extrapulmonary"
LOCAL = {
    "modality": MODALITY, "site?": SITES, "lesions?": "list of text", "intent?": "prolong_remission / symptom_control",
}  # fmt: skip
SURGERY_TYPE = "lung_metastasectomy / diagnostic_biopsy / other"
AGENT, AGENTS, SCHEDULE = {"agent?": "text"}, {"agents?": "list of text"}, {"schedule?": "text"}
BONE_AGENT = {"agent": "denosumab / zoledronate / other_bisphosphonate"}
FOR_LUNG = "interval_ct interval_ct_favourable pazopanib_perioperative"
LOCAL_GUARDS = "reference_centre baseline_brain_imaging pazopanib_perioperative"
TASK = {"task": "text"}
Act = tuple[str, dict[str, str], str, str]
ACTS_AS_WRITTEN: dict[str, Act] = {
    "adopt": (
        "C", {"state": " / ".join(STATES.split()), "since": DATE, "staging_started?": DATE}, "referred", "",
    ),
    "accept_referral": ("C K", {"centre_role": CENTRE, "reference_centre?": "text"}, "referred", ""),
    "complete_staging": ("C K", {}, "staging", "baseline_brain_imaging staging_ct confirmed_asps"),
    "declare_out_of_scope": ("C", {"cause": "other_histology / no_metastasis / other"}, EVERY_ON, ""),
    "decide_observation": ("C", DECISION, f"mdt_review {W}", "symptomatic_patient"),
    "decide_interval_scan": (
        "C", LUNG_DECISION, "mdt_review observation", "reference_centre metastasectomy_criteria symptomatic_patient",
    ),
    "decide_surgery": (
        "C", LUNG_DECISION | {"planned?": DATE}, f"mdt_review {W}",
        f"reference_centre baseline_brain_imaging metastasectomy_criteria {FOR_LUNG}",
    ),
    "decide_immunotherapy": (
        "C", DECISION | AGENTS, f"mdt_review observation {W} immunotherapy tki refractory", "",
    ),
    "decide_tki": ("C", DECISION | AGENTS, f"mdt_review observation {W} immunotherapy tki refractory", ""),
    "decide_combination": ("C", DECISION | AGENTS, "mdt_review immunotherapy tki refractory", ""),
    "decide_trial": ("C", DECISION | {"trial?": "text"}, f"mdt_review observation {W} {A} refractory", ""),
    "decide_other": ("C", DECISION | AGENTS | {"class?": CLASSES}, ON_BUT_REFERRED, ""),
    "decide_local_therapy": (
        "C", DECISION | LOCAL | {"planned?": DATE},
        f"staging mdt_review observation {W} {A} refractory supportive_care", LOCAL_GUARDS,
    ),
    "decide_supportive_care": ("C", DECISION, EVERY_ON, ""),
    "give_dose": ("C K", {"agent": "text"} | SCHEDULE, ON_BUT_REFERRED, "not_pregnant untreated_brain_metastases"),
    "hold_regimen": ("C", AGENT, ON_BUT_REFERRED, ""),
    "resume_regimen": ("C", AGENT, ON_BUT_REFERRED, "not_pregnant pazopanib_perioperative"),
    "stop_regimen": ("C", AGENT | {"stop_reason": STOP}, ON_BUT_REFERRED, ""),
    "enrol_in_trial": (
        "C", {"trial": "text", "starts?": DATE}, f"mdt_review observation {A} refractory",
        "reference_centre baseline_brain_imaging",
    ),
    "schedule_surgery": ("C K", {"type": SURGERY_TYPE, "planned": DATE}, ON_BUT_REFERRED, FOR_LUNG),
    "perform_surgery": (
        "C",
        {"type": SURGERY_TYPE, "completeness?": "R0 / R1 / R2 / unknown", "residual_disease?": YNU, "major?": YNU},
        ON_BUT_REFERRED, FOR_LUNG,
    ),
    "cancel_surgery": ("C", {}, "surgery", ""),
    "perform_local_therapy": ("C", LOCAL | {"residual_disease?": YNU}, ON_BUT_REFERRED, LOCAL_GUARDS),
    "start_bone_agent": (
        "C", BONE_AGENT | SCHEDULE | {"starts?": DATE}, ON_BUT_REFERRED,
        "bone_agent_safety bone_agent_dental not_pregnant pregnancy_test",
    ),
    "give_bone_agent": ("C K", BONE_AGENT, ON_BUT_REFERRED, "bone_agent_safety not_pregnant"),
    "stop_bone_agent": ("C", {}, ON_BUT_REFERRED, ""),
    "declare_death": ("C K", {}, STATES.replace(" deceased", ""), ""),
    "reverse_death": ("C K", {"second_user": "text"}, "deceased", ""),
    "transfer": ("C K", {"to_centre?": "text"}, EVERY_ON, ""),
    "declare_lost": ("C K", {}, EVERY_ON, ""),
    "withdraw_consent": ("C K", {}, f"{EVERY_ON} transferred lost_to_follow_up", ""),
    "return_to_pathway": (
        "C K", {}, "transferred lost_to_follow_up consent_withdrawn out_of_scope supportive_care", "",
    ),
    "complete_task": ("C K", TASK, STATES, ""),
    "claim_task": ("C K", TASK | {"user?": "text"}, STATES, ""),  # beyond 2.9: a task can be given to somebody else
    "snooze_task": ("C K", TASK | {"until": DATE}, STATES, ""),
    "waive_task": ("C K", TASK, STATES, ""),
}  # fmt: skip
"""`start_regimen` goes by class, below; `override` is a step of its own. `final_report` stands beside the guards that
ask for a report."""
ROLES = {"C": frozenset({Role.CLINICIAN}), "C K": frozenset(Role)}


def test_the_acts() -> None:
    assert set(ACTS) == {*ACTS_AS_WRITTEN, "start_regimen"}
    assert names("complete_task claim_task snooze_task waive_task") == TASK_ACTS


@pytest.mark.parametrize("act", ACTS_AS_WRITTEN)
def test_an_act_by_whom_with_what_where_and_against_which_guards(act: str) -> None:
    by, fields, states, guards = ACTS_AS_WRITTEN[act]
    rows = ASPS.rows[act]
    assert (ACTS[act].by, written(act)) == (ROLES[by], fields)
    assert {state.value for row in rows for state in row.sources} == names(states)
    assert {guard.name for row in rows for guard in row.guards} == names(guards)


def test_only_clinicians_take_a_patient_out_of_supportive_care() -> None:
    narrower = {row.id: row.by for row in ASPS.transitions if row.by is not None}
    assert narrower == {"X30.return": ROLES["C"]}


def test_the_guards_that_a_preliminary_report_is_named_beside() -> None:
    beside = {guard.name for guard in ASPS.guards.values() if guard.preliminary}
    assert beside == {"baseline_brain_imaging", "staging_ct", "interval_ct"}


def test_an_override() -> None:
    assert {name + "?" * (name not in Override.required()): v for name, v in Override.names().items()} == {
        "guard": "text",
        "action": "text",
        "reason_code": "emergency / urgent_symptoms / evidence_elsewhere / patient_choice / other",
        "text": "text",
        "signer_2": "text",
        "expires?": "instant with its offset from UTC, YYYY-MM-DDTHH:MM+HH:MM",
    }


EVERY = "reference_centre baseline_brain_imaging confirmed_asps untreated_brain_metastases baseline_imaging_age"
PREGNANCY = "not_pregnant pregnancy_test"
SCREEN = "immunotherapy_screen immunotherapy_caution"
ATEZOLIZUMAB = "minimum_age atezolizumab_schedule"
PAZOPANIB = "hepatic_impairment recent_haemorrhage pazopanib_perioperative untreated_brain_metastases_tki pazopanib_age"
ICI = (
    {"mdt_review observation": "immunotherapy", "tki refractory": "immunotherapy", "immunotherapy": "stays"},
    f"{EVERY} {PREGNANCY} {SCREEN} single_regimen {ATEZOLIZUMAB} tmb_high tmb_label",
)
OTHER = ({ON_BUT_REFERRED: "other_systemic"}, f"{EVERY} no_first_line_chemotherapy later_line_chemotherapy")
STARTS = {
    "ici_pdl1": ICI,
    "ici_pd1": ICI,
    "tki": (
        {"mdt_review observation": "tki", "immunotherapy": "tki", "tki": "stays", "refractory": "tki"},
        f"{EVERY} {PREGNANCY} tki_baseline treatment_order single_regimen {PAZOPANIB} pazopanib_prior_chemotherapy",
    ),
    "combination": (
        {"mdt_review immunotherapy tki refractory": "combination"},
        f"{EVERY} {PREGNANCY} {SCREEN} tki_baseline treatment_order {ATEZOLIZUMAB} {PAZOPANIB}",
    ),
    "cytotoxic_anthracycline": OTHER,
    "cytotoxic_other": OTHER,
    "other": OTHER,
}


def starts(kind: str) -> tuple[Transition, ...]:
    """The rows of a start of a class, for a patient without any treatment so far."""
    return rows_for(ASPS, Course().case("start_regimen", agents=["drug"], class_=kind))


@pytest.mark.parametrize("kind", STARTS)
def test_a_start_by_class_from_where_to_where_and_against_which_guards(kind: str) -> None:
    moves, guards = STARTS[kind]
    rows = starts(kind)
    assert {(frozenset(r.sources), r.dest.value if r.dest else "stays") for r in rows} == {
        (frozenset(names(states)), dest) for states, dest in moves.items()
    }
    for row in rows:
        assert {guard.name for guard in row.guards} == names(guards), row.id


def test_the_start_of_a_treatment() -> None:
    assert (ACTS["start_regimen"].by, written("start_regimen")) == (
        ROLES["C"],
        {
            "agents": "list of text", "class": CLASSES, "schedule?": "text", "line?": WHOLE, "starts?": DATE,
        },
    )  # fmt: skip
