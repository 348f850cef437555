"""Who the JSON API lets in, and how it describes itself."""

import re

import pytest

from tests.web.clinic import Clinic
from tests.web.pages import table
from tests.web.program import MEDIA, As, problem, weigh
from web.api.description import description
from workflow.records import KINDS

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


@pytest.mark.parametrize(("path", "allowed"), [("/patients", "GET, POST"), ("/patients/search", "POST")])
def test_what_cannot_be_done_at_an_address_names_what_can(program: As, path: str, allowed: str) -> None:
    answer = program("clinician").send(path, {}, method="DELETE")
    assert answer.status_code == 405 and answer.headers["allow"] == allowed


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
