"""Patients who come: registered now, or taken over who were under way before."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from tests.web.clinic import Clinic, Visitor
from tests.web.pages import section, words
from workflow.errors import NotFound
from workflow.vocabulary import State

ANN = {"id": "N-1", "name": "Ann Example", "born": "8.2.1991", "contact": "ann@example.org", "sex_recorded": "female",
       "can_become_pregnant": "yes"}  # fmt: skip


@pytest.fixture
def cora(client_as: Callable[[str], Visitor]) -> Visitor:
    return client_as("coordinator")


@pytest.fixture
def doctor(client_as: Callable[[str], Visitor]) -> Visitor:
    return client_as("clinician")


def registered(clinic: Clinic, id: str) -> bool:
    """Whether there is such a patient."""
    try:
        clinic.desk.reader.patient(id)
    except NotFound:
        return False
    return True


# new ------------------------------------------------------------------------------------------------------------------


def test_a_new_patient_stands_in_referred(cora: Visitor, clinic: Clinic) -> None:
    answer = cora.form("/patients/new", **ANN)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/patients/{clinic.handle('N-1')}")
    row, person = clinic.desk.reader.patient("N-1"), clinic.desk.reader.person("N-1")
    about = clinic.desk.reader.chart("N-1").patient
    assert (row.state, person.name, person.contact) == (State.REFERRED, "Ann Example", "ann@example.org")
    assert (about.born, about.sex_recorded, about.can_become_pregnant) == (date(1991, 2, 8), "female", "yes")
    assert clinic.desk.reader.timeline("N-1")[0].user == "coordinator-1"
    assert "Registered." in section(cora.get(answer.headers["location"]).text, "flash")


def test_what_is_left_out_is_unknown(cora: Visitor, clinic: Clinic) -> None:
    cora.form("/patients/new", id="N-2", born="1991-02-08", sex_recorded="", can_become_pregnant="")
    about = clinic.desk.reader.chart("N-2").patient
    assert (about.sex_recorded, about.can_become_pregnant) == ("unknown", "unknown")


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"id": "", "born": ""}, ["Id is needed", "Date of birth is needed"]),
        ({"id": "Ann Example"}, ["Id is not accepted: letters, digits, . _ and -"]),
        ({"id": "P-1"}, ["Id: patient P-1 is registered already (an id that is not in use)"]),
        ({"born": "1.2.90"}, ["Date of birth: the year needs four digits"]),
        ({"born": "3/4/1991"}, ["Date of birth: 3/4/1991 may be 3 April or 4 March: write it like 2026-03-04"]),
        ({"born": "2027-01-01"}, ["Date of birth: 2027-01-01 lies in the future"]),
        ({"name": "x" * 300}, ["Name is too long: one line, up to 200 characters"]),
        ({"name": "Ann\u200b"}, ["Name holds a character that cannot be seen; type it anew"]),
        ({"can_become_pregnant": "perhaps"}, ["Can become pregnant is not accepted: yes / no / unknown"]),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_written(
    cora: Visitor, clinic: Clinic, given: dict[str, str], wrong: list[str]
) -> None:
    answer = cora.form("/patients/new", **(ANN | given))
    assert answer.status_code == 422
    for says in wrong:
        assert says in section(answer.text, "errors")
    field = next(iter(given))
    assert f'id="{field}-error"' in answer.text and f'href="#{field}"' in answer.text
    assert "ann@example.org" in answer.text and "<title>(2) Not saved: New patient" in answer.text
    assert not registered(clinic, "N-1")


def test_the_same_person_is_asked_about_first(cora: Visitor, clinic: Clinic) -> None:
    """P-1 is Zoë Aalto-Öberg, born on 1 January 1990."""
    twin = {"id": "N-3", "name": "Aalto Oberg, Zoe", "born": "1990-01-01"}
    answer = cora.form("/patients/new", **twin)
    assert answer.status_code == 409 and "Zoë Aalto-Öberg, P-1, born 1990-01-01" in section(answer.text, "errors")
    assert not registered(clinic, "N-3")
    assert cora.form("/patients/new", **twin, sure="yes").status_code == 303 and registered(clinic, "N-3")
    assert cora.form("/patients/new", id="N-4", name="Zoe Other", born="1990-01-01").status_code == 303


def test_a_form_sent_twice_registers_once(cora: Visitor, clinic: Clinic) -> None:
    for _ in range(2):
        assert cora.form("/patients/new", **ANN, sure="yes", key="k-1").status_code == 303
    assert len(clinic.desk.reader.timeline("N-1")) == 1


# taken over -----------------------------------------------------------------------------------------------------------

UNDER_WAY = {
    "patient_id": "A-1", "born": "8 Feb 1991", "name": "Ann Example", "state": "immunotherapy", "since": "2026-10-01",
    "reason": "letter of the referring centre", "centre_role": "reference_centre", "current_drugs": "atezolizumab",
    "current_class": "ici_pdl1", "current_start": "2026-10-01", "current_schedule": "1200_q3w",
    "current_last_dose": "2026-11-12",
}  # fmt: skip


def test_the_consequences_are_shown_and_nothing_is_written(doctor: Visitor, clinic: Clinic) -> None:
    answer = doctor.form("/patients/adopt", go="preview", **UNDER_WAY)
    assert answer.status_code == 200 and not registered(clinic, "A-1")
    said = words(answer.text)
    assert "nothing is saved yet The patient would stand in immunotherapy ." in said
    assert "ICI dose, due 2026-12-03" in said
    assert "Read as unknown: not recorded: histology" in said
    assert 'value="atezolizumab"' in answer.text and '<option value="immunotherapy" selected>' in answer.text


def test_taken_over_with_the_history_in_one_go(doctor: Visitor, clinic: Clinic) -> None:
    answer = doctor.form("/patients/adopt", go="save", **UNDER_WAY)
    assert answer.headers["location"] == f"/patients/{clinic.handle('A-1')}"
    row = clinic.desk.reader.patient("A-1")
    assert (row.state, row.since) == (State.IMMUNOTHERAPY, date(2026, 10, 1))
    chart = clinic.desk.reader.chart("A-1")
    assert sorted(entry.name for entry in chart.ordered) == ["adopt", "centre_role", "prior_regimen"]
    assert chart.entries["adoption"].reason == "letter of the referring centre"


@pytest.mark.parametrize(
    ("given", "field", "wrong"),
    [
        ({"state": ""}, "state", "is required"),
        ({"reason": ""}, "reason", "is required: say where the history stands"),
        ({"since": "soon"}, "since", "this is no date"),
        ({"since": "2026-12-24"}, "state", "2026-12-24"),
        ({"current_class": ""}, "current_class", "is needed beside current_drugs"),
        ({"ecog": "9"}, "ecog", "this is none of"),
        ({"patient_id": "P-1"}, "patient_id", "is registered already"),
        ({"state": "deceased"}, "state", "has left the pathway"),
    ],
)
def test_what_is_wrong_with_a_history_is_said_at_its_field(
    doctor: Visitor, clinic: Clinic, given: dict[str, Any], field: str, wrong: str
) -> None:
    answer = doctor.form("/patients/adopt", go="save", **(UNDER_WAY | given))
    assert answer.status_code == 422 and f'id="{field}-error"' in answer.text
    assert wrong in section(answer.text, "errors") and "--" not in section(answer.text, "errors")
    assert not registered(clinic, "A-1")


def test_where_a_patient_stands_is_stated_by_a_clinician(cora: Visitor, clinic: Clinic) -> None:
    assert cora.get("/patients/adopt").status_code == 403
    assert cora.form("/patients/adopt", go="save", **UNDER_WAY).status_code == 403
    assert not registered(clinic, "A-1")
    assert "/patients/adopt" not in cora.get("/patients/new").text
