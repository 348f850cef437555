"""Every edge is drawn or written exactly once; a few dozen lines are left."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from diagrams.graph import Edge, EdgeKind, EdgeMark, Graph, Group, Node, NodeKind, Origin
from diagrams.outline import Outline, Way, outline, peers
from tests.diagrams.sample import edges, sample


def told(drawn: Outline) -> Counter[str]:
    """How often each edge is drawn or written."""
    moves = [move for line in drawn.lines for move in line.moves]
    moves += [note.move for notes in drawn.notes.values() for note in notes]
    moves += [note.move for note in drawn.shared]
    return Counter(edge.id for move in moves for edge in move.edges)


def with_edges(graph: Graph, extra: Iterable[Edge]) -> Graph:
    return replace(graph, edges=(*graph.edges, *extra))


def test_every_edge_of_the_sample_is_told_exactly_once() -> None:
    assert told(outline(sample())) == Counter(edge.id for edge in sample().edges)


_IDS = [f"n{number}" for number in range(9)]


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    kinds = [NodeKind.START, *[NodeKind.WAITING] * 5, *[NodeKind.EXIT] * 3]
    nodes = [
        Node(id=i, title=i.upper(), kind=k, group="g" * (i in ("n1", "n2"))) for i, k in zip(_IDS, kinds, strict=True)
    ]
    pairs = draw(st.lists(st.tuples(st.sampled_from(_IDS), st.sampled_from(_IDS), st.sampled_from("xy")), max_size=60))
    guards = draw(st.sets(st.sampled_from(("a", "b", "c", "d")), max_size=4))
    moves = [
        Edge(
            id=f"e{number}",
            source=source,
            target=target,
            label=(act, target),
            kind=EdgeKind.DECISION,
            hard=tuple(sorted(guards)),
            origin=Origin.GUIDE,
        )
        for number, (source, target, act) in enumerate(pairs)
    ]
    group, bundle = Group(id="g", title="G"), draw(st.integers(2, 6))
    return Graph(
        title="T", description="D", nodes=tuple(nodes), edges=tuple(moves), groups=(group,), bundle_from=bundle
    )


@given(graphs())
def test_every_edge_of_any_graph_is_told_exactly_once(graph: Graph) -> None:
    drawn = outline(graph)
    assert told(drawn) == Counter(edge.id for edge in graph.edges)
    ends = {end for line in drawn.lines for end in (line.source, line.target)}
    assert not ends & {node.id for node in graph.exits}, "a line leads to an exit"


def test_few_lines_are_left() -> None:
    assert len(outline(sample()).lines) < 35


def test_edges_between_the_same_places_share_a_line() -> None:
    lines = outline(sample()).lines
    assert len({(line.source, line.target) for line in lines}) == len(lines)
    [line] = [one for one in lines if one.id == "surgery.mdt_review"]
    assert [move.label[0] for move in line.moves] == ["perform_surgery", "cancel_surgery", "its evidence was amended"]


def test_what_every_member_of_a_group_does_starts_at_its_frame() -> None:
    [line] = [one for one in outline(sample()).lines if one.target == "refractory"]
    assert line.source == "active"
    assert len(line.moves[0].sources) == 5


def test_what_comes_from_nearly_everywhere_is_written_down() -> None:
    [note] = outline(sample()).notes["other_systemic"]
    assert (note.way, note.peers) == (Way.IN, "every state but Referred")


def test_a_fan_with_a_detail_for_each_target_is_one_note_without_the_details() -> None:
    fan = [e for to in ("tki", "staging", "surgery", "refractory", "observation", "surveillance")
           for e in edges("F", ["supportive_care"], [to], "resume", f"it was {to}")]  # fmt: skip
    notes = outline(with_edges(sample(), fan)).notes["supportive_care"]
    [note] = [one for one in notes if one.way is Way.OUT]
    assert note.move.label == ("resume",)
    assert len(note.move.targets) == 6


def test_ways_back_from_several_exits_are_written_once() -> None:
    shared = [note.peers for note in outline(sample()).shared]
    assert "Transferred, Lost to follow-up, Consent withdrawn, to Tumour board review" in shared


def test_guards_of_every_way_in_are_listed_once() -> None:
    gate = outline(sample()).gates["tki"]
    assert "hepatic_impairment" in gate.hard
    assert "pazopanib_age" in gate.soft
    assert "mdt_review" not in outline(sample()).gates, "its ways in share no guards"


def test_the_strongest_mark_of_a_bundle_shows() -> None:
    graph = sample()
    marked = [replace(e, mark=EdgeMark.BLOCKED) if e.id == "X28.staging.other_systemic" else e for e in graph.edges]
    [note] = outline(replace(graph, edges=tuple(marked))).notes["other_systemic"]
    assert note.move.mark is EdgeMark.BLOCKED


def test_places_in_words() -> None:
    graph = sample()
    inner = [node.id for node in graph.inner]
    assert peers(graph, inner) == "every state"
    assert peers(graph, inner[1:]) == "every state but Referred"
    others = [node.id for node in graph.exits if node.id != "deceased"]
    assert peers(graph, [*inner, *others], "deceased") == "every state, every other exit"
    assert peers(graph, ["tki", "out_of_scope"]) == "TKI, Out of scope"
    assert peers(graph, ["staging", "interval_wait", "interval_scan"]) == "Staging, Test of time (any)"
