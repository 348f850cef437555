"""Where everything on a picture goes. Kept as JSON beside the graph's maker, so that drawing needs no JavaScript.

`laying.compute` makes one; it is refused as soon as a box, a label or a line of the graph is another, or of another
size. What happened on the graph (marks, stamps, counts, panels) does not matter to it.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from diagrams.graph import Graph
from diagrams.packing import Placed
from diagrams.problem import fingerprint
from diagrams.scene import Area
from workflow.errors import AspsError


class StaleLayout(AspsError):
    """The layout was made for a graph with other boxes or lines."""

    def __init__(self) -> None:
        super().__init__("the layout on file was made for another version of this picture; lay it out anew")


@dataclass(frozen=True, kw_only=True)
class Route:
    """The course of one line and the place of its label."""

    points: tuple[tuple[float, float], ...]
    label: Area

    def segments(self, around: float = 1.0) -> Iterator[Area]:
        """The ground each straight piece covers, with so much on either side."""
        for (x1, y1), (x2, y2) in zip(self.points, self.points[1:], strict=False):
            yield Area(min(x1, x2), min(y1, y2), abs(x2 - x1), abs(y2 - y1)).grown(around)


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Places, from the upper left corner, in pixels before the picture is scaled to its page."""

    fingerprint: str
    width: float
    height: float
    nodes: dict[str, Area]
    groups: dict[str, Area]
    lines: dict[str, Route]
    blocks: Placed

    def check(self, graph: Graph) -> None:
        """StaleLayout unless it was made for this graph."""
        if self.fingerprint != fingerprint(graph):
            raise StaleLayout

    def dump(self) -> str:
        """As JSON, one thing to a line so that a change can be reviewed."""
        parts = [
            f' "fingerprint": {json.dumps(self.fingerprint)}',
            f' "size": {json.dumps([self.width, self.height])}',
            f' "nodes": {_block(self.nodes)}',
            f' "groups": {_block(self.groups)}',
            f' "lines": {_block({id: [route.label, route.points] for id, route in self.lines.items()})}',
            f' "blocks": {_block(self.blocks)}',
        ]
        return "{\n" + ",\n".join(parts) + "\n}\n"

    @staticmethod
    def load(text: str) -> "Layout":
        """From what `dump` wrote."""
        read = json.loads(text)
        return Layout(
            fingerprint=read["fingerprint"],
            width=read["size"][0],
            height=read["size"][1],
            nodes={id: Area(*area) for id, area in read["nodes"].items()},
            groups={id: Area(*area) for id, area in read["groups"].items()},
            lines={id: _route(label, points) for id, (label, points) in read["lines"].items()},
            blocks={name: (columns, Area(*area)) for name, (columns, area) in read["blocks"].items()},
        )


def _route(label: list[float], points: list[list[float]]) -> Route:
    return Route(points=tuple((x, y) for x, y in points), label=Area(*label))


def _block(things: dict[str, Any]) -> str:
    rows = [f"  {json.dumps(id)}: {json.dumps(thing)}" for id, thing in things.items()]
    return "{\n" + ",\n".join(rows) + "\n }" if rows else "{}"
