"""Which tasks should exist, and when: wanted, not scheduled, so that planning again changes nothing."""

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workflow.build import Course, at_board, day, in_staging, in_wait, on_immunotherapy, on_tki, refractory
from tests.workflow.courses import COURSES, DONE_BY, facts_for
from workflow.asps import ASPS
from workflow.plan import Planned, Stage, Status, plan, repeating, stage_of
from workflow.rules import Priority, Wanted
from workflow.vocabulary import EXITS, Role

TODAY = day("2026-05-11")


@pytest.mark.parametrize(
    ("target", "escalation", "stage"),
    [
        ("2026-05-12", None, Stage.UPCOMING),
        ("2026-05-11", None, Stage.DUE),
        ("2026-05-10", None, Stage.OVERDUE),
        ("1999-01-01", None, Stage.OVERDUE),
        ("2026-05-04", 7, Stage.OVERDUE),
        ("2026-05-03", 7, Stage.ESCALATED),
        ("2026-05-11", 0, Stage.DUE),
        ("2026-05-10", 0, Stage.ESCALATED),
        ("2026-05-12", 0, Stage.UPCOMING),
    ],
)
def test_the_stage_of_an_open_task_follows_from_its_date_and_today(
    target: str, escalation: int | None, stage: Stage
) -> None:
    assert stage_of(day(target), TODAY, escalation) is stage


@pytest.mark.parametrize("escalation", [None, 0, 7])
def test_without_a_date_a_task_is_due_from_the_moment_it_opens(escalation: int | None) -> None:
    assert stage_of(None, TODAY, escalation) is Stage.DUE


ORDER = list(Stage)


@given(target=st.dates(), today=st.dates(), later=st.integers(0, 3650), escalation=st.none() | st.integers(0, 90))
def test_a_task_never_becomes_less_urgent_by_itself(
    target: date, today: date, later: int, escalation: int | None
) -> None:
    now = stage_of(target, today, escalation)
    try:
        then = stage_of(target, today + timedelta(days=later), escalation)
    except OverflowError:
        return
    assert ORDER.index(now) <= ORDER.index(then)


@pytest.mark.parametrize("name", COURSES)
def test_planning_twice_is_equal_and_so_is_planning_the_same_course_entered_again(name: str) -> None:
    c, again = COURSES[name](), COURSES[name]()
    today = str(DONE_BY)
    assert c.plan(today) == c.plan(today) == again.plan(today)


@pytest.mark.parametrize("name", COURSES)
@settings(max_examples=8, deadline=None)
@given(data=st.data())
def test_whatever_is_on_file_a_plan_holds_together(name: str, data: st.DataObject) -> None:
    c = COURSES[name]()
    for on, kind, fields in data.draw(facts_for(c)):
        c.record(on, kind, entered="2027-08-01", **fields)
    found = c.plan(str(DONE_BY))
    assert [key for key, n in Counter(t.key for t in found.tasks).items() if n > 1] == []
    assert {t.name for t in found.tasks if (t.status is Status.OPEN) != (t.done is None)} == set()
    assert {t.name for t in found.open if not t.title} == set()
    if found.path[-1].state in EXITS:
        assert {t.name for t in found.open} <= {t.name for t in ASPS.tasks.values() if t.for_exit}
    assert plan(ASPS, c.chart, c.site, DONE_BY) == found


def test_a_task_says_what_it_is_whose_it_is_and_how_its_date_came_about() -> None:
    [task] = in_wait().tasks("interval_ct", "2026-02-01")
    assert task == Planned(
        name="interval_ct",
        subject="wait",
        occurrence=1,
        title="interval CT",
        priority=Priority.IMAGING,
        owner=Role.COORDINATOR,
        opened=day("2026-01-27"),
        due=day("2026-04-10"),
        not_before=day("2026-04-10"),
        why="index CT ct-0 2026-01-10 + 3 calendar months = 2026-04-10",
    )
    assert (task.key, task.target, task.status) == (("interval_ct", "wait", 1), day("2026-04-10"), Status.OPEN)


def test_a_setting_that_is_unset_opens_the_task_without_a_date_and_says_so() -> None:
    [undated] = in_staging().tasks("baseline_brain_mri", "2026-01-06")
    [dated] = in_staging(site={"brain_mri.due_days": "0"}).tasks("baseline_brain_mri", "2026-01-06")
    assert (undated.due, undated.why) == (None, "no date: brain_mri.due_days is UNSET at this site")
    assert (dated.due, dated.why) == (day("2026-01-05"), "start of staging 2026-01-05 + 0 days = 2026-01-05")


def test_a_plan_knows_when_to_look_again_without_new_facts() -> None:
    c = in_wait()
    assert [c.plan(on).look_again for on in ("2026-04-09", "2026-04-10")] == [day("2026-04-10"), None]
    assert at_board().plan("2026-01-25").look_again is None


def test_a_done_task_stays_and_says_what_answered_it() -> None:
    [task] = at_board().tasks("baseline_brain_mri", "2026-06-01")
    assert (task.status, task.done, task.done_by) == (Status.DONE, day("2026-01-12"), "mri-0")
    assert task not in at_board().plan("2026-06-01").open


@pytest.mark.parametrize(
    ("act", "fields", "left"),
    [
        ("declare_death", {}, ["death_administration"]),
        ("transfer", {}, ["handover"]),
        ("declare_lost", {}, []),
        ("withdraw_consent", {}, []),
        ("declare_out_of_scope", {"cause": "no_metastasis"}, ["handover"]),
    ],
)
def test_leaving_ends_all_open_tasks_but_those_that_the_exit_opens(
    act: str, fields: dict[str, str], left: list[str]
) -> None:
    c = on_tki()
    assert len(c.plan("2026-07-01").open) > 3
    c.do("2026-07-02", act, **fields)
    assert [t.name for t in c.plan("2026-12-01").open] == left


def test_out_of_scope_without_treatment_hands_nothing_over() -> None:
    c = at_board()
    c.do("2026-01-21", "declare_out_of_scope", cause="no_metastasis")
    assert c.plan("2026-01-21").open == ()


def test_monitoring_follows_the_drug_and_not_the_state() -> None:
    c = refractory()
    assert c.open("pazopanib_blood_pressure", "2026-12-05") == ["2026-06-22"]
    c.do("2026-12-07", "stop_regimen", stop_reason="progression")
    assert (c.state("2026-12-07").value, c.open("pazopanib_blood_pressure", "2026-12-07")) == ("refractory", [])


def test_a_late_dose_moves_the_next_dose_and_not_the_scans() -> None:
    c = on_immunotherapy(site={"io_response.first_days": "63", "io_response.repeat_days": "42"})
    assert c.open("immunotherapy_dose", "2026-02-23") == ["2026-02-23"]
    c.do("2026-03-02", "give_dose", by="coordinator", agent="atezolizumab")
    assert c.open("immunotherapy_dose", "2026-03-02") == ["2026-03-23"]
    assert c.open("response_imaging", "2026-03-02") == ["2026-04-06"]


# a repeating timer, by itself


def weekly(*answers: str, running: bool = True, dated: bool = True, **given: object) -> list[tuple[int, str, str]]:
    """Occurrences of a weekly timer that began on 1 March: number, due date, answer."""
    anchor = day("2026-03-01")
    wanted = repeating(
        subject="r1",
        anchor=anchor,
        nth=lambda n: (anchor + timedelta(days=7 * n) if dated else None, f"week {n}"),
        answers=[(day(on), f"r-{on}") for on in answers],
        running=running,
        **given,  # type: ignore[arg-type]
    )
    return [(w.occurrence, str(w.due), str(w.done) if w.done else "open") for w in wanted]


def test_a_repeating_timer_has_one_open_occurrence() -> None:
    assert weekly() == [(1, "2026-03-08", "open")]


def test_it_has_none_once_what_it_watches_has_ended_but_keeps_the_answered_ones() -> None:
    assert weekly(running=False) == []
    assert weekly("2026-03-08", running=False) == [(1, "2026-03-08", "2026-03-08")]


def test_a_result_answers_every_occurrence_due_up_to_its_date() -> None:
    assert weekly("2026-03-23") == [
        (1, "2026-03-08", "2026-03-23"),
        (2, "2026-03-15", "2026-03-23"),
        (3, "2026-03-22", "2026-03-23"),
        (4, "2026-03-29", "open"),
    ]


@pytest.mark.parametrize(
    ("on", "occurrences"),
    [
        ("2026-03-04", [(1, "2026-03-08", "open")]),  # day 3 of 7: the earlier half
        ("2026-03-05", [(1, "2026-03-08", "2026-03-05"), (2, "2026-03-15", "open")]),
        ("2026-03-11", [(1, "2026-03-08", "2026-03-11"), (2, "2026-03-15", "open")]),
        (
            "2026-03-12",
            [(1, "2026-03-08", "2026-03-12"), (2, "2026-03-15", "2026-03-12"), (3, "2026-03-22", "open")],
        ),
    ],
)
def test_a_result_in_the_later_half_of_the_interval_answers_the_next_one(
    on: str, occurrences: list[tuple[int, str, str]]
) -> None:
    assert weekly(on) == occurrences


def test_the_first_result_that_fits_is_the_answer() -> None:
    assert weekly("2026-03-16", "2026-03-08", "2026-03-02") == [
        (1, "2026-03-08", "2026-03-08"),
        (2, "2026-03-15", "2026-03-16"),
        (3, "2026-03-22", "open"),
    ]


def test_without_a_date_each_result_answers_one_occurrence() -> None:
    assert weekly("2026-03-02", "2026-06-02", dated=False) == [
        (1, "None", "2026-03-02"),
        (2, "None", "2026-06-02"),
        (3, "None", "open"),
    ]


def test_what_was_due_before_an_adoption_is_not_asked_for() -> None:
    assert weekly(since=day("2026-03-20")) == [(3, "2026-03-22", "open")]


def test_a_waived_occurrence_does_not_hold_up_the_next() -> None:
    assert weekly(waived={1: day("2026-03-09")}) == [(1, "2026-03-08", "open"), (2, "2026-03-15", "open")]


def test_an_occurrence_opens_when_the_one_before_it_was_due() -> None:
    anchor = day("2026-03-01")
    first, second = repeating(
        subject="r1", anchor=anchor, nth=lambda n: (anchor + timedelta(days=7 * n), f"week {n}"),
        answers=[(day("2026-03-09"), "labs")], running=True,
    )  # fmt: skip
    assert first == Wanted(
        subject="r1", occurrence=1, opened=anchor, due=day("2026-03-08"), why="week 1", done=day("2026-03-09"),
        done_by="labs",
    )  # fmt: skip
    assert (second.opened, second.done_by) == (day("2026-03-08"), "")


@given(answers=st.lists(st.dates(date(2026, 3, 2), date(2026, 9, 1)), max_size=12, unique=True))
def test_the_order_in_which_results_arrive_does_not_matter(answers: list[date]) -> None:
    given_in_order, shuffled = [str(on) for on in sorted(answers)], [str(on) for on in answers]
    found = weekly(*given_in_order)
    assert weekly(*shuffled) == found
    assert [n for n, _, _ in found] == list(range(1, len(found) + 1))
    assert [entry[2] == "open" for entry in found] == [False] * (len(found) - 1) + [True]


def test_the_course_of_a_patient_who_was_never_accepted_asks_for_an_answer() -> None:
    c = Course(site={"referral.due_days": "7"})
    assert c.open("referral_answer", "2026-01-06") == ["2026-01-12"]
    assert c.open("confirm_histology", "2026-01-06") == [None]
