"""What stands around every page."""

from collections.abc import Callable

import pytest

from scheduler.tick import tick
from tests.web.clinic import Clinic, Visitor


@pytest.mark.parametrize("role", ["coordinator", "clinician", "auditor", "administrator"])
def test_one_begins_at_the_first_page_that_one_may_use(client_as: Callable[[str], Visitor], role: str) -> None:
    page = client_as(role).get("/", follow_redirects=True)
    assert page.status_code == 200
    links = page.text.partition('<nav aria-label="Main">')[2].partition("</nav>")[0]
    assert links.count('aria-current="page"') == 1
    assert links.index('aria-current="page"') < links.index("</a>"), "the first one"


def test_a_banner_says_that_nobody_keeps_the_clock(clinic: Clinic, client_as: Callable[[str], Visitor]) -> None:
    visitor = client_as("coordinator")
    assert "nobody has looked at the clock so far" in visitor.get("/account").text
    tick(clinic.ledger, clinic.now)
    assert "Reminders do not go out" not in visitor.get("/account").text
    clinic.later(minutes=16)
    assert "nobody has looked at the clock since 2026-11-24 10:00" in visitor.get("/account").text


def test_the_count_of_overdue_tasks_stands_in_title_icon_and_tab(
    clinic: Clinic, client_as: Callable[[str], Visitor]
) -> None:
    page = client_as("coordinator").get("/account").text
    overdue = len([row for row in clinic.desk.reader.worklist(clinic.now.date()) if row.days_late])
    assert overdue > 0
    assert f"<title>({overdue}) Password and sessions - ASPS Pathway</title>" in page
    assert f'href="/icon.svg?n={overdue}"' in page
    assert f'>{overdue}<span class="sr"> overdue</span>' in page


def test_who_sees_no_patients_sees_no_count(client_as: Callable[[str], Visitor]) -> None:
    page = client_as("administrator").get("/account").text
    assert "<title>Password and sessions - ASPS Pathway</title>" in page
    assert "overdue" not in page


def test_the_icon_shows_the_count(nobody: Visitor) -> None:
    assert ">7</text>" in nobody.get("/icon.svg?n=7").text
    assert ">99</text>" in nobody.get("/icon.svg?n=1234").text
    assert "<text" not in nobody.get("/icon.svg").text
    assert nobody.get("/icon.svg?n=x").status_code == 422


def test_the_disclaimer_stands_on_every_page(client_as: Callable[[str], Visitor], nobody: Visitor) -> None:
    for page in (nobody.get("/login"), client_as("auditor").get("/access-log")):
        assert "It does not diagnose, prescribe, or replace a sarcoma tumour board" in page.text
        assert "Not for emergencies. Not for patient self-use." in page.text


def test_a_message_is_shown_once(client_as: Callable[[str], Visitor]) -> None:
    visitor = client_as("clinician")
    visitor.form("/account/sessions/end-others")
    assert ["signed out." in visitor.get("/account").text for _ in range(2)] == [True, False]


@pytest.mark.parametrize(
    ("method", "path", "status", "title"),
    [
        ("GET", "/nothing", 404, "There is nothing here"), ("GET", "/accounts", 403, "You may not do that"),
        ("DELETE", "/account", 405, "That does not work this way"),
    ],
)  # fmt: skip
def test_errors_are_pages_for_people_and_problems_for_programs(
    client_as: Callable[[str], Visitor], method: str, path: str, status: int, title: str
) -> None:
    visitor = client_as("coordinator")
    page = visitor.request(method, path)
    assert (page.status_code, f"<h1>{title}</h1>" in page.text) == (status, True)
    part = visitor.request(method, path, headers={"hx-request": "true"})
    assert (part.status_code, part.headers["hx-retarget"]) == (status, "#meanwhile"), "the page stays as it is"
    assert ("<html" in part.text, title in part.text) == (False, True)
    answer = visitor.request(method, "/api/v1/nothing")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == answer.status_code
