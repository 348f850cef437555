"""Once a day a verified copy and an anchor, and the alarm where something is gone that yesterday's anchor knows."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from scheduler.nightly import nightly
from storage import anchor
from storage.backup import KEPT
from storage.database import open_database
from storage.rebuild import rebuild
from tests.scheduler.clinic import Clinic
from tests.storage.clinic import tamper
from workflow.errors import AspsError


class Night:
    """A clinic whose record is copied into a folder."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self.clinic, self.folder, self.said = Clinic(engine=engine), folder, list[str]()
        self.clinic.register("P-1")

    def __call__(self) -> bool:
        """One look whether it is due."""
        return nightly(self.clinic.ledger, self.folder, self.clinic.now, self.said.append)

    @property
    def files(self) -> list[str]:
        """What there is in the folder."""
        return sorted(file.name for file in self.folder.iterdir()) if self.folder.exists() else []


@pytest.fixture
def night(url: str, tmp_path: Path) -> Night:
    return Night(open_database(url), tmp_path / "backups")


def test_it_is_done_once_a_day_of_the_site_and_at_once_after_any_downtime(night: Night) -> None:
    assert [night(), night()] == [True, False]  # 2 March, 09:00 in Amsterdam
    night.clinic.later(hours=14, minutes=59)
    assert not night()
    night.clinic.later(minutes=1)  # midnight there, 23:00 UTC
    assert [night(), night()] == [True, False]
    night.clinic.later(days=30)
    assert night()
    assert night.files == [
        "anchor-20260302.txt", "anchor-20260303.txt", "anchor-20260402.txt", "asps-20260302T080000Z.db",
        "asps-20260302T230000Z.db", "asps-20260401T230000Z.db",
    ]  # fmt: skip


def test_it_says_what_it_did_without_naming_anybody(night: Night) -> None:
    night()
    mark = anchor.read(night.folder / "anchor-20260302.txt").mark
    assert night.said == [f"nightly: copied to asps-20260302T080000Z.db; 4 entries in 2 streams, mark {mark}"]


def test_a_clock_that_went_back_does_not_keep_it_from_copying(night: Night) -> None:
    night.clinic.later(days=400)
    night()
    night.clinic.later(days=-400)
    assert night()


def test_the_oldest_copies_and_anchors_go(night: Night) -> None:
    for _ in range(KEPT + 3):
        assert night()
        night.clinic.later(days=1)
    assert len(night.files) == 2 * KEPT
    assert "anchor-20260304.txt" not in night.files and "anchor-20260305.txt" in night.files


def test_what_was_cut_off_since_is_said_at_every_look_and_no_evidence_goes(night: Night) -> None:
    night()
    before = night.files
    cut = "DELETE FROM journal WHERE stream = 'P-1' AND seq = 2"
    end = "UPDATE stream SET length = 1, head = (SELECT hash FROM journal WHERE stream = 'P-1') WHERE name = 'P-1'"
    tamper(night.clinic.engine, cut, end)
    rebuild(night.clinic.engine)
    for _ in range(2):
        night.clinic.later(days=1)
        with pytest.raises(AspsError, match=r"lacks what .*anchor-20260302.txt knows: entry 2 of P-1: was cut off"):
            night()
    assert night.files == before
    (night.folder / "anchor-20260302.txt").rename(night.folder / "kept-20260302.txt")
    assert night()


def test_a_copy_that_does_not_verify_is_said_and_tried_again(night: Night) -> None:
    tamper(night.clinic.engine, "UPDATE patient SET state = 'surveillance'")
    with pytest.raises(AspsError, match="does not verify"):
        night()
    rebuild(night.clinic.engine)
    assert night()


def test_postgresql_has_its_heads_written_down_as_well(postgres_url: str, tmp_path: Path) -> None:
    night = Night(open_database(postgres_url), tmp_path / "backups")
    assert [night(), night()] == [True, False]
    assert night.files == ["anchor-20260302.txt"]
    night.clinic.engine.dispose()


def test_a_folder_that_cannot_be_written_is_said(night: Night) -> None:
    night.folder.write_text("a file where the folder should be")
    with pytest.raises(OSError, match="File exists"):
        night()
    night.folder.unlink()
    night.clinic.later(hours=1)
    assert night()
    with night.clinic.engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM heartbeat WHERE name = 'nightly'")) == 1
