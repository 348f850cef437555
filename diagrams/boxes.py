"""What is written in each node and on each line, and how large that makes them. Layout and drawing both ask here."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum
from itertools import groupby

from diagrams.graph import EdgeKind, Node, NodeKind
from diagrams.icons import Icon
from diagrams.outline import Gate, Line, Move, Note, Way
from diagrams.text_size import Weight, width, wrapped


class Style(Enum):
    """Kinds of text: size, height of a line, weight."""

    TITLE = (23.0, 26.0, Weight.BOLD)
    ACT = (13.0, 15.5, Weight.BOLD)
    DETAIL = (12.5, 15.0, Weight.REGULAR)
    GUARD = (12.0, 14.0, Weight.REGULAR)

    @property
    def size(self) -> float:
        return self.value[0]

    @property
    def leading(self) -> float:
        return self.value[1]

    @property
    def weight(self) -> Weight:
        return self.value[2]


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One line of text in a box, perhaps with a sign before it."""

    text: str
    style: Style
    icon: Icon | None = None
    indent: float = 0.0
    gap: float = 0.0
    """Space above it."""
    rule: bool = False
    """A thin line is drawn in that space."""
    move: Move | None = None
    """The move that this row begins to tell."""

    @property
    def width(self) -> float:
        return self.indent + width(self.text, self.style.size, self.style.weight)


@dataclass(frozen=True, kw_only=True, slots=True)
class Content:
    """Rows, one below the other, and the padding around them."""

    rows: tuple[Row, ...]
    across: float
    """Padding left and right."""
    down: float
    """Padding above and below."""
    least: float = 0.0
    """The least width."""

    @property
    def width(self) -> float:
        return max(self.least, max((row.width for row in self.rows), default=0.0) + 2 * self.across)

    @property
    def tops(self) -> Iterator[tuple[float, Row]]:
        """Each row and how far below the box's upper edge it begins."""
        top = self.down
        for row in self.rows:
            top += row.gap
            yield top, row
            top += row.style.leading

    @property
    def height(self) -> float:
        return sum(row.gap + row.style.leading for row in self.rows) + 2 * self.down


KIND_ICON = {EdgeKind.DECISION: Icon.PERSON, EdgeKind.AUTOMATIC: Icon.FACTS, EdgeKind.TIMED: Icon.CLOCK}
NODE_ICON = {
    NodeKind.START: Icon.START,
    NodeKind.TREATMENT: Icon.TREATMENT,
    NodeKind.WAITING: Icon.WAITING,
    NodeKind.DECISION: Icon.DECISION,
    NodeKind.EXIT: Icon.EXIT,
}
_WAY_ICON = {Way.IN: Icon.IN, Way.OUT: Icon.OUT, Way.STAY: Icon.STAY}
_WAY_WORD = {Way.IN: "from ", Way.OUT: "to ", Way.STAY: ""}

SIGN = 17.0
"""How far text is set in to make room for a sign."""
TITLE_SIGN = 28.0
LABEL_WIDTH = 180.0
NODE_WIDTH = 185.0
GATE_WIDTH = 270.0
COUNT_ROOM = 14.0
"""Kept free at the right of a label with several moves, for what happened along each."""
LABEL_ROOM = 17.0
"""Kept free below each label, for a badge."""


def node_content(node: Node, notes: tuple[Note, ...], gate: Gate | None) -> Content:
    """What stands in a node: its name and meaning, the moves that are not drawn, the guards all ways in share."""
    limit = NODE_WIDTH
    title = Row(text=node.title, style=Style.TITLE, icon=NODE_ICON[node.kind], indent=TITLE_SIGN)
    rows = [title, *_lines(" ".join(node.lines), Style.DETAIL, limit)]
    for (way, where), alike in groupby(notes, key=lambda note: (note.way, note.peers)):
        rows += _ruled(list(_place_rows(way, where, limit)))
        for note in alike:
            rows += _move_rows(note.move, gate, node.title, limit)
    across = 20.0 if node.kind in (NodeKind.WAITING, NodeKind.DECISION, NodeKind.START) else 14.0
    return Content(rows=tuple(rows), across=across, down=9.0)


def note_content(note: Note) -> Content:
    """A note that stands alone."""
    where = _place_rows(note.way, note.peers, GATE_WIDTH)
    return Content(rows=(*where, *_move_rows(note.move, None, "", GATE_WIDTH)), across=12.0, down=8.0)


def gate_content(gate: Gate, title: str) -> Content:
    """The guards that every way into a node shares."""
    head = Row(text=f"Guards of {title}", style=Style.ACT)
    return Content(rows=(head, *guards(gate.hard, gate.soft, GATE_WIDTH)), across=12.0, down=8.0)


def label_content(line: Line, gate: Gate | None, gate_at: str) -> Content:
    """What stands on a line: each of its moves."""
    rows: list[Row] = []
    for number, move in enumerate(line.moves):
        part = list(_move_rows(move, gate, gate_at, LABEL_WIDTH))
        rows += _ruled(part) if number else part
    bare = Content(rows=tuple(rows), across=12.0, down=4.0)
    return replace(bare, least=bare.width + COUNT_ROOM) if len(line.moves) > 1 else bare


def guards(hard: tuple[str, ...], soft: tuple[str, ...], limit: float) -> Iterator[Row]:
    """Guards by name: the hard ones after a filled lock, the soft ones after an outlined one."""
    for names, sign in ((hard, Icon.HARD), (soft, Icon.SOFT)):
        if names:
            yield from _signed(", ".join(names), Style.GUARD, sign, limit, gap=1.5)


def _place_rows(way: Way, peers: str, limit: float) -> Iterator[Row]:
    """Where from, or where to."""
    return _signed(_WAY_WORD[way] + peers if peers else "stays here", Style.DETAIL, _WAY_ICON[way], limit)


def _move_rows(move: Move, gate: Gate | None, gate_at: str, limit: float) -> Iterator[Row]:
    """The act, its details, its interval, and the guards that are its own."""
    act, *details = move.label or ("",)
    first, *others = _signed(act, Style.ACT, KIND_ICON[move.first.kind], limit)
    yield from (replace(first, move=move), *others)
    for detail in details:
        yield from _lines(detail, Style.DETAIL, limit, SIGN)
    if move.first.interval:
        yield from _lines(move.first.interval, Style.DETAIL, limit, SIGN)
    hard, soft = move.first.hard, move.first.soft
    if gate and set(gate.hard) <= set(hard) and set(gate.soft) <= set(soft):
        yield from _signed(f"guards of {gate_at}", Style.GUARD, Icon.HARD, limit, 1.5)
        hard = tuple(name for name in hard if name not in gate.hard)
        soft = tuple(name for name in soft if name not in gate.soft)
    yield from guards(hard, soft, limit)


def _signed(text: str, style: Style, sign: Icon, limit: float, gap: float = 0.0) -> Iterator[Row]:
    """Wrapped text, set in, with a sign before its first line."""
    for number, part in enumerate(wrapped(text, limit - SIGN, style.size, style.weight)):
        yield Row(text=part, style=style, icon=None if number else sign, indent=SIGN, gap=0.0 if number else gap)


def _lines(text: str, style: Style, limit: float, indent: float = 0.0) -> list[Row]:
    parts = wrapped(text, limit - indent, style.size, style.weight)
    return [Row(text=part, style=style, indent=indent) for part in parts]


def _ruled(rows: list[Row]) -> list[Row]:
    """The same rows under a thin line."""
    first, *others = rows
    return [replace(first, gap=7.0, rule=True), *others]
