"""Draws the rows of a box, the outlines of nodes, and badges."""

from collections.abc import Iterator

from diagrams import theme
from diagrams.boxes import Content, Row, Style
from diagrams.graph import EdgeMark, NodeKind
from diagrams.icons import Icon, icon
from diagrams.scene import Area, Group, Part, Path, Pen, Text, line, polygon, rectangle
from diagrams.text_size import Weight, metrics, width

_ICON_COLOUR = {
    Icon.PERSON: theme.KIND_COLOUR[next(iter(theme.KIND_COLOUR))],
    Icon.FACTS: "#0b6b57",
    Icon.CLOCK: "#9a5200",
    Icon.HARD: theme.LOCK,
    Icon.SOFT: theme.LOCK,
}
_TEXT_COLOUR = {Style.DETAIL: theme.SOFT_INK}
BADGE = 19.0
"""Height of a badge."""
_BADGE_SIZE = 13.0
MARK_ICON = {EdgeMark.VISITED: Icon.TICK, EdgeMark.POSSIBLE: Icon.POSSIBLE, EdgeMark.BLOCKED: Icon.BLOCKED}


def rows(content: Content, x: float, y: float, across: float) -> Iterator[Part]:
    """The rows of a box whose upper left corner is (x, y); rules are as wide as the box."""
    left = x + content.across
    for top, row in content.tops:
        if row.rule:
            height = y + top - row.gap * 0.45
            pen = Pen(stroke=theme.RULE, width=0.8)
            yield line([(left - 4, height), (x + across - content.across + 4, height)], pen)
        yield from _row(row, left, y + top)


def _row(row: Row, x: float, top: float) -> Iterator[Part]:
    size, leading = row.style.size, row.style.leading
    cap = size * metrics()["capHeight"] / metrics()["unitsPerEm"]
    base = top + (leading + cap) / 2
    if row.icon is not None:
        edge = size * 0.95
        yield icon(row.icon, x, top + (leading - edge) / 2, edge, _ICON_COLOUR.get(row.icon, theme.INK))
    colour = _TEXT_COLOUR.get(row.style, theme.INK)
    yield Text(x=x + row.indent, y=base, text=row.text, size=size, weight=row.style.weight, colour=colour)


def outline(kind: NodeKind, area: Area, pen: Pen) -> tuple[Path, ...]:
    """The outline that tells what kind of place it is."""
    x, y, w, h = area
    if kind is NodeKind.WAITING:
        tip = 9.0
        return (
            polygon(
                [
                    (x + tip, y),
                    (x + w - tip, y),
                    (x + w, y + h / 2),
                    (x + w - tip, y + h),
                    (x + tip, y + h),
                    (x, y + h / 2),
                ],
                pen,
            ),
        )
    if kind is NodeKind.DECISION:
        cut = 9.0
        left, right, low = x + cut, x + w - cut, y + h
        return (
            polygon(
                [
                    (left, y),
                    (right, y),
                    (x + w, y + cut),
                    (x + w, low - cut),
                    (right, low),
                    (left, low),
                    (x, low - cut),
                    (x, y + cut),
                ],
                pen,
            ),
        )
    if kind is NodeKind.EXIT:
        inner = Pen(stroke=pen.stroke, width=pen.width * 0.6)
        return rectangle(area, pen), rectangle(area.grown(-3.5), inner)
    if kind is NodeKind.START:
        return (rectangle(area, pen, 26.0),)
    return (rectangle(area, pen, 9.0),)


def badge(text: str, sign: Icon | None, middle: float, top: float, *, dark: bool) -> Group:
    """A pill with a sign and a few words, its upper edge at `top`."""
    sign_room = 15.0 if sign and text else 12.0 if sign else 0.0
    wide = width(text, _BADGE_SIZE, Weight.BOLD) + sign_room + 14.0
    area = Area(middle - wide / 2, top, wide, BADGE)
    paper, ink = (theme.DARK, theme.PAPER) if dark else (theme.PAPER, theme.ALERT)
    parts: list[Part] = [rectangle(area, Pen(fill=paper, stroke=theme.DARK if dark else theme.ALERT, width=1.4), 9.0)]
    if sign:
        parts.append(icon(sign, area.x + 7.0, top + 3.5, 12.0, ink))
    x = area.x + 7.0 + sign_room
    parts.append(Text(x=x, y=top + 13.9, text=text, size=_BADGE_SIZE, weight=Weight.BOLD, colour=ink))
    return Group(parts=tuple(parts) if text else tuple(parts[:-1]), area=area)
