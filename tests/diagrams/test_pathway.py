"""The picture of the pathway says all that the rules say of states and moves, and nothing else."""

import pytest

from diagrams import pathway_svg, shipped_layout
from diagrams.graph import Edge, EdgeKind, NodeKind, Origin
from diagrams.page import page
from diagrams.pathway import graph_of
from diagrams.scene import Group, Part, Path, texts
from tests.diagrams.measured import collisions
from workflow.asps import ASPS
from workflow.site import Site
from workflow.vocabulary import EXITS, Level, State

GRAPH = graph_of(ASPS)
ROWS = {row.id: row for row in ASPS.transitions}
MOVES = {move.id: move for move in ASPS.automatic}


def row_id(edge: Edge) -> str:
    return edge.id.removesuffix(f".{edge.source}.{edge.target}")


def test_every_state_is_a_place() -> None:
    assert [node.id for node in GRAPH.nodes] == [state.value for state in State]
    assert {node.id for node in GRAPH.exits} == {state.value for state in EXITS}
    assert [node.id for node in GRAPH.nodes if node.kind is NodeKind.START] == ["referred"]


def test_every_move_of_the_rules_is_an_arrow_and_no_other() -> None:
    by_act = {(row.id, s.value, row.dest.value) for row in ASPS.transitions if row.dest for s in row.sources}
    by_itself = {(move.id, s.value, move.dest.value) for move in ASPS.automatic for s in move.sources}
    drawn = {(row_id(edge), edge.source, edge.target) for edge in GRAPH.edges}
    assert drawn >= by_act | by_itself
    stays = drawn - by_act - by_itself
    assert stays == {
        (row.id, s.value, s.value) for row in ASPS.transitions if not row.dest and row.id[0] == "X" for s in row.sources
    }


def test_each_arrow_carries_what_its_row_says() -> None:
    for edge in GRAPH.edges:
        if row := ROWS.get(row_id(edge)):
            assert (edge.kind, edge.interval) == (EdgeKind.DECISION, "")
            assert edge.label == tuple(filter(None, (row.on, row.condition)))
            assert set(edge.soft) == {guard.name for guard in row.guards if guard.level is Level.SOFT}
            assert {*edge.hard, *edge.soft} == {guard.name for guard in row.guards}
        else:
            move = MOVES[row_id(edge)]
            assert edge.kind is (EdgeKind.TIMED if move.interval else EdgeKind.AUTOMATIC)
            assert bool(edge.interval) is bool(move.interval)


def test_what_the_guide_says_and_what_was_added() -> None:
    for edge in GRAPH.edges:
        rule = ROWS.get(row_id(edge)) or MOVES[row_id(edge)]
        quoted = any(source.tag.lstrip("S").isdigit() for source in rule.source)
        assert edge.origin is (Origin.GUIDE if quoted else Origin.ADDED), edge.id
    assert {edge.origin for edge in GRAPH.edges} == set(Origin)


@pytest.mark.parametrize("months", [None, 1, 12])
def test_the_sites_interval_is_drawn_without_laying_out_anew(months: int | None) -> None:
    site = Site(keys=ASPS.keys, values={"interval_ct.months": months} if months else {})
    scene = page(graph_of(ASPS, site), shipped_layout())
    assert f"after {months or 3} calendar months" in {text.text for text in texts(scene.parts)}
    assert collisions(scene) == []


def test_a_page_may_show_it_under_the_strictest_policy() -> None:
    text = pathway_svg(ASPS)
    assert "<style" not in text and "style=" not in text and "href" not in text and "<script" not in text


def strokes(part: Part) -> list[Path]:
    if isinstance(part, Group):
        return [path for inner in part.parts for path in strokes(inner)]
    return [part] if isinstance(part, Path) else []


@pytest.mark.parametrize(("state", "dashed"), [("clinical_trial", False), ("transferred", True), ("deceased", True)])
def test_moves_that_are_written_in_a_state_tell_their_origin_too(state: str, dashed: bool) -> None:
    scene = page(GRAPH, shipped_layout())
    [node] = [group for group in _groups(scene.parts) if group.id == f"node-{state}"]
    bars = [path for path in strokes(node) if path.pen.width == 2.6 and not path.pen.fill]
    assert bars and all(bool(bar.pen.dash) is dashed for bar in bars)


def _groups(parts: tuple[Part, ...]) -> list[Group]:
    found = [part for part in parts if isinstance(part, Group)]
    return [inner for group in found for inner in (group, *_groups(group.parts))]
