"""The runner itself: that it finds every kind of difference, and that a step that must change nothing is held to it."""

from typing import Any

import pytest

from cli.stories.format import build
from cli.stories.runner import run
from workflow.asps import ASPS

ACCEPT: dict[str, Any] = {
    "at": "2026-03-02T09:00", "do": "accept_referral", "with": {"centre_role": "reference_centre"},
}  # fmt: skip
COMPLETE: dict[str, Any] = {"at": "2026-03-03T09:00", "do": "complete_staging"}
GUARDS = ["baseline_brain_imaging", "staging_ct", "confirmed_asps"]
SITE = {"timezone": "Europe/Amsterdam", "brain_mri.due_days": 14, "staging_ct.due_days": 14}


def told(*steps: dict[str, Any], **site: Any) -> list[str]:
    """What differs when these steps are played."""
    story = {"story": "t", "site": SITE | site, "patient": {"id": "T-1", "born": "1990-01-01"}, "steps": list(steps)}
    return [difference.says for difference in run(ASPS, build(story))]


def expecting(expect: dict[str, Any]) -> list[str]:
    return told({**ACCEPT, "expect": expect})


GOOD: list[dict[str, Any]] = [
    {"state": "staging"},
    {"open": {"baseline_brain_mri": "2026-03-16", "confirm_histology": None}},
    {"open": {"staging_ct": ["2026-03-16"]}},
    {"done": ["referral_answer"]},
    {"absent": ["trial_search", "referral_answer"]},
    {"tracks": {"brain": "unknown", "palliative_care": "not_offered"}},
    {"says": ["2026-03-02 + 14 days = 2026-03-16", "staging"]},
    {"notices": 0},
]


@pytest.mark.parametrize("expect", GOOD, ids=lambda expect: ", ".join(expect))
def test_what_is_so_does_not_differ(expect: dict[str, Any]) -> None:
    assert expecting(expect) == []


BAD: list[tuple[dict[str, Any], str]] = [
    ({"state": "referred"}, "state: expected referred, found staging"),
    ({"open": {"baseline_brain_mri": "2026-03-17"}}, "open baseline_brain_mri: expected 2026-03-17, found 2026-03-16"),
    ({"open": {"baseline_brain_mri": None}}, "open baseline_brain_mri: expected no date, found 2026-03-16"),
    ({"open": {"confirm_histology": "2026-03-16"}}, "open confirm_histology: expected 2026-03-16, found no date"),
    ({"open": {"trial_search": None}}, "open trial_search: expected no date, found not open"),
    ({"open": {"staging_ct": ["2026-03-16", "2026-03-16"]}}, "open staging_ct: expected 2026-03-16 and 2026-03-16"),
    ({"overdue": ["staging_ct"]}, "staging_ct: expected overdue, found upcoming"),
    ({"overdue": ["trial_search"]}, "trial_search: expected overdue, found not open"),
    ({"done": ["staging_ct"]}, "staging_ct: expected done, found open (2026-03-16)"),
    ({"absent": ["staging_ct"]}, "staging_ct: expected not open, found open (2026-03-16)"),
    ({"cancelled": {"staging_ct": "transferred"}}, "staging_ct: expected cancelled: transferred, found open"),
    ({"tracks": {"brain": "clear"}}, "track brain: expected clear, found unknown"),
    ({"tracks": {"hold": {"pazopanib": "held"}}}, "hold pazopanib: expected held, found None"),
    ({"tracks": {"hope": "much"}}, "track hope: expected much, found None"),
    ({"options": ["decide_surgery"]}, "options: expected ['decide_surgery'], found []"),
    ({"says": ["2026-03-17"]}, "says: '2026-03-17' does not appear in"),
    ({"notices": 1}, "notices: expected 1, found 0"),
    ({"absent": ["staging_cd"]}, "there is no task 'staging_cd'"),
    ({"options": ["decide"]}, "there is no act 'decide'"),
]


@pytest.mark.parametrize(("expect", "says"), BAD, ids=[says for _, says in BAD])
def test_what_is_otherwise_is_said(expect: dict[str, Any], says: str) -> None:
    assert says in " | ".join(expecting(expect))


def test_a_cancelled_task_is_told_by_its_reason() -> None:
    left = {"at": "2026-03-03T09:00", "do": "transfer"}
    assert told(ACCEPT, {**left, "expect": {"cancelled": {"staging_ct": "transferred"}}}) == []
    (says,) = told(ACCEPT, {**left, "expect": {"cancelled": {"staging_ct": "deceased"}}})
    assert says == "staging_ct: expected cancelled: deceased, found transferred"


@pytest.mark.parametrize(
    ("step", "says"),
    [
        (COMPLETE, "should be accepted, but it was refused by baseline_brain_imaging (hard)"),
        ({**COMPLETE, "refused_by": GUARDS[:2]}, "should be refused by baseline_brain_imaging and staging_ct, but"),
        ({**COMPLETE, "refused_by": [*GUARDS, "interval_ct"]}, "should be refused by"),
        ({**COMPLETE, "refused_by": []}, "should be refused by the state alone"),
        ({**COMPLETE, "refused_by": ["final_rapport"]}, "there is no guard 'final_rapport'"),
        ({**COMPLETE, "denied": True}, "should be denied to a clinician"),
        ({**COMPLETE, "invalid": "reason"}, "should be invalid because of reason"),
        ({**COMPLETE, "with": {"x": 1}}, "the input was refused: x: there is no such field"),
        ({**COMPLETE, "with": {"x": 1}, "invalid": "y"}, "should be invalid because of y, but x is named"),
        ({**COMPLETE, "do": "transfer", "refused_by": []}, "should be refused by the state alone, but it was accepted"),
        ({**COMPLETE, "do": "transfer", "invalid": "to_centre"}, "but it was accepted"),
        ({**COMPLETE, "do": "transfer", "denied": True}, "but it was accepted"),
        ({**COMPLETE, "do": "decide_surgery", "refused_by": ["interval_ct"]}, "should be refused by interval_ct"),
        ({**COMPLETE, "do": "transfer", "reason": "x", "warned_by": ["treatment_order"]}, "without its reason"),
        ({**COMPLETE, "record": "x", "do": None, "refused_by": []}, "the input was refused: kind"),
        ({**COMPLETE, "at": "2026-03-29T02:30"}, "the clocks skip it"),
        ({**COMPLETE, "on": "2026-02-30"}, "the input was refused: on"),
    ],
)
def test_another_answer_than_expected_is_said(step: dict[str, Any], says: str) -> None:
    step = {name: value for name, value in step.items() if value is not None}
    assert says in " | ".join(told(ACCEPT, step))


def test_a_refusal_that_is_expected_is_no_difference() -> None:
    assert told(ACCEPT, {**COMPLETE, "refused_by": GUARDS, "expect": {"says": ["higher CNS"]}}) == []
    assert told(ACCEPT, {**ACCEPT, "refused_by": []}) == []
    assert told(ACCEPT, {**COMPLETE, "do": "declare_out_of_scope", "by": "coordinator", "with": {"cause": "other"},
                         "denied": True}) == []  # fmt: skip


def test_a_dotted_field_is_named_by_any_of_its_parts() -> None:
    labs = {"status": "final", "results": [{"analyte": "ALT", "value": 1, "unit": "mg"}]}
    step = {"at": "2026-03-03T09:00", "record": "labs", "with": labs}
    for field in ("results", "unit"):
        assert told(ACCEPT, {**step, "invalid": field}) == []


def test_the_site_and_the_patient_of_a_story_may_be_wrong_too() -> None:
    assert told(ACCEPT, **{"brain_mri.due_days": -1}) == [
        "brain_mri.due_days: '-1' is not possible (allowed: whole days, 0 to 3650)"
    ]
    assert "no.such.key: there is no such setting" in told(ACCEPT, **{"no.such.key": 1})[0]
    assert "timezone" in told(ACCEPT, timezone="Mars")[0]
    story = {"story": "t", "patient": {"id": "a b", "born": "1990-01-01"}, "steps": [ACCEPT]}
    assert [d.step for d in run(ASPS, build(story))] == [0]


def test_steps_are_counted_from_one_and_go_on_after_a_difference() -> None:
    story = {
        "story": "t", "site": SITE, "patient": {"id": "T-1", "born": "1990-01-01"},
        "steps": [COMPLETE, ACCEPT, {**COMPLETE, "expect": {"state": "referred"}}],
    }  # fmt: skip
    found = [(d.step, d.what) for d in run(ASPS, build(story))]
    assert found == [(1, "2026-03-03T09:00 do complete_staging")] + [(3, "2026-03-03T09:00 do complete_staging")] * 2


def test_late_entry_raises_at_most_one_notice() -> None:
    late = {
        "at": "2026-06-01T09:00", "do": "accept_referral", "on": "2026-03-02", "with": ACCEPT["with"],
        "expect": {"notices": 2, "overdue": ["staging_ct", "baseline_brain_mri"]},
    }  # fmt: skip
    assert told(late, {"tick": "2026-06-02T09:00", "expect": {"notices": 0}}) == []
