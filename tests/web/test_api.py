"""The JSON API read: the same as the pages, for programs."""

from storage.access_log import looks
from tests.web.clinic import Clinic
from tests.web.program import As, problem

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
