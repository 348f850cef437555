"""One answer of ELK, and how good it is: large on the page, few crossings, the start at the top or left."""

from dataclasses import dataclass
from itertools import combinations
from typing import Any

from diagrams.layout import Route
from diagrams.scene import Area

_PER_CROSSING = 1.006
_FOR_LATE_START = 1.1
_LATE = 0.3


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """Where ELK put everything."""

    width: float
    height: float
    nodes: dict[str, Area]
    groups: dict[str, Area]
    lines: dict[str, Route]

    def ground(self) -> list[Area]:
        """What is covered."""
        routes = self.lines.values()
        courses = [segment for route in routes for segment in route.segments()]
        return [*self.nodes.values(), *self.groups.values(), *(route.label for route in routes), *courses]

    def penalty(self, starts: tuple[str, ...]) -> float:
        """A factor above 1 for lines that cross, and for a start (by id) that stands neither at the top nor left."""
        middles = [self.nodes[id].middle for id in starts]
        late = any(min(x / self.width, y / self.height) > _LATE for x, y in middles)
        return float(_PER_CROSSING ** self.crossings()) * (_FOR_LATE_START if late else 1.0)

    def crossings(self) -> int:
        """How often lines cross."""
        courses = [list(route.segments(0.0)) for route in self.lines.values()]
        return sum(_cross(a, b) for one, other in combinations(courses, 2) for a in one for b in other)


def read(answer: dict[str, Any]) -> Drawing:
    """A drawing from ELK's JSON."""
    groups = {child["id"]: _area(child) for child in answer["children"] if child.get("children")}
    inside = [inner for child in answer["children"] for inner in child.get("children", ())]
    return Drawing(
        width=answer["width"],
        height=answer["height"],
        nodes={child["id"]: _area(child) for child in [*answer["children"], *inside] if child["id"] not in groups},
        groups=groups,
        lines={edge["id"]: _route(edge) for edge in answer["edges"]},
    )


def _cross(a: Area, b: Area) -> bool:
    """A level and an upright piece meet inside both."""
    level, upright = (a, b) if a.height == 0 else (b, a)
    if level.height or upright.width:
        return False
    return level.x < upright.x < level.right and upright.y < level.y < upright.bottom


def _route(edge: dict[str, Any]) -> Route:
    section = edge["sections"][0]
    points = [section["startPoint"], *section.get("bendPoints", ()), section["endPoint"]]
    return Route(points=tuple((p["x"], p["y"]) for p in points), label=_area(edge["labels"][0]))


def _area(thing: dict[str, Any]) -> Area:
    return Area(thing["x"], thing["y"], thing["width"], thing["height"])
