"""Corrections (R7): what was wrong is superseded, what was done stays, and whoever relied on it looks again."""

from datetime import timedelta

import pytest

from tests.workflow.build import (
    Course,
    accepted,
    at_board,
    booked,
    cleared,
    day,
    guards,
    in_staging,
    in_wait,
    on_immunotherapy,
    refused,
)
from workflow.chart import Correction
from workflow.errors import Invalid
from workflow.records import Histology
from workflow.vocabulary import State


def test_an_amendment_changes_only_the_fields_it_gives() -> None:
    c = at_board()
    before = c.chart.entries["ct-0"]
    after = accepted(c.amend("ct-0", lung_lesions_right=2, entered="2026-01-22")).entry
    assert after.fields.plain() == before.fields.plain() | {"lung_lesions_right": 2}
    assert (after.id, after.seq, after.at, after.day, after.on) == (
        before.id, before.seq, before.at, before.day, before.on,
    )  # fmt: skip
    assert (before.version, after.version) == (before.seq, c.seq)


def test_an_amendment_is_on_record_as_a_correction() -> None:
    c = at_board()
    c.amend("ct-0", report="amended", entered="2026-01-22")
    assert c.chart.corrections == (
        Correction(target="ct-0", seq=c.seq, day=day("2026-01-22"), what="imaging ct_chest of 2026-01-10 (final) was "
                   "amended"),
    )  # fmt: skip


def test_a_report_keeps_the_day_on_which_it_was_first_final() -> None:
    c = in_staging()
    c.record("2026-01-10", "imaging", id="ct", entered="2026-01-10", modality="ct_chest", report="preliminary")
    c.amend("ct", report="final", entered="2026-01-14")
    c.amend("ct", report="amended", entered="2026-01-19")
    scan = c.chart.entries["ct"]
    assert (scan.final, scan.reported) == (True, day("2026-01-14"))


def test_a_corrected_date_moves_what_depends_on_it() -> None:
    c = in_wait()
    assert c.open("interval_ct", "2026-02-01") == ["2026-04-10"]
    c.amend("ct-0", on="2026-01-08", entered="2026-02-02")
    assert c.open("interval_ct", "2026-02-02") == ["2026-04-08"]


def test_an_impossible_amendment_changes_nothing() -> None:
    c = at_board()
    before = c.chart
    decision = refused(c.amend("ct-0", on="2030-01-01", entered="2026-02-02"))
    assert (guards(decision.blockers), c.chart is before) == (["possible_dates"], True)


def test_an_amendment_with_a_wrong_value_is_refused_by_its_field() -> None:
    c = at_board()
    with pytest.raises(Invalid) as caught:
        c.amend("ct-0", operable="perhaps")
    assert caught.value.field == "operable"


def test_a_retracted_fact_no_longer_stands() -> None:
    c = in_staging()
    c.retract("path", entered="2026-01-07")
    assert c.chart.last(Histology) is None
    assert c.chart.corrections[0].what == "histology asps_confirmed of 2026-01-06 was entered in error"
    assert c.open("confirm_histology", "2026-01-07") == [None]


def test_what_was_decided_on_a_fact_is_reviewed_when_it_changes_and_stays_done() -> None:
    c = at_board(site={"re_review.due_days": "5"})
    assert c.tasks("re_review", "2026-01-22") == []
    c.amend("mri-0", brain_metastases="yes", report="amended", entered="2026-01-22")
    [task] = c.tasks("re_review", "2026-01-22")
    assert (task.subject, task.due, task.opened) == ("staged", day("2026-01-27"), day("2026-01-22"))
    assert task.why.startswith("complete_staging of 2026-01-20 relied on it: imaging mri_brain of 2026-01-12 (final) ")
    assert c.state("2026-01-22") is State.MDT_REVIEW


def test_every_act_that_relied_on_it_is_reviewed_once_per_correction() -> None:
    c = booked()
    c.do("2026-05-11", "perform_surgery", id="done", type="lung_metastasectomy", completeness="R0",
         residual_disease="no")  # fmt: skip
    c.amend("ct-1", report="amended", entered="2026-05-20")
    c.amend("ct-1", operable="unknown", entered="2026-05-25")
    assert sorted((t.subject, t.occurrence) for t in c.tasks("re_review", "2026-05-25")) == [
        ("done", 1),
        ("done", 2),
        ("surgery", 1),
        ("surgery", 2),
    ]
    assert c.state("2026-05-25") is State.SURVEILLANCE


def test_a_fact_that_nobody_relied_on_is_corrected_quietly() -> None:
    c = at_board()
    c.record("2026-01-21", "ecg", id="ecg", qtc_ms=420)
    c.amend("ecg", qtc_ms=410, entered="2026-01-22")
    assert c.tasks("re_review", "2026-01-22") == []


def test_an_operation_decided_on_a_scan_since_amended_goes_back_to_the_board() -> None:
    c = booked()
    c.amend("ct-1", report="amended", new_lesions="yes", entered="2026-04-28")
    assert c.way("2026-04-28")[-2:] == [("surgery", "2026-04-20"), ("mdt_review", "2026-04-28")]
    assert c.open("mdt_decision", "2026-04-28") == [None]
    assert c.open("surgery_date", "2026-04-28") == []


def test_an_answered_task_opens_again_when_its_answer_is_taken_away() -> None:
    c = in_wait()
    c.record("2026-04-13", "imaging", id="ct-1", modality="ct_chest", report="final", reported="2026-04-14",
             new_lesions="no", operable="yes")  # fmt: skip
    assert (c.done("interval_ct", "2026-04-15"), c.state("2026-04-15")) == (["ct-1"], State.MDT_REVIEW)
    c.retract("ct-1", entered="2026-04-16")
    assert (c.open("interval_ct", "2026-04-16"), c.state("2026-04-16")) == (["2026-04-10"], State.INTERVAL_SCAN)


def test_an_amended_act_meets_its_guards_anew() -> None:
    c = on_immunotherapy()
    before = c.chart
    decision = refused(c.amend("atezo", schedule="15mgkg_q3w", entered="2026-02-05"))
    assert (guards(decision.blockers), c.chart is before) == (["atezolizumab_schedule"], True)
    changed = accepted(c.amend("atezo", schedule="1680_q4w", entered="2026-02-05")).entry
    assert (changed.fields.schedule, changed.version) == ("1680_q4w", c.seq)
    assert c.open("immunotherapy_dose", "2026-02-05") == ["2026-03-02"]


def test_an_act_is_amended_in_the_state_in_which_it_was_taken() -> None:
    """The decision of 27 January led out of the board: amended in the wait, it is judged at the board again."""
    c = in_wait()
    decision = accepted(c.amend("wait", growth_rate="indolent", entered="2026-02-02"))
    assert (decision.entry.fields.growth_rate, decision.entry.outcome and decision.entry.outcome.transition) == (
        "indolent",
        "X05",
    )
    assert c.state("2026-02-02") is State.INTERVAL_WAIT


def test_an_act_amended_to_another_day_takes_the_state_with_it() -> None:
    c = at_board()
    c.amend("staged", on="2026-01-16", entered="2026-01-22")
    assert c.way("2026-01-22")[-1] == ("mdt_review", "2026-01-16")


def test_a_retracted_act_no_longer_stands() -> None:
    c = booked()
    c.retract("surgery", entered="2026-04-21")
    assert c.state("2026-04-21") is State.MDT_REVIEW
    assert c.open("surgery_date", "2026-04-21") == []
    assert c.open("post_interval_mdt", "2026-04-21") == [None]


def test_an_amendment_does_not_undo_a_later_act() -> None:
    c = cleared()
    c.do("2026-04-20", "decide_observation", id="watch")
    c.amend("wait", limited="no", reason="corrected by the board", entered="2026-04-22")
    assert c.state("2026-04-22") is State.OBSERVATION


def test_a_registration_is_no_entry_and_later_facts_are_kept_in_order() -> None:
    c = Course()
    first = c.record("2026-01-06", "ecg", qtc_ms=410)
    second = c.record("2026-01-05", "ecg", qtc_ms=420)
    assert [e.id for e in c.chart.ordered] == [second.id, first.id]
    assert second.at - first.at == timedelta(minutes=1)
