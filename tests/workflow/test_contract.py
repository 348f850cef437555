"""The naming contract, copied as plain data: what people type, read in stories and see on the worklist.

Sections are those of the clinical document. Where a name, an allowed value, an owner or a priority changes there, it
changes here too; a change in the code alone fails. Records and acts have files of their own.
"""

import pytest

from tests.workflow.contract import EVERY_ON, OFF, STATES, A, names
from workflow.asps import ASPS
from workflow.asps.facts import CHEST_CT
from workflow.asps.tracks import TRACKS
from workflow.vocabulary import ACTIVE, EXITS, ON, Level, Role, State

# 2.2 main states


def test_the_main_states() -> None:
    assert [state.value for state in State] == STATES.split()
    assert (set(EXITS), set(ON), set(ACTIVE)) == (names(OFF), names(EVERY_ON), names(A))


def test_the_roles() -> None:
    assert [role.value for role in Role] == ["clinician", "coordinator"]


# 2.3 tracks


def test_the_tracks() -> None:
    assert TRACKS == {
        "brain": ("unknown", "clear", "untreated_metastases", "treated_metastases"),
        "local_therapy": ("none", "planned", "done"),
        "palliative_care": ("not_offered", "offered", "referred", "active", "declined"),
        "bone_health": ("none", "metastases_unreviewed", "reviewed", "on_agent", "declined"),
        "hold": ("none", "held", "resumed", "stopped_permanently"),
    }


def test_a_chest_ct_is_either_of_two() -> None:
    assert sorted(CHEST_CT) == ["ct_chest", "ct_chest_abdomen_pelvis"]


# 2.5 guards

GUARDS = {
    "hard": (
        "reference_centre baseline_brain_imaging interval_ct no_first_line_chemotherapy staging_ct "
        "interval_ct_favourable minimum_age not_pregnant pregnancy_test immunotherapy_screen tmb_high "
        "atezolizumab_schedule tki_baseline pazopanib_perioperative recent_haemorrhage hepatic_impairment "
        "untreated_brain_metastases bone_agent_safety confirmed_asps"
    ),
    "soft": (
        "later_line_chemotherapy metastasectomy_criteria immunotherapy_caution tmb_label pazopanib_prior_chemotherapy "
        "untreated_brain_metastases_tki pazopanib_age bone_agent_dental treatment_order single_regimen "
        "baseline_imaging_age symptomatic_patient"
    ),
    "absolute": "pathway_ended possible_dates final_report",
}


@pytest.mark.parametrize("level", GUARDS)
def test_the_guards_of_a_level(level: str) -> None:
    assert {g.name for g in ASPS.guards.values() if g.level is Level(level)} == names(GUARDS[level])


def test_the_four_pitfalls_of_the_guide_are_hard_stops() -> None:
    pitfalls = {"S50": "no_first_line_chemotherapy", "S52": "interval_ct", "S54": "baseline_brain_imaging"}
    pitfalls |= {"S56": "reference_centre"}
    for tag, name in pitfalls.items():
        guard = ASPS.guards[name]
        assert (tag in {s.tag for s in guard.source}, guard.level) == (True, Level.HARD), name


# 2.7 tasks: title, priority, owner

TASKS = {
    "confirm_histology": ("confirm histology", 1, "coordinator"),
    "refer_to_reference_centre": ("reference-centre referral", 1, "coordinator"),
    "staging_ct": ("staging CT", 4, "coordinator"),
    "baseline_brain_mri": ("baseline brain MRI", 1, "coordinator"),
    "mdt_decision": ("MDT decision", 1, "clinician"),
    "metastasectomy_checklist": ("metastasectomy criteria checklist", 5, "clinician"),
    "interval_ct": ("interval CT", 4, "coordinator"),
    "explain_interval": ("explain the interval to the patient", 5, "clinician"),
    "post_interval_mdt": ("post-interval MDT", 1, "clinician"),
    "surgery_date": ("surgery date", 3, "coordinator"),
    "immunotherapy_screen": ("IO screen", 1, "clinician"),
    "pregnancy_test": ("pregnancy test", 1, "coordinator"),
    "immunotherapy_baseline_labs": ("ICI baseline labs", 2, "coordinator"),
    "immunotherapy_dose": ("ICI dose", 3, "coordinator"),
    "immunotherapy_labs": ("ICI labs", 2, "coordinator"),
    "response_imaging": ("response imaging", 4, "coordinator"),
    "confirm_progression": ("confirm-progression scan", 4, "coordinator"),
    "tki_baseline": ("TKI baseline set", 2, "clinician"),
    "pazopanib_liver_tests": ("pazopanib liver tests", 2, "coordinator"),
    "pazopanib_blood_pressure": ("pazopanib BP within 1 week", 2, "coordinator"),
    "tki_monitoring": ("TKI thyroid, urine protein, ECG and electrolytes", 2, "coordinator"),
    "pazopanib_preoperative_hold": ("pazopanib pre-op hold", 1, "clinician"),
    "pazopanib_restart_check": ("pazopanib restart check", 1, "clinician"),
    "brain_local_therapy_referral": ("CNS local-therapy referral", 1, "clinician"),
    "brain_mri_surveillance": ("brain MRI surveillance", 4, "coordinator"),
    "set_brain_mri_interval": ("set brain surveillance interval", 5, "clinician"),
    "local_ablation_review": ("local-ablation review", 4, "clinician"),
    "post_ablation_imaging": ("post-ablation imaging", 4, "coordinator"),
    "palliative_care_offer": ("palliative offer", 5, "clinician"),
    "bone_health_review": ("bone-health review", 5, "clinician"),
    "dental_exam": ("dental exam", 5, "coordinator"),
    "bone_agent_dose": ("bone-agent dose", 3, "coordinator"),
    "calcium_check": ("calcium check", 2, "coordinator"),
    "surveillance_visit": ("surveillance visit + imaging", 4, "coordinator"),
    "trial_search": ("trial search", 5, "clinician"),
    "tmb_test": ("TMB test", 5, "clinician"),
    "contraception_end": ("contraception window end", 5, "coordinator"),
    "re_review": ("re-review, basis changed", 1, "clinician"),
    "contact_attempt": ("contact attempt", 5, "coordinator"),
    "handover": ("handover", 5, "coordinator"),
    "death_administration": ("death administration", 5, "coordinator"),
    "complete_missing_data": ("complete missing data", 5, "coordinator"),
    "off_label_documentation": ("off-label documentation", 5, "clinician"),
    "observation_restaging": ("observation restaging", 4, "coordinator"),
    "toxicity_review": ("toxicity review", 1, "clinician"),
    "referral_answer": ("accept the referral or pass it on", 1, "coordinator"),
    "staging_completion": ("staging results are in: complete staging", 1, "coordinator"),
    "treatment_start": ("what was decided is not started yet", 1, "clinician"),
    "supportive_review": ("review under supportive care", 5, "clinician"),
}
BY_HAND = "contraception_end re_review handover death_administration toxicity_review supportive_review"
OPENED_BY_AN_EXIT = "handover death_administration"


def test_the_tasks() -> None:
    assert {t.name: (t.title, int(t.priority), t.owner.value) for t in ASPS.tasks.values()} == TASKS


def test_the_tasks_that_people_complete_by_hand() -> None:
    assert {t.name for t in ASPS.tasks.values() if t.by_hand} == names(BY_HAND)


def test_the_tasks_that_an_exit_opens() -> None:
    assert {t.name for t in ASPS.tasks.values() if t.for_exit} == names(OPENED_BY_AN_EXIT)


# 3 timers: the task of each row, and the settings its dates read

TIMERS = {
    "T01": ("staging_ct", "staging_ct.due_days"),
    "T02": ("baseline_brain_mri", "brain_mri.due_days"),
    "T03": ("mdt_decision", "mdt.due_days"),
    "T04": ("interval_ct", "interval_ct.months interval_ct.early_tolerance_days"),
    "T05": ("post_interval_mdt", "post_interval_mdt.days"),
    "T07": ("immunotherapy_dose", ""),
    "T08": ("immunotherapy_baseline_labs immunotherapy_labs", "io_labs.every_n_doses"),
    "T09": ("response_imaging", "io_response.first_days io_response.repeat_days"),
    "T10": ("confirm_progression", "confirm_pd.window"),
    "T11": ("pazopanib_liver_tests", "pazo_lft.periodic_days"),
    "T12": ("pazopanib_blood_pressure", "pazo_bp.repeat_days"),
    "T13": ("pazopanib_preoperative_hold", ""),
    "T14": ("pazopanib_restart_check", ""),
    "T15": ("tki_baseline tki_monitoring", "pazo_other.days"),
    "T15b": ("pazopanib_liver_tests", ""),
    "T16": ("immunotherapy_dose", ""),
    "T17": ("brain_mri_surveillance", "brain_surv.months_clear"),
    "T18": ("brain_mri_surveillance", "brain_surv.months_treated"),
    "T19": ("palliative_care_offer", "palliative.offer_days"),
    "T20": ("bone_health_review", "bone.review_days"),
    "T21": ("bone_agent_dose calcium_check", "bone.calcium_days"),
    "T22": ("bone_agent_dose", ""),
    "T23": ("dental_exam", ""),
    "T24": ("surveillance_visit", "surveillance.phase1_months surveillance.phase1_years"),
    "T25": ("post_ablation_imaging", "ablation.months"),
    "T26": ("observation_restaging", "observation.months"),
    "T27": ("contraception_end", ""),
    "T28": ("toxicity_review", ""),
    "T29": ("contact_attempt", "ltfu.attempts ltfu.spacing_days"),
    "T31": ("response_imaging", "tki_response.days"),
    "T33": ("brain_local_therapy_referral", "brain_referral.due_days"),
    "T34": ("re_review", "re_review.due_days"),
    "T35": ("referral_answer", "referral.due_days"),
    "T36": ("staging_completion", "staging_completion.due_days"),
    "T37": ("treatment_start", "treatment_start.due_days"),
    "T38": ("supportive_review", "supportive_review.days"),
}
"""T06 and T30 are guards, T32 is a text."""


@pytest.mark.parametrize("row", TIMERS)
def test_a_timer_belongs_to_its_tasks_and_reads_its_settings(row: str) -> None:
    tasks, keys = TIMERS[row]
    timed = [t for t in ASPS.tasks.values() if row in t.timer.split()]
    assert {t.name for t in timed} == names(tasks)
    assert names(keys) <= {key for t in timed for key in t.keys}


def test_there_are_no_other_timers() -> None:
    assert {row for t in ASPS.tasks.values() for row in t.timer.split()} == set(TIMERS)


DEFAULTS = {
    "baseline_imaging.max_age_days": 28,
    "interval_ct.months": 3,
    "interval_ct.early_tolerance_days": 0,
    "confirm_pd.window": (28, 56),
    "refractory.criterion": "ici_and_tki",
    "brain_surv.months_treated": 3,
}
"""Only where the guide or a source gives the number."""
OFFERS = {
    "io_response.first_days": "63", "io_response.repeat_days": "42", "palliative.offer_days": "56",
    "surveillance.phase1_months": "3 or 4", "surveillance.phase1_years": "2 or 3",
}  # fmt: skip
UNSET = (
    "timezone jurisdiction reminder.before_days escalation.after_days override.expiry_hours override.flag_share "
    "referral.due_days staging_ct.due_days staging_ct.abdomen_pelvis brain_mri.due_days brain_mri.lookback_days "
    "staging_completion.due_days mdt.due_days treatment_start.due_days re_review.due_days interval_ct.valid_for_days "
    "explain_interval.due_days post_interval_mdt.days io_labs.every_n_doses pregnancy_test.max_age_days "
    "tki_baseline.max_age_days pazo_lft.periodic_days pazo_bp.repeat_days pazo_other.days tki_response.days "
    "brain_referral.due_days brain_surv.months_clear ablation.months observation.months ltfu.attempts "
    "ltfu.spacing_days supportive_review.days bone.review_days bone.calcium_days"
)
ASKED_AT_SET_UP = "brain_mri.due_days staging_ct.due_days mdt.due_days override.expiry_hours"


def test_the_settings_of_a_site_and_their_sourced_defaults() -> None:
    keys = ASPS.keys.values()
    assert set(ASPS.keys) == set(DEFAULTS) | set(OFFERS) | names(UNSET)
    assert {k.name: k.default for k in keys if k.default is not None} == DEFAULTS


def test_an_offer_holds_only_once_the_site_takes_it() -> None:
    assert {k.name: k.offer for k in ASPS.keys.values() if k.offer} == OFFERS
    assert [ASPS.keys[name].default for name in OFFERS] == [None] * len(OFFERS)


def test_what_setting_up_a_site_asks_for() -> None:
    assert {k.name for k in ASPS.keys.values() if k.ask} == names(ASKED_AT_SET_UP)
