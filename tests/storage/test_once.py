"""Who was first, what is asked twice, and what is only rehearsed."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine

from storage.ledger import Answer, Ledger
from tests.storage.clinic import (
    COORDINATOR,
    CT,
    DOCTOR,
    LIMITED,
    accepted,
    at,
    ok,
    opened,
    registered,
    snapshot,
    staged,
)
from workflow.errors import Invalid, NotFound, Stale

LATER = at("2026-11-03T10:00")
OFFLINE = at("2027-02-03T10:00")


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
