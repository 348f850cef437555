"""A pathway that is not sound does not build, and says everything that is wrong with it."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.workflow.tiny import RESTED, TINY, TOPIC, guard, key, move, option, row, task, with_topic
from workflow.asps import ASPS
from workflow.errors import Invalid
from workflow.pathway import Pathway
from workflow.rules import Case, Transition
from workflow.vocabulary import State


def test_a_sound_pathway_builds_and_has_no_problems() -> None:
    assert (TINY.problems(), ASPS.problems()) == ([], [])


def content(case: Case) -> Invalid | None:
    """A limit that never objects."""
    return None


UNSOURCED: dict[str, Callable[[], Pathway]] = {
    "guard new has no source": lambda: with_topic(guards=(guard("new", source=()),)),
    "transition T9 has no source": lambda: with_topic(transitions=(row("T9", source=()),)),
    "move M9 has no source": lambda: with_topic(automatic=(move("M9", source=()),)),
    "task new has no source": lambda: with_topic(tasks=(task("new", source=()),)),
    "options 'bare' has no source": lambda: replace(TINY, options=(option(situation="bare", source=()),)),
    "key bare.days has no source": lambda: replace(TINY, keys={**TINY.keys, "bare.days": key("bare.days", source=())}),
    "guard bare has no source": lambda: replace(TINY, absolute=(*TINY.absolute, guard("bare", source=()))),
}
MISNAMED: dict[str, Callable[[], Pathway]] = {
    "transition T9: there is no act 'decide_obsevation'": lambda: with_topic(
        transitions=(row("T9", on="decide_obsevation"),)
    ),
    "transition T9: guard 'stranger' belongs to no topic": lambda: with_topic(
        transitions=(row("T9", guards=(guard("stranger"),)),)
    ),
    "transition T9: guard 'rested' belongs to no topic": lambda: with_topic(
        transitions=(row("T9", guards=(guard("rested"),)),)
    ),
    "task new: there is no key 'rest.dais'": lambda: with_topic(tasks=(task("new", keys=("rest.days", "rest.dais")),)),
    "options 'always': there is no act 'decide_to_wait'": lambda: replace(
        TINY, options=(option(options=("decide_surgery", "decide_to_wait")),)
    ),
    "limit for 'decide_to_wait': there is no such act": lambda: replace(
        TINY, limits={"decide_surgery": content, "decide_to_wait": content}
    ),
}
DOUBLED: dict[str, Callable[[], Pathway]] = {
    "rule id 'T1' is there twice": lambda: with_topic(transitions=(row("T1"),)),
    "rule id 'M1' is there twice": lambda: with_topic(automatic=(move("M1"),)),
    "rule id 'T2' is there twice": lambda: with_topic(automatic=(move("T2"),)),
    "guard 'final_report' is there twice": lambda: with_topic(guards=(guard("final_report"),)),
    "task 'walk' is there twice": lambda: with_topic(tasks=(task("walk"),)),
}


WRONG = UNSOURCED | MISNAMED | DOUBLED


@pytest.mark.parametrize("problem", WRONG)
def test_what_is_wrong_is_said_and_it_does_not_build(problem: str) -> None:
    with pytest.raises(ValueError, match="pathway tiny") as caught:
        WRONG[problem]()
    assert problem in str(caught.value).removeprefix("pathway tiny: ").split("; ")


def test_a_guard_of_the_same_name_twice_is_found() -> None:
    with pytest.raises(ValueError, match="guard 'rested' is there twice"):
        with_topic(guards=(guard("rested"),))


def test_a_guard_shared_by_rows_of_several_topics_is_no_problem() -> None:
    assert with_topic(transitions=(row("T9", guards=(RESTED,)),)).problems() == []


def built_without(*lost: State, more: tuple[Transition, ...] = ()) -> list[str]:
    """What is wrong with the tiny pathway without the rows that lead to some states."""
    rows = tuple(t for t in TOPIC.transitions if t.dest not in lost)
    with pytest.raises(ValueError, match="pathway tiny") as caught:
        replace(TINY, topics=(replace(TOPIC, transitions=(*rows, *more)),))
    return str(caught.value).removeprefix("pathway tiny: ").split("; ")


def test_a_state_to_which_nothing_leads_is_found() -> None:
    assert built_without(State.SURVEILLANCE) == ["state surveillance cannot be reached"]


def test_states_that_only_lead_to_each_other_are_unreachable() -> None:
    there = row("R1", sources=frozenset({State.SURVEILLANCE}), dest=State.TRANSFERRED)
    back = row("R2", sources=frozenset({State.TRANSFERRED}), dest=State.SURVEILLANCE)
    assert built_without(State.SURVEILLANCE, State.TRANSFERRED, more=(there, back)) == [
        "state surveillance cannot be reached",
        "state transferred cannot be reached",
    ]


def test_an_automatic_move_makes_a_state_reachable() -> None:
    rows = tuple(t for t in TOPIC.transitions if t.dest is not State.SURVEILLANCE)
    moves = (*TOPIC.automatic, move("M2", dest=State.SURVEILLANCE))
    assert replace(TINY, topics=(replace(TOPIC, transitions=rows, automatic=moves),)).problems() == []


def test_everything_wrong_is_said_at_once() -> None:
    with pytest.raises(ValueError, match="pathway tiny") as caught:
        with_topic(guards=(guard("new", source=()),), tasks=(task("walk"),), transitions=(row("T9", on="sleep"),))
    assert str(caught.value) == (
        "pathway tiny: guard new has no source; transition T9: there is no act 'sleep'; task 'walk' is there twice"
    )
