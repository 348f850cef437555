"""A layout fits one graph, whatever happens on it, and is refused for any other."""

import hashlib
import json
import sys
from dataclasses import replace

import pytest

from diagrams.elk import VENDORED, Kernel, LayoutFailed
from diagrams.graph import Graph
from diagrams.laying import compute
from diagrams.layout import Layout, StaleLayout
from tests.diagrams.sample import cohort, layout, patient, sample


def small() -> Graph:
    """A graph that is laid out in a moment."""
    graph = sample()
    kept = ("referred", "staging", "mdt_review", "interval_wait", "interval_scan", "deceased")
    return replace(
        graph,
        nodes=tuple(node for node in graph.nodes if node.id in kept),
        edges=tuple(edge for edge in graph.edges if edge.source in kept and edge.target in kept),
        groups=graph.groups[:1],
    )


def test_the_committed_layout_is_fresh() -> None:
    layout().check(sample())  # else: python -m tests.diagrams.sample


@pytest.mark.parametrize("graph", [patient(), cohort()], ids=["patient", "cohort"])
def test_what_happens_on_a_graph_does_not_matter(graph: Graph) -> None:
    layout().check(graph)


def test_another_wording_makes_it_stale() -> None:
    graph = sample()
    changed = replace(graph.edges[0], label=("adopt", "in other words"))
    with pytest.raises(StaleLayout, match="lay it out anew"):
        layout().check(replace(graph, edges=(changed, *graph.edges[1:])))


def test_another_edge_makes_it_stale() -> None:
    graph = sample()
    with pytest.raises(StaleLayout):
        layout().check(replace(graph, edges=tuple(edge for edge in graph.edges if edge.target != "mdt_review")))


def test_it_survives_its_file() -> None:
    assert Layout.load(layout().dump()) == layout()


def test_the_same_graph_is_laid_out_alike() -> None:
    seen: list[tuple[int, int]] = []
    first = compute(small(), tries=4, progress=lambda done, all: seen.append((done, all)))
    assert first == compute(small(), tries=4)
    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]
    first.check(small())


def test_layers_are_a_hint() -> None:
    graph = small()
    hinted = replace(graph, nodes=tuple(replace(n, layer=number) for number, n in enumerate(graph.nodes)))
    places = compute(hinted, tries=3).nodes
    assert places["referred"].y < places["staging"].y < places["mdt_review"].y


def test_elk_says_what_is_wrong() -> None:
    graph = {"id": "g", "children": [], "edges": [{"id": "e", "sources": ["a"], "targets": ["b"]}]}
    with pytest.raises(LayoutFailed, match="ELK could not lay out"):
        Kernel().lay_out(graph)


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "py_mini_racer", None)
    with pytest.raises(LayoutFailed, match=r"asps-pathway\[layout\]"):
        compute(small(), tries=1)


def test_elk_is_vendored_unchanged_with_its_licence() -> None:
    folder = VENDORED.parent
    [(name, entry)] = json.loads((folder / "MANIFEST.json").read_text()).items()
    assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == entry["sha256"]
    assert "Eclipse Public License" in (folder / entry["licence_file"]).read_text(encoding="utf-8")
