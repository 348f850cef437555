"""Forms that are not ours are refused, and a form that is sent twice does nothing twice."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.web.clinic import PASSWORD, TOKEN, Clinic, Visitor

SESSIONS = "/account/sessions/end-others"


@pytest.mark.parametrize(
    ("token", "headers"),
    [
        ("", {}),  # none
        ("0" * 64, {}),  # made up
        ("é" * 64, {}),
        (None, {"sec-fetch-site": "cross-site"}),  # another site
        (None, {"sec-fetch-site": "same-site"}),  # a neighbour under the same domain
        (None, {"origin": "https://evil.test"}),  # an older browser says only this
        (None, {"origin": "https://desk.test.evil.test"}),
    ],
)
def test_a_forged_form_is_refused_and_changes_nothing(
    clinic: Clinic, client_as: Callable[[str], Visitor], token: str | None, headers: dict[str, str]
) -> None:
    victim, elsewhere = client_as("clinician"), client_as("clinician")
    given = victim.token if token is None else token
    answer = victim.post(SESSIONS, data={"csrf": given}, headers=headers)
    assert answer.status_code == 403
    assert elsewhere.get("/account").status_code == 200, "the other session goes on"


@pytest.mark.parametrize(
    "headers", [{"sec-fetch-site": "same-origin"}, {"origin": "https://desk.test"}, {"origin": "null"}, {}]
)
def test_our_own_form_is_taken(client_as: Callable[[str], Visitor], headers: dict[str, str]) -> None:
    """`Origin: null` is what browsers send under `Referrer-Policy: no-referrer`."""
    visitor = client_as("clinician")
    assert visitor.post(SESSIONS, data={"csrf": visitor.token}, headers=headers).status_code == 303


def test_the_token_of_another_session_is_refused(client_as: Callable[[str], Visitor]) -> None:
    visitor, other = client_as("clinician"), client_as("coordinator")
    assert visitor.post(SESSIONS, data={"csrf": other.token}).status_code == 403


def test_the_form_of_a_session_before_is_called_old_and_not_forbidden(client_as: Callable[[str], Visitor]) -> None:
    """Signed in anew in another tab: no administrator can help, as one is sent to where one may not go."""
    visitor, before = client_as("coordinator"), client_as("coordinator").token
    for headers in ({}, {"hx-request": "true"}):
        answer = visitor.post("/worklist/act", data={"csrf": before, "go": "stay"}, headers=headers)
        assert (answer.status_code, "This page has become old" in answer.text) == (403, True)
        assert "load it anew" in answer.text and "administrator" not in answer.text


def test_the_form_for_signing_in_is_bound_to_the_browser_it_was_given_to(clinic: Clinic) -> None:
    """Otherwise someone could be signed in, unknowing, to an account that another person watches."""
    here, there = clinic.visitor(), clinic.visitor()
    here.learn_token("/login")
    there.learn_token("/login")
    there.token = here.token
    answer = there.form("/login", id="clinician-1", password=PASSWORD)
    assert (answer.status_code, "This form had become old" in answer.text) == (403, True)
    assert there.get("/account").status_code == 303, "nobody is signed in"
    there.token = TOKEN.findall(answer.text)[-1]
    assert there.form("/login", id="clinician-1", password=PASSWORD).status_code == 303, "the new form can be used"


def test_a_form_for_signing_in_that_was_left_open_in_another_tab(nobody: Visitor) -> None:
    """Whoever is signed in meanwhile goes on; somebody else is asked again, and nobody lands in another's account."""
    nobody.learn_token("/login")
    old = nobody.token
    nobody.sign_in("coordinator-1")
    fields = {"csrf": old, "password": PASSWORD, "next": "/account"}
    same = nobody.post("/login", data={**fields, "id": "coordinator-1"})
    assert (same.status_code, same.headers["location"]) == (303, "/account")
    other = nobody.post("/login", data={**fields, "id": "clinician-1"})
    assert (other.status_code, "This form had become old" in other.text) == (403, True)
    nobody.token = TOKEN.findall(other.text)[-1]
    assert nobody.form("/login", id="clinician-1", password=PASSWORD).status_code == 303
    assert "Clin Ician" in nobody.get("/account").text


@pytest.mark.parametrize("what", ["image", "style", "script"])
def test_a_picture_that_comes_too_late_leaves_the_form_for_signing_in_alone(nobody: Visitor, what: str) -> None:
    """Sent on to the form, it would bring a cookie of its own, and the form on the screen would be old."""
    nobody.learn_token("/login")
    answer = nobody.get("/patients/x/picture.svg", headers={"sec-fetch-dest": what})
    assert (answer.status_code, answer.headers.get("set-cookie"), answer.headers.get("location")) == (401, None, None)
    assert nobody.form("/login", id="clinician-1", password=PASSWORD).status_code == 303


@pytest.mark.parametrize("how", ["json", "header"])
def test_programs_send_the_token_in_a_header(client_as: Callable[[str], Visitor], how: str) -> None:
    visitor = client_as("clinician")
    body: dict[str, Any] = {"json": {}} if how == "json" else {}
    assert visitor.post(SESSIONS, **body).status_code == 403
    assert visitor.post(SESSIONS, headers={"x-csrf-token": visitor.token}, **body).status_code == 303


def test_a_replayed_form_for_another_password_is_refused(client_as: Callable[[str], Visitor]) -> None:
    visitor, new = client_as("clinician"), "slate harbour nine marigold"
    fields = {"old": PASSWORD, "new": new, "again": new}
    assert visitor.form("/account/password", **fields).status_code == 303
    assert visitor.form("/account/password", **fields).status_code == 422
