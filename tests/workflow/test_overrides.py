"""Break-glass (R13): one guard, one action, one use, a second signer, an end. The fact itself does not change."""

from typing import Any

import pytest

from tests.workflow.build import Course, accepted, at_board, guards, in_staging, in_wait, on_immunotherapy, refused
from workflow.asps import ASPS
from workflow.errors import Invalid
from workflow.vocabulary import Level, State

HOURS = {"override.expiry_hours": "72"}
WITHOUT_MRI = ("baseline_brain_imaging", "complete_staging")
SIGNED = {
    "guard": "baseline_brain_imaging", "action": "complete_staging", "reason_code": "emergency", "text": "bleeding",
    "signer_2": "dr-grace",
}  # fmt: skip


def without_mri(**site: str) -> Course:
    """Staged but for the MRI of the brain."""
    c = in_staging(site=HOURS | site)
    c.record("2026-01-10", "imaging", id="ct-0", modality="ct_chest", report="final", lung_lesions_right=1)
    return c


def test_an_override_lets_one_action_pass_one_guard_and_says_so() -> None:
    c = without_mri()
    assert guards(c.refused("2026-01-20", "complete_staging")) == ["baseline_brain_imaging"]
    granted = c.override("2026-01-20", *WITHOUT_MRI, id="glass")
    taken = c.do("2026-01-20", "complete_staging")
    assert ([b.guard for b in taken.overridden], taken.warned) == (["baseline_brain_imaging"], ())
    assert taken.entry.outcome is not None
    assert (granted.id, taken.entry.outcome.overrides) == ("glass", ("glass",))
    assert c.state("2026-01-20") is State.MDT_REVIEW


def test_an_override_moves_nothing_by_itself_and_does_not_change_the_fact() -> None:
    c = without_mri()
    before = c.plan("2026-01-20")
    c.override("2026-01-20", *WITHOUT_MRI)
    assert c.plan("2026-01-20") == before
    c.do("2026-01-20", "complete_staging")
    assert c.open("baseline_brain_mri", "2026-01-21") == [None]


def test_an_override_is_used_once() -> None:
    c = on_immunotherapy(site=HOURS)
    another: dict[str, Any] = {"agents": ["durvalumab"], "class_": "ici_pdl1"}
    c.record("2026-03-02", "immunotherapy_screen", findings=["allo_hsct"])
    c.override("2026-03-02", "immunotherapy_screen", "start_regimen")
    c.do("2026-03-02", "start_regimen", reason="agreed", **another)
    assert guards(c.refused("2026-03-02", "start_regimen", reason="agreed", **another)) == ["immunotherapy_screen"]


def test_an_override_is_for_its_own_action_only() -> None:
    c = in_wait(site=HOURS)
    c.override("2026-02-02", "interval_ct", "schedule_surgery")
    assert guards(c.refused("2026-02-02", "decide_surgery")) == ["interval_ct"]


def test_an_override_is_for_its_own_guard_only() -> None:
    c = in_staging(site=HOURS)
    c.override("2026-01-20", *WITHOUT_MRI)
    assert guards(c.refused("2026-01-20", "complete_staging")) == ["staging_ct"]
    c.override("2026-01-20", "staging_ct", "complete_staging")
    both = c.do("2026-01-20", "complete_staging").overridden
    assert guards(both) == ["baseline_brain_imaging", "staging_ct"]


def test_an_override_that_was_not_needed_is_not_used_up() -> None:
    c = at_board(site=HOURS)
    c.override("2026-01-21", "reference_centre", "decide_interval_scan")
    taken = c.do("2026-01-21", "decide_interval_scan", reason="agreed")
    assert (taken.overridden, taken.entry.outcome and taken.entry.outcome.overrides) == ((), ())


def test_an_override_ends_after_the_hours_of_the_site() -> None:
    c = without_mri()
    c.override("2026-01-20", *WITHOUT_MRI, entered="2026-01-20T12:00")
    late = c.refused("2026-01-23", "complete_staging", entered="2026-01-23T12:01")
    assert guards(late) == ["baseline_brain_imaging"]
    c.override("2026-01-23", *WITHOUT_MRI, entered="2026-01-23T13:00")
    assert c.do("2026-01-26", "complete_staging", entered="2026-01-26T13:00").overridden


def test_an_override_may_state_its_own_end() -> None:
    c = without_mri()
    c.override("2026-01-20", *WITHOUT_MRI, entered="2026-01-20T12:00", expires="2026-01-20T14:00:00+00:00")
    late = c.refused("2026-01-20", "complete_staging", entered="2026-01-20T14:01")
    assert guards(late) == ["baseline_brain_imaging"]


@pytest.mark.parametrize(
    ("site", "expires", "valid"),
    [
        ({}, None, False),
        ({}, "2026-01-20T14:00:00+00:00", True),
        (HOURS, None, True),
        (HOURS, "2026-01-20T12:00:00+00:00", False),
        (HOURS, "2026-01-20T14:00:00", False),
        (HOURS, "2026-01-23T12:00:00+00:00", True),
        (HOURS, "2026-01-23T12:00:01+00:00", False),
        ({}, "2026-01-23T12:00:01+00:00", True),
    ],
)
def test_every_override_ends_at_a_later_instant(site: dict[str, str], expires: str | None, valid: bool) -> None:
    c = in_staging(site=site)
    given = SIGNED | ({"expires": expires} if expires else {})
    if valid:
        assert accepted(c.offer("2026-01-20", "override", entered="2026-01-20T12:00", **given))
        return
    with pytest.raises(Invalid) as caught:
        c.offer("2026-01-20", "override", entered="2026-01-20T12:00", **given)
    assert caught.value.field == "expires"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"signer_2": "dr-ada"}, "signer_2"),
        ({"guard": "brain_imaging"}, "guard"),
        ({"action": "finish_staging"}, "action"),
        ({"action": "override"}, "action"),
    ],
)
def test_names_and_signers_are_checked(given: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        in_staging(site=HOURS).offer("2026-01-20", "override", **(SIGNED | given))
    assert caught.value.field == field


def test_a_coordinator_grants_none() -> None:
    decision = refused(in_staging(site=HOURS).offer("2026-01-20", "override", by="coordinator", **SIGNED))
    assert (decision.denied, [b.why for b in decision.blockers]) == (
        True,
        ["override may be done by a clinician only"],
    )


@pytest.mark.parametrize("guard", sorted(g.name for g in ASPS.guards.values() if g.level is not Level.HARD))
def test_soft_and_absolute_guards_refuse_one(guard: str) -> None:
    [blocker] = in_staging(site=HOURS).refused("2026-01-20", "override", **(SIGNED | {"guard": guard}))
    soft = ASPS.guards[guard].level is Level.SOFT
    why = "a soft warning needs a reason, not an override" if soft else "nothing overrides it"
    assert (blocker.guard, blocker.level, blocker.why) == (guard, Level.ABSOLUTE, f"{guard}: {why}")


@pytest.mark.parametrize("guard", sorted(g.name for g in ASPS.guards.values() if g.level is Level.HARD))
def test_every_hard_stop_has_a_way_out(guard: str) -> None:
    assert accepted(in_staging(site=HOURS).offer("2026-01-20", "override", **(SIGNED | {"guard": guard})))


def test_where_the_guard_is_overridden_the_preliminary_report_is_not_held_against_it() -> None:
    c = without_mri()
    c.record("2026-01-12", "imaging", id="mri", modality="mri_brain", report="preliminary")
    assert guards(c.refused("2026-01-20", "complete_staging")) == ["baseline_brain_imaging", "final_report"]
    c.override("2026-01-20", *WITHOUT_MRI)
    taken = c.do("2026-01-20", "complete_staging").entry.outcome
    assert taken is not None
    assert "mri" not in taken.relied


def test_a_retracted_override_opens_nothing() -> None:
    c = without_mri()
    c.override("2026-01-20", *WITHOUT_MRI, id="glass")
    c.retract("glass", entered="2026-01-20")
    assert guards(c.refused("2026-01-20", "complete_staging")) == ["baseline_brain_imaging"]


def test_an_override_does_not_answer_a_soft_warning() -> None:
    c = at_board(site=HOURS)
    c.override("2026-01-21", "tki_baseline", "start_regimen")
    start: dict[str, Any] = {"agents": ["pazopanib"], "class_": "tki"}
    assert {b.level for b in c.refused("2026-01-21", "start_regimen", **start)} == {Level.SOFT}
    assert c.do("2026-01-21", "start_regimen", reason="agreed", **start).overridden != ()
