"""Draws the rows of a box, the outlines of nodes, and badges."""

from collections.abc import Iterator
from dataclasses import dataclass

from diagrams import theme
from diagrams.boxes import Content, Row, Style
from diagrams.graph import EdgeMark, NodeKind, Origin
from diagrams.icons import Icon, icon
from diagrams.outline import Move
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
_INSIDE = 11.0
"""How far a badge on the edge of a box reaches into it: less than the box's padding."""
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


def bars(content: Content, x: float, top: float) -> Iterator[Part]:
    """A bar beside each move that is told in a box: solid for the guide's, dashed for what was added."""
    for move, start, end in _stretches(content):
        dash = theme.ADDED_DASH if move.first.origin is Origin.ADDED else ()
        pen = Pen(stroke=theme.KIND_COLOUR[move.first.kind], width=2.6, dash=dash)
        yield line([(x, top + start + 1), (x, top + end - 1)], pen)


def _stretches(content: Content) -> list[tuple[Move, float, float]]:
    """Each move with where its rows begin and end."""
    found: list[tuple[Move, float, float]] = []
    telling = False
    for below, row in content.tops:
        end = below + row.style.leading
        if row.move:
            found.append((row.move, below, end))
        telling = bool(row.move) or (telling and not row.rule)
        if telling:
            found[-1] = (*found[-1][:2], end)
    return found


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


@dataclass(frozen=True, slots=True)
class _Pill:
    """How large a badge is."""

    height: float
    size: float
    pad: float
    icon: float


_LARGE, _SMALL = _Pill(BADGE, 13.0, 7.0, 12.0), _Pill(15.0, 11.0, 4.0, 9.5)


def move_badges(content: Content, right: float, top: float, room: float = 0.0) -> Iterator[Part]:
    """What happened along each move that is told in a box, on the box's right edge, clear of its text.

    `room`: how much more than its padding the box keeps free there.
    """
    for below, row in content.tops:
        count, mark = (row.move.count, row.move.mark) if row.move else (None, EdgeMark.NONE)
        if count or mark is not EdgeMark.NONE:
            words, sign = (in_short(count), None) if count else ("", MARK_ICON[mark])
            middle = right - _INSIDE - room + _width(words, sign, _SMALL) / 2
            yield _pill(words, sign, middle, top + below, mark is not EdgeMark.BLOCKED, _SMALL)


def in_short(count: int) -> str:
    """A number in four characters at most, up to a million."""
    return str(count) if count < 10_000 else f"{count // 1000}k"


def badge_width(text: str, sign: Icon | None) -> float:
    """How wide a pill with a sign and these words is."""
    return _width(text, sign, _LARGE)


def badge(text: str, sign: Icon | None, middle: float, top: float, *, dark: bool) -> Group:
    """A pill with a sign and a few words, its upper edge at `top`."""
    return _pill(text, sign, middle, top, dark, _LARGE)


def _pill(text: str, sign: Icon | None, middle: float, top: float, dark: bool, pill: _Pill) -> Group:
    wide = _width(text, sign, pill)
    area = Area(middle - wide / 2, top, wide, pill.height)
    paper, ink = (theme.DARK, theme.PAPER) if dark else (theme.PAPER, theme.ALERT)
    pen = Pen(fill=paper, stroke=theme.DARK if dark else theme.ALERT, width=1.4)
    parts: list[Part] = [rectangle(area, pen, pill.height / 2 - 0.5)]
    if sign:
        parts.append(icon(sign, area.x + pill.pad, top + (pill.height - pill.icon) / 2, pill.icon, ink))
    if text:
        x, base = area.x + pill.pad + _sign_room(text, sign, pill), top + (pill.height + pill.size * 0.68) / 2
        parts.append(Text(x=x, y=base, text=text, size=pill.size, weight=Weight.BOLD, colour=ink))
    return Group(parts=tuple(parts), area=area)


def _width(text: str, sign: Icon | None, pill: _Pill) -> float:
    return width(text, pill.size, Weight.BOLD) + _sign_room(text, sign, pill) + 2 * pill.pad


def _sign_room(text: str, sign: Icon | None, pill: _Pill) -> float:
    if sign is None:
        return 0.0
    return pill.icon + (3.0 if text else 0.0)
