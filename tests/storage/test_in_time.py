"""What the date, new rules and new settings bring about: each once, and nothing the second time."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import Engine

from storage.ledger import Ledger
from storage.queries import Reader
from storage.rebuild import rebuild
from storage.verify import verify
from tests.storage.clinic import CT, DOCTOR, LIMITED, accepted, at, ok, registered, snapshot, staged, waiting
from workflow.asps import ASPS
from workflow.errors import NotFound
from workflow.vocabulary import State

LATER = at("2026-11-03T10:00")
DUE = at("2027-01-30T00:00")


def timed(reader: Reader) -> list[tuple[str, date | None]]:
    """The timed moves on record."""
    return [(row.name, row.on) for row in reader.timeline("P-1") if row.kind == "timed"]


def test_a_timed_move_takes_effect_on_its_date_however_late_it_is_noticed(ledger: Ledger, reader: Reader) -> None:
    waiting(ledger)
    assert reader.due(at("2027-03-01T08:00")) == ["P-1"] and reader.due(at("2027-01-29T23:59")) == []
    assert ledger.move_in_time("P-1", at("2027-03-01T08:00"))
    found = reader.patient("P-1")
    assert (found.state, found.since, found.wake_at) == (State.INTERVAL_SCAN, date(2027, 1, 30), None)
    assert timed(reader) == [("X05t", date(2027, 1, 30))]
    row = reader.timeline("P-1")[-1]
    assert (row.by, row.user, row.before, row.after) == ("clock", "", State.INTERVAL_WAIT, State.INTERVAL_SCAN)


def test_time_passes_once(ledger: Ledger, reader: Reader) -> None:
    waiting(ledger)
    assert ledger.move_in_time("P-1", DUE)
    before = snapshot(ledger.engine)
    assert not ledger.move_in_time("P-1", DUE) and not ledger.move_in_time("P-1", at("2028-01-01T00:00"))
    assert snapshot(ledger.engine) == before


def test_nothing_is_due_before_its_time(ledger: Ledger) -> None:
    waiting(ledger)
    registered(ledger, "P-2")
    before = snapshot(ledger.engine)
    assert not ledger.move_in_time("P-1", at("2027-01-29T23:59")) and not ledger.move_in_time("P-2", DUE)
    assert snapshot(ledger.engine) == before
    with pytest.raises(NotFound):
        ledger.move_in_time("P-3", DUE)


def test_while_the_clock_stands_still_a_step_sees_the_date_all_the_same(ledger: Ledger, reader: Reader) -> None:
    waiting(ledger)
    before = snapshot(ledger.engine, "journal", "stream")
    late = at("2027-02-10T10:00")
    refused = ledger.enter("P-1", "decide_surgery", {}, now=late, author=DOCTOR)
    assert (refused.accepted, refused.before, refused.after) == (False, State.INTERVAL_SCAN, State.INTERVAL_SCAN)
    assert snapshot(ledger.engine, "journal", "stream") == before
    scan = {"report": "final", "new_lesions": "no", "operable": "yes", **CT}
    answer = ok(ledger.enter("P-1", "imaging", scan, now=late, author=DOCTOR, on=date(2027, 2, 9)))
    assert (answer.before, answer.after) == (State.INTERVAL_SCAN, State.MDT_REVIEW)
    assert timed(reader) == [("X05t", date(2027, 1, 30))]
    assert not ledger.move_in_time("P-1", late)


def test_a_wait_that_was_over_when_it_was_decided_moves_at_once(ledger: Ledger, reader: Reader) -> None:
    staged(ledger)
    late = at("2027-02-10T10:00")
    answer = ok(ledger.enter("P-1", "decide_interval_scan", LIMITED, now=late, author=DOCTOR))
    assert (answer.before, answer.after) == (State.MDT_REVIEW, State.INTERVAL_SCAN)
    assert len(timed(reader)) == 1
    assert answer.version == reader.patient("P-1").version == len(reader.timeline("P-1"))
    assert verify(ledger.engine).wrong == ()


def test_a_corrected_date_brings_the_move_again_on_the_new_date(ledger: Ledger, reader: Reader) -> None:
    waiting(ledger)
    ledger.move_in_time("P-1", DUE)
    answer = ok(ledger.amend("P-1", "ct-0", {}, on=date(2026, 11, 10), now=at("2027-02-01T10:00"), author=DOCTOR))
    assert (answer.before, answer.after) == (State.INTERVAL_SCAN, State.INTERVAL_WAIT)
    assert ledger.move_in_time("P-1", at("2027-02-10T00:00"))
    assert timed(reader) == [("X05t", date(2027, 1, 30)), ("X05t", date(2027, 2, 10))]


def test_a_clock_that_was_set_back_loses_nothing(ledger: Ledger, reader: Reader) -> None:
    waiting(ledger)
    ledger.move_in_time("P-1", DUE)
    back = at("2026-12-01T10:00")
    ok(ledger.enter("P-1", "weight", {"kg": 70}, now=back, author=DOCTOR))
    assert reader.patient("P-1").wake_at == DUE
    assert ledger.move_in_time("P-1", at("2027-02-01T00:00"))
    assert reader.patient("P-1").state is State.INTERVAL_SCAN
    assert timed(reader) == [("X05t", date(2027, 1, 30))]
    assert verify(ledger.engine).wrong == ()


# new rules and settings -----------------------------------------------------------------------------------------------


def test_planning_again_changes_nothing(both: Engine) -> None:
    ledger = Ledger(both, ASPS)
    waiting(ledger)
    before = snapshot(both)
    assert ledger.replan(["P-1"], LATER) == []
    assert snapshot(both) == before


def test_new_settings_move_what_depends_on_them(ledger: Ledger, reader: Reader) -> None:
    accepted(ledger)
    registered(ledger, "P-2")
    assert reader.stale() == []
    ledger.set_site({"staging_ct.due_days": "21"}, now=LATER, author=DOCTOR)
    assert sorted(reader.stale()) == ["P-1", "P-2"]
    with ledger.rehearsal() as rehearsal:
        rehearsed = rehearsal.replan(["P-2", "P-1"], LATER)
    assert sorted(reader.stale()) == ["P-1", "P-2"]
    ((name, changes),) = ledger.replan(["P-2", "P-1"], LATER)
    assert rehearsed == [(name, changes)]
    assert (name, changes[0].name, changes[0].what) == ("P-1", "staging_ct", "moved")
    assert (changes[0].old_due, changes[0].new_due) == (date(2026, 11, 16), date(2026, 11, 23))
    assert changes[0].why == "start of staging 2026-11-02 + 21 days = 2026-11-23"
    assert reader.stale() == []
    assert [row.kind for row in reader.timeline("P-1")][-1] == "replan"
    assert [row.kind for row in reader.timeline("P-2")] == ["registration"]


def test_for_whom_nothing_changes_the_site_s_stream_says_so(ledger: Ledger, reader: Reader) -> None:
    registered(ledger, "P-1")
    registered(ledger, "P-2")
    ledger.set_site({"bone.review_days": "21"}, now=LATER, author=DOCTOR)
    assert ledger.replan(["P-1", "P-2"], LATER) == []
    before = snapshot(ledger.engine)
    assert {row[5:7] for row in before["patient"]} == {(ASPS.version, ledger.site().revision)}
    assert ledger.replan(["P-1", "P-2"], LATER) == [] and snapshot(ledger.engine) == before
    assert verify(ledger.engine).wrong == ()
    rebuild(ledger.engine)
    assert snapshot(ledger.engine) == before


def test_an_upgrade_is_one_entry_of_the_site(ledger: Ledger, reader: Reader) -> None:
    accepted(ledger, "P-1")
    registered(ledger, "P-2")
    after = replace(ASPS, version="2099.1")
    newer, reads = Ledger(ledger.engine, after), Reader(ledger.engine, after)
    assert sorted(reads.stale()) == ["P-1", "P-2"] and len(reads.stale(limit=1)) == 1
    newer.replan(["P-1"], LATER)
    newer.replan(["P-2"], LATER)
    assert reads.stale() == [] and sorted(reader.stale()) == ["P-1", "P-2"]
    kinds = [row[3] for row in snapshot(ledger.engine)["journal"] if row[0] == "@site"]
    assert sum('"kind":"upgrade"' in payload for payload in kinds) == 1
    assert snapshot(ledger.engine)["site"][0][3] == "2099.1"
    before = snapshot(ledger.engine)
    assert verify(ledger.engine).wrong == ()
    rebuild(ledger.engine)
    assert snapshot(ledger.engine) == before
