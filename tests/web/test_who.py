"""A patient's name and contact, changed on a page."""

from collections.abc import Callable

import pytest

from storage.naming import rename
from storage.queries import Person
from tests.web.clinic import CLINICIAN, Clinic, Visitor
from tests.web.pages import section, words

As = Callable[[str], Visitor]


def place(clinic: Clinic, patient: str = "P-2") -> str:
    return f"/patients/{clinic.handle(patient)}/who"


def test_a_mistyped_name_is_put_right_and_the_access_log_says_by_whom(clinic: Clinic, client_as: As) -> None:
    cora = client_as("coordinator")
    shown = cora.get(place(clinic)).text
    assert 'value="Jan Smit"' in shown
    answer = cora.form(place(clinic), name="Jan Smith", contact=" 020 555 ")
    assert (answer.status_code, answer.headers["location"]) == (303, place(clinic).removesuffix("/who"))
    page = cora.get(answer.headers["location"]).text
    assert "Jan Smith" in page and "Saved: name and contact." in section(page, "flash")
    assert clinic.desk.reader.person("P-2") == Person(name="Jan Smith", contact="020 555")
    assert ("coordinator-1", "person_changed", "P-2") in clinic.noted()
    assert "Smit" not in str([what for _, what, _ in clinic.noted()])


def test_what_is_on_file_already_is_no_change(clinic: Clinic, client_as: As) -> None:
    """Browsers send the lines of a text with other ends than they got them with."""
    cora = client_as("coordinator")
    rename(clinic.ledger.engine, "P-2", contact="020 555\njan@example.org")
    assert "020 555\njan@example.org</textarea>" in cora.get(place(clinic)).text
    cora.form(place(clinic), name="Jan Smit", contact="020 555\r\njan@example.org")
    assert ("coordinator-1", "person_changed", "P-2") not in clinic.noted()


def test_what_is_no_name_is_said_at_the_field_and_what_was_typed_stays(clinic: Clinic, client_as: As) -> None:
    answer = client_as("clinician").form(place(clinic), name="x" * 201, contact="020 555")
    assert answer.status_code == 422
    assert "Name" in section(answer.text, "errors") and "020 555</textarea>" in answer.text
    assert clinic.desk.reader.person("P-2").name == "Jan Smit"


def test_an_erased_person_stays_erased(clinic: Clinic, client_as: As) -> None:
    clinic.ledger.erase("P-2", now=clinic.now, author=CLINICIAN, reason="asked for it")
    answer = client_as("clinician").form(place(clinic), name="Jan Smit", contact="")
    assert answer.status_code == 422 and "erased for good" in words(answer.text)
    assert clinic.desk.reader.person("P-2") == Person(name="", contact="")


@pytest.mark.parametrize("role", ["auditor", "administrator"])
def test_it_is_for_those_who_look_after_patients(clinic: Clinic, client_as: As, role: str) -> None:
    assert client_as(role).get(place(clinic)).status_code == 403
    assert client_as(role).form(place(clinic), name="X", contact="").status_code == 403
    assert "/who" not in client_as("auditor").get(place(clinic).removesuffix("/who")).text
