"""The boxes of text beside or below a picture: what is due, what is blocked, and the signs that are used."""

from collections.abc import Iterator

from diagrams import theme
from diagrams.graph import EdgeMark, Graph, NodeMark, Panel, PanelIcon
from diagrams.icons import Icon, icon
from diagrams.paint import badge
from diagrams.scene import Area, Group, Part, Pen, Text, rectangle
from diagrams.text_size import Weight, wrapped

WIDTH, GAP = 206.0, 9.0
_PAD = 10.0
_SIZE, _LEADING = 10.5, 13.2
_SIGN, _SIGN_ROOM = 15.0, 68.0
_ICON = {PanelIcon.CLOCK: (Icon.CLOCK, "#9a5200"), PanelIcon.LOCK: (Icon.HARD, theme.LOCK)}


def panels(graph: Graph, columns: int) -> Group | None:
    """All panels, each put where the columns are shortest so far; None when there is nothing to say."""
    parts: list[Part] = []
    heights = [0.0] * columns
    for drawn, high in _panels(graph):
        column = heights.index(min(heights))
        parts.append(Group(parts=drawn, at=(column * (WIDTH + GAP), heights[column])))
        heights[column] += high + GAP
    if not parts:
        return None
    wide = sum(1 for height in heights if height) * (WIDTH + GAP) - GAP
    return Group(id="panels", parts=tuple(parts), area=Area(0, 0, wide, max(heights) - GAP))


def _panels(graph: Graph) -> Iterator[tuple[tuple[Part, ...], float]]:
    for panel in graph.panels:
        yield _panel(panel)
    signs = list(_signs(graph))
    if signs:
        yield _sign_panel(signs)


def _panel(panel: Panel) -> tuple[tuple[Part, ...], float]:
    parts: list[Part] = []
    y = _PAD
    for text in wrapped(panel.title, WIDTH - 2 * _PAD, 14, Weight.BOLD):
        y += 17
        parts.append(Text(x=_PAD, y=y - 3, text=text, size=14, weight=Weight.BOLD, colour=theme.DARK))
    y += 3
    sign = _ICON.get(panel.icon)
    indent = _SIGN if sign else 0.0
    for line in panel.lines:
        y += 3
        if sign:
            parts.append(icon(sign[0], _PAD, y + 1.0, 10.5, sign[1]))
        for text, weight in _rows(line, panel.headed, WIDTH - 2 * _PAD - indent):
            y += _LEADING
            parts.append(Text(x=_PAD + indent, y=y - 3, text=text, size=_SIZE, weight=weight, colour=theme.INK))
    return _framed(parts, y + _PAD)


def _rows(line: str, headed: bool, limit: float) -> Iterator[tuple[str, Weight]]:
    """A line of a panel, wrapped; its heading bold, in rows of its own."""
    head, colon, rest = line.partition(": ") if headed else ("", "", line)
    if headed and not colon:
        head, rest = "", line
    yield from ((text, Weight.BOLD) for text in wrapped(head, limit, _SIZE, Weight.BOLD))
    yield from ((text, Weight.REGULAR) for text in wrapped(rest, limit, _SIZE))


def _framed(parts: list[Part], height: float) -> tuple[tuple[Part, ...], float]:
    frame = rectangle(Area(0, 0, WIDTH, height), Pen(fill=theme.PAPER, stroke=theme.FAINT, width=1.2), 8.0)
    return (frame, *parts), height


def _signs(graph: Graph) -> Iterator[tuple[Group, str]]:
    """The signs that occur on this picture."""
    places = {mark for node in graph.nodes for mark in node.marks}
    moves = {edge.mark for edge in graph.edges}
    if NodeMark.HERE in places:
        yield badge("is here", Icon.HERE, 32, 0, dark=True), "the present place"
    if NodeMark.VISITED in places or EdgeMark.VISITED in moves:
        yield badge("", Icon.TICK, 32, 0, dark=True), "has been here or went this way"
    if EdgeMark.POSSIBLE in moves:
        yield badge("", Icon.POSSIBLE, 32, 0, dark=True), "is possible now"
    if NodeMark.BLOCKED in places or EdgeMark.BLOCKED in moves:
        yield badge("", Icon.BLOCKED, 32, 0, dark=False), "is blocked now, by what it says"
    if any(node.count is not None for node in graph.nodes) or any(edge.count is not None for edge in graph.edges):
        yield badge("7", None, 32, 0, dark=True), "how many are here, or went this way: the more, the wider the arrow"


def _sign_panel(signs: list[tuple[Group, str]]) -> tuple[tuple[Part, ...], float]:
    parts: list[Part] = [Text(x=_PAD, y=_PAD + 14, text="Signs", size=14, weight=Weight.BOLD, colour=theme.DARK)]
    y = _PAD + 24
    for sign, text in signs:
        parts.append(Group(parts=(sign,), at=(_PAD, y + 1)))
        lines = wrapped(text, WIDTH - 2 * _PAD - _SIGN_ROOM, _SIZE)
        parts += [
            Text(x=_PAD + _SIGN_ROOM, y=y + 14.5 + number * _LEADING, text=line, size=_SIZE, colour=theme.INK)
            for number, line in enumerate(lines)
        ]
        y += 26 + (len(lines) - 1) * _LEADING
    return _framed(parts, y + _PAD - 4)
