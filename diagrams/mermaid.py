"""Writes a graph as a Mermaid state diagram: every node and every edge, for wikis and code hosts."""

from collections.abc import Iterator

from diagrams.graph import Edge, EdgeKind, Graph, Node, NodeKind, NodeMark, Origin

_KIND_WORD = {EdgeKind.AUTOMATIC: "by itself: ", EdgeKind.TIMED: "timed: ", EdgeKind.DECISION: ""}


def render(graph: Graph) -> str:
    """The text; one line per node and per edge."""
    lines = [
        "---",
        f'title: "{_plain(graph.title)}"',
        "---",
        "stateDiagram-v2",
        f"    accTitle: {_plain(graph.title)}",
        f"    accDescr: {_plain(graph.description)}",
        "    direction TB",
        *_nodes(graph),
        *(f"    [*] --> {node.id}" for node in graph.nodes if node.kind is NodeKind.START),
        *(f"    {edge.source} --> {edge.target} : {_label(edge)}" for edge in graph.edges),
        *(f"    {node.id} --> [*]" for node in graph.exits),
        *_classes(graph),
    ]
    return "\n".join(lines) + "\n"


def _nodes(graph: Graph) -> Iterator[str]:
    for node in graph.nodes:
        if not node.group:
            yield f"    {_node(node)}"
    for group in graph.groups:
        yield f'    state "{_plain(group.title)}" as {group.id} {{'
        yield from (f"        {_node(node)}" for node in graph.nodes if node.group == group.id)
        yield "    }"


def _node(node: Node) -> str:
    count = f" ({node.count})" if node.count is not None else ""
    stamp = f", {node.stamp}" if node.stamp else ""
    return f'state "{_plain(node.title + count + stamp)}" as {node.id}'


def _label(edge: Edge) -> str:
    """The move, its guards in square brackets (soft ones after a question mark), and who says so."""
    words = _KIND_WORD[edge.kind] + ", ".join(edge.label)
    words += f", {edge.interval}" if edge.interval else ""
    guards = [*edge.hard, *(f"{name}?" for name in edge.soft)]
    words += f" [{' and '.join(guards)}]" if guards else ""
    words += " (added)" if edge.origin is Origin.ADDED else ""
    words += f" ({edge.mark.value}{' ' + edge.stamp if edge.stamp else ''})" if edge.mark.value != "none" else ""
    words += f" × {edge.count}" if edge.count else ""
    return _plain(words)


def _classes(graph: Graph) -> Iterator[str]:
    styles = {
        "here": "fill:#0f2f4a,color:#ffffff,stroke-width:4px",
        "visited": "fill:#dff1ec,stroke-width:3px",
        "blocked": "stroke:#8f1d1d,stroke-dasharray:4",
    }
    for mark in NodeMark:
        ids = [node.id for node in graph.nodes if mark in node.marks]
        if ids:
            yield f"    classDef {mark.value} {styles[mark.value]}"
            yield f"    class {','.join(ids)} {mark.value}"


def _plain(text: str) -> str:
    """Without what Mermaid reads as its own signs; its escapes are HTML's by number."""
    escapes = {"#": "#35;", ";": "#59;", ":": "#58;", '"': "#34;", "<": "#60;", ">": "#62;", "{": "#123;", "}": "#125;"}
    return "".join(escapes.get(character, character) for character in " ".join(text.split()))
