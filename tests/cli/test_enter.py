"""Recording, deciding, correcting, overriding: what is accepted, what is refused and why, and what stays unwritten."""

import json
from pathlib import Path

import pytest

from tests.cli.asps import Asps

BLOCKER = {"guard", "level", "why", "looked_at", "missing", "cleared_by", "source"}
MRI = ("record", "P-1", "imaging", "--set", "modality=mri_brain", "--set", "brain_metastases=no")


def staged(asps: Asps) -> Asps:
    """With everything that completes staging, on 12 October 2026."""
    at = ("--at", "2026-10-12T15:00")
    asps.ok("record", "P-1", "histology", "--set", "result=asps_confirmed", *at)
    asps.ok(
        "record", "P-1", "imaging", "--set", "id=ct-1", "--set", "modality=ct_chest", "--set", "report=final", "--set",
        "lung_lesions_right=1", "--on", "2026-10-05", *at,
    )  # fmt: skip
    asps.ok(*MRI, "--set", "id=mri-1", "--set", "report=final", *at)
    return asps


def entries(asps: Asps) -> int:
    return len(asps.ok("timeline", "P-1", "--json").json)


def test_an_accepted_record_tells_what_followed(asps: Asps) -> None:
    said = asps.ok(
        "record", "P-1", "imaging", "--set", "modality=ct_chest", "--set", "report=final", "--set",
        "lung_lesions_right=1", "--on", "2026-10-05", "--at", "2026-10-06T12:00",
    ).out  # fmt: skip
    assert "imaging is entered for P-1 as r" in said
    assert "completed  staging CT" in said
    assert "opened  palliative offer" in said
    assert "+ 56 days = 2026-11-30" in " ".join(said.split()), "a date is shown with its arithmetic"


def test_the_shape_of_an_accepted_step(asps: Asps) -> None:
    answer = asps.ok(*MRI, "--set", "report=final", "--set", "id=mri-1", "--at", "2026-10-06T12:00", "--json").json
    assert answer | {"changes": []} == {
        "accepted": True, "written": True, "patient": "P-1", "id": "mri-1", "state": "staging",
        "state_before": "staging", "version": 3, "warned": [], "overridden": [], "changes": [],
    }  # fmt: skip
    assert {"name", "subject", "occurrence", "title", "what", "old_due", "new_due", "why"} == set(answer["changes"][0])


def test_the_shape_of_a_refused_step(asps: Asps) -> None:
    result = asps("do", "P-1", "complete_staging", "--json")
    assert result.code == 1
    assert set(result.json) == {"accepted", "blockers"}
    assert result.json["accepted"] is False
    assert [b["guard"] for b in result.json["blockers"]] == ["baseline_brain_imaging", "staging_ct", "confirmed_asps"]
    for blocker in result.json["blockers"]:
        assert set(blocker) == BLOCKER
        assert blocker["level"] == "hard"
        assert blocker["why"] and blocker["missing"] and blocker["cleared_by"] and blocker["source"]


def test_a_refusal_shows_every_guard_with_what_would_clear_it(asps: Asps) -> None:
    result = asps("do", "P-1", "complete_staging")
    said = " ".join(result.out.split())
    assert result.code == 1
    assert "complete_staging is refused for P-1; nothing changed" in said
    for text in (
        "baseline_brain_imaging · hard stop",
        "cleared by a coordinator",
        "[S54]",
        "higher CNS metastasis risk",
    ):
        assert text in said


def test_a_refused_step_changes_nothing_but_the_journal(asps: Asps) -> None:
    before = asps.ok("patient", "show", "P-1", "--all", "--json").json
    assert asps("do", "P-1", "complete_staging").code == 1
    assert asps.ok("patient", "show", "P-1", "--all", "--json").json == before
    last = asps.ok("timeline", "P-1", "--json").json[-1]
    assert (last["kind"], last["name"], last["fields"]) == ("refusal", "complete_staging", {})


def test_a_role_that_may_not_is_denied_before_any_guard_is_asked(asps: Asps) -> None:
    result = asps("do", "P-1", "decide_supportive_care", "--by", "coordinator", "--json")
    assert result.code == 1
    assert [b["guard"] for b in result.json["blockers"]] == ["role"]


def test_a_soft_guard_is_answered_by_a_reason(asps: Asps) -> None:
    staged(asps).ok("do", "P-1", "complete_staging", "--at", "2026-10-13T09:00")
    scan = ("do", "P-1", "decide_interval_scan", "--at", "2026-10-14T09:00")
    refused = asps(*scan)
    assert refused.code == 1
    assert "warning; a reason answers it" in refused.out
    assert "--reason" in refused.out
    answer = asps.ok(*scan, "--reason", "limited by judgement of the board", "--json").json
    assert [b["guard"] for b in answer["warned"]] == ["metastasectomy_criteria"]
    assert answer["state"] == "interval_wait"


def test_an_amendment_changes_only_the_fields_given(asps: Asps) -> None:
    asps.ok(*MRI, "--set", "report=preliminary", "--set", "id=mri-1", "--at", "2026-10-06T12:00")
    asps.ok("amend", "P-1", "mri-1", "--set", "report=final", "--at", "2026-10-07T12:00")
    (entry,) = [e for e in asps.ok("patient", "show", "P-1", "--json").json["entries"] if e["id"] == "mri-1"]
    assert entry["fields"] == {"modality": "mri_brain", "report": "final", "brain_metastases": "no"}


def test_an_amendment_reads_numbers_by_the_kind_it_amends(asps: Asps) -> None:
    staged(asps).ok("amend", "P-1", "ct-1", "--set", "lung_lesions_left=4")
    (entry,) = [e for e in asps.ok("patient", "show", "P-1", "--json").json["entries"] if e["id"] == "ct-1"]
    assert entry["fields"]["lung_lesions_left"] == 4


def test_a_correction_of_a_retracted_entry_is_told_why_it_cannot_be(asps: Asps) -> None:
    asps.ok("record", "P-1", "weight", "--set", "id=w", "--set", "kg=70")
    asps.ok("retract", "P-1", "w")
    for command in (("amend", "P-1", "w", "--set", "kg=71"), ("retract", "P-1", "w")):
        result = asps(*command)
        assert (result.code, "entered in error and no longer stands" in result.err) == (1, True)
    assert "asps timeline shows the ids" in asps("retract", "P-1", "v").err


def test_a_retracted_entry_no_longer_counts(asps: Asps) -> None:
    staged(asps).ok("retract", "P-1", "mri-1", "--reason", "another patient's scan", "--at", "2026-10-12T16:00")
    result = asps("do", "P-1", "complete_staging", "--at", "2026-10-13T09:00", "--json")
    assert [b["guard"] for b in result.json["blockers"]] == ["baseline_brain_imaging"]
    assert asps("retract", "P-1", "mri-1").code == 1


def test_an_override_passes_one_guard_for_one_act_once(asps: Asps) -> None:
    fields = {"action": "complete_staging", "reason_code": "emergency", "text": "bleeding", "signer_2": "dr-b"}
    sets = [part for name, value in fields.items() for part in ("--set", f"{name}={value}")]
    staged(asps).ok("retract", "P-1", "mri-1", "--at", "2026-10-12T16:00")
    asps.ok("override", "P-1", "baseline_brain_imaging", *sets, "--at", "2026-10-13T09:00")
    answer = asps.ok("do", "P-1", "complete_staging", "--at", "2026-10-13T09:05", "--json").json
    assert [b["guard"] for b in answer["overridden"]] == ["baseline_brain_imaging"]
    assert asps.ok("timeline", "P-1", "--json").json[-1]["overridden"] == ["baseline_brain_imaging"]
    assert "overridden, not satisfied" in asps.ok("timeline", "P-1").out


def test_an_override_by_one_person_alone_is_refused(asps: Asps) -> None:
    fields = {"action": "complete_staging", "reason_code": "emergency", "text": "bleeding", "signer_2": "dr-a"}
    sets = [part for name, value in fields.items() for part in ("--set", f"{name}={value}")]
    result = asps("override", "P-1", "baseline_brain_imaging", *sets, "--user", "dr-a")
    assert (result.code, "another clinician" in result.err) == (2, True)


def test_a_dry_run_shows_everything_and_writes_nothing(asps: Asps) -> None:
    before = asps.content()
    for args in (
        (*MRI, "--set", "report=final"),
        ("do", "P-1", "transfer"),
        ("do", "P-1", "complete_staging"),
        ("amend", "P-1", "a2", "--set", "centre_role=shared_care"),
        ("retract", "P-1", "a2"),
    ):
        result = asps(*args, "--dry-run")
        assert result.code in (0, 1), result
        assert result.out
    said = asps("do", "P-1", "transfer", "--dry-run").out
    assert "nothing was written" in said
    assert "cancelled  staging CT" in said
    assert asps("do", "P-1", "transfer", "--dry-run", "--json").json["written"] is False
    assert asps.content() == before


def test_a_repeated_command_with_the_same_key_writes_nothing_twice(asps: Asps) -> None:
    command = (*MRI, "--set", "report=final", "--at", "2026-10-06T12:00", "--key", "scan-77", "--json")
    first, count = asps.ok(*command).json, entries(asps)
    again = asps.ok(*command).json
    assert (again["id"], again["written"], entries(asps)) == (first["id"], False, count)


def test_a_patient_changed_meanwhile_is_not_overwritten(asps: Asps) -> None:
    version = asps.ok("patient", "show", "P-1", "--json").json["version"]
    asps.ok("do", "P-1", "claim_task", "--set", "task=staging_ct")
    result = asps("do", "P-1", "transfer", "--expect-version", str(version))
    assert (result.code, "changed meanwhile" in result.err) == (1, True)
    assert asps.ok("patient", "show", "P-1", "--json").json["state"] == "staging"


def test_fields_may_come_from_a_file_and_from_standard_input(asps: Asps, tmp_path: Path) -> None:
    file = tmp_path / "labs.json"
    labs = {"status": "final", "results": [{"analyte": "ALT", "value": 22, "unit": "U/L"}]}
    file.write_text(json.dumps(labs), encoding="utf-8")
    asps.ok("record", "P-1", "labs", "--file", str(file))
    asps.ok("record", "P-1", "labs", "--file", "-", stdin=json.dumps(labs))
    found = [e["fields"] for e in asps.ok("patient", "show", "P-1", "--json").json["entries"] if e["name"] == "labs"]
    assert found == [labs, labs]


def test_who_and_when_are_on_record(asps: Asps) -> None:
    asps.ok("record", "P-1", "weight", "--set", "kg=70", "--by", "coordinator", "--user", "coordinator-4",
            "--on", "2026-10-03", "--at", "2026-10-04T10:00")  # fmt: skip
    last = asps.ok("timeline", "P-1", "--json").json[-1]
    assert (last["by"], last["user"], last["on"], last["day"], last["stated"]) == (
        "coordinator", "coordinator-4", "2026-10-03", "2026-10-04", True,
    )  # fmt: skip


@pytest.mark.parametrize(
    "args",
    [
        ("record", "P-1", "complete_staging"),
        ("do", "P-1", "imaging"),
        ("do", "P-1", "override"),
        ("why", "P-1", "imaging"),
    ],
)
def test_a_fact_is_recorded_and_an_act_is_done(asps: Asps, args: tuple[str, ...]) -> None:
    assert asps(*args).code == 2


def test_a_dry_run_says_what_the_next_tick_would_tell(asps: Asps) -> None:
    asps.ok("patient", "add", "P-9", "--born", "1990-01-01")
    told = asps.ok("record", "P-9", "toxicity", "--set", "term=rash", "--set", "grade=2", "--dry-run")
    assert "the next tick would tell: toxicity review: due" in told.out
    assert "would tell" not in asps.ok("record", "P-9", "toxicity", "--set", "term=rash", "--set", "grade=2").out


def test_an_amendment_is_repeated_with_its_key_even_after_the_entry_was_retracted(asps: Asps) -> None:
    asps.ok("record", "P-1", "weight", "--set", "kg=70", "--set", "id=w")
    amend = ("amend", "P-1", "w", "--set", "kg=71", "--key", "once")
    asps.ok(*amend)
    asps.ok("retract", "P-1", "w")
    before = asps.content()
    assert "was already entered" in asps.ok(*amend).out
    assert asps("amend", "P-1", "w", "--set", "kg=72").code == 1
    assert asps.content() == before


def test_an_entry_of_a_moment_that_has_not_come_is_taken_and_said(asps: Asps) -> None:
    """A year mistyped: 2126."""
    weight = ("record", "P-1", "weight", "--set", "kg=61", "--set", "id=w-1")
    assert asps.ok(*weight, "--at", "2126-10-06T12:00", "--dry-run").err == ""
    assert "‼" not in asps.ok(*weight[:-1], "id=w-0", "--at", "2026-10-06T12:00").err
    said = " ".join(asps.ok(*weight, "--at", "2126-10-06T12:00", "--json").err.split())
    assert said.startswith("‼ the moment of --at has not come yet, and the entry counts all the same.")
    assert said.endswith("asps retract P-1 w-1")
