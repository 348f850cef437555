"""A graph that is wrong does not build, and says all that is wrong."""

from dataclasses import replace

import pytest

from diagrams.graph import Graph, Group, Node, NodeKind
from tests.diagrams.sample import edges, sample


def node(id: str, kind: NodeKind = NodeKind.WAITING, group: str = "", layer: int | None = None) -> Node:
    return Node(id=id, title=id.title(), kind=kind, group=group, layer=layer)


def graph(*nodes: Node, groups: tuple[Group, ...] = ()) -> Graph:
    return Graph(title="T", description="D", nodes=nodes, edges=(), groups=groups)


@pytest.mark.parametrize(
    ("nodes", "told"),
    [
        ((node("a"), node("a")), "two nodes or groups are called 'a'"),
        ((node("a b"),), "'a b' is not a plain word"),
        ((node("ä"),), "'ä' is not a plain word"),
        ((node("a", group="g"),), "names no group 'g'"),
        ((node("a", layer=1), node("b")), "only some nodes have a layer"),
    ],
)
def test_wrong_nodes_are_refused(nodes: tuple[Node, ...], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        graph(*nodes)


def test_an_exit_lies_in_no_group() -> None:
    with pytest.raises(ValueError, match="exit 'a' lies in a group"):
        graph(node("a", NodeKind.EXIT, "g"), groups=(Group(id="g", title="G"),))


def test_wrong_edges_are_refused_all_at_once() -> None:
    known = sample()
    wrong = (*edges("E", ["nowhere"], ["staging"], "x"), *edges("X01", ["referred"], ["staging"], "x"))
    with pytest.raises(ValueError, match=r"two edges are called 'X01.*names no node 'nowhere'"):
        replace(known, edges=(*known.edges, *wrong))


def test_the_sample_is_as_large_as_the_real_one() -> None:
    assert len(sample().inner) == 15
    assert len(sample().exits) == 5
    assert len(sample().edges) > 200
