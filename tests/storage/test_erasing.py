"""A person who is erased is gone from the file; the record stays, and its chain verifies."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from storage.database import open_database
from storage.ledger import Ledger
from storage.queries import Reader
from storage.rebuild import rebuild
from storage.verify import verify
from tests.storage.clinic import COORDINATOR, DOCTOR, START, accepted, entries, opened, registered, snapshot
from workflow.asps import ASPS
from workflow.errors import Invalid, NotFound

NAME, CONTACT = "Zebulon Quuxberry", "zebulon@example.org"
WHY = "asked for on paper"


@pytest.fixture
def ledger(both: Engine) -> Ledger:
    """Two patients, one with a name of his own."""
    found = opened(both)
    registered(found, "P-1", name=NAME, contact=CONTACT)
    accepted(found, "P-2")
    return found


def test_the_name_goes_and_the_record_stays(ledger: Ledger) -> None:
    reader = Reader(ledger.engine, ASPS)
    before = snapshot(ledger.engine, "person", "journal", "stream")
    assert ledger.erase("P-1", now=START, author=DOCTOR, reason=WHY)
    assert (reader.person("P-1").name, reader.person("P-1").contact) == ("", "")
    assert reader.person("P-2").name == "Ann Example"
    assert snapshot(ledger.engine, "person", "journal", "stream") == before
    entry = entries(ledger.engine)[-1]
    assert (entry["kind"], entry["user"], entry["reason"]) == ("erasure", "dr-a", WHY)
    assert reader.timeline("P-1")[-1].kind == "erasure"
    assert verify(ledger.engine).wrong == ()
    rebuild(ledger.engine)
    assert snapshot(ledger.engine, "person", "journal", "stream") == before


def test_the_second_time_nothing_is_written(ledger: Ledger) -> None:
    ledger.erase("P-1", now=START, author=DOCTOR, reason=WHY)
    before = snapshot(ledger.engine)
    assert not ledger.erase("P-1", now=START, author=DOCTOR, reason=WHY)
    assert snapshot(ledger.engine) == before


def test_the_patient_goes_on_without_a_name(ledger: Ledger) -> None:
    ledger.erase("P-1", now=START, author=DOCTOR, reason=WHY)
    given = {"centre_role": "reference_centre"}
    assert ledger.enter("P-1", "accept_referral", given, now=START, author=DOCTOR).accepted
    assert verify(ledger.engine).ok


def test_a_repeated_registration_does_not_bring_the_name_back(ledger: Ledger) -> None:
    registered(ledger, "P-3", name=NAME, key="k")
    ledger.erase("P-3", now=START, author=DOCTOR, reason=WHY)
    with pytest.raises(Invalid, match="is not the one on file") as caught:
        registered(ledger, "P-3", name=NAME, key="k")
    assert "Zebulon" not in str(caught.value)
    assert Reader(ledger.engine, ASPS).person("P-3").name == ""


@pytest.mark.parametrize(
    ("patient", "author", "reason", "error", "said"),
    [
        ("P-1", COORDINATOR, WHY, Invalid, "only a clinician"),
        ("P-1", DOCTOR, "", Invalid, "reason: is required"),
        ("P-1", DOCTOR, " ", Invalid, "reason: "),
        ("P-1", DOCTOR, "Mr QUUXBERRY asked", Invalid, "holds a part of the name"),
        ("P-9", DOCTOR, WHY, NotFound, "P-9"),
        ("@site", DOCTOR, WHY, NotFound, "@site"),
    ],
)
def test_what_is_refused_changes_nothing(
    ledger: Ledger, patient: str, author: object, reason: str, error: type[Exception], said: str
) -> None:
    before = snapshot(ledger.engine)
    with pytest.raises(error, match=said) as caught:
        ledger.erase(patient, now=START, author=author, reason=reason)  # type: ignore[arg-type]
    assert "uuxberry" not in str(caught.value).lower()
    assert snapshot(ledger.engine) == before


@pytest.mark.parametrize(
    ("name", "contact", "reason"),
    [
        ("Anna-Lena Müller-Quux", "", "Müller asked"),
        ("Anna-Lena Müller-Quux", "", "asked for by mu\u0308ller"),
        ("Quuxberry, Z.", "", "Mr Quuxberry asked"),
        ("O'Quux", "", "Mrs Quux asked"),
        ("李明", "", "李明要求"),
        ("", "anna@example.org", "written to anna@example.org"),
        ("", "Tel. 0031-6-5550199 (evenings)", "called 0031 6 5550199"),
    ],
)
def test_a_reason_with_a_part_of_name_or_contact_is_refused(
    ledger: Ledger, name: str, contact: str, reason: str
) -> None:
    registered(ledger, "P-3", name=name, contact=contact)
    with pytest.raises(Invalid, match="holds a part of the name or contact"):
        ledger.erase("P-3", now=START, author=DOCTOR, reason=reason)
    assert ledger.erase("P-3", now=START, author=DOCTOR, reason="asked for, by letter of 2 November, in the evening")


def test_no_byte_of_the_name_is_left_in_the_files(url: str, tmp_path: Path) -> None:
    engine = open_database(url)
    ledger = opened(engine)
    for n in range(40):
        registered(ledger, f"P-{n}", name=f"{NAME} {n:02}", contact=CONTACT)
    with engine.begin() as connection:
        connection.execute(text("UPDATE person SET contact = contact || ', and by telephone in the evening'"))
    assert holding(tmp_path, "Quuxberry 07")
    ledger.erase("P-7", now=START, author=DOCTOR, reason=WHY)
    assert holding(tmp_path, "Quuxberry 07") == []
    assert holding(tmp_path, "Quuxberry 08")
    engine.dispose()


def holding(folder: Path, name: str) -> list[str]:
    """The files in which a name stands."""
    return [file.name for file in folder.iterdir() if name.encode() in file.read_bytes()]
