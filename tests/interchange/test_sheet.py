"""Files as rows: encodings, delimiters, headers, and everything that a file can hold instead."""

import csv
import io
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from interchange.columns import COLUMNS, named
from interchange.encoding import Encoding, codec_of
from interchange.heading import heading
from interchange.intake import Faulty, read_row
from interchange.records import LONGEST_ROW, records
from interchange.sheet import MOST_ROWS, open_sheet
from interchange.taking import survey
from tests.interchange.sheets import ON_DRUG, WAITS, read, text, written
from workflow.errors import Invalid

HEADER = "patient_id,born,state,since,name\n"
CELL = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), max_size=12)
PIECES = (
    "patient_id", "born", "state", "since", "name", "P-1", "2026-01-01", "staging", '"', '""', ",", ";", "\t", "\n",
    "\r\n", "\r", "\0", "=1+1", "'", "é", "\ufeff", "sep=;", " ",
)  # fmt: skip
HOSTILE = st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=40).map("".join)


def numbers(path: Path) -> list[tuple[int, str]]:
    """The rows of a file with the first cell, or their fault."""
    return [(row.number, row.fault or row.cells[0]) for row in read(path)[0].rows()]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_delimiters_and_encodings_are_found_out(tmp_path: Path, delimiter: str, codec: str) -> None:
    rows = [{**WAITS, "name": "Jörg Müßig; Zoé, dit\t»Z«" if codec != "cp1252" else "Jörg Müßig; Zoé"}, ON_DRUG]
    sheet, known = read(written(tmp_path, text(rows, delimiter).encode(codec)))
    assert sheet.delimiter == delimiter
    assert [known.cells(row.cells) for row in sheet.rows()] == [{**dict.fromkeys(known.places, ""), **r} for r in rows]


@pytest.mark.parametrize("hint", ["sep=;\n", "sep=;\r\n", '"sep=;"\n', "\n\nsep=;\n"[2:]])
def test_the_line_that_excel_writes_above_the_header_is_no_row(tmp_path: Path, hint: str) -> None:
    path = written(tmp_path, hint + text([WAITS], ";"))
    assert numbers(path) == [(3, "P-1")]


def test_blank_rows_count_as_the_spreadsheet_counts(tmp_path: Path) -> None:
    path = written(tmp_path, f"{HEADER}\n,,,,\nP-1,,,,\n \t ,,\nP-2,,\n")
    assert numbers(path) == [(4, "P-1"), (6, "P-2")]


@pytest.mark.parametrize("name", ["Patient ID", "PATIENT-ID", " patient_id ", "Patient no.", "ID", "\xa0Pseudonym"])
def test_columns_are_known_however_they_are_spaced(name: str) -> None:
    assert named(name) == "patient_id"


def test_every_column_and_other_name_means_one_column() -> None:
    for column in COLUMNS.values():
        for name in (column.name, *column.also, column.name.upper().replace("_", " ")):
            assert named(name) == column.name


@pytest.mark.parametrize(
    ("header", "says"),
    [
        ("patient_id,state,since,name", "there is no column born"),
        ("born,name", "there is no column patient_id, state, since"),
        ("patient_id,born,dob,state,since", "'born' and 'dob' both mean born"),
        ("patient_id,born,state,since,pregnany_test", "pregnany_test' is not known (allowed: pregnancy_test"),
        ("Room,Notes", "no column of the first row"),
    ],
)
def test_a_header_that_would_lose_something_is_refused(tmp_path: Path, header: str, says: str) -> None:
    with pytest.raises(Invalid) as error:
        read(written(tmp_path, header + "\n"))
    assert error.value.field == "FILE"
    assert says in str(error.value)


def test_other_columns_are_named_and_not_read() -> None:
    header = ("Patient ID", "born", "state", "since", "Room", "", "pregnany_test", "dob", "rejected_because")
    found = heading(header, ignore=["Pregnany test", "DOB"], reason=True)
    assert found.ignored == ("Room", "pregnany_test", "dob")
    assert found.places == {"patient_id": 0, "born": 1, "state": 2, "since": 3}


def test_a_reason_is_a_column_or_is_given_for_all() -> None:
    with pytest.raises(Invalid, match="--reason"):
        heading(("patient_id", "born", "state", "since"))


@pytest.mark.parametrize(
    ("content", "encoding", "says"),
    [
        (b"", None, "is empty"),
        (b"\xef\xbb\xbf", None, "no column of the first row"),
        (b"PK\x03\x04...", None, "a workbook of Excel"),
        (b"%PDF-1.7", None, "a PDF"),
        (b"SQLite format 3\0", None, "a database"),
        (HEADER.encode() + b"P-1,,,,Ren\xe8\n", None, "line 2 has a byte (0xE8) that is è in Windows-1252 and č in"),
        (HEADER.encode() + b"P-1,,,,\x80\n", None, "0x80"),
        (HEADER.encode() + b"P-1,,,,\x81\n", "windows-1252", "line 2 of patients.csv is not in windows-1252"),
        (HEADER.encode() + b"P-1,,,,\xe4\n", "utf-8", "line 2 of patients.csv is not in utf-8"),
        (b"\xff\xfea", None, "is not in utf-16"),
        (b"\0" * 2000, None, "no column of the first row"),
        (b"x" * 3_000_000, None, "no column of the first row"),
        (b'"' + b"x\n" * 200, None, "no column of the first row"),
        (("a" * 60_000).encode() + b",born\n", None, "no column of the first row"),
        (
            (",".join(f"c{n}" for n in range(400)) + ",patient_id,born,state,since\n").encode(),
            None,
            "more than 300 columns",
        ),
    ],
)
def test_what_is_no_such_file_is_said(tmp_path: Path, content: bytes, encoding: Encoding | None, says: str) -> None:
    path = written(tmp_path, content)
    with pytest.raises(Invalid) as error:
        open_sheet(path, lambda cell: named(cell) is not None, encoding)
    assert says in str(error.value)


def test_a_folder_and_a_missing_file_are_said(tmp_path: Path) -> None:
    for path, says in ((tmp_path, "is no file"), (tmp_path / "none.csv", "there is no")):
        with pytest.raises(Invalid, match=says):
            codec_of(path, None)


def test_declared_encodings_are_believed(tmp_path: Path) -> None:
    path = written(tmp_path, HEADER.encode() + b"P-1,,,,Ren\xe8\n")
    for encoding, name in (("windows-1252", "Renè"), ("windows-1250", "Renč")):
        sheet = open_sheet(path, lambda cell: named(cell) is not None, encoding)  # type: ignore[arg-type]
        assert next(sheet.rows()).cells[4] == name


def test_a_bad_row_comes_with_its_reason_and_the_others_go_on(tmp_path: Path) -> None:
    rows = [
        "P-2,,,,ok", 'P-3,,,,"open', "P-4,,,,ok", 'P-5,"a"b,,,', "P-6,,,,\0", "P-7" + "," * 9 + "x",
        "P-8," + "x" * (LONGEST_ROW + 10), "P-9,,,,ok",
    ]  # fmt: skip
    found = dict(numbers(written(tmp_path, HEADER + "\n".join(rows))))
    assert [number for number, said in found.items() if said.startswith("P-")] == [2, 4, 9]
    assert "quotation mark" in found[3] and "quotation mark" in found[5]
    assert "NUL" in found[6]
    assert "the row has 10 cells and the header 5" in found[7]
    assert "longer than 50,000 characters" in found[8]


def test_a_cell_may_have_line_breaks(tmp_path: Path) -> None:
    path = written(tmp_path, HEADER + 'P-1,,,,"Ann\nExample\r\nof ""here"""\nP-2,,,,x\n')
    assert [row.cells[4] for row in read(path)[0].rows()] == ['Ann\nExample\r\nof "here"', "x"]
    assert numbers(path) == [(2, "P-1"), (3, "P-2")]


def test_a_quotation_mark_left_open_costs_one_row(tmp_path: Path) -> None:
    path = written(tmp_path, HEADER + 'P-0,"\n' + "".join(f"P-{n},,,,\n" for n in range(1, 5_000)))
    found = numbers(path)
    assert "quotation mark" in found[0][1]
    assert found[1:] == [(n + 2, f"P-{n}") for n in range(1, 5_000)]


def test_too_many_rows_are_refused(tmp_path: Path) -> None:
    path = written(tmp_path, HEADER + "P,,,,\n" * (MOST_ROWS + 1))
    sheet, known = read(path)
    with pytest.raises(Invalid, match="more than 100,000 rows"):
        survey(sheet, known)


def test_memory_stays_small_whatever_comes(tmp_path: Path) -> None:
    content = HEADER.encode() + b'P-1,"' + b"x" * 15_000_000 + b"\n" + b"y" * 15_000_000 + b"\nP-2,,,,\n"
    path = written(tmp_path, content)
    tracemalloc.start()
    found = numbers(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [number for number, _ in found] == [2, 3, 4]
    assert peak < 3_000_000


@given(st.lists(st.lists(CELL, min_size=1, max_size=6), max_size=8), st.sampled_from([",", ";", "\t"]))
def test_what_a_spreadsheet_writes_is_read_back(rows: list[list[str]], delimiter: str) -> None:
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=delimiter).writerows(rows)
    stream.seek(0)
    assert [list(row.cells) for row in records(stream, delimiter)] == rows


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=400)
@given(st.binary(max_size=400) | HOSTILE.map(str.encode) | HOSTILE.map(lambda rest: (HEADER + rest).encode()))
@example(b'patient_id,born,state,since\n"')
@example(b"patient_id,born,state,since\r\r\n\n'=P")
def test_any_bytes_are_rows_or_a_reason(tmp_path: Path, content: bytes) -> None:
    path = written(tmp_path, content)
    try:
        sheet, known = read(path)
        found = survey(sheet, known)
    except Invalid as error:
        assert error.field == "FILE"
        return
    rows = list(sheet.rows())
    assert found.rows == len(rows)
    for row in rows:
        read_as = read_row(known.cells(row.cells))
        assert not isinstance(read_as, Faulty) or read_as.faults
