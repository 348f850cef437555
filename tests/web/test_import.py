"""A spreadsheet in the page: what each row would do, then the import, then the rows that came back."""

import csv
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest

from storage.access_log import looks
from tests.web.clinic import Clinic, Visitor
from tests.web.pages import rows, section, words
from workflow.vocabulary import State

HEADER = ("patient_id", "born", "name", "state", "since", "reason")
GOOD = ("S-1", "1991-02-08", "Ann Example", "interval_wait", "2026-10-01", "letter")
REFERRED = ("S-2", "1991-02-08", "Bea Example", "referred", "", "")
BAD = ("S-3", "3/4/1991", "Cy Example", "tki", "soon", "letter")
FORMULA = ("S-4", "x", '=HYPERLINK("evil")', "tki", "2026-10-01", "letter")


@pytest.fixture
def doctor(client_as: Callable[[str], Visitor]) -> Visitor:
    return client_as("clinician")


def sheet(*lines: tuple[str, ...]) -> bytes:
    """A CSV file."""
    text = StringIO()
    csv.writer(text).writerows((HEADER, *lines))
    return text.getvalue().encode()


def upload(visitor: Visitor, content: bytes, **fields: str) -> Any:
    """Sends a file."""
    data = {"csrf": visitor.token, **fields}
    return visitor.post("/import", data=data, files={"file": ("my patients.csv", content, "text/csv")})


def ended(visitor: Visitor, where: str) -> str:
    """The page when all rows were gone through."""
    until = monotonic() + 20
    while "<progress" in (page := visitor.get(where).text):
        assert monotonic() < until, "the import does not end"
        sleep(0.02)
    return page


def patients(clinic: Clinic) -> list[str]:
    """Who is registered."""
    return [row.id for row in clinic.desk.reader.patients()]


def test_first_it_is_shown_what_each_row_would_do(doctor: Visitor, clinic: Clinic) -> None:
    answer = upload(doctor, sheet(GOOD, REFERRED, BAD))
    assert answer.status_code == 303 and "S-1" not in answer.headers["location"]
    page = ended(doctor, answer.headers["location"])
    assert "Of 3 rows, 2 would come in, 0 are there already, 1 would come back." in words(page)
    found = rows(page)
    assert list(found) == ["4", "2", "3"]  # rejected ones first
    assert found["4"] == (
        "4 S-3 ✗ would come back born : 3/4/1991 may be 3 April or 4 March: write it like 2026-03-04 or 04.03.2026, or "
        "choose above how dates are written since : this is no date (like 2026-03-04 or 04.03.2026)"
    )
    assert found["2"].startswith("2 S-1 ✓ interval wait") and found["3"].startswith("3 S-2 ✓ referred")
    assert patients(clinic) == ["P-1", "P-2", "P-3"]


def test_then_it_is_entered_and_a_second_time_changes_nothing(doctor: Visitor, clinic: Clinic) -> None:
    where = upload(doctor, sheet(GOOD, REFERRED, BAD)).headers["location"]
    ended(doctor, where)
    assert doctor.form(f"{where}/enter").status_code == 303
    page = ended(doctor, where)
    assert "Patients who came in: 2; there already: 0; rows that came back: 1." in words(page)
    assert f'href="/patients/{clinic.handle("S-1")}"' in page
    assert patients(clinic) == ["P-1", "P-2", "P-3", "S-1", "S-2"]
    assert clinic.desk.reader.patient("S-1").state is State.INTERVAL_WAIT
    assert clinic.desk.reader.timeline("S-1")[-1].user == "clinician-1"
    before = [len(clinic.desk.reader.timeline(p)) for p in ("S-1", "S-2")]
    doctor.form(f"{where}/enter")  # pressed again
    again = ended(doctor, upload(doctor, sheet(GOOD, REFERRED)).headers["location"])
    assert "0 would come in, 2 are there already" in words(again) and "Enter 0" not in again
    assert [len(clinic.desk.reader.timeline(p)) for p in ("S-1", "S-2")] == before


def test_what_came_back_can_be_mended_and_is_no_formula(doctor: Visitor) -> None:
    where = upload(doctor, sheet(GOOD, BAD, FORMULA)).headers["location"]
    ended(doctor, where)
    answer = doctor.get(f"{where}/rejected.csv")
    assert answer.headers["content-disposition"] == 'attachment; filename="patients.rejected.csv"'
    found = list(csv.DictReader(answer.content.decode("utf-8-sig").splitlines()))
    assert [(row["rejected_row"], row["patient_id"], row["name"]) for row in found] == [
        ("3", "S-3", "Cy Example"), ("4", "S-4", '\'=HYPERLINK("evil")'),
    ]  # fmt: skip
    assert found[0]["rejected_because"].startswith("born: 3/4/1991 may be")


def test_how_dates_are_meant_and_a_reason_for_all_rows(doctor: Visitor) -> None:
    rows_ = ("S-5", "3/4/1991", "", "tki", "1/10/2026", "")
    page = ended(doctor, upload(doctor, sheet(rows_), dates="day-first", reason="our list").headers["location"])
    assert rows(page)["2"].startswith("2 S-5 ✓ TKI")


@pytest.mark.parametrize(
    ("content", "fields", "field", "wrong"),
    [
        (b"", {}, "file", "choose a CSV file"),
        (b"a,b\n1,2\n", {}, "file", "no column of the first row"),
        (b"patient_id,born\nS-1,1991-02-08\n", {}, "file", "there is no column state, since"),
        (b"PK\x03\x04 a workbook", {}, "file", "save the sheet as CSV UTF-8"),
        (sheet(GOOD), {"dates": "sideways"}, "dates", "is none of those offered"),
        (sheet(GOOD), {"encoding": "klingon"}, "encoding", "is none of those offered"),
        (b"patient_id,born,state,since,reason,brian_mri\n", {}, "file", "name it above as a column that"),
    ],
)
def test_what_is_no_such_sheet_is_refused_with_the_way_out(
    doctor: Visitor, content: bytes, fields: dict[str, str], field: str, wrong: str
) -> None:
    answer = upload(doctor, content, **fields)
    assert answer.status_code == 422 and wrong in section(answer.text, "errors")
    assert f'href="#{field}"' in answer.text and "--" not in section(answer.text, "errors")


def test_a_coordinators_own_rows_are_referrals(client_as: Callable[[str], Visitor], clinic: Clinic) -> None:
    cora = client_as("coordinator")
    where = upload(cora, sheet(GOOD, REFERRED)).headers["location"]
    found = rows(ended(cora, where))
    assert "✗ would come back Role :" in found["2"] and found["3"].startswith("3 S-2 ✓ referred")
    cora.form(f"{where}/enter")
    ended(cora, where)
    assert patients(clinic) == ["P-1", "P-2", "P-3", "S-2"]


def test_an_import_is_ones_own_and_is_forgotten(
    doctor: Visitor, client_as: Callable[[str], Visitor], clinic: Clinic
) -> None:
    where = upload(doctor, sheet(GOOD, BAD)).headers["location"]
    ended(doctor, where)
    cora = client_as("coordinator")
    for address in (where, f"{where}/rejected.csv"):
        assert cora.get(address).status_code == 404
    assert cora.form(f"{where}/enter").status_code == 404
    folder: Path = clinic.app.state.imports.get(where.rpartition("/")[2], "clinician-1").folder
    assert folder.stat().st_mode & 0o077 == 0
    assert doctor.form(f"{where}/forget").status_code == 303
    assert not folder.exists() and doctor.get(where).status_code == 404


def test_a_file_is_kept_for_an_hour_at_most(doctor: Visitor, clinic: Clinic) -> None:
    where = upload(doctor, sheet(GOOD)).headers["location"]
    ended(doctor, where)
    folder: Path = clinic.app.state.imports.get(where.rpartition("/")[2], "clinician-1").folder
    clinic.later(minutes=61)
    doctor.sign_in("clinician-1")
    upload(doctor, sheet(REFERRED))
    assert not folder.exists() and doctor.get(where).status_code == 404


def test_who_was_shown_goes_to_the_access_log(doctor: Visitor, clinic: Clinic) -> None:
    where = upload(doctor, sheet(GOOD)).headers["location"]
    ended(doctor, where)
    with clinic.desk.engine.connect() as connection:
        assert ("S-1", "import_rehearsed") in {(look.patient, look.what) for look in looks(connection)}


def test_the_empty_sheet_is_a_sheet(doctor: Visitor) -> None:
    content = doctor.get("/import/template.csv").content
    page = ended(doctor, upload(doctor, content).headers["location"])
    assert "Of 2 rows, 2 would come in" in words(page)
