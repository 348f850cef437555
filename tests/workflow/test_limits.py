"""What a step may say in view of the chart: dates that can be, lines that follow, persons that differ."""

from typing import Any

import pytest

from tests.workflow.build import Course, at_board, booked, guards
from workflow.errors import Invalid
from workflow.vocabulary import Level


@pytest.mark.parametrize(
    ("on", "why"),
    [
        ("2026-02-02", "on 2026-02-02 lies in the future (today is 2026-02-01)"),
        ("1985-06-14", "on 1985-06-14 lies before the birth of 1985-06-15"),
    ],
)
@pytest.mark.parametrize("name", ["symptoms", "decide_observation"])
def test_an_impossible_date_stands_alone_for_facts_and_acts(name: str, on: str, why: str) -> None:
    fields = {"symptomatic": "yes"} if name == "symptoms" else {}
    blockers = at_board().refused(on, name, entered="2026-02-01", **fields)
    assert [(b.guard, b.level, b.why) for b in blockers] == [("possible_dates", Level.ABSOLUTE, why)]


@pytest.mark.parametrize(
    ("kind", "field", "fields"),
    [
        ("imaging", "reported", {"modality": "ct_chest", "report": "final"}),
        ("prior_regimen", "stopped", {"agents": ["x"], "class_": "tki"}),
        ("tki_screen", "haemorrhage_on", {"findings": ["none"]}),
        ("toxicity", "steroid_start", {"term": "colitis", "grade": 3}),
    ],
)
def test_every_date_of_a_fact_lies_between_birth_and_today(kind: str, field: str, fields: dict[str, Any]) -> None:
    c = at_board()
    for wrong in ("2026-03-02", "1985-06-14"):
        blockers = c.refused("2026-03-01", kind, entered="2026-03-01", **fields, **{field: wrong})
        assert guards(blockers) == ["possible_dates"]
        assert field in blockers[0].why
    assert c.record("2026-03-01", kind, entered="2026-03-01", **fields, **{field: "2026-03-01"})


def test_a_report_does_not_come_before_its_scan() -> None:
    scan = {"modality": "ct_chest", "report": "final", "reported": "2026-01-29"}
    blockers = at_board().refused("2026-01-30", "imaging", **scan)
    assert [b.why for b in blockers] == ["reported 2026-01-29 lies before the scan of 2026-01-30"]


def test_planned_dates_may_lie_in_the_future() -> None:
    assert booked().chart.entries["surgery"].fields.planned.isoformat() == "2026-05-11"


@pytest.mark.parametrize(
    ("act", "fields", "field"),
    [
        ("start_regimen", {"agents": ["x"], "class_": "other", "line": 3}, "line"),
        ("decide_interval_scan", {"index_ct": "mri-0"}, "index_ct"),
        ("waive_task", {"task": "mdt_decision"}, "reason"),
        ("snooze_task", {"task": "mdt_decision", "until": "2026-03-01"}, "reason"),
        ("snooze_task", {"task": "mdt_decision", "until": "2026-01-22", "reason": "so"}, "until"),
        ("snooze_task", {"task": "mdt_decision", "until": "2027-02-23", "reason": "so"}, "until"),
    ],
)
def test_fields_that_do_not_fit_the_chart_are_wrong_input(act: str, fields: dict[str, Any], field: str) -> None:
    c = at_board()
    before = c.chart
    with pytest.raises(Invalid) as caught:
        c.offer("2026-01-22", act, **fields)
    assert (caught.value.field, c.chart is before) == (field, True)


def test_a_second_person_reverses_a_death() -> None:
    c = at_board()
    c.do("2026-01-21", "declare_death")
    with pytest.raises(Invalid) as caught:
        c.offer("2026-01-22", "reverse_death", second_user="dr-ada")
    assert caught.value.field == "second_user"
    assert c.do("2026-01-22", "reverse_death", second_user="dr-grace")


def test_guards_do_not_judge_what_an_adopted_patient_had_before() -> None:
    c = Course()
    c.do("2025-10-01", "adopt", entered="2026-01-05", state="tki", since="2025-10-01", reason="under way")
    doxorubicin: dict[str, Any] = {"agents": ["doxorubicin"], "class_": "cytotoxic_anthracycline"}
    assert "no_first_line_chemotherapy" in guards(c.refused("2025-10-01", "start_regimen", **doxorubicin))
    taken = c.do("2025-09-30", "start_regimen", **doxorubicin)
    assert (taken.warned, taken.overridden) == ((), ())


def test_adopting_a_patient_needs_a_word_on_the_history() -> None:
    with pytest.raises(Invalid) as caught:
        Course().offer("2025-10-01", "adopt", entered="2026-01-05", state="tki", since="2025-10-01")
    assert caught.value.field == "reason"
