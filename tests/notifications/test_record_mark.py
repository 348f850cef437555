"""The nightly anchor's mark goes out with the administrators' digest: a mailbox is not the database."""

from datetime import date
from pathlib import Path

import pytest

from notifications.people import Duty
from scheduler.nightly import nightly
from storage import anchor
from tests.notifications.office import Office


@pytest.fixture
def office() -> Office:
    """An administrator, and the others to whom a patient's tasks belong."""
    found = Office()
    found.person("adam", Duty.ADMINISTRATOR)
    found.person("ann")
    found.person("kim", Duty.COORDINATOR)
    found.register("P-1")
    return found


def copied(office: Office, folder: Path, day: date) -> str:
    """The night before a day; the mark of its anchor."""
    office.at(day, 0, 5)
    assert nightly(office.ledger, folder, office.now, lambda said: None)
    return anchor.read(folder / f"anchor-{day:%Y%m%d}.txt").mark


def test_the_administrator_gets_the_mark_every_day_and_nobody_else_does(office: Office, tmp_path: Path) -> None:
    marks = []
    for day in (date(2026, 3, 3), date(2026, 3, 4)):
        marks.append(copied(office, tmp_path, day))
        for hour in (1, 8, 9, 20):
            office.at(day, hour)
            office.look()
    letters = [letter for address, letter in office.post.sent if address == "adam@example.org"]
    assert [letter.text.splitlines()[0] for letter in letters] == [
        f"the record: 4 entries in 2 streams, mark {marks[0]}, 2026-03-02 23:05 UTC",
        f"the record: 4 entries in 2 streams, mark {marks[1]}, 2026-03-03 23:05 UTC",
    ]
    assert [letter.subject for letter in letters] == ["pathway: how the record stands"] * 2
    assert not any("mark" in letter.text for address, letter in office.post.sent if address != "adam@example.org")
    assert not any("P-1" in letter.text for _, letter in office.post.sent)


def test_without_a_copy_there_is_nothing_to_say(office: Office) -> None:
    office.at(date(2026, 3, 3), 8)
    office.look()
    assert [address for address, _ in office.post.sent if address == "adam@example.org"] == []
