"""What of a graph is drawn as lines, and what is written down instead. Hundreds of edges become a few dozen lines.

* Edges that say the same between the same places are one `Move`; moves between the same two places share one `Line`.
* A move that leaves every node of a group alike is one line from the group's border.
* A move from (or to) very many nodes is a `Note` in the node it leads to (or comes from): "from every state".
* What keeps the node (a loop) is a note in it; what keeps every node alike is one note for the whole picture.
* What leads to an exit, or back, is a note in the exit; what leads back from several, one for the whole picture.
* Guards that every way into a node shares are its `Gate`, listed once in the node.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from diagrams.graph import Edge, EdgeKind, EdgeMark, Graph, Origin

GATE_FROM = 3
"""Fewer shared guards than this are repeated on each line rather than listed at the node."""

_STRONGEST = (EdgeMark.VISITED, EdgeMark.BLOCKED, EdgeMark.POSSIBLE, EdgeMark.NONE)


@dataclass(frozen=True, kw_only=True)
class Move:
    """Edges that say the same."""

    edges: tuple[Edge, ...]

    @property
    def first(self) -> Edge:
        """One of them, for what they have in common."""
        return self.edges[0]

    @property
    def label(self) -> tuple[str, ...]:
        """What happens; without the details in which the edges differ."""
        return self.first.label if len({edge.label for edge in self.edges}) == 1 else self.first.label[:1]

    @property
    def sources(self) -> tuple[str, ...]:
        """Where they start, each once."""
        return tuple(dict.fromkeys(edge.source for edge in self.edges))

    @property
    def targets(self) -> tuple[str, ...]:
        """Where they end, each once."""
        return tuple(dict.fromkeys(edge.target for edge in self.edges))

    @property
    def mark(self) -> EdgeMark:
        """The mark that matters most."""
        marks = {edge.mark for edge in self.edges}
        return next(mark for mark in _STRONGEST if mark in marks)

    @property
    def stamp(self) -> str:
        """Their stamps, each once."""
        return ", ".join(dict.fromkeys(edge.stamp for edge in self.edges if edge.stamp))

    @property
    def count(self) -> int | None:
        """How many moved along any of them; None when nobody counted."""
        counts = [edge.count for edge in self.edges if edge.count is not None]
        return sum(counts) if counts else None


class Way(StrEnum):
    """How a note relates to the node it stands in."""

    IN = "in"
    OUT = "out"
    STAY = "stay"


@dataclass(frozen=True, kw_only=True)
class Note:
    """A move that is written down, not drawn."""

    way: Way
    move: Move
    peers: str = ""
    """Where from, or where to: "every state but Referred"."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One drawn arrow, from a node or a whole group, with every move along it."""

    id: str
    source: str
    target: str
    moves: tuple[Move, ...]

    @property
    def origin(self) -> Origin:
        """The guide's, when any of its moves is."""
        return Origin.GUIDE if any(m.first.origin is Origin.GUIDE for m in self.moves) else Origin.ADDED

    @property
    def mark(self) -> EdgeMark:
        """The mark that matters most."""
        return next(mark for mark in _STRONGEST if mark in {move.mark for move in self.moves})

    @property
    def stamp(self) -> str:
        """What is stamped on the moves that matter most."""
        return ", ".join(dict.fromkeys(move.stamp for move in self.moves if move.stamp and move.mark is self.mark))

    @property
    def count(self) -> int:
        """How many moved along it."""
        return sum(move.count or 0 for move in self.moves)


@dataclass(frozen=True, kw_only=True)
class Gate:
    """Guards that every way into a node shares."""

    hard: tuple[str, ...] = ()
    soft: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Outline:
    """A graph, sorted into what is drawn and what is written."""

    lines: tuple[Line, ...]
    notes: dict[str, tuple[Note, ...]]
    """By node."""
    shared: tuple[Note, ...]
    """Moves of several nodes alike: loops of very many, and ways back from several exits."""
    gates: dict[str, Gate]
    """By node."""


def outline(graph: Graph) -> Outline:
    """Sort a graph's edges into lines, notes and gates."""
    shared = [*_everywhere(graph), *_ways_back(graph)]
    left = _without(graph.edges, [note.move for note in shared])
    noted = [*_exit_notes(graph, left), *_bundles(graph, left)]
    left = _without(left, [note.move for _, note in noted])
    loops = [e for e in left if e.source == e.target]
    noted += [(m.first.source, Note(way=Way.STAY, move=m)) for m in _alike(loops, lambda e: e.source)]
    noted.sort(key=lambda pair: (pair[1].way, pair[1].peers))
    notes = {n.id: tuple(note for id, note in noted if id == n.id) for n in graph.nodes}
    lines = _lines(graph, [e for e in left if e.source != e.target])
    gates = {node.id: gate for node in graph.inner if (gate := _gate(node.id, lines, notes[node.id])) is not None}
    return Outline(lines=lines, notes=notes, shared=tuple(shared), gates=gates)


def _everywhere(graph: Graph) -> Iterator[Note]:
    """Loops that very many nodes have alike."""
    for move in _alike([e for e in graph.edges if e.source == e.target], lambda e: ""):
        if len(move.sources) >= graph.bundle_from:
            yield Note(way=Way.STAY, move=move, peers=f"{peers(graph, move.sources)}, staying there")


def _ways_back(graph: Graph) -> Iterator[Note]:
    """What leads alike from several exits to the same place."""
    outside = {node.id for node in graph.exits}
    back = [e for e in graph.edges if e.source in outside and e.target not in outside]
    for move in _alike(back, lambda e: e.target):
        if len(move.sources) > 1:
            target = graph.by_id[move.first.target].title
            yield Note(way=Way.IN, move=move, peers=f"{peers(graph, move.sources)}, to {target}")


def peers(graph: Graph, ids: Iterable[str], apart_from: str = "") -> str:
    """Several nodes in words: "every state but Referred", "Observation, Systemic treatment (any)"."""
    wanted = set(ids) - {apart_from}
    inner = [node for node in graph.inner if node.id != apart_from]
    outside = _ways_out(graph, wanted, apart_from)
    missing = [node.title for node in inner if node.id not in wanted]
    if len(missing) <= min(3, len(inner) // 2):
        every = "every state but " + " and ".join(missing) if missing else "every state"
        return ", ".join([every, *outside])
    names = []
    for group in graph.groups:
        members = {node.id for node in inner if node.group == group.id}
        if len(members) > 1 and members <= wanted:
            names.append(f"{group.title} (any)")
            wanted -= members
    return ", ".join([*(node.title for node in inner if node.id in wanted), *names, *outside])


def _ways_out(graph: Graph, wanted: set[str], apart_from: str) -> list[str]:
    """The exits among several nodes, in words."""
    others = [node for node in graph.exits if node.id != apart_from]
    if len(others) > 2 and all(node.id in wanted for node in others):
        return ["every other exit"]
    return [node.title for node in others if node.id in wanted]


def _without(edges: Iterable[Edge], moves: Iterable[Move]) -> list[Edge]:
    used = {edge.id for move in moves for edge in move.edges}
    return [edge for edge in edges if edge.id not in used]


def _alike(edges: Iterable[Edge], place: Callable[[Edge], str], *, in_detail: bool = True) -> list[Move]:
    """The edges that say the same at the same place, as moves; else those that at least have their first line alike."""
    found: dict[tuple[object, ...], list[Edge]] = {}
    for e in edges:
        label = e.label if in_detail else e.label[:1]
        key = (place(e), label, e.kind, e.interval, frozenset(e.hard), frozenset(e.soft), e.origin)
        found.setdefault(key, []).append(e)
    return [Move(edges=tuple(alike)) for alike in found.values()]


def _exit_notes(graph: Graph, edges: list[Edge]) -> list[tuple[str, Note]]:
    """Ways out, and back: written in the exit."""
    outside = {node.id for node in graph.exits}
    ways_in = [e for e in edges if e.target in outside and e.source != e.target]
    ways_back = [e for e in edges if e.source in outside and e.source != e.target]
    return list(_noted(graph, ways_in, ways_back, at_least=1))


def _bundles(graph: Graph, edges: list[Edge]) -> list[tuple[str, Note]]:
    """Moves from very many nodes, or to very many: written in the one node they share."""
    outside = {node.id for node in graph.exits}
    inner = [e for e in edges if not outside & {e.source, e.target}]
    return list(_noted(graph, inner, [e for e in inner if e.source != e.target], at_least=graph.bundle_from))


def _noted(graph: Graph, ways_in: list[Edge], ways_out: list[Edge], at_least: int) -> Iterator[tuple[str, Note]]:
    """Notes, the largest first; an edge that could stand in two stands in the larger."""
    candidates: list[tuple[Way, Move, int]] = []
    for in_detail, enough in ((True, at_least), (False, graph.bundle_from)):
        candidates += [(Way.IN, m, enough) for m in _alike(ways_in, lambda e: e.target, in_detail=in_detail)]
        candidates += [(Way.OUT, m, enough) for m in _alike(ways_out, lambda e: e.source, in_detail=in_detail)]
    taken: set[str] = set()
    for way, move, enough in sorted(candidates, key=lambda candidate: -len(candidate[1].edges)):
        edges = tuple(edge for edge in move.edges if edge.id not in taken)
        if len(edges) < enough or (way is Way.IN and _lines_of(graph, edges) < enough):
            continue
        taken |= {edge.id for edge in edges}
        rest = Move(edges=edges)
        node, others = (edges[0].target, rest.sources) if way is Way.IN else (edges[0].source, rest.targets)
        yield node, Note(way=way, move=rest, peers=peers(graph, others, node))


def _lines_of(graph: Graph, edges: tuple[Edge, ...]) -> int:
    """How many lines it would take to draw them."""
    return sum(1 for _ in _by_source(graph, Move(edges=edges)))


def _lines(graph: Graph, edges: list[Edge]) -> tuple[Line, ...]:
    """Arrows: from a group where all its members make the move, else from the node."""
    found: dict[tuple[str, str], list[Move]] = {}
    for move in _alike(edges, lambda e: e.target):
        for source, part in _by_source(graph, move):
            found.setdefault((source, move.first.target), []).append(part)
    return tuple(Line(id=f"{s}.{t}", source=s, target=t, moves=tuple(moves)) for (s, t), moves in found.items())


def _by_source(graph: Graph, move: Move) -> Iterator[tuple[str, Move]]:
    """A move split by where its lines start."""
    left = list(move.edges)
    for group in graph.groups:
        members = {node.id for node in graph.nodes if node.group == group.id}
        if len(members) > 1 and members <= set(move.sources) and move.first.target not in members:
            yield group.id, Move(edges=tuple(e for e in left if e.source in members))
            left = [e for e in left if e.source not in members]
    for source in dict.fromkeys(e.source for e in left):
        yield source, Move(edges=tuple(e for e in left if e.source == source))


def _gate(node: str, lines: tuple[Line, ...], notes: tuple[Note, ...]) -> Gate | None:
    """What every guarded way into a node asks for; None when that is too little to be worth a list."""
    arrows = [move for line in lines if line.target == node for move in line.moves]
    ways = [move.first for move in (*arrows, *(note.move for note in notes if note.way is not Way.OUT))]
    guarded = [e for e in ways if e.kind is EdgeKind.DECISION and len(e.hard) + len(e.soft) >= GATE_FROM]
    if len(guarded) < 2:
        return None
    hard = tuple(name for name in guarded[0].hard if all(name in e.hard for e in guarded))
    soft = tuple(name for name in guarded[0].soft if all(name in e.soft for e in guarded))
    return Gate(hard=hard, soft=soft) if len(hard) + len(soft) >= GATE_FROM else None
