"""What stands around the lines: title, legend, ways out, and guards that many moves share.

Each block can be drawn in several shapes (numbers of columns); `packing` finds where one fits.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from diagrams import theme
from diagrams.boxes import KIND_ICON, NODE_ICON, Content, gate_content, node_content, note_content
from diagrams.graph import EdgeKind, Graph, NodeKind
from diagrams.icons import Icon, icon
from diagrams.outline import Outline
from diagrams.paint import bars, move_badges, outline, rows
from diagrams.places import node
from diagrams.scene import Area, Group, Part, Pen, Text, line, polygon, rectangle
from diagrams.text_size import Weight, width, wrapped

_GAP = 10.0
_HEADING = 17.0
_LEGEND = 12.5
_LEGEND_LINE = 25.0
_SAMPLE = 46.0
_Written = tuple[str, float, Weight, str, float]
"""A line of text: its size, weight and colour, and how far below the one before it stands."""

_KIND_WORD = {
    NodeKind.START: "where it starts",
    NodeKind.TREATMENT: "treatment",
    NodeKind.WAITING: "waiting or watching",
    NodeKind.DECISION: "a decision is due",
    NodeKind.EXIT: "way out",
}
_EDGE_WORD = {
    EdgeKind.DECISION: "somebody decides (filled arrowhead)",
    EdgeKind.AUTOMATIC: "recorded facts bring it about (hollow arrowhead)",
    EdgeKind.TIMED: "the date brings it about, after the interval given",
}
_SIGN_WORD = {
    Icon.HARD: "hard guard: the move is stopped until it is met",
    Icon.SOFT: "soft guard: a stated reason is enough",
    Icon.IN: "comes in from the places named",
    Icon.OUT: "leads to the places named",
    Icon.STAY: "happens here; the place is kept",
}


@dataclass(frozen=True, kw_only=True)
class Block:
    """Something that is placed as a whole; `draw` takes the number of columns."""

    name: str
    draw: Callable[[int], Group]
    columns: tuple[int, ...]

    def size(self, columns: int) -> tuple[float, float]:
        """Its width and height in that many columns."""
        area = self.draw(columns).area
        assert area is not None
        return area.width, area.height


def blocks(graph: Graph, drawn: Outline) -> tuple[Block, ...]:
    """The blocks of a picture; the title first, it has the first choice of place."""
    cards = _shared_cards(graph, drawn)
    listed = [
        Block(name="title", draw=lambda columns: _title(graph), columns=(1,)),
        Block(name="exits", draw=lambda columns: _exits(graph, drawn, columns), columns=_shapes(len(graph.exits))),
        Block(name="shared", draw=lambda columns: _cards(cards, columns), columns=_shapes(len(cards))),
        Block(name="legend", draw=lambda columns: _legend(graph, columns), columns=(1, 2, 3, 4)),
    ]
    return tuple(block for block in listed if block.columns)


def _shapes(count: int) -> tuple[int, ...]:
    """Numbers of columns that waste least."""
    return tuple(sorted({-(-count // rows) for rows in range(1, count + 1)}, reverse=True))


def _title(graph: Graph) -> Group:
    """The title with what is said of the picture; a headline takes the place of that, and no more room."""
    placed = list(_below_each_other(_title_lines(graph)))
    area = Area(0, 0, max(text.area.width for text in placed), placed[-1].y + 8)
    if graph.headline:
        placed = list(_below_each_other(_headlines(graph, area.width)))
    return Group(id="title", parts=tuple(placed), area=area)


def _below_each_other(lines: Iterable[_Written]) -> Iterator[Text]:
    y = 0.0
    for text, size, weight, colour, leading in lines:
        y += leading
        yield Text(x=0, y=y, text=text, size=size, weight=weight, colour=colour)


def _headlines(graph: Graph, limit: float) -> Iterator[_Written]:
    for text in wrapped(graph.title, 620, 44, Weight.BOLD):
        yield text, 44, Weight.BOLD, theme.DARK, 44
    size = next((one for one in _HEADLINE if len(wrapped(graph.headline, limit, one, Weight.BOLD)) <= 2), 11)
    for row, text in enumerate(wrapped(graph.headline, limit, size, Weight.BOLD)):
        yield text, size, Weight.BOLD, theme.INK, round(1.41 * size) if row else 31


_HEADLINE = (22, 18, 14)
"""Sizes, the first that fits: a patient's id may be long, and the day and the state are never left out."""


def _title_lines(graph: Graph) -> Iterator[_Written]:
    for text in wrapped(graph.title, 620, 44, Weight.BOLD):
        yield text, 44, Weight.BOLD, theme.DARK, 44
    for text in wrapped(graph.subtitle, 560, 19):
        yield text, 19, Weight.REGULAR, theme.INK, 27
    for number, text in enumerate(wrapped(graph.description, 480, 13)):
        yield text, 13, Weight.REGULAR, theme.SOFT_INK, 18 if number else 24


def _heading(text: str) -> Text:
    return Text(x=0, y=_HEADING, text=text, size=_HEADING, weight=Weight.BOLD, colour=theme.DARK)


def _exits(graph: Graph, drawn: Outline, columns: int) -> Group:
    """The ways out, as one group of boxes with everything that leads there written in them."""
    contents = [node_content(one, drawn.notes[one.id], None) for one in graph.exits]
    areas = _grid([(c.width, c.height) for c in contents], columns, top=_HEADING + 13)
    places = tuple(node(graph, drawn, one, area) for one, area in zip(graph.exits, areas, strict=True))
    return Group(id="exits", parts=(_heading(graph.exits_title), *places), area=_around(areas))


def _shared_cards(graph: Graph, drawn: Outline) -> list[Content]:
    gates = [gate_content(gate, graph.by_id[id].title) for id, gate in drawn.gates.items()]
    return [*(note_content(note) for note in drawn.shared), *gates]


def _cards(contents: Sequence[Content], columns: int) -> Group:
    """What holds for many moves at once."""
    areas = _grid([(c.width, c.height) for c in contents], columns, top=_HEADING + 13)
    parts: list[Part] = [_heading("Shared by several moves")]
    for content, area in zip(contents, areas, strict=True):
        parts.append(rectangle(area, Pen(fill=theme.PAPER, stroke=theme.FAINT, width=1.0), 6.0))
        parts += [*bars(content, area.x + 6, area.y), *rows(content, area.x, area.y, area.width)]
        parts += move_badges(content, area.right, area.y)
    return Group(id="shared", parts=tuple(parts), area=_around(areas))


def _grid(sizes: Sequence[tuple[float, float]], columns: int, top: float) -> list[Area]:
    """Boxes of one width in rows, each row as high as its highest."""
    wide = max(size[0] for size in sizes)
    areas: list[Area] = []
    for start in range(0, len(sizes), columns):
        part = sizes[start : start + columns]
        high = max(size[1] for size in part)
        areas += [Area(column * (wide + _GAP), top, wide, high) for column in range(len(part))]
        top += high + _GAP
    return areas


def _around(areas: Sequence[Area]) -> Area:
    return Area(0, 0, max(area.right for area in areas), max(area.bottom for area in areas))


def _legend(graph: Graph, columns: int) -> Group:
    """How to read the picture."""
    entries = list(_entries(graph))
    high = -(-len(entries) // columns)
    wide = _SAMPLE + max(width(text, _LEGEND) for _, text in entries) + 14
    parts: list[Part] = [_heading("How to read it")]
    for number, (sample, text) in enumerate(entries):
        x, y = (number // high) * wide, _HEADING + 9 + (number % high) * _LEGEND_LINE
        parts.append(Group(parts=sample, at=(x, y)))
        parts.append(Text(x=x + _SAMPLE, y=y + 16, text=text, size=_LEGEND, colour=theme.INK))
    return Group(id="legend", parts=tuple(parts), area=Area(0, 0, columns * wide, _HEADING + 12 + high * _LEGEND_LINE))


def _entries(graph: Graph) -> Iterator[tuple[tuple[Part, ...], str]]:
    """Each sign of the picture, drawn in a field of 36 by 24, and what it means."""
    present = {one.kind for one in graph.nodes}
    for kind in (kind for kind in NodeKind if kind in present):
        pen = Pen(fill=theme.NODE_FILL[kind], stroke=theme.NODE_STROKE[kind], width=1.4)
        sign = icon(NODE_ICON[kind], 12.5, 6.5, 11, theme.INK)
        yield (*outline(kind, Area(0, 1.5, 36, 21), pen), sign), _KIND_WORD[kind]
    for edge_kind, sign_of in KIND_ICON.items():
        yield (icon(sign_of, 10, 4, 16, theme.KIND_COLOUR[edge_kind]),), _EDGE_WORD[edge_kind]
    for sign_name, word in _SIGN_WORD.items():
        colour = theme.LOCK if sign_name in (Icon.HARD, Icon.SOFT) else theme.INK
        yield (icon(sign_name, 10, 4, 16, colour),), word
    yield (_stroke(()),), "solid line or bar: the guide says so"
    yield (_stroke(theme.ADDED_DASH),), "dashed line or bar: added to the guide"
    if graph.groups:
        yield _from_frame(), "starts at a frame: from any place in it"


def _stroke(dash: tuple[float, ...]) -> Part:
    return line([(0, 12), (36, 12)], Pen(stroke=theme.LINE, width=1.8, dash=dash))


def _from_frame() -> tuple[Part, ...]:
    frame = rectangle(Area(0, 2, 18, 20), Pen(fill=theme.GROUND, stroke=theme.FAINT, width=1.3), 4.0)
    head = polygon([(36, 12), (29, 9), (29, 15)], Pen(fill=theme.LINE))
    return frame, line([(18, 12), (30, 12)], Pen(stroke=theme.LINE, width=1.5)), head
