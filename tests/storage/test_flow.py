"""Where all patients stand and which way they went, counted alike on both databases."""

from datetime import date

from sqlalchemy import Engine, event

from storage.flow import Crowd, Flow, Passage, flow
from storage.ledger import Ledger
from tests.storage.clinic import CT, DOCTOR, LIMITED, START, accepted, at, ok, opened, registered, staged, waiting
from workflow.vocabulary import State

STAGING, BOARD, WAIT, SCAN = State.STAGING, State.MDT_REVIEW, State.INTERVAL_WAIT, State.INTERVAL_SCAN
TODAY = date(2026, 11, 20)
CAME = Passage(source=State.REFERRED, target=STAGING, via="X01")
STAGED = Passage(source=STAGING, target=BOARD, via="X03")
WAITED = Passage(source=BOARD, target=WAIT, via="X05")


def test_nobody(ledger: Ledger) -> None:
    assert flow(ledger.engine, TODAY) == Flow(crowds={}, passages={}, timed={})


def test_each_stands_in_a_state_and_came_there_by_acts(both: Engine) -> None:
    ledger = opened(both)
    registered(ledger, "P-1")
    accepted(ledger, "P-2")
    waiting(ledger, "P-3")
    waiting(ledger, "P-4")

    found = flow(both, TODAY)

    assert {state: crowd.patients for state, crowd in found.crowds.items()} == {State.REFERRED: 1, STAGING: 1, WAIT: 2}
    assert found.patients == 4
    assert found.passages == {CAME: 3, STAGED: 2, WAITED: 2}
    assert found.timed == {}


def test_what_is_overdue_is_counted_by_task_and_by_patient(both: Engine) -> None:
    ledger = opened(both)
    accepted(ledger, "P-1")  # CT and MRI due on 16 November
    accepted(ledger, "P-2")
    ok(ledger.enter("P-2", "imaging", {"report": "final", **CT}, now=START, author=DOCTOR))

    assert flow(both, date(2026, 11, 16)).crowds == {STAGING: Crowd(patients=2, late=0, overdue=0)}
    assert flow(both, date(2026, 11, 17)).crowds == {STAGING: Crowd(patients=2, late=2, overdue=3)}
    assert flow(both, date(2026, 11, 17)).overdue == 3


def test_the_date_and_facts_move_too(both: Engine) -> None:
    ledger = opened(both)
    waiting(ledger, "P-1")
    waiting(ledger, "P-2")
    later = at("2027-02-01T09:00")
    assert ledger.move_in_time("P-1", later)
    ok(ledger.enter("P-2", "imaging", {"report": "final", **CT}, now=later, author=DOCTOR))

    found = flow(both, TODAY)

    assert found.timed == {"X05t": 2}, "of P-2, too, whom the CT moved on at once"
    assert found.passages == {CAME: 2, STAGED: 2, WAITED: 2, Passage(source=SCAN, target=BOARD): 1}


def test_an_act_entered_in_error_was_none(both: Engine) -> None:
    ledger = opened(both)
    waiting(ledger, "P-1")
    act = ok(ledger.enter("P-1", "decide_supportive_care", {}, now=at("2026-11-03T09:00"), author=DOCTOR)).entry
    ok(ledger.retract("P-1", act, now=at("2026-11-03T10:00"), author=DOCTOR, reason="another patient's"))

    found = flow(both, TODAY)

    assert found.crowds[WAIT].patients == 1
    assert found.passages == {
        CAME: 1, STAGED: 1, WAITED: 1,
        Passage(source=State.SUPPORTIVE_CARE, target=WAIT): 1,  # the correction moved the patient, no arrow does
    }  # fmt: skip


def test_an_amended_act_counts_once_as_it_now_stands(both: Engine) -> None:
    ledger = opened(both)
    staged(ledger, "P-1")
    act = ok(ledger.enter("P-1", "decide_interval_scan", LIMITED, now=at("2026-11-02T16:00"), author=DOCTOR)).entry
    ok(ledger.amend("P-1", act, {"checklist": "complete"}, now=at("2026-11-03T10:00"), author=DOCTOR, reason="typing"))

    assert flow(both, TODAY).passages == {CAME: 1, STAGED: 1, WAITED: 1}


def test_refusals_are_no_moves(ledger: Ledger) -> None:
    accepted(ledger)
    assert not ledger.enter("P-1", "complete_staging", {}, now=START, author=DOCTOR).accepted

    assert flow(ledger.engine, TODAY).passages == {CAME: 1}


def test_it_takes_as_many_statements_for_three_as_for_none(ledger: Ledger) -> None:
    counted: list[str] = []
    event.listen(ledger.engine, "before_cursor_execute", lambda *about: counted.append(about[2]))
    flow(ledger.engine, TODAY)
    alone = len(counted)
    for name in ("P-1", "P-2", "P-3"):
        waiting(ledger, name)
    counted.clear()
    flow(ledger.engine, TODAY)
    assert len([one for one in counted if one.startswith("SELECT")]) <= alone
