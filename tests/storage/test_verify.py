"""A record that was tampered with is found out, at its first wrong entry; what a rebuild writes is what was there."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, text

from storage.chain import hash_of
from storage.database import memory_database
from storage.ledger import Ledger
from storage.queries import Reader
from storage.rebuild import rebuild
from storage.tables import Instant
from storage.verify import Verdict, verify
from tests.storage.clinic import CT, DOCTOR, accepted, at, ok, opened, registered, snapshot, staged, waiting
from workflow.asps import ASPS

LATER = at("2026-11-03T10:00")


@pytest.fixture
def three(ledger: Ledger) -> Ledger:
    """Three patients, P-2 with nine entries."""
    accepted(ledger, "P-1")
    waiting(ledger, "P-2")
    registered(ledger, "P-3")
    return ledger


def tamper(engine: Engine, *statements: str) -> None:
    """What someone does who can write the file: past the triggers and the foreign keys."""
    raw = engine.raw_connection()
    connection = raw.driver_connection
    assert connection is not None
    connection.execute("PRAGMA foreign_keys = OFF")
    names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]
    made = [row[0] for row in connection.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger'")]
    for statement in (*(f"DROP TRIGGER {name}" for name in names), *statements, *made):
        connection.execute(statement)
    connection.execute("PRAGMA foreign_keys = ON")
    raw.close()


def first(engine: Engine) -> tuple[str, int | None]:
    """The first thing that is wrong."""
    wrong = verify(engine).first
    assert wrong is not None and str(wrong)
    return wrong.stream, wrong.seq


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


# projections ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE patient SET state = 'tki' WHERE id = 'P-2'", "state is 'tki', the journal says 'interval_wait'"),
        ("UPDATE patient SET version = 99 WHERE id = 'P-2'", "version is '99', the journal says '9'"),
        ("UPDATE patient SET wake_at = NULL WHERE id = 'P-2'", "wake_at is empty"),
        ("UPDATE task SET due = '2028-01-01' WHERE patient = 'P-2' AND name = 'interval_ct'", "due is '2028-01-01'"),
        ("UPDATE task SET status = 'done' WHERE patient = 'P-2' AND name = 'interval_ct'", "status is 'done'"),
        ("DELETE FROM task WHERE patient = 'P-2' AND name = 'interval_ct'", "task interval_ct (a9 1) is missing"),
        ("DELETE FROM patient WHERE id = 'P-2'", "the patient's row is missing"),
        ("UPDATE task SET name = 'nap' WHERE name = 'interval_ct'", "task nap (a9 1) is in no entry"),
        ("UPDATE task SET wake_at = NULL WHERE patient = 'P-2'", "the clock would not look at it"),
        ("UPDATE task SET wake_at = '2099-01-01 00:00:00' WHERE patient = 'P-2'", "the clock would not look at it"),
    ],
)  # fmt: skip
def test_a_projection_that_differs_is_named_and_a_rebuild_mends_it(three: Ledger, statement: str, said: str) -> None:
    before = snapshot(three.engine)
    tamper(three.engine, statement)
    verdict = verify(three.engine)
    assert verdict.wrong and all((wrong.stream, wrong.seq) == ("P-2", None) for wrong in verdict.wrong)
    assert any(said in wrong.what for wrong in verdict.wrong), verdict.wrong
    assert rebuild(three.engine) == 3
    assert verify(three.engine).ok and snapshot(three.engine) == before


def test_the_site_s_row_is_compared_as_well(three: Ledger) -> None:
    before = snapshot(three.engine)
    tamper(three.engine, """UPDATE site SET settings = '{"mdt.due_days":"700"}'""")
    assert first(three.engine) == ("@site", None)
    rebuild(three.engine)
    assert snapshot(three.engine) == before


def test_what_is_wrong_in_the_journal_comes_before_what_is_wrong_in_a_projection(three: Ledger) -> None:
    tamper(three.engine, "UPDATE patient SET version = 99 WHERE id = 'P-1'")
    tamper(three.engine, "UPDATE journal SET effects = '{}' WHERE stream = 'P-2' AND seq = 4")
    found = [(wrong.stream, wrong.seq) for wrong in verify(three.engine).wrong]
    assert found == [("P-2", 4), ("P-1", None)]


# rebuilding -----------------------------------------------------------------------------------------------------------


def test_a_rebuild_asks_no_rules(three: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    before = snapshot(three.engine)
    for name in ("plan", "state_of", "course", "decide"):
        for module in ("workflow.plan", "workflow.course", "workflow.decide", "storage.posting", "storage.ledger"):
            monkeypatch.setattr(f"{module}.{name}", None, raising=False)
    rebuild(three.engine)
    assert snapshot(three.engine) == before


def test_a_rebuild_leaves_the_notices_and_sets_the_clock_after_them(three: Ledger) -> None:
    told = "INSERT INTO notice (patient, task, subject, occurrence, due, stage, at) VALUES "
    told += "('P-2', 'interval_ct', 'a9', 1, '2027-01-30', '{}', '2027-01-30 00:00:00')"
    tamper(three.engine, told.format("due"))
    rebuild(three.engine)
    marks = [row for row in snapshot(three.engine)["task"] if row[:2] == ("P-2", "interval_ct")]
    assert marks[0][-1] == at("2027-01-31T00:00")
    tamper(three.engine, told.format("overdue"))
    rebuild(three.engine)
    marks = [row for row in snapshot(three.engine)["task"] if row[:2] == ("P-2", "interval_ct")]
    assert marks[0][-1] is None
    assert len(snapshot(three.engine)["notice"]) == 2 and verify(three.engine).ok


def test_a_rebuild_that_is_cut_short_changes_nothing(three: Ledger) -> None:
    before = snapshot(three.engine)

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rebuild(three.engine, stop)
    assert snapshot(three.engine) == before


def test_a_rebuild_tells_how_far_it_is(three: Ledger) -> None:
    told: list[tuple[int, int]] = []
    rebuild(three.engine, lambda done, total: told.append((done, total)))
    assert told[-1] == (3, 3)


def test_more_patients_than_are_held_in_memory_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("rebuild", "verify"):
        monkeypatch.setattr(f"storage.{module}.BATCH", 3)
    engine = memory_database()
    ledger = opened(engine)
    for n in range(10):
        accepted(ledger, f"P-{n}")
    before = snapshot(engine)
    assert verify(engine).ok and rebuild(engine) == 10
    assert snapshot(engine) == before
    tamper(engine, "UPDATE patient SET version = 99 WHERE id = 'P-4'")
    assert first(engine) == ("P-4", None)
    engine.dispose()


def test_a_person_who_was_erased_leaves_a_record_that_verifies(three: Ledger) -> None:
    with three.engine.begin() as connection:
        connection.execute(text("DELETE FROM person WHERE patient = 'P-2'"))
    assert verify(three.engine).ok
    assert Reader(three.engine, ASPS).person("P-2").name == ""
    ok(three.enter("P-2", "imaging", {"report": "final", **CT}, now=LATER, author=DOCTOR))


def test_it_verifies_while_others_write(file_engine: Engine) -> None:
    ledger = opened(file_engine)
    staged(ledger)
    for n in range(5):
        ok(ledger.enter("P-1", "weight", {"kg": 70 + n}, now=LATER, author=DOCTOR))
        assert verify(file_engine).ok
