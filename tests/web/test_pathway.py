"""The pathway: who stands where, and the rules by clinical question."""

import re
from collections.abc import Callable

import pytest

from tests.web.clinic import Clinic, Visitor
from tests.web.pages import table, words
from workflow.vocabulary import State

As = Callable[[str], Visitor]


def test_each_state_says_what_it_means_how_many_stand_there_and_who_is_late(client_as: As) -> None:
    page = client_as("coordinator").get("/pathway")
    found = {row[0]: row[1:] for row in table(page.text, 'id="states"')}
    assert len(found) == len(State)
    assert found["referred"] == ["referral received, not accepted yet", "1 in referred: their tasks", "0"]
    assert found["staging"] == [
        "histology, CT and brain MRI are being collected", "2 in staging: their tasks",
        "1 with overdue tasks in staging",
    ]  # fmt: skip
    assert found["deceased off the pathway"] == ["death is recorded", "0", "0"]
    assert "3 patients on 2026-11-24; something is overdue for 1 of them" in words(page.text)


def test_a_number_leads_to_the_tasks_of_those_patients(client_as: As) -> None:
    cora = client_as("coordinator")
    states = cora.get("/pathway").text.partition('id="states"')[2]
    addresses = re.findall(r'href="(/worklist\?[^"]*)"', states)
    assert [a.replace("&amp;", "&") for a in addresses] == [
        "/worklist?view=all&owner=any&state=referred",
        "/worklist?view=all&owner=any&state=staging",
        "/worklist?view=overdue&owner=any&state=staging",
    ]
    for address in addresses:
        assert cora.get(address.replace("&amp;", "&")).status_code == 200


def test_an_administrator_sees_the_numbers_and_no_way_to_the_patients(client_as: As) -> None:
    page = client_as("administrator").get("/pathway").text
    assert "/worklist" not in page
    assert ["staging", "histology, CT and brain MRI are being collected", "2", "1"] in table(page, 'id="states"')


def test_the_picture_is_an_image_with_the_numbers_and_names_nobody(client_as: As, clinic: Clinic) -> None:
    answer = client_as("auditor").get("/pathway/picture.svg")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/svg+xml")
    assert "3 patients" in answer.text and "2026-11-24" in answer.text
    assert not any(name in answer.text for name in ("Zoë", "Smit", "P-1"))
    assert '<img src="/pathway/picture.svg"' in client_as("auditor").get("/pathway").text


def test_each_state_on_the_picture_leads_to_its_patients_tasks(client_as: As) -> None:
    def links(role: str) -> list[str]:
        picture = client_as(role).get("/pathway").text.partition("<svg")[2].partition("</svg>")[0]
        return [address.replace("&amp;", "&") for address in re.findall(r'href="([^"]*)"', picture)]

    found = links("coordinator")
    assert len(found) == len(State)
    assert "/worklist?view=all&owner=any&state=staging" in found and "/pathway/state/deceased" in found
    assert set(links("administrator")) == {f"/pathway/state/{state.value}" for state in State}


def test_the_clinical_questions_in_their_order_with_how_far_the_signing_is(client_as: As) -> None:
    clara = client_as("clinician")
    rule = clara.get("/pathway/guard/interval_ct").text
    content = re.search(r'name="content" value="(\w+)"', rule)
    assert content
    clara.form("/pathway/guard/interval_ct", content=content[1])

    found = {row[0]: row[1:] for row in table(clara.get("/pathway").text, 'id="rules"')}

    assert list(found)[:3] == ["States", "Before every act", "What holds for every act"]
    assert found["Surgery"] == ["11", "1", "0", "10"]
    assert found["Staging"] == ["8", "0", "0", "8"]


def test_the_rules_of_one_question(client_as: As) -> None:
    found = {row[0]: row[1:] for row in table(client_as("coordinator").get("/pathway/topics/surgery").text)}
    assert found["interval_ct guard"] == [
        "a final chest CT at least 3 calendar months after the index CT, without new lesions and operable, before lung "
        "metastasectomy interval_ct.months = 3 (default) interval_ct.early_tolerance_days = 0 (default) "
        "interval_ct.valid_for_days = UNSET (means: no limit)",
        "S24, S52, S53, EXTRAP",
        "not signed",
    ]


@pytest.mark.parametrize("address", ["/pathway/topics/nothing", "/pathway/topics/states/more", "/pathway/nothing"])
def test_there_is_no_such_question(client_as: As, address: str) -> None:
    assert client_as("clinician").get(address).status_code == 404
