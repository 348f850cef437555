"""What the API says of itself is true: made-up requests, right and wrong, find no answer that it does not announce."""

from collections import Counter
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import date
from functools import cache
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.schemas import OpenApiSchema

from storage.accounts import WebRole
from tests.web.clinic import PEOPLE, Clinic
from web.api.description import ROUTERS, description
from workflow.asps import ASPS

OPERATIONS = sorted(
    (method, route.path)  # type: ignore[attr-defined]
    for router in ROUTERS for route in router.routes if route.include_in_schema  # type: ignore[attr-defined]
    for method in route.methods  # type: ignore[attr-defined]
)  # fmt: skip
DAYS = st.dates(date(1900, 1, 1), date(2199, 12, 31)).map(date.isoformat)
"""The dates that there are here; the format alone allows any year."""
schemathesis.openapi.format("date", DAYS)
KNOWN = {"entry": "a2", "task": "baseline_brain_mri", "kind": "guard", "name": "interval_ct", "key": "mdt.due_days"}
"""What there is at this clinic: made-up names alone would find nothing but 404."""


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    made = Clinic.made(tmp_path_factory.mktemp("api"))
    yield made
    made.ledger.engine.dispose()


@pytest.fixture(scope="module")
def api(clinic: Clinic) -> OpenApiSchema:
    """The description, with the names there are in place of any name. Who may ask is tested elsewhere."""
    said = deepcopy(description(ASPS.version))
    known = KNOWN | {"patient": clinic.handle("P-1")}
    for operations in said["paths"].values():
        for operation in operations.values():
            del operation["security"]
            for parameter in operation.get("parameters", ()):
                if parameter["in"] == "path":
                    parameter["schema"] = {"type": "string", "enum": [known[parameter["name"]]]}
    schema = schemathesis.openapi.from_dict(said)
    schema.app = clinic.app
    schema.config.update(base_url="https://desk.test")
    # what stands on file may be against a right request; and no schema says that a value is of an entry's own kind
    schema.config.checks.positive_data_acceptance.expected_statuses = ["2xx", "403", "404", "409", "412", "422"]
    schema.config.checks.negative_data_rejection.expected_statuses = ["4xx"]
    return schema


@pytest.fixture(scope="module")
def signed_in(clinic: Clinic) -> Callable[[str], dict[str, str]]:
    """The headers of someone of a role. The browser is the one that schemathesis says it is."""

    @cache
    def headers(role: str) -> dict[str, str]:
        visitor = clinic.visitor("testclient")
        visitor.sign_in(PEOPLE[WebRole(role)][0])
        cookies = "; ".join(f"{one.name}={one.value}" for one in visitor.cookies.jar)
        return {"Cookie": cookies, "X-CSRF-Token": visitor.token}

    return headers


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_right_and_wrong_requests_are_answered_as_the_description_says(
    method: str, path: str, api: OpenApiSchema, signed_in: Callable[[str], dict[str, str]]
) -> None:
    found = ask(api[path][method], signed_in(role_for(path)), examples=8)

    assert 401 not in found and found.total() >= 1, "signed in, and asked"


@pytest.mark.long
@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_many_of_them(method: str, path: str, api: OpenApiSchema, signed_in: Callable[[str], dict[str, str]]) -> None:
    assert ask(api[path][method], signed_in(role_for(path)), examples=150).total() >= 1


def role_for(path: str) -> str:
    """Who may do most there."""
    return "administrator" if "/site/" in path else "clinician"


def ask(operation: Any, headers: dict[str, str], examples: int) -> Counter[int]:
    """Made-up requests, right and wrong by the description; all answers are compared with it. How many got which."""
    answers = Counter[int]()

    def asked(case: Any) -> None:
        response = case.call(headers=headers)
        answers[response.status_code] += 1
        case.validate_response(response)

    for mode in GenerationMode:
        if mode.is_negative and not has_input(operation.definition.raw):
            continue  # nothing about it can be wrong
        some = settings(max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        some(given(case=operation.as_strategy(generation_mode=mode))(asked))()
    return answers


def has_input(operation: dict[str, Any]) -> bool:
    return bool(operation.get("parameters") or operation.get("requestBody"))
