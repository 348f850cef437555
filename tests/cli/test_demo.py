"""The demo: an invented clinic, whatever the date, and never in the place of a real record."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.demo.clinic import HERE, fill, stories
from cli.main import app
from cli.stories.relative import resolve
from storage.database import memory_database
from storage.ledger import Ledger
from storage.queries import Reader
from storage.verify import verify
from workflow.asps import ASPS
from workflow.site import Site
from workflow.vocabulary import State

DAYS = [
    datetime(2026, 11, 24, 12, tzinfo=UTC), datetime(2028, 2, 29, 0, 30, tzinfo=UTC),
    datetime(2027, 1, 1, 0, 0, tzinfo=UTC), datetime(2027, 3, 28, 1, 30, tzinfo=UTC),
    datetime(2027, 5, 31, 23, 30, tzinfo=UTC), datetime(2026, 12, 31, 22, 59, tzinfo=UTC),
]  # fmt: skip
"""Among them month ends, a leap day and the nights on which the clocks change."""


@pytest.mark.parametrize("now", DAYS, ids=lambda now: f"{now:%Y-%m-%d}")
def test_the_stories_go_well_on_any_day(now: datetime) -> None:
    ledger = Ledger(memory_database(), ASPS)
    assert len(fill(ledger, now)) == 13
    reader = Reader(ledger.engine, ASPS)
    states = {row.id: row.state for row in reader.patients()}
    assert states == {
        "DEMO-1": State.STAGING, "DEMO-2": State.INTERVAL_WAIT, "DEMO-3": State.MDT_REVIEW, "DEMO-4": State.TKI,
        "DEMO-5": State.REFRACTORY, "DEMO-6": State.MDT_REVIEW, "DEMO-7": State.IMMUNOTHERAPY,
        "DEMO-8": State.MDT_REVIEW, "DEMO-9": State.TKI, "DEMO-10": State.STAGING, "DEMO-11": State.IMMUNOTHERAPY,
        "DEMO-12": State.LOST_TO_FOLLOW_UP, "DEMO-13": State.DECEASED,
    }  # fmt: skip
    today = ledger.site().today(now)
    late = {(row.patient, row.task): row.days_late for row in reader.worklist(today) if row.days_late}
    assert late[("DEMO-1", "baseline_brain_mri")] == 19
    assert verify(ledger.engine).ok


def test_every_day_of_a_year_has_its_stories() -> None:
    """Dates are counted in days, so no month makes a story impossible to read."""
    site = Site(keys=ASPS.keys, values={"timezone": "Europe/Amsterdam"})
    first = datetime(2027, 6, 1, 12, tzinfo=UTC)
    for day in range(0, 366, 7):
        assert len(stories(site, first + timedelta(days=day))) == len(list(HERE.glob("[0-9]*.yaml")))


def test_relative_dates_are_written_out_and_nothing_else() -> None:
    today = datetime(2026, 3, 1, tzinfo=UTC).date()
    given = {"at": "-1dT09:00", "on": "-0d", "x": ["+2d", "-d", "d", 3, None, "2026-01-01"], "text": "-3d ago"}
    assert resolve(given, today) == {
        "at": "2026-02-28T09:00", "on": "2026-03-01", "x": ["2026-03-03", "-d", "d", 3, None, "2026-01-01"],
        "text": "-3d ago",
    }  # fmt: skip


def run(folder: Path, monkeypatch: pytest.MonkeyPatch, *args: str) -> tuple[int, str, str]:
    monkeypatch.chdir(folder)
    result = CliRunner(env={"COLUMNS": "120"}).invoke(app, ["demo", "--no-serve", *args], prog_name="asps")
    return result.exit_code, result.stdout, result.stderr


def test_it_shows_the_worklist_a_timeline_a_refusal_and_what_to_type(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, out, err = run(tmp_path, monkeypatch)
    assert (code, err) == (0, "")
    for text in (
        "None of them exists", "19 days late", "The timeline of DEMO-1", "✗ refusal complete_staging",
        "no_first_line_chemotherapy · hard stop", "[S50]", "sqlite:///demo.db", "why DEMO-2 decide_surgery",
    ):  # fmt: skip
        assert text in out
    assert [file.name for file in tmp_path.iterdir()] == ["demo.db"]


def test_what_it_says_to_type_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, out, _ = run(tmp_path, monkeypatch)
    lines = [line.strip() for line in out.splitlines() if line.startswith("  ")]
    typed = [line.split()[1:] for line in lines if line.split()[0].endswith("asps")]
    assert len(typed) >= 6
    codes = []
    for args in typed:
        result = CliRunner(env={"ASPS_DATABASE_URL": "sqlite:///demo.db"}).invoke(app, args, prog_name="asps")
        codes.append(result.exit_code)
    assert codes.count(1) == 1, "the one that is refused, before the MRI is recorded"
    assert set(codes) == {0, 1}


def test_a_new_demo_takes_the_place_of_an_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(2):
        assert run(tmp_path, monkeypatch, "--into", "clinic.db")[0] == 0
    assert [file.name for file in tmp_path.iterdir()] == ["clinic.db"]


def test_it_never_takes_the_place_of_anything_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "demo.db"
    monkeypatch.setenv("ASPS_DATABASE_URL", str(file))
    CliRunner().invoke(app, ["init", "--yes"])
    before = file.read_bytes()
    code, out, err = run(tmp_path, monkeypatch)
    assert (code, out, "is no demo" in err) == (1, "", True)
    assert file.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == ["demo.db"]


def test_a_demo_that_goes_wrong_leaves_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(tmp_path, monkeypatch)
    before = (tmp_path / "demo.db").read_bytes()
    monkeypatch.setattr("cli.demo.clinic.differences", lambda *_: ["something"])
    code, _, err = run(tmp_path, monkeypatch)
    assert (code, "goes wrong at" in err) == (1, True)
    assert (tmp_path / "demo.db").read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == ["demo.db"]
