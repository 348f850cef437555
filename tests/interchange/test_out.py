"""On the way out no cell is a formula, and files appear whole or not at all, for their owner only."""

import csv
import io
import stat
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interchange import out
from interchange.out import as_written, begins_with, neutral, new_file, writer
from interchange.rejected import Rejects, place_of
from interchange.template import EXAMPLES, template
from storage.ledger import Ledger
from storage.queries import Reader
from tests.interchange.sheets import NOW, ON_DRUG, WAITS, entered, read, shortly, text, written
from workflow.vocabulary import Role

FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "＝1", "\u00a0=1", "=cmd|' /C calc'!A0")


@pytest.mark.parametrize("cell", FORMULAS)
def test_no_cell_is_a_formula_and_none_is_lost(cell: str) -> None:
    assert neutral(cell) == f"'{cell}"
    assert as_written(neutral(cell)) == cell


@pytest.mark.parametrize("cell", ["", "Ann", "'Abd", "1-2", "2026-03-04", "a=b", "''"])
def test_other_cells_stay_as_they_are(cell: str) -> None:
    assert neutral(cell) == as_written(cell) == cell


@given(st.lists(st.text() | st.sampled_from(FORMULAS) | st.none() | st.dates() | st.integers(), min_size=1))
def test_whatever_is_written_no_cell_begins_like_a_formula(cells: list[object]) -> None:
    stream = io.StringIO(newline="")
    writer(stream)(cells)
    stream.seek(0)
    (row,) = csv.reader(stream)
    assert len(row) == len(cells)
    assert not [cell for cell in row if cell[:1] in set("=+-@\t\r\n") - {""}]


def test_a_file_appears_whole_for_its_owner_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    with pytest.raises(RuntimeError), new_file(path) as stream:
        stream.write("half")
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []
    with new_file(path) as stream:
        stream.write("wholé")
    assert path.read_bytes() == b"\xef\xbb\xbfwhol\xc3\xa9"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_only_an_earlier_export_may_be_replaced(tmp_path: Path) -> None:
    with new_file(tmp_path / "one.csv") as stream:
        writer(stream)(out.PATIENTS)
    assert begins_with(tmp_path / "one.csv", out.PATIENTS)
    assert not begins_with(tmp_path / "one.csv", out.WORKLIST)
    assert not begins_with(written(tmp_path, ",".join(out.PATIENTS)), out.PATIENTS)


def rows_of(write: object) -> list[list[str]]:
    """What was written, as cells."""
    return list(csv.reader(io.StringIO(str(write), newline="")))


def test_the_worklist_and_the_patients(ledger: Ledger, reader: Reader, tmp_path: Path) -> None:
    entered(ledger, written(tmp_path, text([{**WAITS, "name": "=Ann"}])))
    today, stream = date(2026, 11, 25), io.StringIO(newline="")
    count = out.worklist(reader.worklist(today, owner=Role.COORDINATOR), writer(stream))
    header, *rows = rows_of(stream.getvalue())
    assert (tuple(header), len(rows)) == (out.WORKLIST, count)
    assert rows[0][:6] == ["P-1", "overdue", "2026-11-20", "", "5", "interval_ct"]
    for names, expected in ((False, []), (True, ["'=Ann", "'+31 6 1234"])):
        stream = io.StringIO(newline="")
        assert out.patients(reader, today, names, writer(stream)) == 1
        row = rows_of(stream.getvalue())[1]
        assert row[:3] == ["P-1", "interval_wait", "2026-09-15"]
        assert row[4:] == ["2", "palliative offer", "2026-10-15", *expected]


def test_all_patients_are_written_page_by_page(
    ledger: Ledger, reader: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(out, "_PAGE", 2)
    entered(ledger, written(tmp_path, text([{**ON_DRUG, "patient_id": f"P-{n}"} for n in range(5)])))
    stream = io.StringIO(newline="")
    assert out.patients(reader, NOW.date(), False, writer(stream)) == 5
    assert [row[0] for row in rows_of(stream.getvalue())[1:]] == [f"P-{n}" for n in range(5)]


def test_rejected_rows_keep_all_their_cells_and_can_be_imported_again(ledger: Ledger, tmp_path: Path) -> None:
    path = written(tmp_path, text([{**WAITS, "since": "", "Room": "=12"}], ";"))
    sheet, _ = read(path)
    with Rejects(path, sheet.header, sheet.delimiter) as rejects:
        for row in sheet.rows():
            rejects.add(row.number, (*row.cells, "-beyond"), "since: is required")
    again = written(tmp_path, rejects.path.read_text("utf-8-sig").replace(";;", ";2026-09-15;"), "again.csv")
    assert "'=12;'-beyond" in again.read_text()
    sheet, known = read(written(tmp_path, again.read_text().replace(";'-beyond", ""), "again.csv"))
    assert known.ignored == ("Room",)
    assert shortly(entered(ledger, sheet.path)) == [(2, "P-1", "taken in")]
    assert Reader(ledger.engine, ledger.pathway).person("P-1").contact == "+31 6 1234"
    with Rejects(sheet.path, sheet.header, ";") as more:
        more.add(2, next(iter(sheet.rows())).cells, "once more")
    assert more.path.read_text("utf-8-sig").count("rejected_because") == 1


def test_the_rejected_rows_of_the_import_before_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    with Rejects(path, ["a"], ",") as rejects:
        rejects.add(2, ["mended"], "why")
    with Rejects(path, ["a"], ","):
        pass
    assert not place_of(path).exists()
    assert "mended" in place_of(path, kept=True).read_text()


def test_the_template_comes_in_as_it_is(ledger: Ledger, tmp_path: Path) -> None:
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows(template(NOW.date()))
    outcomes = entered(ledger, written(tmp_path, stream.getvalue()))
    assert shortly(outcomes) == [(2, "EXAMPLE-1", "taken in"), (3, "EXAMPLE-2", "taken in")]
    assert [o.answer.after.value for o in outcomes if o.answer] == [example["state"] for example in EXAMPLES]
