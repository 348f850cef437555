"""The JSON API written to: each step once, on what one has seen, or not at all."""

from typing import Any

import pytest

from storage import accounts
from storage.accounts import WebRole
from tests.storage.clinic import snapshot
from tests.web.clinic import PASSWORD, Clinic
from tests.web.program import As, Program, problem, weigh
from web import passwords

# entering -------------------------------------------------------------------------------------------------------------


def test_a_record_is_entered(program: As, clinic: Clinic, one: str) -> None:
    answer = program("coordinator").send(
        f"{one}/entries",
        {"name": "imaging", "on": "2026-11-20", "fields": {"modality": "mri_brain", "report": "final"}},
    )
    assert (answer.status_code, answer.headers["etag"]) == (201, '"3"')
    told = answer.json()
    assert {name: told[name] for name in told if name != "changes"} == {
        "patient": clinic.handle("P-1"), "entry": "r3", "written": True, "replayed": False, "state_before": "staging",
        "state": "staging", "version": 3, "warned": [], "overridden": [],
    }  # fmt: skip
    done = [(change["name"], change["what"]) for change in told["changes"]]
    assert ("baseline_brain_mri", "completed") in done
    entry = clinic.desk.reader.chart("P-1").entries["r3"]
    assert (entry.name, entry.on.isoformat(), entry.by, entry.user) == (
        "imaging", "2026-11-20", "coordinator", "coordinator-1",
    )  # fmt: skip


def test_another_name_leaves_the_contact_as_it_is_and_the_record_alone(program: As, clinic: Clinic, one: str) -> None:
    answer = program("coordinator").send(f"{one}/person", {"contact": "020 555"}, method="PATCH")
    assert (answer.status_code, answer.json()) == (200, {"name": "Zoë Aalto-Öberg", "contact": "020 555"})
    answer = program("clinician").send(f"{one}/person", {"name": "Zoe Aalto"}, method="PATCH")
    assert answer.json() == {"name": "Zoe Aalto", "contact": "020 555"}
    assert clinic.desk.reader.patient("P-1").version == 2
    assert [look[:2] for look in clinic.noted() if look[1] == "person_changed"] == [
        ("coordinator-1", "person_changed"), ("clinician-1", "person_changed"),
    ]  # fmt: skip
    assert problem(program("clinician").send(f"{one}/person", {"name": "two\nlines"}, method="PATCH"))[0] == 422
    assert problem(program("auditor").send(f"{one}/person", {"name": "X"}, method="PATCH"))[0] == 403


def test_a_refused_act_tells_every_unmet_guard_and_changes_nothing(program: As, clinic: Clinic, one: str) -> None:
    answer = program("coordinator").send(f"{one}/entries", {"name": "complete_staging"})
    assert problem(answer) == (409, "refused", None)
    assert [b["guard"] for b in answer.json()["blockers"]] == [
        "baseline_brain_imaging", "staging_ct", "confirmed_asps",
    ]  # fmt: skip
    assert clinic.desk.reader.patient("P-1").version == 2


def test_what_the_role_may_not_do_is_told_as_such(program: As, one: str) -> None:
    answer = program("coordinator").send(f"{one}/entries", {"name": "decide_tki"})
    assert problem(answer) == (403, "not-allowed", None)
    assert answer.json()["blockers"][0]["cleared_by"] == "a clinician does it"


def test_asked_again_with_its_key_the_answer_is_the_same_and_nothing_is_written(
    program: As, clinic: Clinic, one: str
) -> None:
    cora = program("coordinator")
    first = cora.send(f"{one}/entries", weigh(), Idempotency_Key="my-first-key").json()
    again = cora.send(f"{one}/entries", weigh(), Idempotency_Key="my-first-key").json()
    assert again == first | {"written": False, "replayed": True}
    other = cora.send(f"{one}/entries", weigh(80), Idempotency_Key="my-first-key")
    assert problem(other) == (409, "refused", "Idempotency-Key")
    assert clinic.desk.reader.patient("P-1").version == first["version"]
    by_another = program("clinician").send(f"{one}/entries", weigh(), Idempotency_Key="my-first-key").json()
    assert by_another["written"], "another person's key is another key"


def test_a_write_without_a_key_is_not_taken(program: As, one: str) -> None:
    assert problem(program("coordinator").send(f"{one}/entries", weigh(), Idempotency_Key="")) == (
        422, "invalid", "Idempotency-Key",
    )  # fmt: skip


def test_what_was_changed_meanwhile_is_told_and_not_written_over(program: As, clinic: Clinic, one: str) -> None:
    cora = program("coordinator")
    seen = cora.visitor.get(f"/api/v1{one}").headers.get("etag")
    assert seen == '"2"'
    clinic.enter("P-1", "weight", kg=71.0)

    answer = cora.send(f"{one}/entries", weigh(), If_Match=seen)

    assert problem(answer) == (412, "changed-meanwhile", None)
    assert answer.headers["etag"] == '"3"' and answer.json()["version"] == 3
    assert [(row["name"], row["user"], row["fields"]) for row in answer.json()["meanwhile"]] == [
        ("weight", "clinician-1", {"kg": 71.0})
    ]
    assert cora.send(f"{one}/entries", weigh(), If_Match='"3"').status_code == 201


def test_a_dry_run_tells_what_would_follow_and_writes_nothing(program: As, clinic: Clinic, one: str) -> None:
    cora = program("coordinator")
    before = snapshot(clinic.ledger.engine, "session", "access")
    answer = cora.send(f"{one}/entries?dry_run=true", weigh())
    assert (answer.status_code, answer.json()["written"], answer.json()["version"]) == (200, False, 3)
    refused = cora.send(f"{one}/entries?dry_run=true", {"name": "complete_staging"})
    assert problem(refused) == (409, "refused", None)
    after = snapshot(clinic.ledger.engine, "session", "access")
    assert after == before


@pytest.mark.parametrize(("body", "field"), [
    (weigh(True), "kg"), (weigh("70"), "kg"), (weigh(None), "kg"), ({"name": "weight"}, "fields"),
    (weigh(on="20-11-2026"), "on"), (weigh(on=20261120), "on"), (weigh(on="2026-11-20T00:00"), "on"),
    (weigh(on="2026-02-30"), "on"), (weigh(more="x"), "more"), (weigh() | {"fields": {"kg": 70, "lb": 1}}, "lb"),
    (weigh(reason=7), "reason"), (weigh(reason="\u0007"), "reason"), (weigh(id="two words"), "id"),
    ({"name": "nothing"}, "name"), ({"name": "claim_task", "fields": {"task": "nothing"}}, "task"), ([], "body"),
])  # fmt: skip
def test_input_is_read_strictly_and_the_field_is_named(
    program: As, clinic: Clinic, one: str, body: Any, field: str
) -> None:
    status, kind, told = problem(program("coordinator").send(f"{one}/entries", body))
    assert (status, kind) == (422, "invalid") and (told or "").rpartition(".")[2] == field
    assert clinic.desk.reader.patient("P-1").version == 2


def test_an_entry_is_corrected_and_taken_back(program: As, clinic: Clinic, one: str) -> None:
    cora = program("coordinator")
    id = cora.send(f"{one}/entries", weigh(700)).json()["entry"]
    answer = cora.send(f"{one}/entries/{id}", {"fields": {"kg": 70.0}, "reason": "typed wrong"}, method="PATCH")
    assert answer.status_code == 200
    assert clinic.desk.reader.chart("P-1").entries[id].fields.plain() == {"kg": 70.0}
    assert cora.send(f"{one}/entries/{id}/retraction", {"reason": "another patient's"}).status_code == 201
    assert id not in clinic.desk.reader.chart("P-1").entries
    assert problem(cora.send(f"{one}/entries/{id}/retraction", {})) == (404, "not-found", None)


def test_a_task_is_claimed_put_off_and_waived(program: As, clinic: Clinic, one: str) -> None:
    cora = program("coordinator")
    acts = f"{one}/tasks/confirm_histology/acts"
    for body in ({"act": "claim"}, {"act": "snooze", "until": "2026-12-01", "reason": "holiday"}):
        assert cora.send(acts, body).status_code == 201
    task = {t["task"]: t for t in cora.get(f"{one}/tasks")}["confirm_histology"]
    assert (task["claimed_by"], task["snoozed_until"]) == ("coordinator-1", "2026-12-01")
    assert problem(cora.send(acts, {"act": "waive"})) == (422, "invalid", "reason")
    assert problem(cora.send(acts, {"act": "waive", "reason": " "})) == (422, "invalid", "reason")
    assert problem(cora.send(acts, {"act": "snooze", "reason": "x"})) == (422, "invalid", "until")
    assert problem(cora.send(acts, {"act": "claim", "until": "2026-12-01"})) == (422, "invalid", "until")
    assert problem(cora.send(acts, {"act": "hide"})) == (422, "invalid", "act")


def test_a_new_patient(program: As, clinic: Clinic) -> None:
    cora = program("coordinator")
    body = {"id": "NL-9", "born": "1988-05-05", "name": "Piet Jansen", "can_become_pregnant": "no"}
    answer = cora.send("/patients", body)
    assert (answer.status_code, answer.json()["patient"], answer.json()["state"]) == (
        201, clinic.handle("NL-9"), "referred",
    )  # fmt: skip
    assert cora.get(f"/patients/{clinic.handle('NL-9')}")["name"] == "Piet Jansen"
    assert problem(cora.send("/patients", body)) == (422, "invalid", "id")
    assert problem(cora.send("/patients", body | {"id": "NL-8", "born": "2030-01-01"})) == (422, "invalid", "born")


# two people -----------------------------------------------------------------------------------------------------------

GRANT = {
    "guard": "baseline_brain_imaging", "action": "complete_staging", "reason_code": "evidence_elsewhere",
    "text": "MRI seen on disc", "signer_2": "clinician-2",
}  # fmt: skip


def grant(by: Program, one: str, password: str, account: str = "clinician-2", **more: str) -> Any:
    return by.send(f"{one}/entries", {
        "name": "override", "fields": GRANT | more, "confirmed_by": {"account": account, "password": password},
    })  # fmt: skip


def test_an_override_is_confirmed_by_a_second_clinician_with_their_own_password(
    program: As, clinic: Clinic, one: str
) -> None:
    accounts.add(clinic.ledger.engine, id="clinician-2", name="Sec Ond", role=WebRole.CLINICIAN,
                 password=passwords.hashed(PASSWORD), now=clinic.now)  # fmt: skip
    kept = passwords.hashed(PASSWORD)
    accounts.set_password(clinic.ledger.engine, "clinician-2", kept, clinic.now, must_change=False)
    clara = program("clinician")
    assert problem(clara.send(f"{one}/entries", {"name": "override", "fields": GRANT})) == (
        422, "invalid", "confirmed_by",
    )  # fmt: skip
    assert problem(grant(clara, one, "wrong")) == (422, "invalid", "signer_2")
    assert problem(grant(clara, one, PASSWORD, account="clinician-1")) == (422, "invalid", "signer_2")
    assert problem(grant(clara, one, PASSWORD, signer_2="coordinator-1", account="coordinator-1")) == (
        422, "invalid", "signer_2",
    )  # fmt: skip

    assert grant(clara, one, PASSWORD).status_code == 201

    override = clinic.desk.reader.chart("P-1").entries["o3"]
    assert (override.user, override.fields.plain()["signer_2"]) == ("clinician-1", "clinician-2")
