"""Every configuration there is, found from a registration on, shortest way first."""

from collections import deque
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from workflow.pathway import Pathway
from workflow.proof.configuration import Configuration, configuration
from workflow.proof.letters import Letter, alphabet
from workflow.proof.worlds import World, begin
from workflow.site import Site

Tell = Callable[[int, int | None], None]
"""Called with how much is done, and of how much."""


@dataclass(frozen=True, kw_only=True)
class Explored:
    """What was found."""

    worlds: dict[Configuration, World] = field(default_factory=dict)
    """A patient for every configuration, by the shortest way there."""
    steps: dict[Configuration, dict[str, Configuration]] = field(default_factory=dict)
    """Where each letter leads."""
    taken: dict[str, World] = field(default_factory=dict)
    """The first patient who went along each transition or automatic move."""

    @cached_property
    def back(self) -> dict[Configuration, set[Configuration]]:
        """From where a step leads to each; asked for when all has been explored."""
        found: dict[Configuration, set[Configuration]] = {}
        for here, steps in self.steps.items():
            for there in steps.values():
                found.setdefault(there, set()).add(here)
        return found

    def reaching(self, goals: Collection[Configuration]) -> set[Configuration]:
        """The configurations from which some way leads to one of these, themselves included."""
        reached, rest = set(goals), list(goals)
        while rest:
            before = self.back.get(rest.pop(), set()) - reached
            reached |= before
            rest += before
        return reached


def walk(
    found: Explored, pathway: Pathway, site: Site, tell: Tell = lambda done, total: None
) -> Iterator[Configuration]:
    """Every configuration, as it is found: the shortest way first."""
    start = begin(pathway, site)
    found.worlds[configuration(start)] = start
    queue = deque(found.worlds)
    while queue:
        here = queue.popleft()
        yield here
        found.steps[here] = {}
        for letter in alphabet():
            known = len(found.worlds)
            there = _along(found, here, letter)
            if there and len(found.worlds) > known:
                queue.append(there)
        tell(len(found.steps), len(found.worlds))


def _along(found: Explored, here: Configuration, letter: Letter) -> Configuration | None:
    """The configuration to which a letter leads; a new one is kept with the steps taken in earnest."""
    world = found.worlds[here]
    seen = letter.happen(world, World.assume) if here.state in letter.states else None
    if seen is None:
        return None
    there = configuration(seen)
    fresh = seen.moves(world) - found.taken.keys()
    if fresh or there not in found.worlds:
        earnest = letter.happen(world, World.take)
        if earnest is None:  # something absolute stands in the way
            return None
        assert configuration(earnest) == there, f"{letter.name} was assumed to lead elsewhere"
        found.worlds.setdefault(there, earnest)
        found.taken.update(dict.fromkeys(fresh, earnest))
    found.steps[here][letter.name] = there
    return there
