"""The proof holds, and its abstraction is true: whatever a random patient does, the engine stays within it."""

from datetime import timedelta
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.anything import fields_of
from workflow.acts import ACTS, TASK_ACTS
from workflow.asps import ASPS
from workflow.errors import Invalid
from workflow.proof.checking import Proof, check
from workflow.proof.configuration import configuration
from workflow.proof.letters import alphabet
from workflow.proof.sites import decided
from workflow.proof.worlds import World, begin
from workflow.proof.worlds import fields_of as accepted
from workflow.records import KINDS
from workflow.vocabulary import EXITS

SLOW = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example)
PHASES = (Phase.explicit, Phase.generate)
NAMES = sorted(KINDS.keys() | ACTS.keys() - TASK_ACTS)


@cache
def proof() -> Proof:
    """The proof of the pathway that runs."""
    return check(ASPS)


def anything(draw: Any, world: World) -> World:
    """Any record or act with any fields, of any day, or time passing; the patient as before where it is impossible."""
    if draw(st.integers(0, 5)) == 0:
        return world.later(world.today + timedelta(days=draw(st.sampled_from([1, 30, 100, 800, 4000]))))
    if draw(st.booleans()):
        letters = [one for one in alphabet() if world.state in one.states]
        return draw(st.sampled_from(letters)).happen(world, World.take) or world
    name = draw(st.sampled_from(NAMES))
    tomorrow = world.later(world.today + timedelta(days=1))
    ids = tuple(e.id for e in world.chart.entries.values() if e.name == "imaging")
    kind = KINDS.get(name) or ACTS[name].fields
    try:
        fields = accepted(name, **draw(fields_of(kind, world.today, ids)))
    except Invalid:
        return world
    back = draw(st.sampled_from([0, 0, 0, 1, 20, 95, 300]))
    on = tomorrow.today - timedelta(days=back) if back else None
    return tomorrow.take(name, fields, on=on) or tomorrow


def wander(draw: Any, steps: int) -> None:
    """A patient to whom anything happens."""
    world = begin(ASPS, decided(ASPS))
    for _ in range(steps):
        world = anything(draw, world)
        here = configuration(world)
        assert here in proof().found.worlds, f"{here} was not explored: {[(w.verb, w.what) for w in world.lines]}"


@pytest.mark.timeout(600)
def test_every_property_holds_and_a_random_patient_never_leaves_what_was_explored() -> None:
    assert [(v.number, v.fault.why) for v in proof().verdicts if v.fault] == []
    assert [v.number for v in proof().verdicts] == [*range(1, 10)]
    assert all(v.count for v in proof().verdicts)
    explored_to_the_end()
    random_patients(60)


def explored_to_the_end() -> None:
    """Every step of every configuration leads to one that was explored, and every exit is among them."""
    found = proof().found
    assert {there for steps in found.steps.values() for there in steps.values()} <= found.worlds.keys()
    assert found.steps.keys() == found.worlds.keys()
    assert {c.state for c in found.worlds} >= EXITS
    assert all(configuration(world) == here for here, world in found.worlds.items())


def random_patients(number: int) -> None:
    """So many of them, the same in every run: whoever looks further raises the number."""

    @settings(max_examples=number, derandomize=True, deadline=None, phases=PHASES, suppress_health_check=SLOW)
    @given(st.data())
    def one(data: st.DataObject) -> None:
        wander(data.draw, 12)

    one()


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_very_many_random_patients_never_leave_what_was_explored() -> None:
    random_patients(1500)
