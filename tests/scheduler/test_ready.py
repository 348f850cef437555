"""Whether the installation can do its work: a database that is there, its tables, and a clock that somebody keeps."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from scheduler.late import LATE
from scheduler.ready import Check, Ready, ready
from storage.database import open_database
from tests.scheduler.clinic import START, Clinic

WELL = (Check(name="database"), Check(name="tables"))


def test_ready_while_somebody_looks_at_the_clock(both: Engine) -> None:
    clinic = Clinic(engine=both)
    assert ready(both, clinic.now) == Ready(
        checks=(*WELL, Check(name="clock", wrong="no reminder goes out: nobody has looked at the clock so far"))
    )
    clinic.tick()
    clinic.now += LATE
    assert ready(both, clinic.now) == Ready(checks=(*WELL, Check(name="clock")))
    assert ready(both, clinic.now).ok
    clinic.later(seconds=1)
    late = ready(both, clinic.now)
    assert not late.ok
    assert late.checks[-1].wrong == "no reminder goes out: nobody has looked at the clock since 2026-03-02 08:00 UTC"


def test_a_database_of_another_version(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'asps.db'}")
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    found = ready(engine, START)
    engine.dispose()
    assert [(check.name, check.ok) for check in found.checks] == [("database", True), ("tables", False)]
    assert "revision 0000" in found.checks[-1].wrong


@pytest.mark.parametrize("content", [b"no database at all", b"SQLite format 3\x00" + b"\xff" * 4096])
def test_a_database_that_cannot_be_read(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "asps.db"
    engine = open_database(f"sqlite:///{file}")
    engine.dispose()
    for other in tmp_path.glob("asps.db-*"):
        other.unlink()
    file.write_bytes(content)
    (check,) = ready(engine, START).checks
    engine.dispose()
    assert check.name == "database" and str(file) in check.wrong
