"""A cohort on the pathway: how many stand in each state, of whom something is overdue, and how many went which way.

Numbers only: nothing in the picture is about one patient.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from diagrams.graph import Edge, Graph, Node, Panel, PanelIcon
from diagrams.pathway import graph_of
from storage.flow import Crowd, Flow, Passage
from workflow.pathway import Pathway
from workflow.site import Site
from workflow.vocabulary import EXITS, State

_NOBODY = Crowd()


def cohort_graph(pathway: Pathway, site: Site, flow: Flow, today: date) -> Graph:
    """The pathway with the numbers of `storage.flow` on it."""
    base = graph_of(pathway, site)
    ways = _ways(pathway, base, flow)
    return replace(
        base,
        headline=f"{_many(flow.patients, 'patient')} on {today}",
        told=_told(flow, today),
        nodes=tuple(_node(node, flow.crowds) for node in base.nodes),
        edges=tuple(
            replace(edge, count=ways.along[edge.id], stamp=ways.stamps.get(edge.id, "")) for edge in base.edges
        ),
        panels=tuple(_panels(flow, ways.beside)),
    )


@dataclass(frozen=True, kw_only=True)
class _Ways:
    """The passages, found on the picture or not."""

    along: Counter[str]
    """By edge."""
    stamps: dict[str, str]
    """Edges of which the record cannot tell another apart."""
    beside: Counter[Passage]
    """Without an arrow: brought about by a correction or a late entry, or under earlier rules."""


def _ways(pathway: Pathway, graph: Graph, flow: Flow) -> _Ways:
    found = _Ways(along=Counter(), stamps={}, beside=Counter())
    by_facts = {move.id for move in pathway.automatic if not move.due}
    for passage, count in flow.passages.items():
        between = [e for e in graph.edges if (e.source, e.target) == (passage.source.value, passage.target.value)]
        edges = [
            e for e in between if _transition(e) == passage.via or (not passage.via and _transition(e) in by_facts)
        ]
        if edges:
            found.along[edges[0].id] += count
            if others := [_transition(edge) for edge in edges[1:]]:
                found.stamps[edges[0].id] = f"or {', '.join(others)}"
        elif not _is_shown(passage, between, flow):
            found.beside[passage] += count
    for edge in graph.edges:
        found.along[edge.id] += flow.timed.get(_transition(edge), 0)
    return found


def _is_shown(passage: Passage, between: list[Edge], flow: Flow) -> bool:
    """It is no move, or told already: by a timed move's own entry, or by the adoption that it was entered with."""
    told = not passage.via and any(_transition(edge) in flow.timed for edge in between)
    return told or passage.source in (passage.target, State.REFERRED)


def _transition(edge: Edge) -> str:
    """The id of the row or move that an edge shows: it is followed by the two states."""
    return edge.id.removesuffix(f".{edge.source}.{edge.target}")


def _node(node: Node, crowds: Mapping[State, Crowd]) -> Node:
    crowd = crowds.get(State(node.id), _NOBODY)
    return replace(node, count=crowd.patients, stamp=f"{crowd.overdue} overdue" if crowd.overdue else "")


def _panels(flow: Flow, beside: Counter[Passage]) -> Iterator[Panel]:
    yield Panel(title="Where they are", lines=tuple(_where(flow)))
    late = [
        f"{state.title}: {_many(crowd.overdue, 'task')} of {_many(crowd.late, 'patient')}"
        for state, crowd in flow.crowds.items() if crowd.overdue
    ]  # fmt: skip
    yield Panel(title="Overdue", lines=tuple(late or ["nothing"]), icon=PanelIcon.CLOCK)
    if beside:
        lines = [f"{way.source.title} to {way.target.title}: {count}" for way, count in beside.most_common()]
        yield Panel(title="Changed by a correction or late entry, not by a move", lines=tuple(lines))


def _where(flow: Flow) -> Iterator[str]:
    out = sum(crowd.patients for state, crowd in flow.crowds.items() if state in EXITS)
    yield f"on the pathway: {flow.patients - out}"
    yield from (f"{state.title}: {crowd.patients}" for state, crowd in flow.crowds.items() if state not in EXITS)
    yield f"off the pathway: {out}"
    yield from (f"{state.title}: {crowd.patients}" for state, crowd in flow.crowds.items() if state in EXITS)


def _told(flow: Flow, today: date) -> str:
    """The picture in a sentence or two, for whoever cannot see it."""
    places = "; ".join(f"{state.title} {crowd.patients}" for state, crowd in flow.crowds.items())
    return (
        f"{_many(flow.patients, 'patient')} on {today}, by state: {places or 'nobody'}. "
        f"{_many(flow.overdue, 'task')} overdue. Arrows are as wide as many went along them."
    )


def _many(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"
