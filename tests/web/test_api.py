"""The JSON API: the same as the pages, for programs."""

import re
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest

from storage import accounts
from storage.access_log import looks
from storage.accounts import WebRole
from tests.storage.clinic import snapshot
from tests.web.clinic import PASSWORD, Clinic, Visitor
from tests.web.pages import table
from web import passwords
from web.api.description import description
from workflow.records import KINDS

As = Callable[[str], "Program"]
MEDIA = "application/problem+json"
_keys = count()


class Program:
    """A program with the session of someone."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor

    def get(self, path: str, **asked: Any) -> Any:
        """What is answered, where it is fine."""
        answer = self.visitor.get(f"/api/v1{path}", params=asked)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def send(self, path: str, body: Any = None, *, method: str = "POST", **headers: str) -> Any:
        """Sends a body with the token of the session and a new key."""
        given = {"X-CSRF-Token": self.visitor.token, "Idempotency-Key": f"key-{next(_keys):08}"}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {name: value for name, value in given.items() if value}
        return self.visitor.request(method, f"/api/v1{path}", json=body, headers=sent)


@pytest.fixture
def program(clinic: Clinic) -> As:
    """A program of someone of a role."""
    return lambda role: Program(clinic.signed_in(role))


@pytest.fixture
def one(clinic: Clinic) -> str:
    """The address of P-1."""
    return f"/patients/{clinic.handle('P-1')}"


def weigh(kg: Any = 70.5, **more: Any) -> dict[str, Any]:
    return {"name": "weight", "fields": {"kg": kg}, **more}


def problem(answer: Any) -> tuple[int, str, str | None]:
    """Status, kind and field of a problem."""
    assert answer.headers["content-type"] == MEDIA
    told = answer.json()
    assert told["status"] == answer.status_code and told["title"] and told["detail"]
    return told["status"], told["type"].rpartition(":")[2], told.get("field")


# reading --------------------------------------------------------------------------------------------------------------


def test_who_asks_and_what_they_may_do(program: As) -> None:
    cora, audi = program("coordinator"), program("auditor")
    me = cora.get("/me")
    assert (me["account"], me["name"], me["role"], me["sees_options"]) == (
        "coordinator-1", "Cora Ordinator", "coordinator", False,
    )  # fmt: skip
    assert me["csrf"] == cora.visitor.token
    assert {"api.enter", "api.worklist"} <= set(me["may"]) and "api.sign" not in me["may"]
    assert not {"api.enter", "api.amend", "api.register", "api.set", "api.sign"} & set(audi.get("/me")["may"])


def test_the_worklist_a_slice_at_a_time(program: As, clinic: Clinic) -> None:
    cora = program("coordinator")
    whole = cora.get("/worklist")
    assert whole["next"] is None
    first = whole["items"][0]
    assert first == {
        "patient": clinic.handle("P-1"), "id": "P-1", "task": "baseline_brain_mri", "subject": "once", "occurrence": 1,
        "title": "baseline brain MRI", "due": "2026-10-29", "target": "2026-10-29", "not_before": None,
        "stage": "overdue", "days_late": 26, "state": "staging", "owner": "coordinator", "priority": 1,
        "claimed_by": "", "why": "start of staging 2026-10-15 + 14 days = 2026-10-29",
    }  # fmt: skip
    found, cursor = [], ""
    while True:
        part = cora.get("/worklist", limit=2, cursor=cursor)
        found += part["items"]
        cursor = part["next"]
        if cursor is None:
            break
    assert found == whole["items"]
    undated = cora.get("/worklist", stage="undated")["items"]
    assert {row["stage"] for row in undated} == {"undated"} and {row["due"] for row in undated} == {None}


def test_patients_by_state_and_a_slice_at_a_time(program: As, clinic: Clinic) -> None:
    cora = program("coordinator")
    found = cora.get("/patients", limit=2)
    assert [row["id"] for row in found["items"]] == ["P-1", "P-2"] and found["next"] == clinic.handle("P-2")
    assert [row["id"] for row in cora.get("/patients", cursor=found["next"])["items"]] == ["P-3"]
    assert [row["id"] for row in cora.get("/patients", state="referred")["items"]] == ["P-3"]


def test_a_name_is_found_without_its_accents_and_stands_in_no_address(program: As, clinic: Clinic) -> None:
    cora = program("coordinator")
    found = cora.send("/patients/search", {"text": "zoe oberg"}).json()
    assert found == [
        {"patient": clinic.handle("P-1"), "id": "P-1", "name": "Zoë Aalto-Öberg", "born": "1990-01-01",
         "state": "staging", "since": "2026-10-15"}
    ]  # fmt: skip
    assert cora.send("/patients/search", {"text": "nobody"}).json() == []


def test_one_patient(program: As, clinic: Clinic, one: str) -> None:
    assert program("coordinator").get(one) == {
        "patient": clinic.handle("P-1"), "id": "P-1", "state": "staging", "since": "2026-10-15", "version": 2,
        "wake_at": None, "name": "Zoë Aalto-Öberg", "contact": "", "born": "1990-01-01", "sex_recorded": "unknown",
        "can_become_pregnant": "no", "registered": "2026-10-15",
        "alerts": ["overdue: 2, the oldest staging CT since 2026-10-29"],
    }  # fmt: skip


def test_every_look_at_a_patient_is_noted(program: As, clinic: Clinic, one: str) -> None:
    audi = program("auditor")
    for path in ("", "/tasks", "/timeline", "/acts", "/options"):
        audi.get(one + path)
    audi.get("/worklist", limit=1)
    with clinic.desk.engine.connect() as connection:
        noted = [(look.what, look.patient) for look in looks(connection, account="auditor-1") if look.patient]
    assert set(noted) == {
        (what, "P-1")
        for what in ("api.patient", "api.tasks", "api.timeline", "api.acts", "api.options", "api.worklist")
    }


def test_tasks_and_timeline(program: As, clinic: Clinic, one: str) -> None:
    clinic.enter("P-1", "imaging", on=clinic.now.date(), modality="mri_brain", report="final", brain_metastases="no")
    cora = program("coordinator")
    assert "baseline_brain_mri" not in {task["task"] for task in cora.get(f"{one}/tasks")}
    closed = {t["task"]: t for t in cora.get(f"{one}/tasks", all=True)}["baseline_brain_mri"]
    assert (closed["status"], closed["stage"], closed["done"]) == ("done", None, "2026-11-24")
    assert [row["name"] for row in cora.get(f"{one}/timeline")["items"]] == ["", "accept_referral", "imaging"]
    part = cora.get(f"{one}/timeline", limit=1, cursor="1")
    assert ([row["seq"] for row in part["items"]], part["next"]) == ([2], "2")


def test_what_can_be_done_and_what_stands_in_the_way(program: As, one: str) -> None:
    acts = {act["name"]: act for act in program("clinician").get(f"{one}/acts")}
    assert acts["complete_staging"]["by"] == ["clinician", "coordinator"] and acts["complete_staging"]["yours"]
    mri = acts["complete_staging"]["blockers"][0]
    assert mri == {
        "guard": "baseline_brain_imaging", "level": "hard",
        "why": "no final brain MRI performed on or after 2026-10-15", "looked_at": [],
        "missing": ["imaging mri_brain, report = final"],
        "cleared_by": "a coordinator: have the brain MRI done and record it; a clinician: accept a contrast CT where "
        "no MRI is possible (mri_contraindication)",
        "source": [
            "[S33] Baseline brain MRI should be performed at staging",
            "[S54] Do not neglect brain imaging at baseline staging",
            "[S55] ASPS has higher CNS metastasis risk than other sarcomas",
            "[GUIDE] where no MRI is possible, a contrast CT is acceptable",
        ],
    }  # fmt: skip


def test_a_coordinator_is_told_of_their_own_acts_and_of_no_options(program: As, one: str) -> None:
    cora, clara = program("coordinator"), program("clinician")
    own = {act["name"] for act in cora.get(f"{one}/acts")}
    all_ = {act["name"] for act in clara.get(f"{one}/acts")}
    assert "complete_staging" in own and own < all_ and "declare_out_of_scope" in all_ - own
    assert problem(cora.visitor.get(f"/api/v1{one}/options")) == (403, "not-allowed", None)
    assert clara.get(f"{one}/options") == []
    assert cora.get("/pathway/rules", kind="option") == [] and clara.get("/pathway/rules", kind="option") != []


def test_what_is_ahead_of_a_patient_and_of_the_clinic(program: As, clinic: Clinic) -> None:
    cora = program("coordinator")
    ahead = cora.get(f"/patients/{clinic.handle('P-2')}/forecast", days=30)
    assert ahead["until"] == "2026-12-24" and ahead["moves"] == []
    assert ahead["expected"][0] == {
        "on": "2026-12-01", "task": "baseline_brain_mri", "title": "baseline brain MRI",
        "why": "start of staging 2026-11-17 + 14 days = 2026-12-01", "already": True, "late": False,
    }  # fmt: skip
    assert "confirm histology" in ahead["undated"]
    weeks = cora.get("/forecast", weeks=2)
    assert (weeks["counted"], weeks["patients"]) == (3, 3)
    assert weeks["weeks"] == [
        {"monday": "2026-11-23", "scans": 2, "visits": 0, "decisions": 0},
        {"monday": "2026-11-30", "scans": 2, "visits": 0, "decisions": 0},
    ]


def test_an_administrator_sees_no_patient(program: As, one: str) -> None:
    ada = program("administrator")
    for path in ("/worklist", "/patients", one, f"{one}/tasks"):
        assert problem(ada.visitor.get(f"/api/v1{path}")) == (403, "not-allowed", None), path


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


# rules and settings ---------------------------------------------------------------------------------------------------


def test_the_pathway_with_how_many_stand_where(program: As) -> None:
    told = program("administrator").get("/pathway")
    states = {state["name"]: state for state in told["states"]}
    assert states["staging"] == {
        "name": "staging", "title": "staging", "meaning": "histology, CT and brain MRI are being collected",
        "off_the_pathway": False, "crowd": {"patients": 2, "late": 1, "overdue": 2},
    }  # fmt: skip
    assert states["deceased"]["off_the_pathway"] and len(told["fingerprint"]) == 64
    assert {"id": "X01", "sources": ["referred"], "destination": "staging"} in told["moves"]


def test_a_rule_is_read_and_signed(program: As) -> None:
    clara, path = program("clinician"), "/pathway/rules/guard/interval_ct"
    rule = clara.get(path)
    assert (rule["id"], rule["sign_off"]["standing"]) == ("guard:interval_ct", "not signed")
    assert [source["tag"] for source in rule["sources"]] == ["S24", "S52", "S53", "EXTRAP"]
    assert problem(clara.send(f"{path}/signatures", {"content": "0" * 64})) == (409, "refused", "content")
    answer = clara.send(f"{path}/signatures", {"content": rule["content"], "reason": "read"})
    assert (answer.status_code, answer.json()["user"], answer.json()["reason"]) == (201, "clinician-1", "read")
    assert clara.get(path)["sign_off"] == {
        "standing": "signed", "user": "clinician-1", "on": "2026-11-24",
    }  # fmt: skip
    other = program("coordinator").send(f"{path}/signatures", {"content": rule["content"]})
    assert problem(other) == (403, "not-allowed", None)


def test_settings_are_tried_out_and_set(program: As, clinic: Clinic) -> None:
    ada = program("administrator")
    body = {"values": {"brain_mri.due_days": "7"}, "reason": "sooner"}
    tried = ada.send("/site/settings?dry_run=true", body, method="PATCH").json()
    assert tried == {
        "revision": 1, "written": False, "changed": 2, "looked_at": 3, "patients": 3,
        "effects": [{"task": "baseline_brain_mri", "title": "baseline brain MRI", "what": "moved", "tasks": 2,
                     "first": "2026-10-22", "last": "2026-11-24"}],
    }  # fmt: skip
    answer = ada.send("/site/settings", body, method="PATCH", If_Match='"1"')
    assert (answer.status_code, answer.json()["revision"], answer.headers["etag"]) == (200, 2, '"2"')
    told = ada.get("/site/settings/brain_mri.due_days")
    assert told["setting"]["value"] == "7" and told["setting"]["last"]["reason"] == "sooner"
    assert [row["value"] for row in told["history"]] == ["14", "7"]
    stale = ada.send("/site/settings", body, method="PATCH", If_Match='"1"')
    assert problem(stale) == (412, "changed-meanwhile", None) and "by administrator-1" in stale.json()["detail"]
    wrong = ada.send("/site/settings", body | {"values": {"brain_mri.due_days": "x"}}, method="PATCH")
    assert problem(wrong) == (422, "invalid", "brain_mri.due_days")
    other = program("clinician").send("/site/settings", body, method="PATCH")
    assert problem(other) == (403, "not-allowed", None)


def test_open_decisions(program: As) -> None:
    first = program("coordinator").get("/site/decisions")[0]
    assert (first["key"], first["undated"], first["tasks"]) == (
        "referral.due_days", 1, ["accept the referral or pass it on"],
    )  # fmt: skip


# doors ----------------------------------------------------------------------------------------------------------------


def test_nobody_and_forged_requests_are_refused_as_problems(clinic: Clinic, program: As, one: str) -> None:
    nobody = clinic.visitor()
    assert problem(nobody.get("/api/v1/me")) == (401, "not-logged-in", None)
    cora = program("coordinator")
    assert problem(cora.send(f"{one}/entries", weigh(), X_CSRF_Token="0" * 64))[0] == 403
    assert problem(cora.send(f"{one}/entries", weigh(), Sec_Fetch_Site="cross-site"))[0] == 403
    assert clinic.desk.reader.patient("P-1").version == 2


@pytest.mark.parametrize("handle", ["P-1", "made-up-handle", "A" * 30, "%2e%2e"])
def test_an_address_that_was_made_up_is_no_patient(program: As, handle: str) -> None:
    answer = program("clinician").visitor.get(f"/api/v1/patients/{handle}")
    assert answer.status_code == 404 and answer.headers["content-type"] == MEDIA and handle not in answer.text


def test_what_cannot_be_done_at_an_address_names_what_can(program: As) -> None:
    answer = program("clinician").send("/patients", {}, method="DELETE")
    assert answer.status_code == 405 and answer.headers["allow"] == "GET, POST"


def test_what_is_no_json_is_said_so(program: As, one: str) -> None:
    cora = program("coordinator")
    headers = {"X-CSRF-Token": cora.visitor.token, "Idempotency-Key": "key-none-1", "Content-Type": "application/json"}
    answer = cora.visitor.post(f"/api/v1{one}/entries", content=b'{"name": ', headers=headers)
    assert problem(answer) == (400, "malformed", None)


# the description ------------------------------------------------------------------------------------------------------


def test_the_description_is_for_those_who_are_signed_in(program: As, clinic: Clinic) -> None:
    assert problem(clinic.visitor().get("/api/v1/openapi.json"))[0] == 401
    told = program("administrator").get("/openapi.json")
    assert (told["openapi"][:3], told["info"]["version"]) == ("3.1", clinic.desk.pathway.version)


def test_the_description_lists_every_kind_of_record_with_its_fields(clinic: Clinic) -> None:
    told = description(clinic.desk.pathway.version)
    bodies = told["paths"]["/api/v1/patients/{patient}/entries"]["post"]["requestBody"]
    mapping = bodies["content"]["application/json"]["schema"]["discriminator"]["mapping"]
    assert set(KINDS) < set(mapping) and "decide_surgery" in mapping and "override" in mapping
    schemas = told["components"]["schemas"]
    assert schemas["RecordWeight"]["properties"]["fields"] == {"$ref": "#/components/schemas/Weight"}
    assert schemas["Weight"]["required"] == ["kg"]


def test_the_manual_shows_every_operation_to_people(program: As, clinic: Clinic) -> None:
    page = program("auditor").visitor.get("/api/v1/manual").text
    shown = {row[0] for tag in re.findall(r'<h2 id="(\w+)"', page) for row in table(page, f'id="{tag}"')}
    assert shown == {
        f"{method.upper()} {path.removeprefix('/api/v1')}"
        for path, operations in description(clinic.desk.pathway.version)["paths"].items()
        for method in operations
    }
    assert "409 refused" in " ".join(page.split())


def test_every_operation_tells_its_problems_and_has_words(clinic: Clinic) -> None:
    for path, operations in description(clinic.desk.pathway.version)["paths"].items():
        for method, operation in operations.items():
            assert operation["description"], (method, path)
            problems = {s for s, said in operation["responses"].items() if MEDIA in said.get("content", {})}
            assert {"401", "403", "422"} <= problems, (method, path)
