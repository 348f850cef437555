"""The chart: facts and acts in the order of their clinical dates, never changed, and what is read from them."""

from dataclasses import FrozenInstanceError, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflow.build import Course, at_board, day, fields_of, in_staging
from workflow.acts import AcceptReferral
from workflow.chart import Chart, Correction, Entry, Outcome, Registration, derived, is_report
from workflow.labs import Labs
from workflow.records import CentreRole, Ecg, Histology, Imaging, Symptoms
from workflow.vocabulary import Role, State

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
PATIENT = Registration(id="P-1", born=day("1985-06-15"), registered=day("2026-01-05"))


def entry(on: str, name: str, seq: int = 1, outcome: Outcome | None = None, **fields: Any) -> Entry[Any]:
    """An entry of a clinical date, entered on 5 January."""
    return Entry(
        id=f"e{seq}", name=name, seq=seq, at=NOON + timedelta(minutes=seq), day=day("2026-01-05"), on=day(on),
        by=Role.CLINICIAN, user="dr-ada", fields=fields_of(name).accept(fields), version=seq, outcome=outcome,
    )  # fmt: skip


def chart(*entries: Entry[Any]) -> Chart:
    """A chart of entries in this order of entry."""
    return Chart(patient=PATIENT, entries={e.id: e for e in entries})


def ids(entries: Any) -> list[str]:
    """The ids of entries, in order."""
    return [e.id for e in entries]


def test_things_stand_in_the_order_of_their_clinical_date_then_of_entry() -> None:
    c = chart(
        entry("2026-01-09", "ecg", 1, qtc_ms=410),
        entry("2026-01-07", "symptoms", 2, symptomatic="no"),
        entry("2026-01-09", "symptoms", 3, symptomatic="yes"),
    )
    assert ids(c.ordered) == ["e2", "e1", "e3"]
    assert ids(c.of(Symptoms)) == ["e2", "e3"]
    assert ids(c.named("symptoms", "ecg")) == ["e2", "e1", "e3"]
    assert (ids(c.named("ecg")), c.named("weight"), c.of(Histology)) == (["e1"], (), ())


@given(order=st.permutations(range(6)))
def test_the_order_of_entry_does_not_show_in_the_order_of_things(order: list[int]) -> None:
    entries = [entry(f"2026-01-0{n + 1}", "ecg", n + 1, qtc_ms=400 + n) for n in range(6)]
    assert ids(chart(*(entries[n] for n in order)).ordered) == ["e1", "e2", "e3", "e4", "e5", "e6"]


def test_the_last_of_a_kind_is_the_latest_by_clinical_date() -> None:
    c = chart(
        entry("2026-01-09", "histology", 1, result="asps_confirmed"),
        entry("2026-01-02", "histology", 2, result="asps_suspected"),
    )
    assert (c.last(Histology), c.last(Ecg)) == (c.entries["e1"], None)


def test_a_field_left_out_says_nothing_so_the_last_known_value_stays() -> None:
    c = chart(
        entry("2026-01-07", "symptoms", 1, symptomatic="yes", cns_symptoms="no"),
        entry("2026-01-09", "symptoms", 2, symptomatic="no"),
    )
    felt, cns = c.latest("symptomatic", [Symptoms]), c.latest("cns_symptoms", [Symptoms])
    assert (felt, cns) == (c.entries["e2"], c.entries["e1"])
    assert c.latest("cns_symptoms", [Symptoms], since=day("2026-01-07")) == c.entries["e1"]
    assert c.latest("cns_symptoms", [Symptoms], since=day("2026-01-08")) is None


def test_a_field_may_come_from_records_and_acts_alike() -> None:
    c = chart(
        entry("2026-01-07", "centre_role", 1, centre_role="non_reference"),
        entry("2026-01-08", "accept_referral", 2, Outcome(transition="X01"), centre_role="reference_centre"),
    )
    assert c.latest("centre_role", [CentreRole, AcceptReferral]) == c.entries["e2"]


def test_the_evidence_of_a_day_is_what_happened_up_to_it() -> None:
    c = chart(*(entry(f"2026-01-0{n}", "ecg", n, qtc_ms=410) for n in (3, 1, 2)))
    assert ids(c.upto(day("2026-01-02")).ordered) == ["e1", "e2"]
    assert ids(c.upto(day("2026-01-02"), 1).ordered) == ["e1"]
    assert c.upto(day("2026-01-03")) is c
    assert chart().upto(day("2026-01-03")).ordered == ()


def test_a_chart_is_never_changed() -> None:
    before = chart(entry("2026-01-07", "ecg", 1, qtc_ms=410))
    more = before.plus(entry("2026-01-08", "ecg", 2, qtc_ms=420))
    correction = Correction(target="e1", seq=3, day=day("2026-01-09"), what="wrong patient")
    less, changed = more.without("e1", correction), more.amended(entry("2026-01-06", "ecg", 1, qtc_ms=400), correction)
    assert [ids(c.ordered) for c in (before, more, less, changed)] == [["e1"], ["e1", "e2"], ["e2"], ["e1", "e2"]]
    assert [c.corrections for c in (before, more, less, changed)] == [(), (), (correction,), (correction,)]
    assert [c.entries["e1"].fields.qtc_ms for c in (more, changed)] == [410.0, 400.0]
    with pytest.raises(FrozenInstanceError):
        before.entries = {}  # type: ignore[misc]


@pytest.mark.parametrize(
    ("name", "fields", "final"),
    [
        ("imaging", {"modality": "ct_chest", "report": "final"}, True),
        ("imaging", {"modality": "ct_chest", "report": "amended"}, True),
        ("imaging", {"modality": "ct_chest", "report": "preliminary"}, False),
        ("labs", {"status": "final", "results": []}, True),
        ("labs", {"status": "preliminary", "results": []}, False),
        ("palliative_care", {"status": "offered"}, True),
        ("ecg", {"qtc_ms": 410}, True),
    ],
)
def test_only_a_preliminary_report_is_no_evidence(name: str, fields: dict[str, Any], final: bool) -> None:
    assert entry("2026-01-07", name, **fields).final is final


def test_scans_and_laboratory_results_are_reports_and_a_palliative_status_is_none() -> None:
    assert [is_report(kind.model_construct()) for kind in (Imaging, Labs, Symptoms)] == [True, True, False]
    assert is_report(fields_of("palliative_care").accept({"status": "offered"})) is False


def test_a_report_date_is_the_one_given_else_the_day_it_was_first_final_else_the_clinical_date() -> None:
    ct: dict[str, Any] = {"modality": "ct_chest", "report": "final"}
    given = entry("2026-01-02", "imaging", 1, reported="2026-01-03", **ct)
    known = replace(entry("2026-01-02", "imaging", 2, **ct), final_on=day("2026-01-04"))
    neither = entry("2026-01-02", "ecg", 3, qtc_ms=410)
    assert [str(e.reported) for e in (given, known, neither)] == ["2026-01-03", "2026-01-04", "2026-01-02"]


def test_an_entry_in_words() -> None:
    scan = entry("2026-01-02", "imaging", modality="ct_chest", report="preliminary")
    assert str(scan) == "imaging ct_chest of 2026-01-02 (preliminary)"
    assert str(entry("2026-01-02", "histology", result="asps_confirmed")) == "histology asps_confirmed of 2026-01-02"
    assert str(entry("2026-01-02", "dental_exam")) == "dental_exam of 2026-01-02"


def moved(on: str, seq: int, dest: State | None, after: str | None = None) -> Entry[Any]:
    """An act that led somewhere."""
    return entry(on, "complete_staging", seq, Outcome(transition="T", dest=dest, after=after))


def test_acts_that_moved_the_state_stand_in_their_order() -> None:
    fact, stays = entry("2026-01-01", "ecg", 1, qtc_ms=410), moved("2026-01-03", 2, None)
    later, earlier = moved("2026-01-09", 3, State.TKI), moved("2026-01-07", 4, State.STAGING)
    c = chart(fact, stays, later, earlier)
    assert (ids(c.acts), ids(c.movers)) == (["e2", "e4", "e3"], ["e4", "e3"])


def test_an_act_is_never_ordered_before_the_one_whose_state_it_was_judged_in() -> None:
    """Accepted on the 9th, staged as of the 8th: the earlier date does not put staging before acceptance."""
    accepted, staged = moved("2026-01-09", 1, State.STAGING), moved("2026-01-08", 2, State.MDT_REVIEW, after="e1")
    then = moved("2026-01-09", 3, State.OBSERVATION, after="e2")
    assert ids(chart(accepted, staged, then).movers) == ["e1", "e2", "e3"]


def test_once_the_earlier_act_is_retracted_its_own_date_counts() -> None:
    accepted, staged = moved("2026-01-09", 1, State.STAGING), moved("2026-01-08", 2, State.MDT_REVIEW, after="e1")
    then = moved("2026-01-08", 3, State.OBSERVATION)
    assert ids(chart(accepted, staged, then).without("e1").movers) == ["e2", "e3"]


def test_a_fact_that_follows_from_the_chart_is_worked_out_once_per_chart() -> None:
    asked: list[int] = []

    @derived
    def count(c: Chart) -> int:
        """How many entries."""
        asked.append(len(c.entries))
        return len(c.entries)

    one = chart(entry("2026-01-07", "ecg", 1, qtc_ms=410))
    two = one.plus(entry("2026-01-08", "ecg", 2, qtc_ms=420))
    assert [count(one), count(one), count(two), count(one)] == [1, 1, 2, 1]
    assert (asked, count.__doc__) == ([1, 2], "How many entries.")


def test_a_course_entered_step_by_step_keeps_every_entry() -> None:
    assert ids(in_staging().chart.ordered) == ["accept", "path"]
    assert ids(at_board().chart.acts) == ["accept", "staged"]
    assert Course().chart.ordered == ()
