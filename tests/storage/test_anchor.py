"""The ends of the chains, kept elsewhere: against them shows what the record alone cannot show."""

import stat
import tracemalloc
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from storage import anchor
from storage.database import memory_database, writing
from storage.ledger import Ledger
from storage.rebuild import rebuild
from storage.verify import verify
from tests.storage.clinic import DOCTOR, START, opened, registered, tamper, waiting
from workflow.errors import AspsError

SHORTEN = (
    "DELETE FROM journal WHERE stream = 'P-2' AND seq > 6",
    "UPDATE stream SET length = 6, head = j.hash FROM journal j WHERE j.stream = name AND j.seq = 6 AND name = 'P-2'",
)
"""Cuts a tail off, and brings the end of the stream in line."""


@pytest.fixture
def file(tmp_path: Path, three: Ledger) -> Path:
    """An anchor of three patients."""
    anchor.write(three.engine, tmp_path / "anchor.txt", START)
    return tmp_path / "anchor.txt"


def wrong(engine: Engine, file: Path) -> list[tuple[str, int | None]]:
    return [(found.stream, found.seq) for found in anchor.against(engine, file)]


def test_it_has_a_line_for_every_stream(three: Ledger, file: Path) -> None:
    lines = [line.split() for line in file.read_text().splitlines()]
    assert lines[0] == [anchor.HEADING, "2026-11-02T08:00:00.000000+00:00"]
    assert [(line[0], line[1]) for line in lines[1:-1]] == [("@site", "4"), ("P-1", "2"), ("P-2", "9"), ("P-3", "1")]
    found = anchor.read(file)
    assert (found.streams, found.entries) == (4, 16) and found.mark == lines[-1][-1]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_record_that_went_on_still_has_what_it_had(three: Ledger, file: Path) -> None:
    three.enter("P-2", "weight", {"kg": 70}, now=START, author=DOCTOR)
    registered(three, "P-4")
    assert wrong(three.engine, file) == []


def test_a_tail_that_was_cut_off_with_all_that_follows_from_it_is_missed(three: Ledger, file: Path) -> None:
    tamper(three.engine, *SHORTEN)
    rebuild(three.engine)
    assert verify(three.engine).ok, "the record alone does not show it"
    (found,) = anchor.against(three.engine, file)
    assert (found.stream, found.seq) == ("P-2", 7)
    assert found.what == "was cut off: at 2026-11-02T08:00 UTC the stream had 9 entries, now it has 6"


def test_a_last_entry_that_the_stream_still_counts_is_missed_by_its_own_number(three: Ledger, file: Path) -> None:
    tamper(three.engine, "DELETE FROM journal WHERE stream = 'P-2' AND seq = 9")
    (found,) = anchor.against(three.engine, file)
    assert (found.stream, found.seq) == ("P-2", 9)
    assert found.what == "is missing: at 2026-11-02T08:00 UTC the stream had it"


def test_a_tail_that_was_written_anew_is_found(three: Ledger, file: Path) -> None:
    tamper(three.engine, *SHORTEN)
    rebuild(three.engine)
    for _ in range(4):
        three.enter("P-2", "weight", {"kg": 70}, now=START, author=DOCTOR)
    assert verify(three.engine).ok
    assert wrong(three.engine, file) == [("P-2", 9)]


def test_a_patient_who_is_gone_without_a_trace_is_missed(file: Path) -> None:
    other = memory_database()
    opened(other)
    assert wrong(other, file) == [("@site", 2), ("P-1", 1), ("P-2", 1), ("P-3", 1)]
    other.dispose()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text.replace("P-2 9", "P-2 6"),
        lambda text: text[: len(text) // 2],
        lambda text: text.rsplit("\n", 2)[0] + "\n",
        lambda text: text + "P-9 1 abc\n",
        lambda text: "",
        lambda text: "patient;name\n",
        lambda text: "\x00\xff" * 500,
    ],
    ids=["altered", "cut", "end cut", "added to", "empty", "something else", "binary"],
)
def test_a_file_that_is_not_as_it_was_written_is_refused(three: Ledger, file: Path, spoil: object) -> None:
    file.write_text(spoil(file.read_text()), encoding="utf-8")  # type: ignore[operator]
    with pytest.raises(AspsError, match="is no anchor file, or was altered or cut off"):
        list(anchor.against(three.engine, file))


@pytest.mark.parametrize("number", ["nine", "-9", "9" * 30, "9" * 5000])
def test_a_number_that_is_none_is_refused_although_the_mark_was_made_to_fit(
    three: Ledger, file: Path, number: str
) -> None:
    body = file.read_text().replace("P-2 9", f"P-2 {number}").rsplit("end", 1)[0]
    for counts in ("4 16", f"4 {number}"):
        file.write_text(f"{body}end {counts} {sha256(body.encode()).hexdigest()}\n", encoding="utf-8")
        with pytest.raises(AspsError, match="is no anchor file, or was altered or cut off"):
            list(anchor.against(three.engine, file))


def test_no_anchor_is_written_of_a_record_that_cannot_be_read(three: Ledger, tmp_path: Path) -> None:
    tamper(three.engine, "UPDATE stream SET length = 'many' WHERE name = 'P-2'")
    with pytest.raises(AspsError, match="asps journal verify"):
        anchor.write(three.engine, tmp_path / "anchor.txt", START)
    assert not (tmp_path / "anchor.txt").exists()


def test_on_both_databases(both: Engine, tmp_path: Path) -> None:
    ledger = opened(both)
    waiting(ledger)
    anchor.write(both, tmp_path / "anchor.txt", START)
    assert wrong(both, tmp_path / "anchor.txt") == []
    other = memory_database()
    waiting(opened(other))
    assert wrong(other, tmp_path / "anchor.txt") == [], "the same steps give the same chains, wherever"
    other.dispose()


def test_it_takes_no_more_memory_for_more_streams(engine: Engine, tmp_path: Path) -> None:
    def peak(streams: int) -> int:
        with writing(engine).begin() as connection:
            connection.execute(
                text("INSERT INTO stream (name, site_id, head, length) VALUES (:name, 1, :head, 0)"),
                [{"name": f"Q-{streams}-{n}", "head": "f" * 64} for n in range(streams)],
            )
        tracemalloc.start()
        anchor.write(engine, tmp_path / "anchor.txt", START)
        assert list(anchor.against(engine, tmp_path / "anchor.txt")) == []
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    peak(10)
    assert peak(10_000) < peak(3_000) * 1.2 + 500_000
