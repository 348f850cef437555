"""All nine properties of a pathway, in one go."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from workflow.pathway import Pathway
from workflow.proof.beside import beside
from workflow.proof.clearing import clearing
from workflow.proof.dead_ends import dead_ends
from workflow.proof.exploring import Explored, Tell, walk
from workflow.proof.forgotten import Forgotten
from workflow.proof.meanings import Meanings
from workflow.proof.numbers import numbers
from workflow.proof.pitfalls import pitfalls
from workflow.proof.races import Races
from workflow.proof.sites import decided, undecided
from workflow.proof.timers import timers
from workflow.proof.usage import usage
from workflow.proof.verdicts import Verdict
from workflow.site import Value

Watcher = Forgotten | Races | Meanings


@dataclass(frozen=True, kw_only=True)
class Proof:
    """What was proven of a pathway, or what was found."""

    version: str
    verdicts: tuple[Verdict, ...]
    found: Explored
    """The course, from the referral to every exit."""
    beside: Mapping[str, int]
    """Configurations of each group of tasks that stands beside the course."""

    @property
    def configurations(self) -> int:
        """How many there are of the course."""
        return len(self.found.worlds)

    @property
    def steps(self) -> int:
        """How many lead from one to another."""
        return sum(map(len, self.found.steps.values()))

    @property
    def holds(self) -> bool:
        """Every property holds."""
        return all(verdict.holds for verdict in self.verdicts)


def check(
    pathway: Pathway, values: Mapping[str, Value] | None = None, tell: Tell = lambda done, total: None,
    say: Callable[[str], None] = lambda what: None,
) -> Proof:  # fmt: skip
    """Proves the nine properties; `values` are a site's own settings, for what it still owes.

    Takes half a minute; `tell` is told how far it is, and `say` what is being looked at.
    """
    site, own = decided(pathway, values), undecided(pathway, values)
    say("the four pitfalls")
    first = [pitfalls(pathway, site), numbers(pathway, site)]
    say("every configuration")
    found, watchers = explored(pathway, values, tell)
    say("what stands beside")
    groups = list(beside(pathway, site, own))
    cleared, at_guards = clearing(found, pathway, site)
    later = [dead_ends(found), usage(found, groups, at_guards, pathway, site), timers(found, groups), cleared]
    verdicts = sorted([*first, *(w.verdict() for w in watchers), *later], key=lambda v: v.number)
    return Proof(
        version=pathway.version, verdicts=tuple(verdicts), found=found,
        beside={g.slice.name: len(g.worlds) for g in groups},
    )  # fmt: skip


def explored(
    pathway: Pathway, values: Mapping[str, Value] | None = None, tell: Tell = lambda done, total: None
) -> tuple[Explored, list[Watcher]]:
    """Every configuration of the course, with what was seen on the way."""
    found = Explored()
    watchers: list[Watcher] = [Forgotten(pathway, undecided(pathway, values)), Races(), Meanings(found)]
    for here in walk(found, pathway, decided(pathway, values), tell):
        for watcher in watchers:
            watcher.look(here, found.worlds[here])
    return found, watchers
