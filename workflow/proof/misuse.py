"""Overrides that are not good for an act (R13): for another act, used up, expired, by one signer, by a coordinator."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from workflow.errors import Invalid
from workflow.proof.facts import Given, ahead
from workflow.proof.worlds import World, fields_of
from workflow.steps import Refused
from workflow.vocabulary import Level, Role


def misuses(world: World, act: str, given: Given) -> Iterator[World]:
    """The patient with such overrides for all that stands in the way of an act today."""
    fields = fields_of(act, **ahead(world, given))
    guards = _hard(world, act, given)
    if not guards:
        return
    another = "decide_observation" if act != "decide_observation" else "decide_supportive_care"
    expired = _granted(world, guards, act)
    tried = (
        _granted(world, guards, another),
        expired.later(expired.today + timedelta(days=1)) if expired else None,
        world.take(act, fields),
        _granted(world, guards, act, signer_2="clinician-1"),
        _granted(world, guards, act, by=Role.COORDINATOR),
    )
    yield from (one for one in tried if one)


def _hard(world: World, act: str, given: Given) -> list[str]:
    """The guards that two signers could pass."""
    try:
        decision, _ = world.offer(act, fields_of(act, **ahead(world, given)))
    except Invalid:
        return []
    blockers = decision.blockers if isinstance(decision, Refused) else ()
    return list(dict.fromkeys(b.guard for b in blockers if b.level is Level.HARD))


def _granted(world: World | None, guards: Iterable[str], act: str, **how: Any) -> World | None:
    for guard in guards:
        world = world.overridden(guard, act, **how) if world else None
    return world
