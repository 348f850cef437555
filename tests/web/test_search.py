"""The search: by name, id or date of birth; nothing of it in an address, and every hit in the access log."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.access_log import looks
from storage.searching import fold
from tests.web.clinic import CLINICIAN, COORDINATOR, Clinic, Visitor
from tests.web.pages import link, rows
from web.lists.finding import taken_apart


@pytest.fixture
def cora(client_as: Callable[[str], Visitor], clinic: Clinic) -> Visitor:
    for id, name, born in (("X-7", "Łukasz O'Neil-Żak", date(1991, 2, 8)), ("8-2", "Ann Straße", date(1991, 8, 2))):
        clinic.ledger.register(id=id, born=born, now=clinic.now, author=COORDINATOR, name=name)
    return client_as("coordinator")


def searched(visitor: Visitor, text: str) -> Any:
    """The page that a search leads to."""
    answer = visitor.form("/search", q=text)
    assert answer.status_code == 303
    return visitor.get(answer.headers["location"])


def found(visitor: Visitor, text: str) -> list[str]:
    """The ids of those who were found, in order."""
    return list(rows(searched(visitor, text).text))


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("zoe", ["P-1"]), ("ZOË", ["P-1"]), ("öberg zoe", ["P-1"]), ("aalto oberg", ["P-1"]), ("Aalto-Öberg", ["P-1"]),
        ("lukasz", ["X-7"]), ("o'neil", ["X-7"]), ("zak o neil", ["X-7"]), ("strasse", ["8-2"]),
        ("STRASSE ann", ["8-2"]),
        ("p-2", ["P-2"]), ("P-", ["P-1", "P-2", "P-3"]), ("smit jan p-2", ["P-2"]),
        ("zoe smit", []), ("nobody", []), ("%", []), ("_", []),
    ],
)  # fmt: skip
def test_by_name_or_id_in_any_order_without_accents(cora: Visitor, text: str, ids: list[str]) -> None:
    assert found(cora, text) == ids


@pytest.mark.parametrize(
    "text", ["1991-02-08", "08.02.1991", "8.2.1991", "8 Feb 1991", "February 8, 1991", "8. Februar 1991", "19910208"]
)
def test_by_date_of_birth_however_it_is_written(cora: Visitor, text: str) -> None:
    assert found(cora, text) == ["X-7"]
    assert found(cora, f"{text} neil") == found(cora, f"lukasz {text}") == ["X-7"]
    assert found(cora, f"{text} smit") == []


def test_a_date_that_may_be_two_finds_both(cora: Visitor) -> None:
    assert found(cora, "8/2/1991") == ["8-2", "X-7"]
    assert found(cora, "13/2/1991") == []


def test_a_hit_shows_two_identifiers_and_leads_to_the_patient(cora: Visitor, clinic: Clinic) -> None:
    page = searched(cora, "zoe").text
    assert rows(page) == {"P-1": "Zoë Aalto-Öberg P-1 1990-01-01 staging 2026-10-15"}
    assert link(page, "Zoë") == f"/patients/{clinic.handle('P-1')}"


def test_nothing_that_was_typed_stands_in_an_address_or_a_title(cora: Visitor) -> None:
    answer = searched(cora, "aalto")
    where, sealed = str(answer.url).split("?for=")
    assert where == "https://desk.test/search" and answer.headers["cache-control"] == "no-store"
    assert "aalto" not in sealed.lower() and len(sealed) == 28
    assert "<title>(2) Search - ASPS Pathway</title>" in answer.text
    assert "aalto" not in "".join(part.partition('"')[0] for part in answer.text.split('href="')[1:]).lower()
    assert rows(cora.get("/search?q=aalto").text) == {}


def test_one_can_go_back_to_the_hits_and_nobody_else_can(
    cora: Visitor, clinic: Clinic, client_as: Callable[[str], Visitor]
) -> None:
    """Browsers show no page again that was the answer to a form, but an error of their own."""
    address = str(searched(cora, "aalto").url)
    assert rows(cora.get(address).text).keys() == {"P-1"}
    assert rows(client_as("coordinator").get(address).text) == {}, "in another session"
    for made_up in ("x", "%00", "A" * 5000, clinic.handle("P-1")):
        answer = cora.get(f"/search?for={made_up}")
        assert (answer.status_code, rows(answer.text)) == (200, {})


def test_at_most_fifty_and_it_says_so(cora: Visitor, clinic: Clinic) -> None:
    with clinic.ledger.batch() as desk:
        for n in range(60):
            desk.register(id=f"M-{n:02}", born=date(1980, 1, 1), now=clinic.now, author=COORDINATOR, name="Many One")
    answer = searched(cora, "many")
    assert len(rows(answer.text)) == 50 and "The first 50 are shown" in answer.text


def test_nothing_and_nobody(cora: Visitor) -> None:
    assert "Nobody was found" in searched(cora, "nobody").text
    for text in ("", "   "):
        assert "Nobody was found" not in searched(cora, text).text
    assert searched(cora, "x" * 5000).status_code == 200
    assert "&lt;script&gt;" in searched(cora, "<script>alert(1)</script>").text


def test_every_hit_goes_to_the_access_log(cora: Visitor, clinic: Clinic) -> None:
    searched(cora, "P-")
    with clinic.desk.engine.connect() as connection:
        seen = {look.patient for look in looks(connection) if look.what == "search"}
    assert seen == {"P-1", "P-2", "P-3"}


def test_who_was_erased_is_found_by_id_alone(cora: Visitor, clinic: Clinic) -> None:
    clinic.ledger.erase("P-2", now=clinic.now, author=CLINICIAN, reason="asked for it")
    assert found(cora, "smit") == []
    assert rows(searched(cora, "P-2").text)["P-2"].startswith("Name not on record P-2")


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(max_size=60))
def test_whatever_is_typed_is_taken_apart(text: str) -> None:
    days, words = taken_apart(text)
    assert len(days) <= 2 and (days or words == text)
