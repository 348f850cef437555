"""The one writer: what an accepted, a refused and a wrong step leave behind."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select

from storage.ledger import Answer, Author, Ledger
from storage.queries import Reader
from storage.rebuild import rebuild
from storage.tables import journal
from storage.verify import verify
from tests.storage.clinic import (
    COORDINATOR,
    CT,
    DOCTOR,
    LIMITED,
    MRI,
    RECORD,
    START,
    accepted,
    at,
    ok,
    opened,
    registered,
    snapshot,
    staged,
    waiting,
)
from workflow.asps import ASPS
from workflow.errors import Invalid, NotFound, Stale
from workflow.vocabulary import Role, State

LATER = at("2026-11-03T10:00")
OFFLINE = at("2027-02-03T10:00")


def entries(engine: Engine, stream: str = "P-1") -> list[dict[str, Any]]:
    """The payloads of a stream."""
    query = select(journal.c.payload).where(journal.c.stream == stream).order_by(journal.c.seq)
    with engine.connect() as connection:
        return [json.loads(payload) for payload in connection.execute(query).scalars()]


# the main story, on both kinds of databases ---------------------------------------------------------------------------


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


# corrections ----------------------------------------------------------------------------------------------------------


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


# who was first, and what was asked twice ------------------------------------------------------------------------------


def test_a_stale_step_changes_nothing(ledger: Ledger) -> None:
    accepted(ledger)
    seen = ok(ledger.enter("P-1", "weight", {"kg": 70}, now=LATER, author=DOCTOR)).version
    ok(ledger.enter("P-1", "weight", {"kg": 71}, now=LATER, author=COORDINATOR, expect_version=seen))
    before = snapshot(ledger.engine)
    steps: tuple[Callable[[], Answer], ...] = (
        lambda: ledger.enter("P-1", "weight", {"kg": 72}, now=LATER, author=DOCTOR, expect_version=seen),
        lambda: ledger.amend("P-1", "r3", {"kg": 72}, now=LATER, author=DOCTOR, expect_version=seen),
        lambda: ledger.retract("P-1", "r3", now=LATER, author=DOCTOR, expect_version=seen),
    )
    for step in steps:
        with pytest.raises(Stale):
            step()
    assert snapshot(ledger.engine) == before


def test_a_refusal_makes_nobody_stale(ledger: Ledger) -> None:
    accepted(ledger)
    refused = ledger.enter("P-1", "complete_staging", {}, now=LATER, author=DOCTOR)
    again = ok(ledger.enter("P-1", "weight", {"kg": 70}, now=LATER, author=DOCTOR, expect_version=refused.version))
    assert (refused.version, again.version) == (2, 4)


def test_asked_again_with_its_key_the_same_answer_is_given_and_nothing_written(ledger: Ledger) -> None:
    accepted(ledger)
    calls: tuple[Callable[[], Answer], ...] = (
        lambda: ledger.enter("P-1", "imaging", {"id": "ct-0", "report": "final", **CT}, now=LATER, author=DOCTOR,
                             expect_version=2, key="one"),
        lambda: ledger.amend("P-1", "ct-0", {"purpose": "staging"}, now=LATER, author=DOCTOR, key="two"),
        lambda: ledger.retract("P-1", "ct-0", now=LATER, author=DOCTOR, key="three"),
        lambda: ledger.enter("P-1", "complete_staging", {}, now=LATER, author=DOCTOR, key="four"),
        lambda: registered(ledger, "P-2", key="five"),
    )  # fmt: skip
    first = [call() for call in calls]
    before = snapshot(ledger.engine)
    for was, call in zip(first, calls, strict=True):
        again = call()
        assert again.replayed and not was.replayed
        for name in ("accepted", "entry", "before", "after", "version", "denied", "changes"):
            if was.accepted or name != "version":
                assert getattr(again, name) == getattr(was, name), name
        assert [b.guard for b in again.blockers] == list(dict.fromkeys(b.guard for b in was.blockers))
    assert snapshot(ledger.engine) == before


def test_a_key_used_for_something_else_is_refused(ledger: Ledger) -> None:
    accepted(ledger)
    ok(ledger.enter("P-1", "weight", {"kg": 70}, now=LATER, author=DOCTOR, key="one"))
    before = snapshot(ledger.engine)
    with pytest.raises(Invalid, match="key"):
        ledger.enter("P-1", "weight", {"kg": 71}, now=LATER, author=DOCTOR, key="one")
    with pytest.raises(Invalid, match="key"):
        ledger.retract("P-1", "r3", now=LATER, author=DOCTOR, key="one")
    assert snapshot(ledger.engine) == before


# rehearsals and batches -----------------------------------------------------------------------------------------------


def test_a_rehearsal_gives_the_real_answer_and_writes_nothing(both: Engine) -> None:
    ledger = opened(both)
    staged(ledger)
    before = snapshot(both)

    def everything(on: Ledger) -> list[Any]:
        return [
            on.enter("P-1", "decide_interval_scan", LIMITED, now=LATER, author=DOCTOR),
            on.enter("P-1", "decide_surgery", {}, now=LATER, author=DOCTOR),
            on.amend("P-1", "ct-0", {}, on=date(2026, 10, 31), now=LATER, author=DOCTOR),
            on.retract("P-1", "mri-0", now=LATER, author=DOCTOR),
            on.set_site({"mdt.due_days": "9"}, now=LATER, author=DOCTOR),
            registered(on, "P-2"),
            on.replan(["P-1", "P-2"], LATER),
            on.move_in_time("P-1", OFFLINE),
        ]

    with ledger.rehearsal() as rehearsal:
        answers = everything(rehearsal)
    assert snapshot(both) == before
    assert everything(ledger) == answers
    assert snapshot(both) != before


def test_a_batch_is_all_or_nothing(ledger: Ledger) -> None:
    before = snapshot(ledger.engine)
    with pytest.raises(NotFound), ledger.batch() as batch:
        accepted(batch, "P-1")
        batch.enter("P-9", "weight", {"kg": 70}, now=LATER, author=DOCTOR)
    assert snapshot(ledger.engine) == before
    with ledger.batch() as batch:
        accepted(batch, "P-1")
        with batch.rehearsal() as rehearsal:
            accepted(rehearsal, "P-2")
    assert [row[0] for row in snapshot(ledger.engine)["patient"]] == ["P-1"]


# registration and settings --------------------------------------------------------------------------------------------


def test_a_name_is_nowhere_in_the_journal(ledger: Ledger, reader: Reader) -> None:
    registered(ledger, name="Zoë O'Brien", contact="zoe@example.org")
    assert (reader.person("P-1").name, reader.person("P-1").contact) == ("Zoë O'Brien", "zoe@example.org")
    for table, rows in snapshot(ledger.engine, "person").items():
        assert "Brien" not in repr(rows) and "zoe@" not in repr(rows), table


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"id": "P 1"}, "id"), ({"id": ""}, "id"), ({"id": "@site"}, "id"), ({"id": "x" * 65}, "id"),
        ({"born": date(2026, 11, 3)}, "born"), ({"born": date(1800, 1, 1)}, "born"), ({"born": "1991"}, "born"),
        ({"can_become_pregnant": "maybe"}, "can_become_pregnant"), ({"name": "a\nb"}, "name"),
        ({"name": "\x1b[2Jx"}, "name"), ({"name": "x" * 300}, "name"), ({"contact": "\x07"}, "contact"),
    ],
)  # fmt: skip
def test_a_wrong_registration_changes_nothing(ledger: Ledger, changes: dict[str, Any], field: str) -> None:
    before = snapshot(ledger.engine)
    given = {"id": "P-1", "born": date(1991, 2, 8), "now": START, "author": DOCTOR, **changes}
    with pytest.raises(Invalid) as caught:
        ledger.register(**given)
    assert caught.value.field == field
    assert snapshot(ledger.engine) == before


def test_a_patient_is_registered_once(both: Engine) -> None:
    ledger = opened(both)
    registered(ledger)
    before = snapshot(both)
    with pytest.raises(Invalid, match="registered already"):
        registered(ledger)
    assert snapshot(both) == before


def test_settings_are_entries_with_who_and_when(ledger: Ledger, reader: Reader) -> None:
    revision = ledger.site().revision
    site = ledger.set_site({"mdt.due_days": " 9 ", "timezone": None}, now=LATER, author=DOCTOR, reason="agreed")
    assert (site.revision, site.number("mdt.due_days"), site.word("timezone")) == (revision + 1, 9, None)
    assert ledger.site() == site == reader.site()
    last = reader.settings_history("mdt.due_days")[-1]
    assert (last.value, last.user, last.at, last.reason, last.revision) == ("9", "dr-a", LATER, "agreed", site.revision)
    assert [row.value for row in reader.settings_history("timezone")] == ["Europe/Amsterdam", None]


def test_settings_that_are_so_already_change_nothing(ledger: Ledger) -> None:
    before = snapshot(ledger.engine)
    ledger.set_site({"mdt.due_days": "7", "treatment_start.due_days": None}, now=LATER, author=DOCTOR)
    assert snapshot(ledger.engine) == before


@pytest.mark.parametrize("values", [{"mdt.due_days": "soon"}, {"timezone": "Mars/Base"}, {"colour": "red"}])
def test_wrong_settings_change_nothing(ledger: Ledger, values: dict[str, str | None]) -> None:
    before = snapshot(ledger.engine)
    with pytest.raises(Invalid) as caught:
        ledger.set_site({"post_interval_mdt.days": "3", **values}, now=LATER, author=DOCTOR)
    assert caught.value.field in values
    assert snapshot(ledger.engine) == before
