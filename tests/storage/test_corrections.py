"""Corrections: what an amendment and a retraction change."""

from datetime import date, timedelta

from storage.ledger import Ledger
from storage.queries import Reader
from tests.storage.clinic import (
    COORDINATOR,
    CT,
    DOCTOR,
    MRI,
    RECORD,
    accepted,
    at,
    entries,
    ok,
    snapshot,
    waiting,
)
from workflow.asps import ASPS
from workflow.vocabulary import Role

LATER = at("2026-11-03T10:00")


def test_an_amendment_changes_only_what_it_gives(ledger: Ledger, reader: Reader) -> None:
    accepted(ledger)
    given = {"id": "mri-0", "report": "preliminary", "purpose": "staging", **MRI}
    ok(ledger.enter("P-1", "imaging", given, now=LATER, author=DOCTOR, on=date(2026, 11, 2)))
    later = LATER + timedelta(days=1)
    answer = ok(ledger.amend("P-1", "mri-0", {"report": "final"}, now=later, author=COORDINATOR, reason="read"))
    entry = reader.chart("P-1").entries["mri-0"]
    assert (entry.fields.given("report"), entry.fields.given("purpose")) == ("final", "staging")
    assert (entry.on, entry.seq, entry.version, entry.at) == (date(2026, 11, 2), 3, 4, LATER)
    assert (entry.by, entry.user, entry.final_on) == (Role.COORDINATOR, "co-1", date(2026, 11, 4))
    row = reader.timeline("P-1")[-1]
    assert (row.kind, row.id, row.changed) == ("amendment", "mri-0", ("report",))
    assert "completed" in {change.what for change in answer.changes if change.name == "baseline_brain_mri"}


def test_a_correction_reopens_what_it_had_answered(ledger: Ledger, reader: Reader) -> None:
    accepted(ledger)
    ok(ledger.enter("P-1", "imaging", {"id": "ct-0", "report": "final", **CT}, now=LATER, author=DOCTOR))
    answer = ok(ledger.retract("P-1", "ct-0", now=LATER, author=DOCTOR, reason="another patient's"))
    assert "ct-0" not in reader.chart("P-1").entries
    reopened = next(change for change in answer.changes if change.name == "staging_ct")
    assert (reopened.what, reopened.new_due) == ("reopened", date(2026, 11, 16))
    assert "staging_ct" in {row.name for row in reader.tasks("P-1")}


def test_an_amended_date_moves_what_depends_on_it(ledger: Ledger, reader: Reader) -> None:
    waiting(ledger)
    answer = ok(ledger.amend("P-1", "ct-0", {}, on=date(2026, 10, 31), now=LATER, author=DOCTOR))
    moved = next(change for change in answer.changes if change.name == "interval_ct")
    assert (moved.what, moved.old_due, moved.new_due) == ("moved", date(2027, 1, 30), date(2027, 1, 31))
    assert "2026-10-31 + 3 calendar months" in moved.why
    assert reader.patient("P-1").wake_at == at("2027-01-31T00:00")
    assert reader.timeline("P-1")[-1].changed == ("on",)


def test_an_amended_act_meets_its_guards_anew(ledger: Ledger) -> None:
    waiting(ledger)
    act = next(e for e in Reader(ledger.engine, ASPS).chart("P-1").acts if e.name == "decide_interval_scan")
    before = snapshot(ledger.engine, *RECORD)
    answer = ledger.amend("P-1", act.id, {"resectability": "unresectable"}, now=LATER, author=DOCTOR)
    assert not answer.accepted and entries(ledger.engine)[-1]["target"] == act.id
    assert snapshot(ledger.engine, *RECORD) == before
