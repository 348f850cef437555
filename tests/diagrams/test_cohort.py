"""All patients on one picture: as numbers, on the right arrows, and nobody can be told by it."""

import re
from collections.abc import Iterator
from datetime import date
from itertools import cycle
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from diagrams import Format, cohort_svg, dot, render, shipped_layout
from diagrams.cohort import cohort_graph
from diagrams.graph import Graph
from diagrams.page import page
from diagrams.pathway import graph_of
from storage.database import memory_database
from storage.flow import Crowd, Flow, Passage, flow
from tests.diagrams.measured import collisions
from tests.storage.clinic import CT, DOCTOR, accepted, at, ok, opened, registered, waiting
from workflow.asps import ASPS
from workflow.site import Site
from workflow.vocabulary import State

TODAY = date(2026, 11, 20)
SITE = Site(keys=ASPS.keys)
NOBODY = Flow(crowds={}, passages={}, timed={})


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    """Three patients, of whom one was referred, one is being staged late, and one came back from an interval CT."""
    engine = memory_database()
    ledger = opened(engine)
    registered(ledger, "NL-001")
    accepted(ledger, "NL-002")
    waiting(ledger, "NL-003")
    ok(ledger.enter("NL-003", "imaging", {"report": "final", **CT}, now=at("2027-02-01T09:00"), author=DOCTOR))
    yield engine
    engine.dispose()


def drawn(engine: Engine, today: date = TODAY) -> Graph:
    return cohort_graph(ASPS, SITE, flow(engine, today), today)


def test_each_state_has_its_number_and_what_is_overdue(engine: Engine) -> None:
    found = {node.id: (node.count, node.stamp) for node in drawn(engine).nodes if node.count or node.stamp}
    assert found == {"referred": (1, ""), "staging": (1, "2 overdue"), "mdt_review": (1, "")}


def test_each_arrow_has_the_number_of_those_who_went_along_it(engine: Engine) -> None:
    assert {edge.id: edge.count for edge in drawn(engine).edges if edge.count} == {
        "X01.referred.staging": 2,
        "X03.staging.mdt_review": 1,
        "X05.mdt_review.interval_wait": 1,
        "X05t.interval_wait.interval_scan": 1,
        "X10.interval_scan.mdt_review": 1,
    }


def test_graphviz_draws_the_more_the_wider(engine: Engine) -> None:
    written = dot.render(drawn(engine))
    widths = dict(re.findall(r'id="(X0[13])[^"]*", .*penwidth=([0-9.]+)', written))
    assert widths == {"X01": "7.0", "X03": "4.0"}
    assert "penwidth" not in dot.render(graph_of(ASPS))


def test_where_the_record_cannot_tell_two_moves_apart_it_says_so(engine: Engine) -> None:
    [edge] = [edge for edge in drawn(engine).edges if edge.id == "X10.interval_scan.mdt_review"]
    assert edge.stamp == "or X14"


def test_the_panels_give_the_numbers_in_words(engine: Engine) -> None:
    where, late = drawn(engine).panels
    assert where.lines == ("on the pathway: 3", "referred: 1", "staging: 1", "tumour board review: 1",
                           "off the pathway: 0")  # fmt: skip
    assert late.lines == ("staging: 2 tasks of 1 patient",)


def test_what_no_arrow_shows_is_told_beside_the_picture() -> None:
    corrected = {Passage(source=State.TKI, target=State.STAGING): 2, Passage(source=State.TKI, target=State.TKI): 5}
    graph = cohort_graph(ASPS, SITE, Flow(crowds={}, passages=corrected, timed={}), TODAY)
    assert graph.panels[-1].lines == ("TKI to staging: 2",)
    assert not any(edge.count for edge in graph.edges)


def test_what_a_move_of_the_date_tells_already_is_not_told_twice() -> None:
    corrected = {Passage(source=State.SURGERY, target=State.MDT_REVIEW): 2}
    graph = cohort_graph(ASPS, SITE, Flow(crowds={}, passages=corrected, timed={"X13.basis": 2}), TODAY)
    assert {edge.id: edge.count for edge in graph.edges if edge.count} == {"X13.basis.surgery.mdt_review": 2}
    assert len(graph.panels) == 2


def test_each_move_of_the_date_starts_in_one_state() -> None:
    """The journal names the move, not from where."""
    assert all(len(move.sources) == 1 for move in ASPS.automatic if move.due)


def test_an_act_of_earlier_rules_is_not_lost() -> None:
    gone = Passage(source=State.TKI, target=State.SURGERY, via="X99")
    graph = cohort_graph(ASPS, SITE, Flow(crowds={}, passages={gone: 3}, timed={}), TODAY)
    assert graph.panels[-1].lines == ("TKI to surgery planned: 3",)


def test_nobody_can_be_told_by_it(engine: Engine) -> None:
    graph = drawn(engine)
    for format in (Format.SVG, Format.MERMAID, Format.DOT, Format.SCXML):
        written = render(graph, format, shipped_layout()).decode()
        assert "NL-00" not in written and "Ann Example" not in written, format


def test_a_page_may_show_it_under_the_strictest_policy(engine: Engine) -> None:
    text = cohort_svg(ASPS, SITE, flow(engine, TODAY), TODAY)
    root = ET.fromstring(text)
    title, description = root[0].text or "", root[1].text or ""
    assert title.endswith("3 patients on 2026-11-20")
    assert description.startswith("3 patients on 2026-11-20, by state: referred 1; staging 1;")
    assert "<style" not in text and "style=" not in text and "href" not in text and "<script" not in text


def test_a_record_without_patients_is_drawn_too() -> None:
    graph = cohort_graph(ASPS, SITE, NOBODY, TODAY)
    assert graph.headline == "0 patients on 2026-11-20"
    assert collisions(page(graph, shipped_layout())) == []


NUMBERS = st.integers(0, 9999)
CROWDS = st.builds(Crowd, patients=NUMBERS, late=NUMBERS, overdue=NUMBERS)


@given(
    crowds=st.dictionaries(st.sampled_from(list(State)), CROWDS),
    counts=st.lists(NUMBERS, min_size=1, max_size=40),
    timed=NUMBERS,
)
@settings(max_examples=15)
def test_whatever_the_numbers_are_nothing_is_covered(crowds: dict[State, Crowd], counts: list[int], timed: int) -> None:
    facts = {move.id for move in ASPS.automatic}
    ways = (
        Passage(
            source=State(e.source),
            target=State(e.target),
            via="" if (via := e.id.split(f".{e.source}.")[0]) in facts else via,
        )
        for e in graph_of(ASPS).edges
    )
    passages = {way: count for way, count in zip(ways, cycle(counts)) if count}
    graph = cohort_graph(ASPS, SITE, Flow(crowds=crowds, passages=passages, timed={"X05t": timed}), TODAY)
    assert collisions(page(graph, shipped_layout())) == []
