"""Looking: worklist, timeline, why, patients."""

from tests.cli.asps import Asps

ROW = ["patient", "task", "title", "due", "stage", "days_late", "state", "owner", "priority", "why"]


def test_the_shape_of_the_worklist(asps: Asps) -> None:
    rows = asps.ok("worklist", "--at", "2026-11-03T09:00", "--json").json
    assert all(list(row) == ROW for row in rows)
    assert rows[0] == {
        "patient": "P-1", "task": "baseline_brain_mri", "title": "baseline brain MRI", "due": "2026-10-15",
        "stage": "overdue", "days_late": 19, "state": "staging", "owner": "coordinator", "priority": 1,
        "why": "start of staging 2026-10-01 + 14 days = 2026-10-15",
    }  # fmt: skip


def test_most_overdue_first_then_undated_then_by_priority_and_date(asps: Asps) -> None:
    asps.ok("patient", "add", "P-0", "--born", "1990-01-01", "--at", "2026-10-20T08:30")
    asps.ok("do", "P-0", "accept_referral", "--set", "centre_role=reference_centre", "--at", "2026-10-20T09:00")
    rows = asps.ok("worklist", "--at", "2026-11-01T09:00", "--json").json
    dated = [(row["patient"], row["task"]) for row in rows if row["due"]]
    assert dated == [
        ("P-1", "baseline_brain_mri"), ("P-1", "staging_ct"), ("P-0", "baseline_brain_mri"), ("P-0", "staging_ct"),
    ]  # fmt: skip
    stages = [row["stage"] if row["due"] else "undated" for row in rows]
    assert stages == sorted(stages, key=["overdue", "undated", "due", "upcoming"].index)


def test_the_stage_is_told_by_word_sign_and_count(asps: Asps) -> None:
    said = asps.ok("worklist", "--at", "2026-11-03T09:00").out
    assert "● overdue" in said
    assert "19 days late" in said
    assert "◇ undated" in said
    assert "2 overdue · 2 undated" in said
    assert "▲ due" in asps.ok("worklist", "--at", "2026-10-15T09:00").out
    assert "○ upcoming" in asps.ok("worklist", "--at", "2026-10-14T09:00").out
    assert "1 day late" in asps.ok("worklist", "--at", "2026-10-16T09:00").out


def test_the_day_changes_at_midnight_of_the_site(asps: Asps) -> None:
    def late(at: str) -> int:
        return int(asps.ok("worklist", "--at", at, "--json").json[0]["days_late"])

    assert [late("2026-10-15T23:59"), late("2026-10-16T00:00"), late("2026-10-15T22:00Z")] == [0, 1, 1]


def test_check_leaves_with_3_when_something_is_overdue(asps: Asps) -> None:
    assert asps("worklist", "--check", "--at", "2026-10-15T23:59").code == 0
    assert asps("worklist", "--check", "--at", "2026-10-16T00:00").code == 3
    assert asps("worklist", "--check", "--json", "--at", "2026-10-16T00:00").code == 3
    assert asps("worklist", "--at", "2026-10-16T00:00").code == 0


def test_the_worklist_can_be_narrowed(asps: Asps) -> None:
    def tasks(*args: str) -> set[str]:
        return {row["task"] for row in asps.ok("worklist", "--at", "2026-10-02T09:00", "--json", *args).json}

    assert "baseline_brain_mri" not in tasks("--upcoming", "3")
    assert "baseline_brain_mri" in tasks("--upcoming", "30")
    assert tasks("--owner", "clinician") == set()
    assert tasks("--claimed-by", "tester") == set()
    asps.ok("do", "P-1", "claim_task", "--set", "task=staging_ct", "--at", "2026-10-02T09:00")
    assert tasks("--claimed-by", "tester") == {"staging_ct"}
    assert len(tasks("--limit", "1")) == 1


def test_an_empty_worklist_says_so(bare: Asps) -> None:
    bare.ok("init", "--yes")
    assert "Nothing is to be done" in bare.ok("worklist").out
    assert "Nobody is registered" in bare.ok("patient", "list").out


def test_no_id_is_cut_off_however_narrow_the_output(asps: Asps) -> None:
    long = "P-" + "9" * 62
    asps.ok("patient", "add", long, "--born", "1990-01-01")
    for command in (("worklist",), ("patient", "list"), ("patient", "show", long), ("timeline", long)):
        said = asps.ok(*command).out
        assert "…" not in said
        assert said.count("9") >= 62


def test_the_timeline_tells_refusals_timed_moves_and_what_followed(asps: Asps) -> None:
    asps("do", "P-1", "complete_staging", "--at", "2026-10-05T09:00")
    rows = asps.ok("timeline", "P-1", "--json").json
    assert [(row["kind"], row["name"]) for row in rows] == [
        ("registration", ""), ("act", "accept_referral"), ("refusal", "complete_staging"),
    ]  # fmt: skip
    assert rows[1]["before"] == "referred" and rows[1]["after"] == "staging"
    assert {change["name"] for change in rows[1]["changes"]} >= {"baseline_brain_mri", "staging_ct"}
    said = " ".join(asps.ok("timeline", "P-1").out.split())
    assert "referred → staging" in said
    assert "refused by: baseline_brain_imaging" in said
    assert len(asps.ok("timeline", "P-1", "--at", "2026-10-02T00:00", "--json").json) == 2


def test_why_lists_what_is_possible_and_what_blocks_the_rest(asps: Asps) -> None:
    found = asps.ok("why", "P-1", "--json").json
    acts = {act["action"]: act for act in found["acts"]}
    assert found["state"] == "staging"
    assert [b["guard"] for b in acts["complete_staging"]["blockers"]] == [
        "baseline_brain_imaging", "staging_ct", "confirmed_asps",
    ]  # fmt: skip
    assert acts["declare_death"]["blockers"] == []
    assert acts["start_regimen"]["needs"] == ["agents", "class"]
    assert "decide_surgery" not in acts
    assert "hold_regimen" not in acts, "no drug runs"
    said = asps.ok("why", "P-1").out
    assert "✗ baseline_brain_imaging, staging_ct, confirmed_asps" in said


def test_why_an_act_shows_each_guard_met_or_not_and_what_it_looked_at(asps: Asps) -> None:
    asps.ok("record", "P-1", "histology", "--set", "result=asps_confirmed", "--at", "2026-10-02T09:00")
    found = asps.ok("why", "P-1", "complete_staging", "--json").json
    guards = {guard["guard"]: guard for guard in found["guards"]}
    assert (guards["confirmed_asps"]["met"], guards["staging_ct"]["met"]) == (True, False)
    assert guards["confirmed_asps"]["looked_at"] == ["histology asps_confirmed of 2026-10-02"]
    assert all(guard["says"] and guard["source"] for guard in guards.values())
    said = asps.ok("why", "P-1", "complete_staging").out
    assert "✓ confirmed_asps" in said
    assert "✗ staging_ct" in said


def test_why_an_act_that_is_not_possible_here_names_what_is(asps: Asps) -> None:
    found = asps.ok("why", "P-1", "decide_surgery", "--json").json
    assert found["blockers"][0]["guard"] == "wrong_state"
    assert "complete_staging" in found["blockers"][0]["why"]


def test_why_an_act_of_which_too_little_is_said_shows_what_it_may_meet(asps: Asps) -> None:
    found = asps.ok("why", "P-1", "start_regimen", "--json").json
    assert found["needs"] == ["agents", "class"]
    assert any("no_first_line_chemotherapy" in row["guards"] for row in found["rows"])
    judged = asps.ok(
        "why", "P-1", "start_regimen", "--set", "agents=doxorubicin", "--set", "class=cytotoxic_anthracycline", "--json"
    ).json
    assert "no_first_line_chemotherapy" in {b["guard"] for b in judged["blockers"]}
    assert asps("why", "P-1", "start_regimen", "--set", "class=tki").code == 2


def test_a_patient_can_be_seen_as_of_another_moment(asps: Asps) -> None:
    asps.ok("do", "P-1", "transfer", "--at", "2026-10-20T09:00")
    then = asps.ok("patient", "show", "P-1", "--at", "2026-10-19T09:00", "--json").json
    now = asps.ok("patient", "show", "P-1", "--json").json
    assert (then["state"], now["state"]) == ("staging", "transferred")
    assert "baseline_brain_mri" in {task["task"] for task in then["tasks"]}
    assert {task["task"] for task in now["tasks"]} == {"handover"}
    assert asps.ok("why", "P-1", "--at", "2026-10-19T09:00", "--json").json["state"] == "staging"


def test_patients_are_listed_by_id_some_at_a_time(asps: Asps) -> None:
    for id in ("P-3", "P-2"):
        asps.ok("patient", "add", id, "--born", "1990-01-01")
    rows = asps.ok("patient", "list", "--json").json
    assert [(row["patient"], row["state"]) for row in rows] == [
        ("P-1", "staging"),
        ("P-2", "referred"),
        ("P-3", "referred"),
    ]
    assert [row["patient"] for row in asps.ok("patient", "list", "--state", "referred", "--json").json] == [
        "P-2",
        "P-3",
    ]
    assert [row["patient"] for row in asps.ok("patient", "list", "--after", "P-2", "--json").json] == ["P-3"]
    assert "asps patient list --after P-1" in asps.ok("patient", "list", "--limit", "1").out
    assert "Nobody comes after P-9." in asps.ok("patient", "list", "--after", "P-9").out


def test_a_name_is_shown_to_who_looks_at_the_patient_and_nowhere_else(asps: Asps) -> None:
    asps.ok("patient", "add", "P-2", "--born", "1990-01-01", "--name", "Ada Invented", "--contact", "ada@example.org")
    assert "Ada Invented" in asps.ok("patient", "show", "P-2").out
    for command in (("worklist",), ("patient", "list"), ("timeline", "P-2"), ("timeline", "P-2", "--json"), ("tick",)):
        assert "Ada" not in asps.ok(*command).out


def test_the_database_may_be_named_before_or_after_the_command(asps: Asps) -> None:
    for args in (("--database", str(asps.file), "patient", "list", "--json"),
                 ("patient", "list", "--json", "--database", str(asps.file)),
                 (f"--database=sqlite:///{asps.file}", "patient", "list", "--json")):  # fmt: skip
        assert [row["patient"] for row in asps.ok(*args).json] == ["P-1"]


def test_a_tick_tells_what_is_new_and_then_nothing(asps: Asps) -> None:
    at = ("--at", "2026-10-20T09:00")
    first = asps.ok("tick", *at)
    assert "2 new notices" in first.out
    assert "P-1" not in first.out
    assert "Nothing new is due" in asps.ok("tick", *at).out
    report = asps.ok("tick", "--at", "2026-10-21T09:00", "--json").json
    assert report == {
        "at": "2026-10-21T07:00:00+00:00",
        "moved": 0,
        "replanned": 0,
        "notices": 0,
        "told": 0,
        "failed": [],
        "messages": {"sent": 0, "put_off": 0, "parked": 0, "suppressed": 0, "waiting": 0},
    }
