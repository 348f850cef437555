"""The one use of the `transitions` library: which moves exist, and that a blocked move cannot be made.

One shared machine per pathway, and small unregistered case objects: `machine.events[id].trigger(case)`. Each row of the
table is one event; every transition has the one condition that the case is clear.
"""

from functools import cache
from typing import Any

from transitions import Machine

from workflow.pathway import Pathway
from workflow.rules import Case, Transition
from workflow.vocabulary import State


def _is_clear(event: Any) -> bool:
    return bool(event.model.is_clear)


@cache
def _built(rows: tuple[tuple[str, tuple[str, ...], str], ...]) -> Machine:
    machine = Machine(
        model=None, states=[s.value for s in State], initial=None, auto_transitions=False, send_event=True
    )
    for trigger, sources, dest in rows:
        machine.add_transition(trigger, list(sources), dest, conditions=_is_clear)
    return machine


def machine_of(pathway: Pathway) -> Machine:
    """The pathway's machine: acts and automatic moves, built once."""
    return _built(pathway.table)


class _Mover:
    """What the machine moves: a state, and whether the case is clear."""

    __slots__ = ("is_clear", "state")

    def __init__(self, state: str, is_clear: bool) -> None:
        self.state, self.is_clear = state, is_clear


def move(pathway: Pathway, row: Transition, case: Case) -> State | None:
    """The state after taking a row, or None where the machine does not let the case pass."""
    mover = _Mover(case.state.value, case.is_clear)
    return State(mover.state) if machine_of(pathway).events[row.id].trigger(mover) else None


def exists(pathway: Pathway, id: str, state: State) -> bool:
    """Whether the machine has this move from a state."""
    return bool(machine_of(pathway).events[id].transitions.get(state.value))
