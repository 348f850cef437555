"""Lays a graph out: asks ELK in many ways and keeps the answer that is largest on the page with fewest crossings.

Needs the extra `layout` and a minute or two; run when a pathway was edited, never to draw.
"""

import random
from collections.abc import Callable
from typing import Any

from diagrams import theme
from diagrams.drawing import Drawing, read
from diagrams.elk import Kernel, LayoutFailed
from diagrams.graph import Graph, NodeKind
from diagrams.layout import Layout, Route
from diagrams.outline import outline
from diagrams.packing import Shapes, pack
from diagrams.problem import fingerprint, problem, shapes
from diagrams.scene import Area

TRIES = 200
"""How many ways of laying out are compared; each takes about a quarter of a second."""
_BLIND = 0.55
"""This part of the tries is thrown blindly; the others vary the best so far."""
_PARENTS = 6

_RATIO = (theme.PAGE[0] - 2 * theme.MARGIN) / (theme.PAGE[1] - 2 * theme.MARGIN - theme.FOOT)

_WAYS = {
    "elk.layered.compaction.postCompaction.strategy": ("EDGE_LENGTH", "LEFT"),
    "elk.layered.cycleBreaking.strategy": ("MODEL_ORDER", "GREEDY", "DEPTH_FIRST"),
    "elk.layered.layering.strategy": ("NETWORK_SIMPLEX", "LONGEST_PATH", "MIN_WIDTH", "COFFMAN_GRAHAM"),
    "elk.layered.nodePlacement.strategy": ("NETWORK_SIMPLEX", "BRANDES_KOEPF", "LINEAR_SEGMENTS"),
    "elk.layered.edgeLabels.centerLabelPlacementStrategy": (
        "MEDIAN_LAYER",
        "SPACE_EFFICIENT_LAYER",
        "WIDEST_LAYER",
        "TAIL_LAYER",
        "HEAD_LAYER",
    ),
    "elk.layered.considerModelOrder.strategy": ("NONE", "NODES_AND_EDGES", "PREFER_EDGES"),
    "elk.randomSeed": tuple(str(seed) for seed in range(1, 40)),
}
_Way = dict[str, str]
_Scored = tuple[float, int, _Way, Drawing]
"""How bad, which try, what was asked, what came."""


def compute(graph: Graph, tries: int = TRIES, progress: Callable[[int, int], None] | None = None) -> Layout:
    """The best layout found; the same one for the same graph. LayoutFailed without the extra `layout`.

    `progress` is told how many tries of how many are done.
    """
    drawn = outline(graph)
    starts = tuple(node.id for node in graph.inner if node.kind is NodeKind.START)
    blocks, made_for = shapes(graph, drawn), fingerprint(graph)
    scored = sorted(_search(problem(graph, drawn), starts, tries, progress), key=lambda one: one[:2])
    if not scored:
        raise LayoutFailed("ELK could not lay out the graph in any way")
    best: tuple[float, Layout] | None = None
    for bare, _, _, drawing in scored:
        if best is not None and best[0] <= bare:  # blocks only make a drawing worse, so none of the others will do
            break
        layout = _composed(drawing, blocks, made_for)
        badness = layout.width * drawing.penalty(starts)
        best = (badness, layout) if best is None or badness < best[0] else best
    assert best is not None
    return best[1]


def _search(
    asked: dict[str, Any], starts: tuple[str, ...], tries: int, progress: Callable[[int, int], None] | None
) -> list[_Scored]:
    """What ELK answers to so many ways of asking, each with how bad it is before blocks are added."""
    kernel, dice = Kernel(), random.Random(1)  # always the same throws
    scored: list[_Scored] = []
    for number in range(tries):
        way = _blind(dice) if number < _BLIND * tries or not scored else _varied(dice, scored)
        try:
            drawing = read(kernel.lay_out(asked | {"layoutOptions": asked["layoutOptions"] | way}))
            badness = max(drawing.width, drawing.height * _RATIO) * drawing.penalty(starts)
            scored.append((badness, number, way, drawing))
        except LayoutFailed:  # ELK does not master every combination
            pass
        if progress:
            progress(number + 1, tries)
    return scored


def _blind(dice: random.Random) -> _Way:
    return {option: dice.choice(values) for option, values in _WAYS.items()}


def _varied(dice: random.Random, scored: list[_Scored]) -> _Way:
    """One of the best, with one or two options thrown anew."""
    _, _, parent, _ = dice.choice(sorted(scored, key=lambda one: one[:2])[:_PARENTS])
    changed = dice.sample(sorted(_WAYS), dice.choice((1, 2)))
    return parent | {option: dice.choice(_WAYS[option]) for option in changed}


def _composed(drawing: Drawing, blocks: Shapes, made_for: str) -> Layout:
    """The drawing and its blocks on the smallest canvas that holds them."""
    wide, stand, placed = pack(drawing.width, drawing.height, drawing.ground(), blocks, _RATIO)
    dx, dy = stand.x, stand.y
    return Layout(
        fingerprint=made_for,
        width=round(wide, 1),
        height=round(wide / _RATIO, 1),
        nodes={id: _moved(area, dx, dy) for id, area in drawing.nodes.items()},
        groups={id: _moved(area, dx, dy) for id, area in drawing.groups.items()},
        lines={id: _moved_route(route, dx, dy) for id, route in drawing.lines.items()},
        blocks={name: (columns, _moved(area, 0.0, 0.0)) for name, (columns, area) in placed.items()},
    )


def _moved(area: Area, dx: float, dy: float) -> Area:
    return Area(round(area.x + dx, 1), round(area.y + dy, 1), round(area.width, 1), round(area.height, 1))


def _moved_route(route: Route, dx: float, dy: float) -> Route:
    points = tuple((round(x + dx, 1), round(y + dy, 1)) for x, y in route.points)
    return Route(points=points, label=_moved(route.label, dx, dy))
