"""Who may do what: every route is asked as every role and as nobody, and the answer compared with the one table."""

import re

import pytest
from fastapi import APIRouter
from fastapi.routing import iter_route_contexts

from notifications.policy import decide
from storage.accounts import WebRole
from tests.web.clinic import Clinic, Visitor
from web import access, app

NOBODY = "nobody"
WRITING_FOR_ALL = {
    "logout", "change_password", "end_session", "end_other_sessions", "new_calendar", "revoke_calendar",
}  # fmt: skip
"""What everyone does with their own account."""


def routes(clinic: Clinic) -> list[tuple[str, str, str]]:
    """Name, method and a filled-in path of every route; files are no routes."""
    handle = clinic.handle("P-1")
    fill = {"handle": handle, "patient": handle, "secret": "no-such-secret"}
    found = []
    for route in iter_route_contexts(clinic.app.routes):
        if methods := getattr(route, "methods", None):
            path = re.sub(r"{(\w+)(:\w+)?}", lambda part: fill.get(part[1], "nothing"), str(route.path))
            found += [(str(route.name), method, path) for method in sorted(methods)]
    return found


def ask(visitor: Visitor, method: str, path: str) -> str:
    """Whether one is let in."""
    headers = {"x-csrf-token": visitor.token}
    answer = visitor.request(method, path, headers=headers)
    assert answer.status_code != 500, (method, path)
    to_the_door = answer.headers.get("location", "").startswith("/login") and not (path == "/logout" and visitor.known)
    if answer.status_code == 401 or to_the_door:
        return "sign in"
    return "no" if answer.status_code == 403 else "yes"


@pytest.mark.parametrize("role", [*WebRole, NOBODY])
def test_the_table_is_what_happens(clinic: Clinic, role: str) -> None:
    decide(clinic.desk.engine, {"desk.options": "coordinators_too"}, now=clinic.now, user="administrator-1")
    wrong = []
    for name, method, path in routes(clinic):
        allowed = access.ROUTES[name]
        if role == NOBODY:
            visitor = clinic.visitor()
            visitor.learn_token("/login")
            expected = "yes" if allowed is None else "sign in"
        else:
            visitor = clinic.signed_in(role)
            expected = "yes" if allowed is None or role in allowed else "no"
        found = ask(visitor, method, path)
        if found != expected:
            wrong.append(f"{method} {path} ({name}): {found}, the table says {expected}")
    assert wrong == []


def test_a_route_that_stands_in_no_row_keeps_the_server_from_starting(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    router = APIRouter()
    router.add_api_route("/forgotten", lambda: "", name="forgotten")
    monkeypatch.setattr(app, "PAGES", (*app.PAGES, router))
    with pytest.raises(RuntimeError, match=r"web/access\.py does not say who may use forgotten"):
        app.create_app(clinic.desk)


def test_two_routes_of_one_name_keep_it_from_starting(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    router = APIRouter()
    router.add_api_route("/another", lambda: "", name="home")
    monkeypatch.setattr(app, "PAGES", (*app.PAGES, router))
    with pytest.raises(RuntimeError, match="share the name home"):
        app.create_app(clinic.desk)


def test_no_row_is_left_over(clinic: Clinic) -> None:
    assert set(access.ROUTES) - set(app.route_names(clinic.app)) == set()


def test_an_unknown_route_is_for_nobody() -> None:
    assert not any(access.may(role, "no such route") for role in (*WebRole, None))


def test_auditors_change_nothing_and_administrators_see_no_patient(clinic: Clinic) -> None:
    """Whatever the table says: unsafe methods for auditors are searches, previews and their own account."""
    named = {name: (method, path) for name, method, path in routes(clinic)}
    for name, (method, path) in named.items():
        allowed = access.ROUTES[name] or frozenset()
        if method != "GET" and WebRole.AUDITOR in allowed:
            assert name in WRITING_FOR_ALL or "search" in name or "login" in path, name
        if "/patients/" in path:
            assert WebRole.ADMINISTRATOR not in allowed, name


@pytest.mark.parametrize(
    ("role", "opened", "sees"),
    [
        (WebRole.CLINICIAN, False, True), (WebRole.COORDINATOR, False, False), (WebRole.COORDINATOR, True, True),
        (WebRole.AUDITOR, False, True), (WebRole.ADMINISTRATOR, True, False), (None, True, False),
    ],
)  # fmt: skip
def test_who_sees_treatment_options(role: WebRole | None, opened: bool, sees: bool) -> None:
    assert access.sees_options(role, opened) is sees
