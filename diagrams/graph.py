"""What a picture shows: nodes, edges, groups and panels. It knows no pathway; whoever has one turns it into a `Graph`.

Two sorts of fields: those that say what the pathway *is* (they decide the layout, and so its fingerprint) and those
that say what happens on it today (`marks`, `mark`, `stamp`, `count`, `headline`, panels): they are drawn into space
kept free for them, so that one committed layout serves the pathway, every patient and every cohort.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property


class NodeKind(StrEnum):
    """What sort of place a node is; each has its own outline and icon."""

    START = "start"
    TREATMENT = "treatment"
    WAITING = "waiting"
    DECISION = "decision"
    EXIT = "exit"


class EdgeKind(StrEnum):
    """What brings a move about; each has its own icon and arrowhead."""

    DECISION = "decision"  # a person decides
    AUTOMATIC = "automatic"  # recorded facts
    TIMED = "timed"  # the calendar


class Origin(StrEnum):
    """Who says so."""

    GUIDE = "guide"  # drawn solid
    ADDED = "added"  # drawn dashed


class NodeMark(StrEnum):
    """What happened at a node."""

    HERE = "here"
    VISITED = "visited"
    BLOCKED = "blocked"


class EdgeMark(StrEnum):
    """What happened, or may happen, along an edge."""

    NONE = "none"
    POSSIBLE = "possible"
    BLOCKED = "blocked"
    VISITED = "visited"


class PanelIcon(StrEnum):
    """The sign before each line of a panel."""

    NONE = ""
    CLOCK = "clock"
    LOCK = "lock"


@dataclass(frozen=True, kw_only=True, slots=True)
class Node:
    """A place in the picture."""

    id: str
    """A plain word: letters, digits and underscores."""
    title: str
    lines: tuple[str, ...] = ()
    """What it means, in a few words; long lines are wrapped."""
    kind: NodeKind
    group: str = ""
    """The group it lies in, by id; exits lie in none."""
    layer: int | None = None
    """A hint: nodes of a lower layer are placed before those of a higher one. All nodes have it, or none."""
    marks: frozenset[NodeMark] = frozenset()
    stamp: str = ""
    """A short line for a date or two, such as "since 12 Mar 2026"."""
    count: int | None = None
    """How many are here (a cohort); shown as a badge."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Edge:
    """A move from one node to another, or to itself."""

    id: str
    source: str
    target: str
    label: tuple[str, ...]
    """What happens; the first line is the act or event."""
    kind: EdgeKind
    interval: str = ""
    """After how long, for a timed move."""
    hard: tuple[str, ...] = ()
    """Guards that only an override opens."""
    soft: tuple[str, ...] = ()
    """Guards that a stated reason answers."""
    origin: Origin
    mark: EdgeMark = EdgeMark.NONE
    stamp: str = ""
    """A short line, such as the date of the move or what blocks it."""
    count: int | None = None
    """How many moved along it (a cohort)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """A region with a name, drawn around its nodes."""

    id: str
    title: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Panel:
    """A box of text beside the picture: what comes when, what is blocked by what."""

    title: str
    lines: tuple[str, ...]
    icon: PanelIcon = PanelIcon.NONE
    headed: bool = False
    """What stands before the first colon of a line is its heading."""


@dataclass(frozen=True, kw_only=True)
class Graph:
    """A whole picture. Checks itself when it is built: ValueError with all that is wrong."""

    title: str
    subtitle: str = ""
    description: str
    """For screen readers and file properties: what the picture shows, in a sentence or two."""
    headline: str = ""
    """Whose picture it is today; stands in the place of subtitle and description."""
    told: str = ""
    """What is on it today, for screen readers, before the description."""
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    groups: tuple[Group, ...] = ()
    exits_title: str = "Off the pathway"
    """The heading over the nodes of kind exit."""
    panels: tuple[Panel, ...] = ()
    footer: str = ""
    """Version, sources, date of printing."""
    bundle_from: int = 6
    """The same move from so many nodes is written into its target ("from every state") instead of drawn as lines."""

    def __post_init__(self) -> None:
        problems = list(self._problems())
        if problems:
            raise ValueError(f"graph {self.title!r}: " + "; ".join(problems))

    @cached_property
    def by_id(self) -> dict[str, Node]:
        """Every node, by its id."""
        return {node.id: node for node in self.nodes}

    @cached_property
    def inner(self) -> tuple[Node, ...]:
        """The nodes that are not exits."""
        return tuple(node for node in self.nodes if node.kind is not NodeKind.EXIT)

    @cached_property
    def exits(self) -> tuple[Node, ...]:
        """The nodes drawn together as ways out."""
        return tuple(node for node in self.nodes if node.kind is NodeKind.EXIT)

    @cached_property
    def is_marked(self) -> bool:
        """Somebody's path is drawn on it, or a cohort's: what they did not touch steps back."""
        marked = any(node.marks for node in self.nodes) or any(e.mark is not EdgeMark.NONE for e in self.edges)
        return marked or any(node.count is not None for node in self.nodes)

    def _problems(self) -> Iterator[str]:
        ids = Counter([node.id for node in self.nodes] + [group.id for group in self.groups])
        yield from (f"two nodes or groups are called {id!r}" for id, times in ids.items() if times > 1)
        yield from (
            f"{id!r} is not a plain word" for id in ids if not id.replace("_", "a").isalnum() or not id.isascii()
        )
        times = Counter(edge.id for edge in self.edges)
        yield from (f"two edges are called {id!r}" for id, count in times.items() if count > 1)
        known = {node.id for node in self.nodes}
        for edge in self.edges:
            yield from (
                f"edge {edge.id!r} names no node {end!r}" for end in (edge.source, edge.target) if end not in known
            )
        groups = {group.id for group in self.groups} | {""}
        yield from (
            f"node {node.id!r} names no group {node.group!r}" for node in self.nodes if node.group not in groups
        )
        yield from (f"exit {n.id!r} lies in a group" for n in self.nodes if n.kind is NodeKind.EXIT and n.group)
        if len({node.layer is None for node in self.nodes if node.kind is not NodeKind.EXIT}) > 1:
            yield "only some nodes have a layer"
