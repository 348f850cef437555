"""The one writer: what an accepted, a refused and a wrong step leave behind."""

import json
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine

from storage.ledger import Author, Ledger
from storage.queries import Reader
from storage.rebuild import rebuild
from storage.verify import verify
from tests.storage.clinic import (
    COORDINATOR,
    CT,
    DOCTOR,
    LIMITED,
    RECORD,
    accepted,
    at,
    entries,
    ok,
    opened,
    snapshot,
    staged,
    waiting,
)
from workflow.asps import ASPS
from workflow.errors import Invalid, NotFound
from workflow.vocabulary import Role, State

LATER = at("2026-11-03T10:00")
OFFLINE = at("2027-02-03T10:00")


def test_from_referral_to_surgery(both: Engine) -> None:
    ledger, reader = opened(both), Reader(both, ASPS)
    waiting(ledger)
    refused = ledger.enter("P-1", "decide_surgery", {}, now=LATER, author=DOCTOR)
    assert not refused.accepted and "interval_ct" in {b.guard for b in refused.blockers}
    assert reader.patient("P-1").wake_at == at("2027-01-30T00:00")
    assert not ledger.move_in_time("P-1", at("2027-01-29T23:59"))
    assert ledger.move_in_time("P-1", at("2027-01-30T00:00"))
    assert not ledger.move_in_time("P-1", at("2027-01-30T00:00"))
    scan = {"id": "ct-1", "report": "final", "new_lesions": "no", "operable": "yes", **CT}
    back = ok(ledger.enter("P-1", "imaging", scan, now=at("2027-02-02T10:00"), author=DOCTOR, on=date(2027, 2, 1)))
    assert (back.before, back.after) == (State.INTERVAL_SCAN, State.MDT_REVIEW)
    decided = ok(ledger.enter("P-1", "decide_surgery", LIMITED, now=OFFLINE, author=DOCTOR))
    assert decided.after is State.SURGERY
    kinds = [row.kind for row in reader.timeline("P-1")]
    assert kinds[-5:] == ["act", "refusal", "timed", "record", "act"]
    before = snapshot(both)
    assert verify(both).wrong == ()
    assert rebuild(both) == 1
    assert snapshot(both) == before


# what a step leaves behind --------------------------------------------------------------------------------------------


def test_an_accepted_step_tells_what_it_changed(ledger: Ledger, reader: Reader) -> None:
    accepted(ledger)
    answer = ledger.enter("P-1", "imaging", {"report": "final", **CT}, now=LATER, author=DOCTOR)
    assert answer.entry == "r3" and answer.version == reader.patient("P-1").version == 3
    done = next(change for change in answer.changes if change.name == "staging_ct")
    assert (done.what, done.old_due, done.new_due) == ("completed", date(2026, 11, 16), date(2026, 11, 16))
    assert (done.title, done.why) == (ASPS.tasks["staging_ct"].title, "r3 of 2026-11-03")
    assert reader.timeline("P-1")[-1].changes == answer.changes


@pytest.mark.parametrize(
    ("name", "author", "guard", "denied"),
    [
        ("complete_staging", DOCTOR, "baseline_brain_imaging", False),
        ("decide_surgery", DOCTOR, "wrong_state", False),
        ("declare_out_of_scope", COORDINATOR, "role", True),
    ],
)
def test_a_refused_step_changes_nothing_but_the_journal(
    ledger: Ledger, reader: Reader, name: str, author: Author, guard: str, denied: bool
) -> None:
    accepted(ledger)
    before = snapshot(ledger.engine, *RECORD)
    given = {"cause": "other"} if name == "declare_out_of_scope" else {}
    answer = ledger.enter("P-1", name, given, now=LATER, author=author, reason="because we said so")
    assert (answer.accepted, answer.entry, answer.denied) == (False, "", denied)
    assert guard in {b.guard for b in answer.blockers}
    assert snapshot(ledger.engine, *RECORD) == before
    last = reader.timeline("P-1")[-1]
    assert (last.kind, last.name, last.denied, guard in last.refused_by) == ("refusal", name, denied, True)
    assert (last.fields, last.id, last.on, last.changes) == ({}, "", None, ())


def test_a_refusal_keeps_nothing_of_its_fields(ledger: Ledger) -> None:
    staged(ledger)
    given = {"reasons": "Secretum", "growth_rate": "indolent", "planned": "2026-12-24", "id": "secret-id"}
    ledger.enter("P-1", "decide_surgery", given, now=LATER, author=DOCTOR, reason="Arcanum", key="k")
    said = json.dumps(entries(ledger.engine)[-1])
    for hidden in ("Secretum", "indolent", "2026-12-24", "secret-id", "Arcanum"):
        assert hidden not in said
    ok(ledger.enter("P-1", "weight", {"kg": 70, "id": "secret-id"}, now=LATER, author=DOCTOR))


@pytest.mark.parametrize(
    ("name", "given", "field"),
    [
        ("weight", {"kg": "heavy"}, "kg"),
        ("weight", {"kg": 70, "mood": "good"}, "mood"),
        ("weight", {}, "kg"),
        ("astrology", {}, "kind"),
        ("weight", {"kg": 70, "id": "../etc"}, "id"),
        ("weight", {"kg": 70, "id": 7}, "id"),
        ("communication", {"topic": "x" * 10_000_000}, "topic"),
        ("claim_task", {"task": "no_such_task"}, "task"),
    ],
)
def test_a_wrong_step_changes_nothing_at_all(ledger: Ledger, name: str, given: dict[str, Any], field: str) -> None:
    accepted(ledger)
    before = snapshot(ledger.engine)
    with pytest.raises(Invalid) as caught:
        ledger.enter("P-1", name, given, now=LATER, author=DOCTOR)
    assert caught.value.field == field and len(str(caught.value)) < 2000
    assert snapshot(ledger.engine) == before


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"now": LATER.replace(tzinfo=None)}, "at"),
        ({"now": at("2026-11-03T10:00").replace(year=1800)}, "at"),
        ({"on": date(1066, 10, 14)}, "on"),
        ({"author": Author(by=Role.CLINICIAN, user="")}, "user"),
        ({"author": Author(by=Role.CLINICIAN, user="a\x1b[31m")}, "user"),
        ({"reason": "x" * 5000}, "reason"),
    ],
)
def test_wrong_circumstances_change_nothing_at_all(ledger: Ledger, changes: dict[str, Any], field: str) -> None:
    accepted(ledger)
    before = snapshot(ledger.engine)
    with pytest.raises(Invalid) as caught:
        ledger.enter("P-1", "weight", {"kg": 70}, **{"now": LATER, "author": DOCTOR, **changes})
    assert caught.value.field == field
    assert snapshot(ledger.engine) == before


def test_who_is_not_registered_is_not_found(ledger: Ledger) -> None:
    for patient in ("P-2", "'; DROP TABLE journal; --", "@site", "x" * 10_000):
        with pytest.raises(NotFound):
            ledger.enter(patient, "weight", {"kg": 70}, now=LATER, author=DOCTOR)


def test_an_id_belongs_to_one_entry_for_ever(ledger: Ledger) -> None:
    accepted(ledger)
    ok(ledger.enter("P-1", "weight", {"kg": 70, "id": "r4"}, now=LATER, author=DOCTOR))
    assert ok(ledger.enter("P-1", "weight", {"kg": 71}, now=LATER, author=DOCTOR)).entry == "r4x"
    ok(ledger.retract("P-1", "r4", now=LATER, author=DOCTOR))
    with pytest.raises(Invalid, match="id"):
        ledger.enter("P-1", "weight", {"kg": 72, "id": "r4"}, now=LATER, author=DOCTOR)
    with pytest.raises(NotFound):
        ledger.amend("P-1", "r4", {"kg": 72}, now=LATER, author=DOCTOR)
