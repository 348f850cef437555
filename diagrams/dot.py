"""Writes a graph in Graphviz's language: every node and every edge."""

from collections.abc import Iterator

from diagrams.graph import Edge, EdgeKind, EdgeMark, Graph, Node, NodeKind, NodeMark, Origin

_SHAPE = {
    NodeKind.START: "oval",
    NodeKind.TREATMENT: "box",
    NodeKind.WAITING: "hexagon",
    NodeKind.DECISION: "diamond",
    NodeKind.EXIT: "doubleoctagon",
}
_HEAD = {EdgeKind.DECISION: "normal", EdgeKind.AUTOMATIC: "empty", EdgeKind.TIMED: "onormaltee"}


def render(graph: Graph) -> str:
    """The text; one line per node and per edge, each with an id."""
    most = max((edge.count or 0 for edge in graph.edges), default=0)
    lines = [
        f"digraph {_quoted(graph.title)} {{",
        f"  graph [label={_quoted(graph.title)}, comment={_quoted(graph.description)}, labelloc=t, rankdir=TB];",
        '  node [fontname="Roboto Condensed"];',
        '  edge [fontname="Roboto Condensed", fontsize=10];',
        *(f"  {_node(node)}" for node in graph.nodes if not node.group),
        *_clusters(graph),
        *(f"  {_edge(edge, most)}" for edge in graph.edges),
        "}",
    ]
    return "\n".join(lines) + "\n"


def _clusters(graph: Graph) -> Iterator[str]:
    for group in graph.groups:
        yield f"  subgraph {_quoted('cluster_' + group.id)} {{ label={_quoted(group.title)};"
        yield from (f"    {_node(node)}" for node in graph.nodes if node.group == group.id)
        yield "  }"


def _node(node: Node) -> str:
    count = [str(node.count)] if node.count is not None else []
    label = "\n".join([node.title, *node.lines, *([node.stamp] if node.stamp else []), *count])
    style = "bold" if node.marks & {NodeMark.HERE, NodeMark.VISITED} else "solid"
    return (
        f"{_quoted(node.id)} [id={_quoted(node.id)}, label={_quoted(label)}, shape={_SHAPE[node.kind]}, style={style}];"
    )


def _edge(edge: Edge, most: int) -> str:
    label = list(edge.label)
    label += [edge.interval] if edge.interval else []
    label += [f"[{name}]" for name in edge.hard] + [f"[{name}?]" for name in edge.soft]
    label += [edge.stamp] if edge.stamp else []
    label += [f"× {edge.count}"] if edge.count else []
    style = "bold" if edge.mark is EdgeMark.VISITED else "dashed" if edge.origin is Origin.ADDED else "solid"
    width = f", penwidth={1 + 6 * edge.count / most:.1f}" if edge.count else ""
    told = f"id={_quoted(edge.id)}, label={_quoted(chr(10).join(label))}, style={style}, arrowhead={_HEAD[edge.kind]}"
    return f"{_quoted(edge.source)} -> {_quoted(edge.target)} [{told}{width}];"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
