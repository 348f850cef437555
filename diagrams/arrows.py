"""Draws lines: the course with rounded bends, the arrowhead, the label and what happened along it."""

from collections.abc import Iterator, Sequence
from math import hypot

from diagrams import theme
from diagrams.boxes import COUNT_ROOM, LABEL_ROOM, Content, label_content
from diagrams.graph import EdgeKind, EdgeMark, Graph, Origin
from diagrams.icons import Icon
from diagrams.layout import Route
from diagrams.outline import Line, Outline
from diagrams.paint import MARK_ICON, badge, badge_width, bars, in_short, move_badges, rows
from diagrams.scene import Area, Command, Group, Part, Path, Pen, faded, polygon, rectangle

_BEND = 7.0
_HEAD = 9.0
_SPOKEN = {EdgeMark.VISITED: "gone", EdgeMark.POSSIBLE: "possible", EdgeMark.BLOCKED: "blocked", EdgeMark.NONE: ""}


def course(graph: Graph, line: Line, route: Route, most: int) -> Group:
    """The line itself, on a paper-coloured bed that sets crossings apart, and its arrowhead.

    `most` went along one line of the picture; the widths of the others are in proportion.
    """
    points, weight = route.points, _weight(line, most)
    stretch = max(1.0, weight / 2.5)
    dash = tuple(stretch * part for part in theme.ADDED_DASH) if line.origin is Origin.ADDED else ()
    head = _HEAD + 0.6 * weight
    ends = [*points[:-1], _before(points[-2], points[-1], head * 0.8)]
    colour = theme.DARK if line.mark is EdgeMark.VISITED else theme.LINE
    parts = (
        Path(rounded((*points[:-1], _before(points[-2], points[-1], head))), Pen(stroke=theme.PAPER, width=weight + 4)),
        Path(rounded(ends), Pen(stroke=colour, width=weight, dash=dash)),
        _head(points[-2], points[-1], line, colour, head),
    )
    return Group(parts=tuple(faded(part, _strength(graph, line, 0.45)) for part in parts))


def label(graph: Graph, drawn: Outline, line: Line, route: Route) -> Group:
    """The label on its line, one block per move."""
    content = label_content(line, drawn.gates.get(line.target), graph.by_id[line.target].title)
    box = Area(route.label.x, route.label.y, route.label.width, route.label.height - LABEL_ROOM)
    dash = theme.ADDED_DASH if line.origin is Origin.ADDED else ()
    frame = rectangle(box, Pen(fill=theme.PAPER, stroke=theme.LINE, width=1.0, dash=dash), 5.0)
    text = (*bars(content, box.x + 5, box.y), *rows(content, box.x, box.y, box.width))
    inner = faded(Group(parts=(frame, *text)), _strength(graph, line, 0.75))
    return Group(
        id=f"line-{line.id}", title=_spoken(graph, line), parts=(inner, *_badges(line, content, box)), area=route.label
    )


def rounded(points: Sequence[tuple[float, float]]) -> tuple[Command, ...]:
    """A course through the points, its bends rounded."""
    commands: list[Command] = [("M", *points[0])]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        reach = min(_BEND, _far(before, corner) / 2, _far(corner, after) / 2)
        start, end = _before(before, corner, reach), _before(after, corner, reach)
        commands += [("L", *start), ("C", *_mid(start, corner), *_mid(end, corner), *end)]
    return (*commands, ("L", *points[-1]))


def _far(a: tuple[float, float], b: tuple[float, float]) -> float:
    return hypot(b[0] - a[0], b[1] - a[1])


def _before(start: tuple[float, float], end: tuple[float, float], by: float) -> tuple[float, float]:
    """The point that lies `by` before the end."""
    part = by / max(_far(start, end), 0.001)
    return end[0] - part * (end[0] - start[0]), end[1] - part * (end[1] - start[1])


def _mid(point: tuple[float, float], corner: tuple[float, float]) -> tuple[float, float]:
    """The handle of a Bézier curve that rounds like a circle."""
    return point[0] + 0.5523 * (corner[0] - point[0]), point[1] + 0.5523 * (corner[1] - point[1])


def _weight(line: Line, most: int) -> float:
    """Heavier where somebody went; in a cohort, by how many did."""
    if line.count:
        return 1.5 + 6.0 * line.count / most
    return 4.0 if line.mark is EdgeMark.VISITED else 1.5


def _strength(graph: Graph, line: Line, pale: float) -> float:
    """Where a path is drawn, the other lines step back."""
    return pale if graph.is_marked and line.mark is EdgeMark.NONE and not line.count else 1.0


def _head(before: tuple[float, float], tip: tuple[float, float], line: Line, colour: str, long: float) -> Path:
    """Filled where somebody decides, hollow where it happens by itself."""
    back = _before(before, tip, long)
    across = (tip[1] - back[1]) * 0.42, (back[0] - tip[0]) * 0.42
    decided = any(move.first.kind is EdgeKind.DECISION for move in line.moves)
    fill = colour if decided else theme.PAPER
    corners = [tip, (back[0] + across[0], back[1] + across[1]), (back[0] - across[0], back[1] - across[1])]
    return polygon(corners, Pen(fill=fill, stroke=colour, width=1.4))


def _badges(line: Line, content: Content, box: Area) -> Iterator[Part]:
    """Below the label what happened along the line; where it has several moves, beside each its own share of that."""
    sign = None if line.count else MARK_ICON.get(line.mark)
    words = in_short(line.count) if line.count else _shortened(line.stamp, sign, box.width)
    if len(line.moves) > 1:
        yield from move_badges(content, box.right, box.y, COUNT_ROOM)
    if words or sign:
        yield badge(words, sign, box.middle[0], box.bottom - 2.0, dark=line.mark is not EdgeMark.BLOCKED)


def _shortened(text: str, sign: Icon | None, limit: float) -> str:
    """As much of it as fits: of a list after a colon the last things are counted instead, then its heading stays."""
    head, colon, rest = text.partition(": ")
    listed = rest.split(", ")
    counted = [f"{head}: {', '.join(listed[:kept])} +{len(listed) - kept}" for kept in range(len(listed) - 1, 0, -1)]
    tries = [text, *(counted if colon else ()), head.split(", ")[0]]
    return next((tried for tried in tries if badge_width(tried, sign) <= limit), "")


def _spoken(graph: Graph, line: Line) -> str:
    """The line as a screen reader says it."""
    groups = {group.id: group.title for group in graph.groups}
    source = groups[line.source] + " (any)" if line.source in groups else graph.by_id[line.source].title
    said = [f"From {source} to {graph.by_id[line.target].title}"]
    for move in line.moves:
        first = move.first
        guards = [f"hard: {', '.join(first.hard)}"] * bool(first.hard) + [f"soft: {', '.join(first.soft)}"] * bool(
            first.soft
        )
        parts = [" ".join(move.label), first.interval, *guards, _SPOKEN[move.mark], move.stamp]
        said.append(", ".join(part for part in parts if part))
    return "; ".join(said)
