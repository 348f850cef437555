"""How the guards fare, and whom nobody would be reminded of."""

from datetime import timedelta

from storage.ledger import Ledger
from storage.reports import Stalled, guard_report, stalled_report
from tests.storage.clinic import DOCTOR, START, accepted, at, ok, registered, staged
from workflow.asps import ASPS
from workflow.vocabulary import State

LATER = START + timedelta(hours=1)
GRANT = {
    "guard": "baseline_brain_imaging", "action": "complete_staging", "reason_code": "evidence_elsewhere",
    "text": "MRI seen on disc", "signer_2": "dr-b", "expires": at("2026-11-05T09:00").isoformat(),
}  # fmt: skip


def test_refusals_and_overrides_are_counted_per_guard(ledger: Ledger) -> None:
    accepted(ledger)
    ledger.set_site({"override.flag_share": "40"}, now=LATER, author=DOCTOR)
    for name, given in (
        ("histology", {"result": "asps_confirmed"}),
        ("imaging", {"modality": "ct_chest", "report": "final"}),
    ):
        ok(ledger.enter("P-1", name, given, now=LATER, author=DOCTOR))
    assert not ledger.enter("P-1", "complete_staging", {}, now=LATER, author=DOCTOR).accepted
    ok(ledger.enter("P-1", "override", GRANT, now=LATER, author=DOCTOR))
    ok(ledger.enter("P-1", "complete_staging", {}, now=LATER, author=DOCTOR))

    (use,) = guard_report(ledger.engine, ASPS)

    assert (use.guard, use.refused, use.granted, use.overridden, use.share) == ("baseline_brain_imaging", 1, 1, 1, 50)
    assert (dict(use.roles), dict(use.reasons)) == ({"clinician": 1}, {"evidence_elsewhere": 1})
    assert use.flagged, "overridden in 50 % of the times it stood in the way; the site flags above 40"


def test_no_share_no_flag(ledger: Ledger) -> None:
    accepted(ledger)
    ledger.enter("P-1", "complete_staging", {}, now=LATER, author=DOCTOR)

    assert [(u.guard, u.refused, u.flagged) for u in guard_report(ledger.engine, ASPS)] == [
        ("baseline_brain_imaging", 1, False), ("confirmed_asps", 1, False), ("staging_ct", 1, False),
    ]  # fmt: skip


def test_a_soft_guard_that_a_reason_answered_counts_as_warned(ledger: Ledger) -> None:
    staged(ledger)
    ok(ledger.enter("P-1", "symptoms", {"symptomatic": "yes"}, now=LATER, author=DOCTOR))
    ok(ledger.enter("P-1", "decide_observation", {}, now=LATER, author=DOCTOR, reason="wish of the patient"))

    (use,) = [u for u in guard_report(ledger.engine, ASPS) if u.guard == "symptomatic_patient"]

    assert (use.refused, use.overridden, use.warned, dict(use.reasons)) == (0, 0, 1, {"reason given": 1})


def test_who_has_only_undated_tasks_is_stalled(ledger: Ledger) -> None:
    registered(ledger, "P-1")
    accepted(ledger, "P-2")

    (found,) = stalled_report(ledger.engine)

    assert found == Stalled(
        patient="P-1", state=State.REFERRED, since=START.date(),
        why=("confirm_histology: the rules are for confirmed ASPS",
             "referral_answer: no date: referral.due_days is UNSET at this site"),
    )  # fmt: skip


def test_who_left_is_not_stalled(ledger: Ledger) -> None:
    registered(ledger, "P-1")
    ok(ledger.enter("P-1", "transfer", {}, now=LATER, author=DOCTOR))

    assert stalled_report(ledger.engine) == []
