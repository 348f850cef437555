"""Where a patient stands: what acts decided, and in between what facts and the date bring about."""

from datetime import date
from typing import Any

import pytest

from tests.workflow.build import (
    CRITERIA,
    Course,
    at_board,
    booked,
    cleared,
    in_staging,
    in_wait,
    on_immunotherapy,
    on_tki,
)
from workflow.asps import ASPS
from workflow.course import Arrival, course, next_timed_move
from workflow.vocabulary import ON, State

CT: dict[str, Any] = {"modality": "ct_chest", "report": "final"}


def test_everyone_begins_as_referred() -> None:
    c = Course(registered="2026-01-05")
    assert c.way("2026-01-05") == [("referred", "2026-01-05")]
    assert c.state("2026-01-05") is State.REFERRED


def test_each_step_says_what_brought_it_about() -> None:
    assert [(a.state.value, str(a.on), a.via, a.entry) for a in cleared().path("2026-04-13")] == [
        ("referred", "2026-01-05", "registered", ""),
        ("staging", "2026-01-05", "X01", "accept"),
        ("mdt_review", "2026-01-20", "X03", "staged"),
        ("interval_wait", "2026-01-27", "X05", "wait"),
        ("interval_scan", "2026-04-10", "X05t", ""),
        ("mdt_review", "2026-04-13", "X10", "ct-1"),
    ]


def test_the_past_is_as_it_was() -> None:
    c = cleared()
    assert [c.state(on).value for on in ("2026-01-19", "2026-01-20", "2026-03-01", "2026-04-12", "2026-04-13")] == [
        "staging",
        "mdt_review",
        "interval_wait",
        "interval_scan",
        "mdt_review",
    ]


def test_the_interval_is_over_on_its_date_and_not_a_day_before() -> None:
    c = in_wait()
    assert (c.state("2026-04-09"), c.state("2026-04-10")) == (State.INTERVAL_WAIT, State.INTERVAL_SCAN)


def test_a_timed_move_is_effective_on_its_date_however_late_anybody_looks() -> None:
    assert in_wait().way("2026-09-01")[-1] == ("interval_scan", "2026-04-10")


def test_where_the_date_had_passed_before_the_decision_it_moves_at_once() -> None:
    c = at_board()
    c.do("2026-05-04", "decide_interval_scan", **CRITERIA)
    assert c.way("2026-05-04")[-2:] == [("interval_wait", "2026-05-04"), ("interval_scan", "2026-05-04")]


def test_the_next_timed_move_is_known_beforehand() -> None:
    c = in_wait()
    path = c.path("2026-02-01")
    found = next_timed_move(ASPS, c.chart, c.site, path)
    assert found is not None
    assert (found[0].id, str(found[1])) == ("X05t", "2026-04-10")
    assert next_timed_move(ASPS, c.chart, c.site, c.path("2026-04-10")) is None


def test_without_an_index_ct_there_is_no_date_and_the_wait_stays() -> None:
    c = in_staging()
    c.record("2026-01-10", "imaging", id="ct-0", **CT)
    c.record("2026-01-12", "imaging", modality="mri_brain", report="final", brain_metastases="no")
    c.do("2026-01-20", "complete_staging")
    c.do("2026-01-27", "decide_interval_scan", reason="lesions not yet counted")
    assert c.state("2027-01-01") is State.INTERVAL_WAIT
    c.amend("ct-0", lung_lesions_right=1, entered="2026-02-02")
    assert c.way("2027-01-01")[-1] == ("interval_scan", "2026-04-10")


@pytest.mark.parametrize(
    ("on", "report", "findings", "end"),
    [
        ("2026-04-10", "final", {"new_lesions": "no", "operable": "yes"}, ("mdt_review", "2026-04-10")),
        ("2026-04-10", "amended", {"new_lesions": "yes"}, ("mdt_review", "2026-04-10")),
        ("2026-04-10", "final", {}, ("mdt_review", "2026-04-10")),
        ("2026-04-09", "final", {"new_lesions": "no", "operable": "yes"}, ("interval_scan", "2026-04-10")),
        ("2026-03-02", "final", {"new_lesions": "unknown"}, ("interval_scan", "2026-04-10")),
        ("2026-03-02", "final", {"new_lesions": "yes"}, ("mdt_review", "2026-03-02")),
        ("2026-03-02", "final", {"operable": "no"}, ("mdt_review", "2026-03-02")),
        ("2026-03-02", "preliminary", {"new_lesions": "yes"}, ("interval_scan", "2026-04-10")),
        ("2026-04-20", "preliminary", {"new_lesions": "no", "operable": "yes"}, ("interval_scan", "2026-04-10")),
    ],
)
def test_a_chest_ct_ends_the_wait_when_it_is_late_enough_or_unfavourable(
    on: str, report: str, findings: dict[str, str], end: tuple[str, str]
) -> None:
    c = in_wait()
    c.record(on, "imaging", modality="ct_chest", report=report, reported=on, **findings)
    assert c.way("2026-05-01")[-1] == end


@pytest.mark.parametrize(
    ("kind", "fields", "ends"),
    [
        ("symptoms", {"symptomatic": "yes"}, True),
        ("symptoms", {"symptomatic": "no", "cns_symptoms": "yes"}, True),
        ("symptoms", {"symptomatic": "no"}, False),
        ("symptoms", {"symptomatic": "unknown"}, False),
        ("imaging", {"modality": "mri_brain", "report": "final", "brain_metastases": "yes"}, True),
        ("imaging", {"modality": "mri_brain", "report": "final", "brain_metastases": "no"}, False),
        ("imaging", {"modality": "mri_brain", "report": "final", "brain_metastases": "unknown"}, False),
    ],
)
def test_symptoms_and_disease_of_the_brain_end_the_wait(kind: str, fields: dict[str, str], ends: bool) -> None:
    c = in_wait()
    c.record("2026-03-02", kind, **fields)
    assert c.way("2026-04-01")[-1] == (("mdt_review", "2026-03-02") if ends else ("interval_wait", "2026-01-27"))


def test_what_was_known_before_the_wait_does_not_end_it() -> None:
    c = in_wait()
    c.record("2026-01-15", "symptoms", symptomatic="yes")
    c.record("2026-01-16", "imaging", new_lesions="yes", **CT)
    assert c.state("2026-04-01") is State.INTERVAL_WAIT


def test_a_qualifying_ct_that_is_on_file_already_counts_at_once() -> None:
    c = at_board()
    c.record("2026-04-15", "imaging", id="ct-1", new_lesions="no", operable="yes", **CT)
    c.do("2026-04-20", "decide_interval_scan", id="wait", **CRITERIA)
    assert [(a.state.value, a.via) for a in c.path("2026-04-20")[-2:]] == [
        ("interval_wait", "X05"),
        ("mdt_review", "X10"),
    ]
    assert [(t.subject, t.status.value) for t in c.tasks("post_interval_mdt", "2026-04-20")] == [("wait", "open")]


def test_a_ct_that_ended_two_waits_is_discussed_twice() -> None:
    c = cleared()
    c.do("2026-04-20", "decide_interval_scan", id="again", reason="the patient's wish", **CRITERIA)
    assert c.way("2026-04-20")[-1] == ("mdt_review", "2026-04-20")
    assert [(t.subject, t.status.value) for t in c.tasks("post_interval_mdt", "2026-04-20")] == [
        ("ct-1", "done"),
        ("again", "open"),
    ]


def test_observation_ends_with_new_symptoms_or_progression_and_not_with_old_ones() -> None:
    c = at_board()
    c.record("2026-01-10", "symptoms", symptomatic="yes")
    c.do("2026-01-27", "decide_observation", reason="symptoms have gone")
    assert c.state("2026-02-01") is State.OBSERVATION
    c.record("2026-03-02", "progression", criterion="clinical", pattern="oligo")
    assert c.way("2026-03-02")[-1] == ("mdt_review", "2026-03-02")


@pytest.mark.parametrize(
    ("kind", "fields", "ends"),
    [
        ("imaging", {"modality": "ct_chest", "report": "final", "new_lesions": "yes"}, True),
        ("imaging", {"modality": "mri_brain", "report": "final", "brain_metastases": "yes"}, True),
        ("imaging", {"modality": "ct_chest", "report": "preliminary", "new_lesions": "yes"}, False),
        ("imaging", {"modality": "ct_chest", "report": "final", "new_lesions": "unknown"}, False),
        ("imaging", {"modality": "ct_chest", "report": "final", "operable": "no"}, False),
        ("progression", {"criterion": "recist_pd", "pattern": "oligo"}, True),
        ("symptoms", {"symptomatic": "yes"}, False),
    ],
)
def test_a_recurrence_ends_surveillance(kind: str, fields: dict[str, str], ends: bool) -> None:
    c = booked()
    c.do("2026-05-11", "perform_surgery", type="lung_metastasectomy", completeness="R0", residual_disease="no")
    c.record("2026-09-01", kind, **fields)
    assert c.way("2026-09-02")[-1] == (("mdt_review", "2026-09-01") if ends else ("surveillance", "2026-05-11"))


@pytest.mark.parametrize(
    ("criterion", "pattern", "state"),
    [
        ("recist_pd", "systemic", State.REFRACTORY),
        ("icpd", "systemic", State.REFRACTORY),
        ("clinical", "systemic", State.REFRACTORY),
        ("iupd", "systemic", State.TKI),
        ("recist_pd", "oligo", State.TKI),
    ],
)
def test_systemic_progression_on_both_classes_is_refractory(criterion: str, pattern: str, state: State) -> None:
    c = on_tki()
    c.record("2026-12-01", "progression", criterion=criterion, pattern=pattern)
    assert c.state("2026-12-02") is state


@pytest.mark.parametrize(
    ("ruling", "criterion", "state"),
    [
        ("declined", "ici_and_tki", State.REFRACTORY),
        ("contraindicated", "ici_and_tki", State.REFRACTORY),
        ("contraindicated", "contraindicated_only", State.REFRACTORY),
        ("declined", "contraindicated_only", State.TKI),
        ("acceptable", "ici_and_tki", State.TKI),
        ("pending", "ici_and_tki", State.TKI),
    ],
)
def test_where_immunotherapy_was_ruled_out_the_tki_alone_makes_refractory(
    ruling: str, criterion: str, state: State
) -> None:
    c = at_board(site={"refractory.criterion": criterion})
    c.record("2026-01-22", "immunotherapy_screen", findings=["none"], mdt_ruling=ruling)
    c.override("2026-01-25", "tki_baseline", "start_regimen", expires="2026-01-27T12:00:00+00:00")
    c.do("2026-01-26", "start_regimen", agents=["axitinib"], class_="tki", reason="agreed")
    c.record("2026-06-01", "progression", criterion="recist_pd", pattern="systemic")
    assert c.state("2026-06-02") is state


def test_leaving_a_trial_ends_it_when_nothing_else_runs() -> None:
    c = at_board()
    c.do("2026-02-02", "enrol_in_trial", trial="TRIAL-1")
    c.record("2026-03-02", "trial", status="screening")
    assert c.state("2026-03-02") is State.CLINICAL_TRIAL
    c.record("2026-04-01", "trial", status="off_study")
    assert c.way("2026-04-01")[-1] == ("mdt_review", "2026-04-01")


@pytest.mark.parametrize("on", ["2025-06-01", "2026-02-01"])
def test_another_histology_ends_the_pathway_whatever_its_date(on: str) -> None:
    c = Course()
    c.do("2026-01-05", "accept_referral", centre_role="reference_centre")
    c.record(on, "histology", entered="2026-02-01", result="other")
    assert c.state("2026-02-01") is State.OUT_OF_SCOPE


def test_a_diagnosis_that_was_revised_before_registration_moves_nobody() -> None:
    c = Course()
    c.record("2025-06-01", "histology", entered="2026-01-05", result="other")
    assert c.way("2026-01-05")[-1] == ("out_of_scope", "2026-01-05")
    c.record("2025-12-01", "histology", entered="2026-01-05", result="asps_confirmed")
    assert c.way("2026-01-05") == [("referred", "2026-01-05")]


@pytest.mark.parametrize("assessment", ["cr", "pr", "sd", "not_evaluable"])
def test_a_response_of_any_degree_moves_nobody(assessment: str) -> None:
    c = on_immunotherapy()
    before = c.path("2026-05-01")
    c.record("2026-04-01", "response", assessment=assessment)
    assert c.path("2026-05-01") == before


@pytest.mark.parametrize("state", sorted(ON - {State.REFERRED}))
def test_an_adopted_patient_stands_where_the_clinician_says(state: State) -> None:
    c = Course()
    c.do("2025-10-01", "adopt", entered="2026-01-06", state=state.value, since="2025-10-01", reason="under way")
    assert c.way("2026-01-06")[-1] == (state.value, "2025-10-01")


def test_a_step_is_a_value() -> None:
    c = Course(registered="2026-01-05")
    on = c.chart.patient.registered
    start = Arrival(state=State.REFERRED, on=on, key=(date.min, 0), via="registered", entry="")
    assert course(ASPS, c.chart, c.site, on) == (start,)
