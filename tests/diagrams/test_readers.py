"""Programs that know nothing of us read what we write: the same states, the same moves.

Graphviz is found by its command `dot`, Mermaid (with jsdom) in the folder of node modules that ASPS_TEST_NODE_MODULES
names, python-statemachine where it is installed.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from diagrams import dot, mermaid, scxml
from diagrams.graph import Graph
from tests.diagrams.sample import cohort, patient, sample

pytestmark = [pytest.mark.long, pytest.mark.parametrize("graph", [sample(), patient(), cohort()], ids=["a", "b", "c"])]

NODE_MODULES = os.environ.get("ASPS_TEST_NODE_MODULES", "")
PROGRAM = """
import { JSDOM } from 'jsdom';
import { readFileSync } from 'fs';
globalThis.window = new JSDOM('').window;
globalThis.document = window.document;
const { default: mermaid } = await import('mermaid');
const text = readFileSync(0, 'utf8');
await mermaid.parse(text);
const { db } = await mermaid.mermaidAPI.getDiagramFromText(text);
const moves = db.getRelations().map(move => [move.id1, move.id2]);
console.log(JSON.stringify({ states: [...db.getStates().keys()], moves }));
"""


def ends(graph: Graph) -> list[tuple[str, str]]:
    return sorted((edge.source, edge.target) for edge in graph.edges)


@pytest.mark.skipif(not shutil.which("dot"), reason="Graphviz is not installed")
def test_graphviz(graph: Graph) -> None:
    done = subprocess.run(["dot", "-Tdot_json"], input=dot.render(graph), capture_output=True, text=True, check=True)
    read = json.loads(done.stdout)
    objects = {thing["_gvid"]: thing for thing in read["objects"]}
    states = [thing["name"] for thing in objects.values() if "nodes" not in thing]
    assert sorted(states) == sorted(node.id for node in graph.nodes)
    moves = {e["id"]: (objects[e["tail"]]["name"], objects[e["head"]]["name"]) for e in read["edges"]}
    assert moves == {edge.id: (edge.source, edge.target) for edge in graph.edges}


@pytest.mark.skipif(not NODE_MODULES, reason="ASPS_TEST_NODE_MODULES names no folder with mermaid and jsdom")
def test_mermaid(graph: Graph) -> None:
    done = subprocess.run(
        ["node", "--input-type=module", "-e", PROGRAM],
        input=mermaid.render(graph),
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(NODE_MODULES).parent,
    )
    read = json.loads(done.stdout)
    own = {node.id for node in graph.nodes}
    assert {state for state in read["states"] if not state.startswith("root_")} == own | {g.id for g in graph.groups}
    assert sorted((a, b) for a, b in read["moves"] if {a, b} <= own) == ends(graph)


def test_python_statemachine(graph: Graph) -> None:
    processor: Any = pytest.importorskip("statemachine.io.scxml.processor").SCXMLProcessor()
    processor.parse_scxml("pathway", scxml.render(graph))
    machine = processor.start()
    moves = [(state.id, move.target.id) for state in machine.states for move in state.transitions]
    assert sorted(state.id for state in machine.states) == sorted(node.id for node in graph.nodes)
    assert sorted(moves) == ends(graph)
    for event, state in (("X01.referred.staging", "staging"), ("X03.staging.mdt_review", "mdt_review")):
        machine.send(event)
        assert [one.id for one in machine.configuration] == [state]
