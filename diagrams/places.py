"""Draws nodes and the groups around them."""

from collections.abc import Iterable, Iterator

from diagrams import theme
from diagrams.boxes import Content, node_content
from diagrams.graph import Graph, Node, NodeKind, NodeMark
from diagrams.graph import Group as Region
from diagrams.icons import Icon
from diagrams.outline import Outline
from diagrams.paint import BADGE, badge, badge_width, bars, move_badges, outline, rows
from diagrams.scene import Area, Group, Part, Pen, Text, rectangle
from diagrams.text_size import Weight

_REGION_SIZE = 18.0
_SIGNS = {NodeMark.HERE: Icon.HERE, NodeMark.VISITED: Icon.TICK, NodeMark.BLOCKED: Icon.BLOCKED}


def node(graph: Graph, drawn: Outline, one: Node, area: Area) -> Group:
    """A node with what is written in it and what happened there."""
    content = node_content(one, drawn.notes[one.id], drawn.gates.get(one.id))
    top = _top(one, content, area)
    text = (*bars(content, area.x + content.across - 6, top), *rows(content, area.x, top, area.width))
    parts = (*_frame(graph, one, area), *text, *move_badges(content, area.right, top), *_badges(one, area))
    return Group(id=f"node-{one.id}", title=_spoken(one), parts=parts, area=area)


def _top(one: Node, content: Content, area: Area) -> float:
    """Where the text starts: in the middle, but for the exits, which stand side by side."""
    return area.y if one.kind is NodeKind.EXIT else area.y + max(0.0, (area.height - content.height) / 2)


def _frame(graph: Graph, one: Node, area: Area) -> Iterator[Part]:
    """The outline: pale where nobody has been, heavy where somebody is."""
    here, reached = NodeMark.HERE in one.marks, bool(one.marks & {NodeMark.HERE, NodeMark.VISITED} or one.count)
    fill = theme.NODE_FILL[one.kind] if reached or not graph.is_marked else theme.PAPER
    if here:
        yield from outline(one.kind, area.grown(5.0), Pen(fill=theme.PAPER, stroke=theme.DARK, width=3.2))
    weight = 2.6 if reached else 1.6
    yield from outline(one.kind, area, Pen(fill=fill, stroke=theme.NODE_STROKE[one.kind], width=weight))


def _badges(one: Node, area: Area) -> Iterator[Part]:
    if one.kind is NodeKind.EXIT:
        yield from _exit_badge(one, area)
        return
    middle = area.middle[0]
    if NodeMark.HERE in one.marks:
        yield badge("is here", Icon.HERE, middle, area.y - BADGE + 2, dark=True)
    elif NodeMark.VISITED in one.marks:
        yield badge("", Icon.TICK, area.x + 10, area.y - BADGE / 2, dark=True)
    if NodeMark.BLOCKED in one.marks:
        yield badge("blocked", Icon.BLOCKED, area.right - 44, area.y - BADGE / 2, dark=False)
    if one.count:
        yield badge(str(one.count), None, area.right - 14, area.y - BADGE / 2, dark=True)
    if one.stamp:
        yield badge(one.stamp, None, middle, area.bottom - 6, dark=True)


def _exit_badge(one: Node, area: Area) -> Iterator[Part]:
    """The exits stand close above each other, so all is said in one badge at the upper right corner."""
    words = ", ".join(said for said in (str(one.count or ""), one.stamp) if said)
    sign = next((_SIGNS[mark] for mark in _SIGNS if mark in one.marks), None)
    if words or sign:
        middle = area.right + 6 - badge_width(words, sign) / 2
        yield badge(words, sign, middle, area.y - BADGE / 2, dark=sign is not Icon.BLOCKED)


def _spoken(one: Node) -> str:
    """The node as a screen reader says it."""
    marks = {NodeMark.HERE: "here now", NodeMark.VISITED: "visited", NodeMark.BLOCKED: "blocked"}
    said = [one.title, " ".join(one.lines), *(word for mark, word in marks.items() if mark in one.marks), one.stamp]
    if one.count is not None:
        said.append(f"{one.count} here")
    return ". ".join(part for part in said if part)


def region(one: Region, area: Area, lines: Iterable[Area]) -> tuple[Group, Group]:
    """The ground of a group, and its name, written where no line passes."""
    ground = rectangle(area, Pen(fill=theme.GROUND, stroke=theme.FAINT, width=1.3), 14.0)
    obstacles = list(lines)
    spots = (
        _name(one, x, y) for y in (area.y + 25, area.bottom - 12) for x in range(int(area.x) + 14, int(area.right))
    )
    fitting = (text for text in spots if text.area.right < area.right - 8 and _is_clear(text, obstacles))
    name = next(fitting, _name(one, area.x + 14, area.y + 25))
    return Group(id=f"group-{one.id}", parts=(ground,)), Group(parts=(name,), area=name.area)


def _name(one: Region, x: float, y: float) -> Text:
    return Text(x=x, y=y, text=one.title, size=_REGION_SIZE, weight=Weight.BOLD, colour=theme.SOFT_INK)


def _is_clear(text: Text, obstacles: list[Area]) -> bool:
    ground = text.area.grown(3.0)
    return not any(ground.overlaps(obstacle) for obstacle in obstacles)
