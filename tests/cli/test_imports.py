"""`asps import`: exit codes, the file of rejected rows, and no name on the screen, whatever the file holds."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cli import imported
from tests.cli.asps import Asps
from tests.interchange.sheets import ON_DRUG, WAITS, text, written
from tests.interchange.test_sheet import HOSTILE

AT = ("--at", "2026-11-02T09:00")
BAD = {**ON_DRUG, "patient_id": "P-3", "born": "3/4/1990", "contact": "=HYPERLINK(1)"}


def cells(file: Path) -> list[list[str]]:
    """A CSV file."""
    return list(csv.reader(io.StringIO(file.read_text("utf-8-sig"), newline="")))


@pytest.fixture
def good(tmp_path: Path) -> str:
    """A file of two patients, beside the one in the record."""
    return str(written(tmp_path, text([{**WAITS, "patient_id": "P-7"}, ON_DRUG])))


@pytest.fixture
def mixed(tmp_path: Path) -> str:
    """A file of which one row comes back."""
    return str(written(tmp_path, text([{**WAITS, "patient_id": "P-7"}, BAD], ";"), "mixed.csv"))


def test_a_folder_that_takes_no_rejected_rows_is_said_with_what_to_do(asps: Asps, mixed: str) -> None:
    (Path(mixed).parent / "mixed.rejected.csv.part").mkdir()
    result = asps("import", mixed, *AT)
    said = " ".join(result.err.split())
    assert result.code == 1 and "copy the sheet into a folder of your own, and import it from there" in said
    assert "1 patient came in for good" in said


def test_all_in_and_nothing_new_the_second_time(asps: Asps, good: str) -> None:
    first = asps.ok("import", good, "--by", "clinician", "--user", "dr-a", *AT)
    assert "2 rows taken in" in first.out
    before = asps.content()
    second = asps.ok("import", good)
    assert "0 rows taken in" in second.out and "2 rows already there" in second.out
    assert asps.content() == before
    assert asps.ok("patient", "show", "P-7", "--json", *AT).json["state"] == "interval_wait"
    assert [row["user"] for row in asps.ok("timeline", "P-7", "--json").json] == ["dr-a"] * 6
    assert asps.ok("journal", "verify").code == 0
    assert not list(Path(good).parent.glob("*rejected*"))


def test_what_does_not_fit_comes_back_with_the_reason(asps: Asps, mixed: str) -> None:
    result = asps("import", mixed, *AT)
    assert result.code == 1
    assert "1 row taken in" in result.out and "1 row rejected" in result.out
    assert "born: 3/4/1990 may be 3 April or 4 March" in " ".join(result.out.split())
    assert "Example" not in result.out + result.err
    header, row = [
        line.split(";") for line in (Path(mixed).parent / "mixed.rejected.csv").read_text("utf-8-sig").splitlines()
    ]
    found = dict(zip(header, row, strict=True))
    assert found["rejected_row"] == "3" and found["contact"] == "'=HYPERLINK(1)"
    assert found["rejected_because"].startswith("born: 3/4/1990 may be")
    assert asps("patient", "show", "P-3").code == 1


def test_the_rejected_rows_come_in_once_they_are_mended(asps: Asps, mixed: str) -> None:
    assert asps("import", mixed, *AT).code == 1
    back = str(Path(mixed).parent / "mixed.rejected.csv")
    assert asps("import", back, *AT).code == 1
    asps.ok("import", back, "--dates", "day-first", *AT)
    assert asps.ok("patient", "show", "P-3", "--json").json["born"] == "1990-04-03"
    assert asps.ok("patient", "show", "P-3", "--json").json["contact"] == "=HYPERLINK(1)"


def test_a_dry_run_shows_every_row_and_writes_nothing(asps: Asps, mixed: str) -> None:
    before = asps.content()
    result = asps("import", mixed, "--dry-run", *AT)
    said = " ".join(result.out.split())
    assert result.code == 1
    assert "row 2 P-7 interval wait" in said
    assert "interval CT, due 2026-11-20" in said
    assert "missing not recorded: symptomatic, limited, resectability" in said
    assert "row 3 P-3 rejected" in said
    assert "1 row would be taken in" in said and "Nothing was written" in said
    assert asps.content() == before
    assert not list(Path(mixed).parent.glob("*rejected*"))


def test_for_programs(asps: Asps, mixed: str) -> None:
    shown = asps("import", mixed, "--dry-run", "--json", *AT).json
    assert (shown["written"], shown["taken_in"], shown["rejected"], shown["rejected_file"]) == (False, 1, 1, None)
    assert [(row["row"], row["patient"], row["became"], row["state"]) for row in shown["rows"]] == [
        (2, "P-7", "taken in", "interval_wait"), (3, "P-3", "rejected", None),
    ]  # fmt: skip
    done = asps("import", mixed, "--json", *AT).json
    assert (done["written"], done["rejected_file"]) == (True, str(Path(mixed).parent / "mixed.rejected.csv"))
    assert [row["row"] for row in done["rows"]] == [3]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "FILE: is missing"),
        (("none.csv",), "there is no none.csv"),
        (("FILE", "--dates", "sideways"), "sideways"),
        (("FILE", "--encoding", "ebcdic"), "ebcdic"),
        (("FILE", "--ignore", "born"), "there is no column born"),
        (("FILE", "--ignore", "reason"), "there is no column reason"),
        (("FILE", "--by", "porter"), "porter"),
    ],
)
def test_wrong_usage(asps: Asps, good: str, arguments: tuple[str, ...], says: str) -> None:
    before = asps.content()
    result = asps("import", *(good if part == "FILE" else part for part in arguments))
    assert (result.code, says in " ".join(result.err.split())) == (2, True), result
    assert asps.content() == before


def test_a_reason_for_all_rows(asps: Asps, good: str) -> None:
    asps.ok("import", good, "--ignore", "reason", "--reason", "the list of November", *AT)
    assert asps.ok("timeline", "P-7", "--json").json[-1]["reason"] == "the list of November"


def test_other_columns_are_named(asps: Asps, tmp_path: Path) -> None:
    file = written(tmp_path, text([{**ON_DRUG, "Room": "12", "Shoe size": "=41"}]))
    assert "mean nothing here: Room, Shoe size" in asps.ok("import", str(file), *AT).out


def test_only_so_many_rejected_rows_are_shown(asps: Asps, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imported, "MOST_SHOWN", 3)
    file = written(tmp_path, text([{**BAD, "patient_id": f"Q-{n}"} for n in range(8)]))
    result = asps("import", str(file), *AT)
    assert result.out.count("✗ row") == 3 and "and 5 more rejected rows" in result.out
    assert len(cells(tmp_path / "patients.rejected.csv")) == 9


def test_the_template_comes_in_as_it_is(asps: Asps, tmp_path: Path) -> None:
    template = asps.ok("import", "--template").out
    file = written(tmp_path, template)
    header, *rows = cells(file)
    assert len(rows) == 2 and {len(row) for row in rows} == {len(header)}
    asps.ok("import", str(file), "--dry-run")
    asps.ok("import", str(file))


def test_every_column_of_the_template_is_explained(bare: Asps) -> None:
    explained = bare.ok("import", "--columns").out
    for name in bare.ok("import", "--template").out.splitlines()[0].split(","):
        assert name in explained


def test_no_record_no_import(bare: Asps, good: str) -> None:
    result = bare("import", good)
    assert result.code == 1 and "asps init" in result.err


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(st.binary(max_size=200) | HOSTILE.map(lambda rest: ("patient_id,born,state,since,name\n" + rest).encode()))
def test_whatever_a_file_holds_there_is_an_answer(asps: Asps, tmp_path: Path, content: bytes) -> None:
    file = written(tmp_path, content, "hostile.csv")
    for dry in (("--dry-run",), ()):
        result = asps("import", str(file), "--reason", "fuzz", *dry)
        assert result.code in (0, 1, 2)
        assert "should not have happened" not in result.err
    assert asps.ok("journal", "verify").code == 0
