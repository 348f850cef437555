"""`backup`, `restore`, `journal anchor` and `journal verify --against` at the terminal."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.asps import Asps


def copy_of(asps: Asps, *args: str) -> str:
    """Where a new copy is."""
    return str(asps.ok("backup", *args, "--json").json["file"])


def one_line(said: str) -> str:
    """Without the line breaks of a narrow terminal."""
    return " ".join(said.split())


def test_a_copy_goes_beside_the_record_or_where_it_is_told(asps: Asps, tmp_path: Path) -> None:
    assert Path(copy_of(asps)).parent == tmp_path / "backups"
    assert "a verified copy of the record is at" in asps.ok("backup", str(tmp_path / "there")).out
    assert len(list((tmp_path / "there").iterdir())) == 1


def test_a_copy_goes_where_the_environment_says(asps: Asps, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASPS_BACKUPS", str(tmp_path / "elsewhere"))
    assert Path(copy_of(asps)).parent == tmp_path / "elsewhere"


def test_a_copy_is_checked_and_comes_back(asps: Asps) -> None:
    before, copy = asps.content(), copy_of(asps)
    asps.ok("record", "P-1", "weight", "--set", "kg=70")
    after = asps.content()
    assert "could be restored; nothing was changed" in one_line(asps.ok("restore", copy, "--check").out)
    assert asps.content() == after
    said = one_line(asps.ok("restore", copy).out)
    assert "is now the record" in said and "what was entered since the copy is only there" in said
    assert asps.content() == before
    found = asps.ok("restore", copy, "--json").json
    assert found["restored"] and Path(found["aside"]).exists()


def test_what_is_no_copy_is_refused_in_a_sentence(asps: Asps, tmp_path: Path) -> None:
    before = asps.content()
    (tmp_path / "notes.txt").write_text("no record at all " * 100)
    for file in ("notes.txt", "nowhere.db"):
        for check in ((), ("--check",)):
            result = asps("restore", str(tmp_path / file), *check)
            assert result.code == 1 and result.err.startswith("✗ ")
    assert asps.content() == before


def test_a_newer_version_s_record_is_refused_by_every_command(asps: Asps) -> None:
    copy = copy_of(asps)
    with closing(sqlite3.connect(asps.file)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '99999'")
    before = asps.content()
    for command in (("worklist",), ("tick",), ("backup",), ("journal", "verify"), ("record", "P-1", "weight")):
        result = asps(*command)
        assert result.code == 1 and "written by a newer version" in result.err and "restore a backup" in result.err
    assert asps.content() == before
    asps.ok("restore", copy)
    asps.ok("worklist")


def test_verify_against_an_anchor_finds_what_was_cut_off(asps: Asps, tmp_path: Path) -> None:
    copy, file = copy_of(asps), str(tmp_path / "anchor.txt")
    asps.ok("record", "P-1", "weight", "--set", "kg=70")
    assert "5 entries in 2 streams" in asps.ok("journal", "anchor", file).out
    assert "nothing is missing" in asps.ok("journal", "verify", "--against", file).out
    asps.ok("restore", copy)
    assert asps.ok("journal", "verify").code == 0
    result = asps("journal", "verify", "--against", file)
    assert result.code == 1 and "entry 3 of P-1: was cut off" in result.out
    found = asps("journal", "verify", "--against", file, "--json")
    assert (found.code, found.json["ok"], found.json["wrong"][0]["entry"]) == (1, False, 3)
    assert "is no anchor file" in one_line(asps("journal", "verify", "--against", copy).err)


def test_a_mistyped_name_is_put_right_until_the_person_is_erased(asps: Asps) -> None:
    asps.ok("patient", "add", "P-2", "--born", "1990-01-01", "--name", "Zebulon Quuxbery", "--contact", "555")
    assert "changed" in asps.ok("patient", "rename", "P-2", "--name", "Zebulon Quuxberry").out
    assert "on file already" in asps.ok("patient", "rename", "P-2", "--name", "Zebulon Quuxberry").out
    shown = asps.ok("patient", "show", "P-2").out
    assert "Zebulon Quuxberry" in shown and "555" in shown
    assert "--name" in asps("patient", "rename", "P-2").err
    asps.ok("patient", "erase", "P-2", "--by", "clinician", "--reason", "on paper")
    assert "erased for good" in asps("patient", "rename", "P-2", "--name", "Zebulon").err
    asps.ok("journal", "verify")


def test_a_person_is_erased_once_for_good(asps: Asps) -> None:
    asps.ok("patient", "add", "P-2", "--born", "1990-01-01", "--name", "Zebulon Quuxberry")
    assert "Zebulon" in asps.ok("patient", "show", "P-2").out
    assert asps("patient", "erase", "P-2").code == 2
    assert asps("patient", "erase", "P-2", "--by", "coordinator", "--reason", "on paper").code == 2
    assert "are erased" in asps.ok("patient", "erase", "P-2", "--by", "clinician", "--reason", "on paper").out
    assert "were erased before" in asps.ok("patient", "erase", "P-2", "--reason", "on paper").out
    assert "Zebulon" not in asps.ok("patient", "show", "P-2").out
    assert "erasure" in asps.ok("timeline", "P-2").out
    assert b"Quuxberry" not in asps.file.read_bytes()
    asps.ok("journal", "verify")


@pytest.mark.parametrize("name", ["why?", "50%25", "a b#c", "ä"])
def test_a_path_means_one_file_whatever_signs_are_in_it(asps: Asps, tmp_path: Path, name: str) -> None:
    """In an address, a question mark begins the options: another file was made, verified, and called the copy."""
    folder = tmp_path / name
    folder.mkdir()
    file = str(folder / f"{name}.db")
    shutil.copy(asps.file, file)
    before = sorted(tmp_path.iterdir())
    asps.ok("record", "P-1", "weight", "--set", "kg=70", "--database", file)
    copy = asps.ok("backup", str(folder), "--json", "--database", file).json["file"]
    assert asps.ok("restore", copy, "--check", "--json", "--database", file).json["entries"] == 5
    assert asps.ok("restore", copy, "--database", file).code == 0
    assert asps.ok("journal", "verify", "--json", "--database", file).json["entries"] == 5
    assert sorted(tmp_path.iterdir()) == before
