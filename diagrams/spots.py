"""Where the nodes of a drawn page lie: for links that a page lays over the picture."""

from collections.abc import Iterable, Iterator

from diagrams.scene import Area, Group, Part, Path, Scene

NODE = "node-"
"""How the id of a node's group begins."""

Spot = tuple[str, Area]
"""A node's id, and what it covers on the page."""


def spots(scene: Scene) -> list[Spot]:
    """Every node of the page, in the order in which they are drawn."""
    return list(_spots(scene.parts, (0.0, 0.0), 1.0))


def _spots(parts: Iterable[Part], origin: tuple[float, float], scale: float) -> Iterator[Spot]:
    for part in parts:
        if not isinstance(part, Group):
            continue
        x, y = origin[0] + scale * part.at[0], origin[1] + scale * part.at[1]
        inner = scale * part.scale
        if part.id.startswith(NODE):
            area = _covered(part)
            yield (
                part.id.removeprefix(NODE),
                Area(x + inner * area.x, y + inner * area.y, inner * area.width, inner * area.height),
            )
        else:
            yield from _spots(part.parts, (x, y), inner)


def _covered(group: Group) -> Area:
    """Its own outline: the first that is drawn, behind everything in it."""
    first = next(part for part in group.parts if isinstance(part, Path))
    points = [value for _, *values in first.commands for value in values]
    xs, ys = points[::2], points[1::2]
    return Area(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))
