"""Projections that differ are named, and what a rebuild writes is what was there."""

import pytest
from sqlalchemy import Engine, text

from storage.database import memory_database
from storage.ledger import Ledger
from storage.queries import Reader
from storage.rebuild import rebuild
from storage.verify import verify
from tests.storage.clinic import CT, DOCTOR, accepted, at, first, ok, opened, snapshot, staged, tamper
from workflow.asps import ASPS
from workflow.errors import AspsError

LATER = at("2026-11-03T10:00")


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


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE task SET due = 'tomorrow' WHERE patient = 'P-2' AND name = 'interval_ct'",
        "UPDATE patient SET wake_at = 'soon' WHERE id = 'P-2'",
        "UPDATE patient SET state = 'elsewhere' WHERE id = 'P-2'",
    ],
)
def test_rows_that_cannot_be_read_are_named_and_are_no_traceback(three: Ledger, statement: str) -> None:
    tamper(three.engine, statement)
    assert [(wrong.stream, wrong.seq) for wrong in verify(three.engine).wrong] == [("P-2", None)]
    with pytest.raises(AspsError, match=r"cannot be read .*run asps journal verify"):
        three.enter("P-2", "weight", {"kg": 70}, now=LATER, author=DOCTOR)
    reader = Reader(three.engine, ASPS)
    with pytest.raises(AspsError, match=r"cannot be read .*run asps journal verify"):
        reader.tasks("P-2") if "task" in statement else reader.patient("P-2")
    rebuild(three.engine)
    assert verify(three.engine).ok


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
