"""`asps export`: the record as a spreadsheet; names only where they are asked for."""

import csv
import io
import stat
from pathlib import Path

from tests.cli.asps import Asps

AT = ("--at", "2026-11-02T09:00")


def test_the_worklist_as_csv(asps: Asps, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    for _ in range(2):  # an earlier export is replaced
        assert "written to" in asps.ok("export", "worklist", "-o", str(file), *AT).out
    rows = list(csv.DictReader(io.StringIO(file.read_text("utf-8-sig"))))
    shown = asps.ok("worklist", "--json", *AT).json
    assert [(row["patient_id"], row["task"]) for row in rows] == [(row["patient"], row["task"]) for row in shown]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_names_are_written_only_if_asked_for(asps: Asps) -> None:
    asps.ok("patient", "add", "P-2", "--born", "1990-01-01", "--name", "=Zoë", "--contact", "here", *AT)
    plain = asps.ok("export", "patients", *AT).out
    assert "Zoë" not in plain and "P-2,referred" in plain
    assert asps.ok("export", "patients", "--names", *AT).out.splitlines()[-1].endswith("'=Zoë,here")


def test_no_other_file_is_overwritten(asps: Asps, tmp_path: Path) -> None:
    (tmp_path / "notes.csv").write_text("mine")
    for file in (asps.file, tmp_path / "notes.csv"):
        result = asps("export", "worklist", "-o", str(file), *AT)
        assert (result.code, "is no such export" in " ".join(result.err.split())) == (1, True)
    assert (tmp_path / "notes.csv").read_text() == "mine"
    assert asps.ok("journal", "verify").code == 0
