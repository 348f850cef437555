"""The machine has exactly the moves of the pathway, and a blocked case cannot be moved through it."""

from typing import Any

import pytest
from transitions import Machine, MachineError

from tests.workflow.build import Course, at_board, in_wait
from tests.workflow.tiny import RESTED, TINY
from workflow.asps import ASPS
from workflow.machine import exists, machine_of, move
from workflow.pathway import Pathway
from workflow.vocabulary import Blocker, Level, State

BLOCKER = Blocker(guard="rested", level=Level.SOFT, why="not rested")


def moves_of(machine: Machine) -> set[tuple[str, str, str]]:
    """Every move of a machine: its event, from, to."""
    return {
        (name, source, found.dest if found.dest is not None else source)
        for name, event in machine.events.items()
        for source, each in event.transitions.items()
        for found in each
    }


@pytest.mark.parametrize("pathway", [TINY, ASPS], ids=lambda pathway: pathway.name)
def test_its_moves_are_those_of_the_pathway_and_no_others(pathway: Pathway) -> None:
    acts = {(t.id, s.value, (t.dest or s).value) for t in pathway.transitions for s in t.sources}
    automatic = {(m.id, s.value, m.dest.value) for m in pathway.automatic for s in m.sources}
    assert moves_of(machine_of(pathway)) == acts | automatic


def test_its_states_are_those_of_the_contract_and_nothing_moves_by_name() -> None:
    machine = machine_of(ASPS)
    assert list(machine.states) == [state.value for state in State]
    assert [name for name in machine.events if name.startswith("to_")] == []
    assert (machine.auto_transitions, machine.send_event, machine.models) == (False, True, [])


def test_every_move_has_the_one_condition_that_the_case_is_clear() -> None:
    found = [
        (*(getattr(c.func, "__name__", c.func) for c in each.conditions), *each.before, *each.after, *each.prepare)
        for event in machine_of(ASPS).events.values()
        for source in event.transitions.values()
        for each in source
    ]
    assert set(found) == {("_is_clear",)}


def test_it_is_built_once() -> None:
    assert machine_of(ASPS) is machine_of(ASPS)
    assert machine_of(TINY) is not machine_of(ASPS)


@pytest.mark.parametrize("state", State)
def test_whether_a_move_exists_is_asked_of_the_machine(state: State) -> None:
    rules = {**{t.id: t.sources for t in ASPS.transitions}, **{m.id: m.sources for m in ASPS.automatic}}
    assert {id for id in rules if exists(ASPS, id, state)} == {id for id, sources in rules.items() if state in sources}


def test_a_clear_case_passes_and_a_blocked_one_does_not() -> None:
    c = at_board()
    row = next(row for row in ASPS.transitions if row.id == "X07")
    case = c.case("decide_observation")
    assert move(ASPS, row, case) is State.OBSERVATION
    case.unmet = (BLOCKER,)
    assert move(ASPS, row, case) is None
    case.unmet = ()
    assert (move(ASPS, row, case), case.state) == (State.OBSERVATION, State.MDT_REVIEW)


def test_a_row_that_keeps_the_state_passes_to_where_it_is() -> None:
    row = next(row for row in ASPS.transitions if row.id == "decide_tki")
    assert move(ASPS, row, at_board().case("decide_tki")) is State.MDT_REVIEW


def test_a_move_that_does_not_exist_cannot_be_made() -> None:
    row = next(row for row in ASPS.transitions if row.id == "X01")
    with pytest.raises(MachineError):
        move(ASPS, row, in_wait().case("accept_referral", centre_role="reference_centre"))


def test_a_guard_that_is_not_content_blocks_its_act_through_the_machine() -> None:
    c = Course(pathway=TINY)
    c.do("2026-01-05", "adopt", state="staging", since="2026-01-05")
    assert [b.guard for b in c.refused("2026-01-06", "decide_surgery")] == [RESTED.name]
    assert c.do("2026-01-06", "decide_observation").transition == TINY.rows["decide_observation"][0]
    assert c.state("2026-01-06") is State.OBSERVATION


def test_facts_move_the_patient_of_any_pathway() -> None:
    c = Course(pathway=TINY)
    c.do("2026-01-05", "adopt", state="observation", since="2026-01-05")
    given: dict[str, Any] = {"symptomatic": "yes"}
    c.record("2026-01-08", "symptoms", **given)
    assert c.way("2026-01-09") == [
        ("referred", "2026-01-05"),
        ("observation", "2026-01-05"),
        ("mdt_review", "2026-01-08"),
    ]
