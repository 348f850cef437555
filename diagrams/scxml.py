"""Writes a graph as SCXML (W3C): a machine that other tools can run, with kinds, guards and origins as data.

Each edge is one transition. Its event is its id, so that every move can be asked for by itself; the guards are not
conditions of the machine (what they read is not in it) but stand beside it, in the namespace of the picture.
"""

from xml.sax.saxutils import quoteattr

from diagrams.graph import Edge, Graph, Node, NodeKind

NAMESPACE = "urn:asps-pathway:diagram"


def render(graph: Graph) -> str:
    """The text. ValueError for a graph without a start."""
    starts = [node.id for node in graph.nodes if node.kind is NodeKind.START]
    if not starts:
        raise ValueError("SCXML needs a node of kind start")
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<scxml xmlns="http://www.w3.org/2005/07/scxml" xmlns:p="{NAMESPACE}" version="1.0" datamodel="null"'
        f" name={quoteattr(graph.title)} initial={quoteattr(starts[0])}>",
        *(line for node in graph.nodes for line in _state(graph, node)),
        "</scxml>",
    ]
    return "\n".join(lines) + "\n"


def event(edge: Edge) -> str:
    """The event that asks for a move."""
    return edge.id


def _state(graph: Graph, node: Node) -> list[str]:
    told = {"title": node.title, "kind": node.kind.value, "group": node.group, "stamp": node.stamp}
    told |= {"count": "" if node.count is None else str(node.count)}
    told |= {"marks": " ".join(sorted(node.marks)), "lines": "\n".join(node.lines)}
    edges = [_transition(edge) for edge in graph.edges if edge.source == node.id]
    return [f"  <state id={quoteattr(node.id)}{_told(told)}>", *edges, "  </state>"]


def _transition(edge: Edge) -> str:
    told = {
        "label": "; ".join(edge.label),
        "kind": edge.kind.value,
        "interval": edge.interval,
        "hard": " ".join(edge.hard),
        "soft": " ".join(edge.soft),
        "origin": edge.origin.value,
        "mark": "" if edge.mark.value == "none" else edge.mark.value,
        "stamp": edge.stamp,
        "count": "" if edge.count is None else str(edge.count),
    }
    return f"    <transition event={quoteattr(event(edge))} target={quoteattr(edge.target)}{_told(told)}/>"


def _told(values: dict[str, str]) -> str:
    return "".join(f" p:{name}={quoteattr(value)}" for name, value in values.items() if value)
