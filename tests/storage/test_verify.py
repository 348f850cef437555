"""A record that was tampered with is found out, at its first wrong entry."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, text

from storage.chain import hash_of
from storage.ledger import Ledger
from storage.tables import Instant
from storage.verify import Verdict, verify
from tests.storage.clinic import (
    at,
    first,
    tamper,
)

LATER = at("2026-11-03T10:00")


def test_what_the_ledger_wrote_is_right(three: Ledger) -> None:
    assert verify(three.engine) == Verdict(streams=4, entries=4 + 2 + 9 + 1, wrong=())


@pytest.mark.parametrize("seq", range(1, 10))
@pytest.mark.parametrize(
    "change",
    [
        """payload = replace(payload, '"kind"', '"Kind"')""",
        """payload = replace(payload, '"by":"clinician"', '"by":"coordinator"') || ' '""",
        "effects = '{}'",
        "at = '2020-01-01 00:00:00.000000'",
        "at = 'yesterday'",
        "payload = x'00ff'",
        "hash = replace(hash, substr(hash, 1, 1), 'x')",
        "prev = 'x' || prev",
    ],
)
def test_an_altered_entry_is_named(three: Ledger, seq: int, change: str) -> None:
    tamper(three.engine, f"UPDATE journal SET {change} WHERE stream = 'P-2' AND seq = {seq}")
    assert first(three.engine) == ("P-2", seq)


@pytest.mark.parametrize("seq", range(1, 10))
def test_an_altered_entry_is_named_although_its_hash_was_made_to_fit(three: Ledger, seq: int) -> None:
    tamper(three.engine, *forged(three.engine, seq, lambda row: {**row, "payload": row["payload"] + " "}))
    assert first(three.engine) == ("P-2", seq)


@pytest.mark.parametrize("seq", range(1, 10))
def test_a_removed_entry_is_named(three: Ledger, seq: int) -> None:
    tamper(three.engine, f"DELETE FROM journal WHERE stream = 'P-2' AND seq = {seq}")
    assert first(three.engine) == ("P-2", seq)


@pytest.mark.parametrize("seq", range(1, 9))
def test_a_removed_entry_is_named_although_the_others_moved_up(three: Ledger, seq: int) -> None:
    move = "UPDATE journal SET seq = {} WHERE stream = 'P-2' AND seq = {}"
    ups = [move.format(n - 1, n) for n in range(seq + 1, 10)]
    shorter = "UPDATE stream SET length = 8 WHERE name = 'P-2'"
    tamper(three.engine, f"DELETE FROM journal WHERE stream = 'P-2' AND seq = {seq}", *ups, shorter)
    assert first(three.engine) == ("P-2", seq)


@pytest.mark.parametrize("seq", [0, 1, 4, 9, 10])
def test_an_inserted_entry_is_named(three: Ledger, seq: int) -> None:
    move = "UPDATE journal SET seq = {} WHERE stream = 'P-2' AND seq = {}"
    downs = [move.format(n + 1, n) for n in range(9, seq - 1, -1) if seq]
    longer = "UPDATE stream SET length = 10 WHERE name = 'P-2'"
    other = f"INSERT INTO journal SELECT 'P-2', {seq}, at, payload, effects, prev, hash FROM journal "
    tamper(three.engine, *downs, longer, other + "WHERE stream = 'P-1' AND seq = 2")
    assert first(three.engine) == ("P-2", seq)


def test_an_entry_inserted_with_a_fitting_hash_is_named(three: Ledger) -> None:
    (statement,) = forged(three.engine, 5, lambda row: row, insert=True)
    move = "UPDATE journal SET seq = {} WHERE stream = 'P-2' AND seq = {}"
    downs = [move.format(n + 1, n) for n in range(9, 4, -1)]
    tamper(three.engine, *downs, "UPDATE stream SET length = 10 WHERE name = 'P-2'", statement)
    assert first(three.engine) == ("P-2", 5)


def test_an_entry_added_at_the_end_is_named(three: Ledger) -> None:
    statement = "INSERT INTO journal SELECT stream, 10, at, payload, effects, hash, hash FROM journal"
    tamper(three.engine, f"{statement} WHERE stream = 'P-2' AND seq = 9")
    assert first(three.engine) == ("P-2", 10)


@pytest.mark.parametrize(("one", "other"), [(1, 2), (3, 7), (8, 9)])
def test_of_entries_that_changed_places_the_first_is_named(three: Ledger, one: int, other: int) -> None:
    move = "UPDATE journal SET seq = {} WHERE stream = 'P-2' AND seq = {}"
    tamper(three.engine, move.format(-1, one), move.format(one, other), move.format(other, -1))
    assert first(three.engine) == ("P-2", one)


def test_an_entry_moved_to_another_patient_is_named(three: Ledger) -> None:
    tamper(three.engine, "UPDATE journal SET stream = 'P-3', seq = 2 WHERE stream = 'P-2' AND seq = 9")
    assert {(w.stream, w.seq) for w in verify(three.engine).wrong} == {("P-2", 9), ("P-3", 2)}


def test_a_patient_who_was_removed_altogether_is_missed(three: Ledger) -> None:
    tables = {"journal": "stream", "stream": "name", "patient": "id", "task": "patient", "person": "patient"}
    tamper(three.engine, *(f"DELETE FROM {name} WHERE {column} = 'P-2'" for name, column in tables.items()))
    assert first(three.engine) == ("P-2", 1)


def test_a_patient_who_was_added_past_the_ledger_is_named(three: Ledger) -> None:
    copies = ["INSERT INTO stream SELECT 'P-9', site_id, head, length FROM stream WHERE name = 'P-3'"]
    columns = "site_id, state, since, version, pathway_version, settings_revision, wake_at"
    copies += [f"INSERT INTO patient SELECT 'P-9', {columns} FROM patient WHERE id = 'P-3'"]
    tamper(three.engine, *copies)
    assert first(three.engine) == ("P-9", 1)


def test_the_site_s_stream_is_looked_at_as_well(three: Ledger) -> None:
    tamper(three.engine, "UPDATE journal SET effects = '{}' WHERE stream = '@site' AND seq = 1")
    assert first(three.engine) == ("@site", 1)


def test_every_broken_stream_is_listed(three: Ledger) -> None:
    tamper(three.engine, "UPDATE journal SET effects = '{}' WHERE seq = 1 AND stream <> 'P-1'")
    found = [(wrong.stream, wrong.seq) for wrong in verify(three.engine).wrong]
    assert found == [("@site", 1), ("P-2", 1), ("P-3", 1)]
    assert len(verify(three.engine, most=2).wrong) == 2


def test_a_stream_whose_length_is_no_number_is_named(three: Ledger) -> None:
    tamper(three.engine, "UPDATE stream SET length = 'many' WHERE name = 'P-2'")
    assert [(wrong.stream, wrong.what) for wrong in verify(three.engine).wrong] == [
        ("P-2", "the stream was altered: how many entries it has is no number")
    ]


def test_a_missing_trigger_is_named(three: Ledger) -> None:
    with three.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER journal_no_delete"))
    (wrong,) = verify(three.engine).wrong
    assert "journal_no_delete" in wrong.what


def forged(
    engine: Engine, seq: int, change: Callable[[dict[str, Any]], dict[str, Any]], insert: bool = False
) -> list[str]:
    """Statements that change or insert an entry, with a hash that fits."""
    with engine.connect() as connection:
        query = text(f"SELECT * FROM journal WHERE stream = 'P-2' AND seq = {seq}").columns(at=Instant())
        row = change(dict(connection.execute(query).mappings().one()))
    new = hash_of("P-2", seq, row["at"], row["payload"], row["effects"], row["prev"])
    if not insert:
        return [f"UPDATE journal SET payload = payload || ' ', hash = '{new}' WHERE stream = 'P-2' AND seq = {seq}"]
    row["payload"] = json.dumps({**json.loads(row["payload"]), "reason": "forged"})
    new = hash_of("P-2", seq, row["at"], row["payload"], row["effects"], row["prev"])
    moment = row["at"].strftime("%Y-%m-%d %H:%M:%S.%f")
    values = ", ".join(f"'{value}'" for value in (moment, row["payload"], row["effects"], row["prev"], new))
    return [f"INSERT INTO journal VALUES ('P-2', {seq}, {values})"]
