"""4. Every state, transition, guard and task is reachable and used."""

from collections.abc import Iterable, Iterator

from workflow.pathway import Pathway
from workflow.plan import Status
from workflow.proof.beside import Beside
from workflow.proof.clearing import Cleared
from workflow.proof.exploring import Explored
from workflow.proof.verdicts import Fault, Verdict
from workflow.proof.worlds import World, begin
from workflow.site import Site
from workflow.vocabulary import State

SAYS = "every state is reached, every transition taken, every guard fires and is content, every task opens and is done"


def usage(found: Explored, groups: Iterable[Beside], cleared: Cleared, pathway: Pathway, site: Site) -> Verdict:
    """Looks for what nobody would miss."""
    groups = list(groups)
    worlds = [*found.worlds.values(), *(w for g in groups for w in g.worlds.values())]
    taken = found.taken.keys() | {id for g in groups for id in g.taken}
    seen = {(t.name, t.status) for w in worlds for t in w.plan.tasks}.union(*(g.seen for g in groups))
    unused = (*_states(worlds), *_moves(pathway, taken), *_guards(pathway, cleared), *_tasks(pathway, seen))
    count = len(State) + len(pathway.table) + len(pathway.guards) + len(pathway.tasks)
    fault = Fault(why="; ".join(unused), world=begin(pathway, site)) if unused else None
    return Verdict(
        number=4,
        name="Everything is reachable and used",
        says=SAYS,
        count=count,
        cases="parts of the pathway",
        fault=fault,
    )


def _states(worlds: Iterable[World]) -> Iterator[str]:
    reached = {arrival.state for world in worlds for arrival in world.path}
    yield from (f"no way leads to the state {state.value}" for state in State if state not in reached)


def _moves(pathway: Pathway, taken: Iterable[str]) -> Iterator[str]:
    known = set(taken)
    yield from (f"no patient ever goes along {id}" for id, _, _ in pathway.table if id not in known)


def _guards(pathway: Pathway, cleared: Cleared) -> Iterator[str]:
    beside = {"final_report"}  # asked beside another guard, and content wherever that one is
    for name in pathway.guards:
        if name not in cleared.fired:
            yield f"the guard {name} never fires"
        if name not in cleared.content | beside:
            yield f"the guard {name} is never content"


def _tasks(pathway: Pathway, seen: set[tuple[str, Status]]) -> Iterator[str]:
    for name in pathway.tasks:
        if (name, Status.OPEN) not in seen:
            yield f"the task {name} never opens"
        elif (name, Status.DONE) not in seen:
            yield f"the task {name} is never done"
