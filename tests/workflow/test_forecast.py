"""What will be asked for if nothing changes: the plan of later days, and nothing that anyone made up."""

from datetime import timedelta

import pytest

from tests.workflow.build import day, in_staging, in_wait, on_immunotherapy, on_tki
from tests.workflow.courses import COURSES, SITE
from workflow.acts import ACTS
from workflow.asps import ASPS
from workflow.asps.completing import ALSO_ASKED, AT_THE_BOARD, COMPLETIONS, Demand
from workflow.forecast import Expected, Forecast, forecast
from workflow.plan import plan
from workflow.records import KINDS
from workflow.vocabulary import State


def of(course: object, today: str, until: str) -> Forecast:
    """The forecast of an invented patient."""
    return forecast(ASPS, course.chart, course.site, day(today), day(until))  # type: ignore[attr-defined]


def days(found: Forecast, task: str) -> list[str]:
    """The days on which a task asks for something."""
    return [str(e.on) for e in found.expected if e.task == task]


def test_a_repeating_timer_asks_again_and_again() -> None:
    found = of(on_immunotherapy(site=SITE), "2026-02-10", "2026-05-10")
    assert days(found, "immunotherapy_dose") == ["2026-02-23", "2026-03-16", "2026-04-06", "2026-04-27"]
    assert days(found, "response_imaging") == ["2026-04-06"]
    assert [e.already for e in found.expected if e.task == "immunotherapy_dose"] == [True, False, False, False]


def test_what_is_due_on_the_last_day_belongs_to_it_and_what_is_due_later_does_not() -> None:
    course = on_immunotherapy(site=SITE)
    assert days(of(course, "2026-02-10", "2026-03-16"), "immunotherapy_dose") == ["2026-02-23", "2026-03-16"]
    assert days(of(course, "2026-02-10", "2026-03-15"), "immunotherapy_dose") == ["2026-02-23"]


def test_what_is_late_counts_once_and_for_today() -> None:
    """Two liver tests have been missed: one result answers both."""
    found = of(on_tki(site=SITE), "2026-07-24", "2026-08-01")
    liver = [e for e in found.expected if e.task == "pazopanib_liver_tests"]
    assert [(str(e.on), e.late, e.already) for e in liver] == [("2026-07-24", True, True)]
    assert days(of(on_tki(site=SITE), "2026-07-24", "2026-08-03"), "pazopanib_liver_tests")[1:] == ["2026-08-03"]


def test_the_date_alone_moves_a_patient_and_no_treatment_begins() -> None:
    found = of(in_wait(), "2026-03-01", "2026-06-01")
    assert [(m.state, str(m.on)) for m in found.moves] == [(State.INTERVAL_SCAN, "2026-04-10")]
    assert days(found, "interval_ct") == ["2026-04-10"]


def test_a_task_without_a_date_is_named_and_not_dated() -> None:
    found = of(in_staging(), "2026-01-07", "2026-06-01")
    assert {t.name for t in found.undated} >= {"staging_ct", "baseline_brain_mri"}
    assert not {e.task for e in found.expected} & {t.name for t in found.undated}


def test_the_chart_is_left_as_it_was() -> None:
    course = on_tki(site=SITE)
    before = dict(course.chart.entries)
    of(course, "2026-07-01", "2026-12-01")
    assert course.chart.entries == before


@pytest.mark.parametrize("name", COURSES)
def test_it_begins_with_the_worklist_of_today_and_ends_within_a_year(name: str) -> None:
    course = COURSES[name]()
    today = course.site.today(course.now)
    found = forecast(ASPS, course.chart, course.site, today, today + timedelta(days=3650))
    now = plan(ASPS, course.chart, course.site, today).open
    until = today + timedelta(days=366)
    stands = sorted((t.name, max(t.target, today)) for t in now if t.target and t.target <= until)
    assert sorted((e.task, e.on) for e in found.expected if e.already) == stands
    assert [t.key for t in found.undated] == [t.key for t in now if not t.target]
    assert all(today <= e.on <= until for e in found.expected)
    assert list(found.expected) == sorted(found.expected, key=lambda e: (e.on, e.task))
    assert all(isinstance(e, Expected) and e.why for e in found.expected if not e.already)


def test_every_task_says_what_completes_it_and_what_it_asks_of_the_clinic() -> None:
    assert set(COMPLETIONS) == set(ASPS.tasks)
    for name, found in COMPLETIONS.items():
        assert (found.name == "complete_task") == ASPS.tasks[name].by_hand, name
        fields = KINDS.get(found.name) or (ACTS[found.name].fields if found.name else None)
        assert set(found.given) <= set(fields.names() if fields else ()), name
    decisions = {name for name, found in COMPLETIONS.items() if found.demand is Demand.DECISION}
    assert {*AT_THE_BOARD, *ALSO_ASKED} == decisions
    assert {found.demand for found in COMPLETIONS.values()} == set(Demand)


def test_whoever_owns_a_task_may_complete_it() -> None:
    """Records are for both roles. An operation's date is the coordinator's to mind, the operation a clinician's."""
    by = {
        name: [ACTS[act].by for act in (one.one_of or (one.name,)) if act in ACTS] for name, one in COMPLETIONS.items()
    }
    others = {name for name, roles in by.items() if any(ASPS.tasks[name].owner not in may for may in roles)}
    assert others == {"surgery_date"}
