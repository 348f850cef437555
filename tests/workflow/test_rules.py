"""What rules are made of: findings become blockers with every part, sentences carry the site's own numbers."""

import re
from dataclasses import replace

import pytest

from tests.workflow.build import at_board, booked, day, in_wait
from tests.workflow.build import settings as site_with
from tests.workflow.tiny import SOURCE, guard
from workflow.asps import ASPS
from workflow.course import course
from workflow.records import Imaging, Symptoms
from workflow.rules import Finding, Moment, Situation, met, unmet
from workflow.vocabulary import Blocker, Level, Source, State


def test_what_a_guard_saw_is_kept_whether_it_is_content_or_not() -> None:
    scan = at_board().chart.entries["ct-0"]
    assert met(scan, None) == Finding(met=True, seen=(scan,))
    assert unmet("too old", scan, None, missing=["a new CT"]) == Finding(
        met=False, why="too old", seen=(scan,), missing=("a new CT",)
    )


def test_an_unmet_finding_becomes_a_blocker_and_a_met_one_nothing() -> None:
    scan = at_board().chart.entries["ct-0"]
    rested = guard("rested", cleared_by="time", source=SOURCE)
    assert rested.blockers([met(scan), unmet("too old", scan, scan, missing=["a new CT"])]) == (
        Blocker(
            guard="rested",
            level=Level.HARD,
            why="too old",
            looked_at=("imaging ct_chest of 2026-01-10 (final)",),
            missing=("a new CT",),
            cleared_by="time",
            source=("[EXTRAP] invented for tests",),
        ),
    )


def test_one_guard_may_be_hard_in_one_point_and_soft_in_another() -> None:
    found = guard("rested").blockers([unmet("a"), unmet("b", level=Level.SOFT)])
    assert [(b.why, b.level) for b in found] == [("a", Level.HARD), ("b", Level.SOFT)]


def test_a_check_may_find_one_thing_or_several() -> None:
    case = at_board().case("decide_observation")
    one, two = guard(check=lambda case: unmet("a")), guard(check=lambda case: (unmet("a"), met()))
    assert [len(g.findings(case)) for g in (one, two)] == [1, 2]


def test_a_sentence_carries_the_numbers_of_the_site() -> None:
    interval = ASPS.guards["interval_ct"]
    assert interval.sentence(site_with(ASPS, {})).startswith("a final chest CT at least 3 calendar months after")
    assert interval.sentence(site_with(ASPS, {"interval_ct.months": "4"})).startswith("a final chest CT at least 4 ")
    brain = ASPS.guards["baseline_brain_imaging"].sentence(site_with(ASPS, {}))
    assert "not more than UNSET days before it; UNSET counts as 0" in brain


@pytest.mark.parametrize("name", ASPS.guards)
def test_no_sentence_of_the_pathway_names_a_setting_that_does_not_exist(name: str) -> None:
    assert re.findall(r"\{.*?\}", ASPS.guards[name].sentence(site_with(ASPS, {}))) == []


def test_no_interval_of_a_timed_move_names_a_setting_that_does_not_exist() -> None:
    named = {key for move in ASPS.automatic for key in re.findall(r"\{(.*?)\}", move.interval)}
    assert named == {"interval_ct.months"} <= set(ASPS.keys)


@pytest.mark.parametrize(
    ("act", "fields", "judged_on"),
    [
        ("decide_surgery", {"planned": "2026-05-11"}, "2026-05-11"),
        ("start_regimen", {"agents": ["x"], "class_": "tki", "starts": "2026-02-01"}, "2026-02-01"),
        ("decide_surgery", {}, "2026-01-20"),
        ("decide_observation", {}, "2026-01-20"),
    ],
)
def test_guards_are_judged_for_the_planned_day_where_one_is_given(
    act: str, fields: dict[str, object], judged_on: str
) -> None:
    assert at_board().case(act, **fields).judged_on == day(judged_on)


def test_a_case_is_clear_while_nothing_is_unmet() -> None:
    case = at_board().case("decide_observation")
    assert case.is_clear
    case.unmet = (Blocker(guard="rested", level=Level.SOFT, why="tired"),)
    assert not case.is_clear


def test_evidence_dated_after_the_act_is_on_file_but_not_judged() -> None:
    c = at_board()
    c.record("2026-03-02", "symptoms", symptomatic="yes")
    case = replace(c.case("decide_observation"), chart=c.chart.upto(day("2026-02-01")))
    assert (case.chart.last(Symptoms), len(case.whole.of(Symptoms))) == (None, 1)


def test_new_is_what_is_ordered_after_the_step_that_entered_the_state() -> None:
    c = in_wait()
    c.record("2026-01-26", "imaging", id="before", modality="ct_chest", report="final")
    c.record("2026-01-27", "imaging", id="same-day", modality="ct_chest", report="final")
    c.record("2026-02-02", "imaging", id="after", modality="ct_chest", report="final")
    path = c.path("2026-02-02")
    moment = Moment(chart=c.chart, site=c.site, arrival=path[-1], path=path)
    assert [e.id for e in moment.new(Imaging)] == ["same-day", "after"]


def test_a_situation_knows_where_the_patient_stands_and_has_been() -> None:
    c = booked()
    today = day("2026-04-20")
    now = Situation(pathway=ASPS, chart=c.chart, site=c.site, today=today, path=course(ASPS, c.chart, c.site, today))
    assert (now.state, now.left) == (State.SURGERY, False)
    assert [str(a.on) for a in now.arrivals(State.MDT_REVIEW)] == ["2026-01-20", "2026-04-13"]
    assert now.arrivals(State.TKI) == []
    c.do("2026-04-21", "transfer")
    left = course(ASPS, c.chart, c.site, day("2026-04-21"))
    assert replace(now, path=left).left


def test_a_source_is_shown_with_its_tag() -> None:
    assert str(Source(tag="S24", sentence="wait")) == "[S24] wait"


def test_a_state_as_people_say_it() -> None:
    assert [State.MDT_REVIEW.title, State.TKI.title, State.SUPPORTIVE_CARE.title, State.INTERVAL_SCAN.title] == [
        "tumour board review",
        "TKI",
        "supportive care",
        "interval CT due",
    ]
