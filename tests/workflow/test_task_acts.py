"""What people do to tasks: claim, put off, waive, complete by hand. None of it satisfies a guard."""

import pytest

from tests.workflow.build import Course, at_board, day, guards, in_staging, in_wait, on_immunotherapy
from workflow.errors import Invalid
from workflow.plan import Status
from workflow.vocabulary import State

BRAIN = "baseline_brain_mri"


def invalid(c: Course, act: str, **fields: str) -> Invalid:
    """What is said about a task act that cannot be."""
    with pytest.raises(Invalid) as caught:
        c.offer("2026-01-10", act, reason="so", **fields)
    return caught.value


def test_a_claimed_task_is_somebodys_and_still_open() -> None:
    c = in_staging()
    c.do("2026-01-10", "claim_task", by="coordinator", user="carla", task=BRAIN)
    [task] = c.tasks(BRAIN, "2026-01-10")
    assert (task.claimed_by, task.status) == ("carla", Status.OPEN)
    assert c.state("2026-01-10") is State.STAGING


def test_a_task_is_given_to_somebody_else_and_the_entry_says_by_whom() -> None:
    c = in_staging()
    given = c.do("2026-01-10", "claim_task", by="coordinator", user="carla", task=BRAIN, user_="ben")
    [task] = c.tasks(BRAIN, "2026-01-10")
    assert (task.claimed_by, given.entry.user) == ("ben", "carla")
    c.do("2026-01-11", "claim_task", by="coordinator", user="carla", task=BRAIN)
    assert c.tasks(BRAIN, "2026-01-11")[0].claimed_by == "carla"


def test_a_task_put_off_shows_its_new_date_its_reason_and_the_original_one() -> None:
    c = in_staging(site={"brain_mri.due_days": "14"})
    c.do("2026-01-10", "snooze_task", task=BRAIN, until="2026-01-30", reason="scanner is down")
    [task] = c.tasks(BRAIN, "2026-01-10")
    assert (task.due, task.snoozed_until, task.target, task.reason) == (
        day("2026-01-19"), day("2026-01-30"), day("2026-01-30"), "scanner is down",
    )  # fmt: skip


def test_put_off_again_the_latest_date_counts() -> None:
    c = in_staging(site={"brain_mri.due_days": "14"})
    c.do("2026-01-10", "snooze_task", task=BRAIN, until="2026-01-30", reason="scanner is down")
    c.do("2026-01-11", "snooze_task", task=BRAIN, until="2026-01-21", reason="scanner is up")
    assert c.open(BRAIN, "2026-01-11") == ["2026-01-21"]


def test_a_task_put_off_is_done_by_its_answer_all_the_same() -> None:
    c = in_staging(site={"brain_mri.due_days": "14"})
    c.do("2026-01-10", "snooze_task", task=BRAIN, until="2026-01-30", reason="scanner is down")
    c.record("2026-01-12", "imaging", id="mri", modality="mri_brain", report="final", brain_metastases="no")
    [task] = c.tasks(BRAIN, "2026-01-12")
    assert (task.status, task.done_by, task.snoozed_until) == (Status.DONE, "mri", None)


def test_a_waived_task_is_closed_with_its_reason_and_clears_nothing() -> None:
    c = in_staging()
    c.do("2026-01-10", "waive_task", id="waived", task=BRAIN, reason="pacemaker")
    [task] = c.tasks(BRAIN, "2026-01-10")
    assert (task.status, task.done, task.done_by, task.reason) == (
        Status.WAIVED, day("2026-01-10"), "waived", "pacemaker",
    )  # fmt: skip
    assert "baseline_brain_imaging" in guards(c.refused("2026-01-11", "complete_staging"))


def test_a_task_that_was_waived_is_still_answered_when_the_fact_arrives() -> None:
    c = in_staging()
    c.do("2026-01-10", "waive_task", task=BRAIN, reason="pacemaker")
    c.record("2026-01-12", "imaging", id="mri", modality="mri_brain", report="final", brain_metastases="no")
    assert c.done(BRAIN, "2026-01-12") == ["mri"]


def test_a_waiver_taken_back_opens_the_task_again() -> None:
    c = in_staging()
    c.do("2026-01-10", "waive_task", id="waived", task=BRAIN, reason="pacemaker")
    c.retract("waived", entered="2026-01-11")
    assert c.open(BRAIN, "2026-01-11") == [None]


def test_what_has_no_record_of_its_own_is_completed_by_hand() -> None:
    c = on_immunotherapy()
    c.record("2026-02-09", "toxicity", id="rash", term="rash", grade=2)
    assert c.open("toxicity_review", "2026-02-09") == ["2026-02-09"]
    c.do("2026-02-10", "complete_task", id="seen", task="toxicity_review")
    assert (c.open("toxicity_review", "2026-02-10"), c.done("toxicity_review", "2026-02-10")) == ([], ["seen"])


def test_completing_answers_what_was_open_and_not_what_opens_later() -> None:
    c = on_immunotherapy()
    c.record("2026-02-09", "toxicity", id="rash", term="rash", grade=2)
    c.do("2026-02-10", "complete_task", task="toxicity_review")
    c.record("2026-02-16", "toxicity", id="colitis", term="colitis", grade=3)
    assert [(t.subject, t.status) for t in c.tasks("toxicity_review", "2026-02-16")] == [
        ("rash", Status.DONE),
        ("colitis", Status.OPEN),
    ]


def test_what_a_record_answers_cannot_be_completed_by_hand() -> None:
    error = invalid(in_staging(), "complete_task", task=BRAIN)
    assert (error.field, error.reason) == (
        "task",
        "baseline_brain_mri is completed by what it asks for: the guard baseline_brain_imaging is content",
    )


@pytest.mark.parametrize("act", ["claim_task", "snooze_task", "waive_task"])
def test_only_an_open_task_can_be_acted_on(act: str) -> None:
    fields = {"task": "interval_ct"} | ({"until": "2026-03-01"} if act == "snooze_task" else {})
    assert invalid(in_staging(), act, **fields).reason == "interval_ct is not open for this patient"
    assert in_wait().do("2026-02-01", act, reason="so", **fields).transition is not None


def test_a_task_that_does_not_exist_is_named_with_those_that_do() -> None:
    error = invalid(in_staging(), "claim_task", task="brain_mri")
    assert (error.field, error.reason) == ("task", "there is no task 'brain_mri'")
    assert BRAIN in error.allowed


def test_tasks_are_acted_on_after_leaving_too() -> None:
    c = at_board()
    c.do("2026-01-21", "transfer", by="coordinator")
    assert c.open("handover", "2026-01-21") == [None]
    c.do("2026-01-23", "complete_task", by="coordinator", task="handover")
    assert c.open("handover", "2026-01-23") == []
