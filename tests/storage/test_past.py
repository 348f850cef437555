"""Registering someone who was under way already: all of it in one go, planned once, or nothing at all."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from storage.database import memory_database
from storage.ledger import Answer, Ledger, Newcomer, Past
from storage.queries import Reader
from storage.rebuild import rebuild
from storage.verify import verify
from tests.storage.clinic import COORDINATOR, CT, DOCTOR, MRI, START, at, opened, registered, snapshot
from workflow.errors import Invalid
from workflow.vocabulary import State

HISTORY = (
    Past(name="centre_role", given={"centre_role": "reference_centre"}, on=date(2026, 9, 15)),
    Past(name="histology", given={"result": "asps_confirmed"}, on=date(2024, 3, 1)),
    Past(name="imaging", given={"id": "ct-0", "report": "final", **CT}, on=date(2026, 8, 20)),
    Past(name="imaging", given={"report": "final", **MRI}, on=date(2026, 8, 21)),
)
ADOPTION = Past(
    name="adopt",
    given={"id": "adoption", "state": "interval_wait", "since": "2026-09-15", "staging_started": "2026-08-10"},
    reason="waits since September",
)
PAST = (*HISTORY, ADOPTION)


def admitted(ledger: Ledger, past: tuple[Past, ...] = PAST, **more: object) -> Answer:
    """A patient with a past."""
    given = {"id": "P-1", "born": date(1991, 2, 8), "now": START, "author": DOCTOR, "name": "Ann Example"}
    return ledger.register(**{**given, **more}, past=past)  # type: ignore[arg-type]


def test_the_whole_past_is_entered_and_planned_once(ledger: Ledger, reader: Reader) -> None:
    answer = admitted(ledger)
    assert (answer.accepted, answer.before, answer.after) == (True, State.REFERRED, State.INTERVAL_WAIT)
    assert (answer.entry, answer.version) == ("adoption", 6)
    rows = reader.timeline("P-1")
    assert [(row.kind, row.id) for row in rows] == [
        ("registration", "P-1"), ("record", "r2"), ("record", "r3"), ("record", "ct-0"), ("record", "r5"),
        ("act", "adoption"),
    ]  # fmt: skip
    assert [bool(row.changes) for row in rows] == [False] * 5 + [True]
    assert [row.reason for row in rows] == [""] * 5 + ["waits since September"]
    assert reader.patient("P-1").state is State.INTERVAL_WAIT
    assert reader.person("P-1").name == "Ann Example"


def test_step_by_step_leads_to_the_same_place(ledger: Ledger, reader: Reader) -> None:
    admitted(ledger)
    registered(ledger, "P-2", can_become_pregnant="unknown")
    for past in PAST:
        given = {**past.given, "id": past.given.get("id", f"r{len(reader.timeline('P-2')) + 1}")}
        assert ledger.enter("P-2", past.name, given, now=START, author=DOCTOR, on=past.on, reason=past.reason).accepted
    one, other = reader.patient("P-1"), reader.patient("P-2")
    assert replace(other, id="P-1") == one
    assert reader.tasks("P-2") == reader.tasks("P-1")
    assert reader.chart("P-2").entries.keys() == reader.chart("P-1").entries.keys()


def test_the_record_verifies_and_a_rebuild_changes_nothing(both: Engine) -> None:
    ledger = opened(both)
    with ledger.batch() as desk:
        for number in range(3):
            assert admitted(desk, id=f"P-{number}", key=f"row {number}").accepted
    before = snapshot(both)
    assert verify(both).ok
    assert rebuild(both) == 3
    assert snapshot(both) == before


@pytest.mark.parametrize(
    ("past", "entry", "guards"),
    [
        ((*HISTORY, replace(ADOPTION, given={"state": "deceased", "since": "2026-09-15"})), "a6", ["wrong_state"]),
        ((replace(HISTORY[0], on=date(2027, 1, 1)), ADOPTION), "r2", ["possible_dates"]),
        ((replace(HISTORY[1], given={"result": "other"}), ADOPTION), "adoption", ["pathway_ended"]),
    ],
)
def test_a_refusal_leaves_nothing(ledger: Ledger, past: tuple[Past, ...], entry: str, guards: list[str]) -> None:
    before = snapshot(ledger.engine)
    answer = admitted(ledger, past)
    assert (answer.accepted, answer.entry, [b.guard for b in answer.blockers]) == (False, entry, guards)
    assert snapshot(ledger.engine) == before


def test_a_role_that_may_not_adopt_is_denied(ledger: Ledger) -> None:
    before = snapshot(ledger.engine)
    answer = admitted(ledger, author=COORDINATOR)
    assert (answer.accepted, answer.denied) == (False, True)
    assert snapshot(ledger.engine) == before


@pytest.mark.parametrize(
    ("past", "field"),
    [
        ((replace(HISTORY[0], name="horoscope"),), "kind"),
        ((replace(HISTORY[0], given={"centre_role": "elsewhere"}),), "centre_role"),
        ((HISTORY[2], HISTORY[2]), "id"),
        ((replace(ADOPTION, reason=""),), "reason"),
        ((replace(ADOPTION, reason="\x1b[2J"),), "reason"),
        ((replace(HISTORY[0], on=date(1800, 1, 1)),), "on"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_written(ledger: Ledger, past: tuple[Past, ...], field: str) -> None:
    before = snapshot(ledger.engine)
    with pytest.raises(Invalid) as error:
        admitted(ledger, past)
    assert error.value.field == field
    assert snapshot(ledger.engine) == before


def test_a_timed_move_on_the_way_is_journaled_with_it(ledger: Ledger, reader: Reader) -> None:
    answer = admitted(ledger, now=at("2026-12-01T09:00"))
    assert answer.after is State.INTERVAL_SCAN
    assert [(row.kind, row.name) for row in reader.timeline("P-1")][-2:] == [("act", "adopt"), ("timed", "X05t")]
    assert verify(ledger.engine).ok


def test_the_same_key_is_answered_again_even_after_midnight_and_with_another_reason(ledger: Ledger) -> None:
    first = admitted(ledger, key="row")
    before = snapshot(ledger.engine)
    later = (*HISTORY, replace(ADOPTION, reason="worded anew"))
    again = admitted(ledger, later, key="row", now=START + timedelta(days=3))
    assert again == replace(first, replayed=True)
    assert snapshot(ledger.engine) == before


def test_the_same_key_for_another_past_or_another_name_is_refused(ledger: Ledger) -> None:
    admitted(ledger, key="row")
    before = snapshot(ledger.engine)
    for change, field in (({"past": HISTORY}, "key"), ({"name": "Bea Example"}, "name"), ({"key": "other"}, "id")):
        with pytest.raises(Invalid) as error:
            admitted(ledger, **{"key": "row", **change})  # type: ignore[arg-type]
        assert error.value.field == field
        assert "Example" not in str(error.value)
    assert snapshot(ledger.engine) == before


def test_the_history_can_be_corrected_like_any_other(ledger: Ledger, reader: Reader) -> None:
    admitted(ledger)
    assert ledger.amend("P-1", "ct-0", {"extrapulmonary": "present"}, now=START, author=DOCTOR).accepted
    assert reader.chart("P-1").entries["ct-0"].fields.given("extrapulmonary") == "present"
    assert verify(ledger.engine).ok


def test_of_several_newcomers_each_is_as_registered_alone_and_a_wrong_one_stops_no_other(both: Engine) -> None:
    ledger = opened(both)
    admitted(ledger, id="P-0", key="zero")
    refused = replace(HISTORY[1], given={"result": "other"}), ADOPTION
    given: dict[str, Any] = {"born": date(1991, 2, 8), "name": "Ann Example"}
    several = [
        Newcomer(id="P-1", past=PAST, **given),
        Newcomer(id="P 2", past=PAST, **given),
        Newcomer(id="P-3", past=refused, **given),
        Newcomer(id="P-1", past=PAST, **given),
        Newcomer(id="P-0", past=PAST, key="zero", **given),
        Newcomer(id="P-4", **given),
    ]
    found = ledger.register_all(several, now=START, author=DOCTOR)
    assert [_shortly(one) for one in found] == ["taken", "id", "refused", "id", "replayed", "taken"]
    assert [row.id for row in Reader(both, ledger.pathway).patients()] == ["P-0", "P-1", "P-4"]
    assert verify(both).ok
    kept, alone = snapshot(both), opened(memory_database())
    admitted(alone, id="P-0", key="zero")
    admitted(alone, id="P-1")
    admitted(alone, (), id="P-4")
    assert kept == snapshot(alone.engine)


def _shortly(found: Answer | Invalid) -> str:
    if isinstance(found, Invalid):
        return found.field
    return "replayed" if found.replayed else "taken" if found.accepted else "refused"
