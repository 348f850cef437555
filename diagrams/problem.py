"""What there is to lay out: boxes and labels of known size and the lines between them, in ELK's JSON; and its hash."""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from diagrams.blocks import blocks
from diagrams.boxes import LABEL_ROOM, Content, label_content, node_content
from diagrams.graph import Graph, Node
from diagrams.outline import Outline, outline
from diagrams.packing import Shapes

OPTIONS = {
    "elk.algorithm": "layered",
    "elk.direction": "DOWN",
    "elk.edgeRouting": "ORTHOGONAL",
    "elk.hierarchyHandling": "INCLUDE_CHILDREN",
    "elk.json.shapeCoords": "ROOT",
    "elk.json.edgeCoords": "ROOT",
    "elk.layered.thoroughness": "60",
    "elk.edgeLabels.placement": "CENTER",
    "elk.spacing.nodeNode": "26",
    "elk.spacing.edgeNode": "15",
    "elk.spacing.edgeEdge": "11",
    "elk.layered.spacing.nodeNodeBetweenLayers": "20",
    "elk.layered.spacing.edgeNodeBetweenLayers": "13",
    "elk.layered.spacing.edgeEdgeBetweenLayers": "10",
}
_INLINE = {"elk.edgeLabels.inline": "true"}
_GROUP = {"elk.padding": "[top=34,left=18,bottom=48,right=18]"}


def problem(graph: Graph, drawn: Outline) -> dict[str, Any]:
    """The graph as ELK wants it."""
    hinted = {"elk.partitioning.activate": "true"} if graph.inner and graph.inner[0].layer is not None else {}
    return {
        "id": "graph",
        "layoutOptions": OPTIONS | hinted,
        "children": list(_children(graph, drawn)),
        "edges": list(_edges(graph, drawn)),
    }


def shapes(graph: Graph, drawn: Outline) -> Shapes:
    """The sizes that each block around the lines may have."""
    return {block.name: {number: block.size(number) for number in block.columns} for block in blocks(graph, drawn)}


def fingerprint(graph: Graph) -> str:
    """A hash of everything a layout depends on: what is drawn, and how large each piece of it is."""
    drawn = outline(graph)
    text = json.dumps([problem(graph, drawn), shapes(graph, drawn)], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _children(graph: Graph, drawn: Outline) -> Iterator[dict[str, Any]]:
    """Nodes in the order given, each group where its first member stands."""
    placed: set[str] = set()
    for node in graph.inner:
        if not node.group:
            yield _child(node, drawn)
        elif node.group not in placed:
            placed.add(node.group)
            members = [_child(other, drawn) for other in graph.inner if other.group == node.group]
            yield {"id": node.group, "children": members, "layoutOptions": _GROUP | _partition(node)}


def _child(node: Node, drawn: Outline) -> dict[str, Any]:
    content = node_content(node, drawn.notes[node.id], drawn.gates.get(node.id))
    return {"id": node.id, **_size(content), "layoutOptions": {} if node.group else _partition(node)}


def _partition(node: Node) -> dict[str, str]:
    return {} if node.layer is None else {"elk.partitioning.partition": str(node.layer)}


def _edges(graph: Graph, drawn: Outline) -> Iterator[dict[str, Any]]:
    for line in drawn.lines:
        content = label_content(line, drawn.gates.get(line.target), graph.by_id[line.target].title)
        yield {
            "id": line.id,
            "sources": [line.source],
            "targets": [line.target],
            "labels": [{"text": line.id, **_size(content, LABEL_ROOM), "layoutOptions": _INLINE}],
        }


def _size(content: Content, more: float = 0.0) -> dict[str, float]:
    return {"width": round(content.width, 1), "height": round(content.height + more, 1)}
