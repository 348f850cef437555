"""The pathway as a picture: made from the very rules that run, row by row."""

from collections.abc import Iterable, Iterator

from diagrams.graph import Edge, EdgeKind, Graph, Group, Node, NodeKind, Origin
from workflow.asps.sources import ORIGIN
from workflow.asps.states import MEANINGS
from workflow.pathway import Pathway
from workflow.rules import Automatic, Guard, Transition
from workflow.site import Site
from workflow.vocabulary import ACTIVE, EXITS, WAIT, Level, Source, State

TREATMENTS = ACTIVE | {State.SURGERY, State.SUPPORTIVE_CARE}
DECISIONS = frozenset({State.MDT_REVIEW, State.REFRACTORY})
GROUPS = (Group(id="active", title="Systemic treatment"), Group(id="time", title="Test of time"))


def graph_of(pathway: Pathway, site: Site | None = None) -> Graph:
    """Every state and every move of table and clock; intervals with the site's numbers, else the defaults."""
    numbers = site or Site(keys=pathway.keys)
    return Graph(
        title=f"Pathway of {pathway.name}",
        subtitle="Who moves, when, and what has to be true first",
        description=f"{len(State)} states from referral to every way out, with each move between them: who decides it "
        "or what brings it about, after how long, and which guards it has to meet.",
        nodes=tuple(node_of(state) for state in State),
        edges=tuple(edges_of(pathway, numbers)),
        groups=GROUPS,
        footer=f"Pathway version {pathway.version}. Decision support: it shows rules and their sources, a clinician "
        f"decides. Guide: {ORIGIN}.",
    )


def node_of(state: State) -> Node:
    """A state as a place of the picture."""
    meaning, _ = MEANINGS[state]
    return Node(
        id=state.value, title=state.title[0].upper() + state.title[1:], lines=(meaning,), kind=_kind(state),
        group="active" if state in ACTIVE else "time" if state in WAIT else "",
    )  # fmt: skip


def _kind(state: State) -> NodeKind:
    if state is State.REFERRED:
        return NodeKind.START
    if state in EXITS:
        return NodeKind.EXIT
    if state in DECISIONS:
        return NodeKind.DECISION
    return NodeKind.TREATMENT if state in TREATMENTS else NodeKind.WAITING


def edges_of(pathway: Pathway, site: Site) -> Iterator[Edge]:
    """The moves of the table (their ids begin with X) and of facts and clock; acts within a state are in the book."""
    for row in pathway.transitions:
        if row.id.startswith("X"):
            yield from _of_act(row)
    for move in pathway.automatic:
        yield from _of_fact(move, site)


def _of_act(row: Transition) -> Iterator[Edge]:
    for source in _ordered(row.sources):
        target = row.dest or source
        yield Edge(
            id=f"{row.id}.{source.value}.{target.value}", source=source.value, target=target.value,
            label=(row.on, row.condition) if row.condition else (row.on,), kind=EdgeKind.DECISION,
            hard=_named(row.guards, soft=False), soft=_named(row.guards, soft=True), origin=_origin(row.source),
        )  # fmt: skip


def _of_fact(move: Automatic, site: Site) -> Iterator[Edge]:
    timed = bool(move.interval)
    for source in _ordered(move.sources):
        yield Edge(
            id=f"{move.id}.{source.value}.{move.dest.value}", source=source.value, target=move.dest.value,
            label=(move.condition,), kind=EdgeKind.TIMED if timed else EdgeKind.AUTOMATIC,
            interval=site.filled(move.interval) if timed else "", origin=_origin(move.source),
        )  # fmt: skip


def _ordered(states: Iterable[State]) -> list[State]:
    """In the order of the pathway, whatever order a set gives."""
    return [state for state in State if state in frozenset(states)]


def _named(guards: tuple[Guard, ...], *, soft: bool) -> tuple[str, ...]:
    return tuple(guard.name for guard in guards if (guard.level is Level.SOFT) is soft)


def _origin(source: tuple[Source, ...]) -> Origin:
    """What the guide says, and what was added to it."""
    return Origin.GUIDE if any(s.tag[0] == "S" and s.tag[1:2].isdigit() for s in source) else Origin.ADDED
