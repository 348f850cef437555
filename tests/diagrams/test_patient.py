"""One patient on the pathway: where now, the way so far, what is blocked and by what, what comes when."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from xml.etree import ElementTree as ET

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from diagrams import patient_svg, shipped_layout
from diagrams.blocks import _title
from diagrams.graph import EdgeMark, Graph, NodeMark
from diagrams.page import page
from diagrams.pathway import graph_of
from diagrams.patient import patient_graph
from diagrams.scene import Text, texts
from storage.database import memory_database
from storage.ledger import Ledger
from storage.queries import Reader
from tests.diagrams.measured import collisions
from tests.storage.clinic import CT, DOCTOR, accepted, at, ok, opened, registered, waiting
from tests.test_anything import STORIES, Clinic, played, story_of
from workflow.asps import ASPS
from workflow.chart import Chart
from workflow.site import Site


@pytest.fixture
def ledger() -> Ledger:
    return opened(memory_database())


def drawn(ledger: Ledger, today: date, patient: str = "P-1") -> Graph:
    return patient_graph(ASPS, Reader(ledger.engine, ASPS).chart(patient), ledger.site(), today)


def marked(graph: Graph, mark: NodeMark) -> dict[str, str]:
    return {node.id: node.stamp for node in graph.nodes if mark in node.marks}


def along(graph: Graph, mark: EdgeMark) -> dict[str, str]:
    return {edge.id: edge.stamp for edge in graph.edges if edge.mark is mark}


def lines(graph: Graph, title: str) -> tuple[str, ...]:
    return next((panel.lines for panel in graph.panels if panel.title.startswith(title)), ())


@pytest.mark.parametrize("id", ["P-1", "NL-" + 61 * "0", 64 * "W"])
def test_a_long_id_leaves_out_neither_the_day_nor_the_state(id: str) -> None:
    graph = graph_of(ASPS)
    title = _title(replace(graph, headline=f"Patient {id} on 2026-11-20: tumour board review"))
    written = [part for part in title.parts if isinstance(part, Text)]
    assert title.area and all(part.y <= title.area.bottom for part in written)
    assert "".join(part.text for part in written).replace(" ", "").endswith(f"{id}on2026-11-20:tumourboardreview")


def test_the_way_so_far_with_dates(ledger: Ledger) -> None:
    waiting(ledger)
    graph = drawn(ledger, date(2026, 11, 20))
    assert graph.headline == "Patient P-1 on 2026-11-20: interval wait"
    assert marked(graph, NodeMark.HERE) == {"interval_wait": "here since 2026-11-02"}
    assert marked(graph, NodeMark.VISITED) == dict.fromkeys(("referred", "staging", "mdt_review"), "2026-11-02")
    assert along(graph, EdgeMark.VISITED) == {
        "X01.referred.staging": "2026-11-02",
        "X03.staging.mdt_review": "2026-11-02",
        "X05.mdt_review.interval_wait": "2026-11-02",
    }
    assert lines(graph, "The way so far") == (
        "2026-11-02: referred", "2026-11-02: staging", "2026-11-02: tumour board review", "2026-11-02: interval wait"
    )  # fmt: skip


def test_what_comes_when_ends_with_what_has_no_date(ledger: Ledger) -> None:
    waiting(ledger)
    assert lines(drawn(ledger, date(2027, 1, 5)), "What comes when") == (
        "2026-12-25: palliative offer (11 days late)",
        "2027-01-30: interval CT",
        "2027-01-30: on to interval CT due, by the date alone",
        "no date: explain the interval to the patient",
        "no date: set brain surveillance interval",
    )


def test_what_is_blocked_and_by_what(ledger: Ledger) -> None:
    accepted(ledger)
    ok(ledger.enter("P-1", "imaging", {"report": "final", **CT}, now=at("2026-11-03T09:00"), author=DOCTOR))
    graph = drawn(ledger, date(2026, 11, 5))
    assert along(graph, EdgeMark.BLOCKED)["X03.staging.mdt_review"] == "blocked: baseline_brain_imaging, confirmed_asps"
    assert marked(graph, NodeMark.BLOCKED) == {"mdt_review": "", "other_systemic": ""}
    assert lines(graph, "What is blocked")[0] == (
        "baseline_brain_imaging: no final brain MRI performed on or after 2026-11-02. Stops complete_staging, "
        "start_regimen (cytotoxic or other), decide_local_therapy (of the brain), perform_local_therapy (otherwise)"
    )


def test_what_is_possible_and_what_asks_for_a_reason(ledger: Ledger) -> None:
    waiting(ledger)
    graph = drawn(ledger, date(2026, 11, 20))
    possible = along(graph, EdgeMark.POSSIBLE)
    assert possible["X07.interval_wait.observation"] == ""
    assert possible["X30.interval_wait.supportive_care"] == ""
    assert not [id for id in possible if ".deceased" in id or ".transferred" in id], "ways out are always possible"


def test_starting_a_drug_is_judged_by_the_kind_of_drug(ledger: Ledger) -> None:
    waiting(ledger)
    ok(ledger.enter("P-1", "decide_supportive_care", {}, now=at("2026-11-03T09:00"), author=DOCTOR))
    ok(ledger.enter("P-1", "return_to_pathway", {}, now=at("2026-11-04T09:00"), author=DOCTOR))
    blocked = along(drawn(ledger, date(2026, 11, 20)), EdgeMark.BLOCKED)
    assert {id: stamp for id, stamp in blocked.items() if id[:3] in ("X06", "X08", "X22", "X28")} == {
        "X06.mdt_review.immunotherapy": "blocked: immunotherapy_screen",
        "X08.mdt_review.tki": "blocked: tki_baseline",
        "X22.mdt_review.combination": "blocked: immunotherapy_screen, tki_baseline",
        "X28.mdt_review.other_systemic": "blocked: no_first_line_chemotherapy",
    }


def test_an_override_opens_the_way(ledger: Ledger) -> None:
    accepted(ledger)
    for name, given_ in (
        ("histology", {"result": "asps_confirmed"}),
        ("imaging", {"report": "final", **CT}),
    ):
        ok(ledger.enter("P-1", name, given_, now=at("2026-11-03T09:00"), author=DOCTOR))
    assert "X03.staging.mdt_review" in along(drawn(ledger, date(2026, 11, 3)), EdgeMark.BLOCKED)
    grant = {
        "guard": "baseline_brain_imaging", "action": "complete_staging", "reason_code": "evidence_elsewhere",
        "text": "MRI seen on disc", "signer_2": "dr-b", "expires": at("2026-11-05T09:00").isoformat(),
    }  # fmt: skip
    ok(ledger.enter("P-1", "override", grant, now=at("2026-11-03T10:00"), author=DOCTOR))
    assert "X03.staging.mdt_review" in along(drawn(ledger, date(2026, 11, 3)), EdgeMark.POSSIBLE)


def test_a_state_entered_again_says_how_often(ledger: Ledger) -> None:
    waiting(ledger)
    for day in ("05", "12"):
        ok(ledger.enter("P-1", "decide_supportive_care", {}, now=at(f"2026-11-{day}T09:00"), author=DOCTOR))
        ok(ledger.enter("P-1", "return_to_pathway", {}, now=at(f"2026-11-{day}T15:00"), author=DOCTOR))
    graph = drawn(ledger, date(2026, 11, 20))
    assert marked(graph, NodeMark.VISITED)["supportive_care"] == "2×, last 2026-11-12"
    assert along(graph, EdgeMark.VISITED)["X30.return.supportive_care.mdt_review"] == "2×, last 2026-11-12"


def test_a_very_long_way_is_cut_at_its_beginning(ledger: Ledger) -> None:
    waiting(ledger)
    for day in range(3, 13):
        ok(ledger.enter("P-1", "decide_supportive_care", {}, now=at(f"2026-11-{day:02}T09:00"), author=DOCTOR))
        ok(ledger.enter("P-1", "return_to_pathway", {}, now=at(f"2026-11-{day:02}T15:00"), author=DOCTOR))
    told = lines(drawn(ledger, date(2026, 11, 20)), "The way so far")
    assert len(told) == 15
    assert told[0] == "10 states before, from 2026-11-02 on"
    assert told[-1] == "2026-11-12: tumour board review"


def test_what_does_not_fit_under_an_arrow_is_shortened(ledger: Ledger) -> None:
    waiting(ledger)
    for day in range(3, 15):
        ok(ledger.enter("P-1", "decide_supportive_care", {}, now=at(f"2026-11-{day:02}T09:00"), author=DOCTOR))
        ok(ledger.enter("P-1", "return_to_pathway", {}, now=at(f"2026-11-{day:02}T15:00"), author=DOCTOR))
    written = [text.text for text in texts(page(drawn(ledger, date(2026, 11, 20)), shipped_layout()).parts)]
    assert Counter(text for text in written if text.startswith(("12×", "blocked"))) == {
        "12×, last 2026-11-14": 1,  # at supportive care
        "12×": 1,  # under return_to_pathway
        "blocked: interval_ct": 1, "blocked: tki_baseline": 1, "blocked": 7,
    }  # fmt: skip


def test_an_exit_and_the_way_back(ledger: Ledger) -> None:
    waiting(ledger)
    ok(ledger.enter("P-1", "declare_lost", {}, now=at("2026-11-05T09:00"), author=DOCTOR))
    graph = drawn(ledger, date(2026, 11, 20))
    assert marked(graph, NodeMark.HERE) == {"lost_to_follow_up": "here since 2026-11-05"}
    assert "X35.lost_to_follow_up.mdt_review" in along(graph, EdgeMark.POSSIBLE)
    assert collisions(page(graph, shipped_layout())) == []


def test_someone_adopted_arrived_in_one_step(ledger: Ledger) -> None:
    registered(ledger)
    since = {"state": "immunotherapy", "since": "2026-05-06"}
    ok(ledger.enter("P-1", "adopt", since, now=at("2026-11-03T09:00"), author=DOCTOR, reason="on paper"))
    graph = drawn(ledger, date(2026, 11, 20))
    assert marked(graph, NodeMark.HERE) == {"immunotherapy": "here since 2026-05-06"}
    assert list(along(graph, EdgeMark.VISITED)) == ["X00.immunotherapy.referred.immunotherapy"]
    assert lines(graph, "The way so far") == (
        "2026-11-02: referred", "2026-05-06: immunotherapy already, when taken over"
    )  # fmt: skip


def test_a_page_may_show_it_and_it_names_nobody(ledger: Ledger) -> None:
    waiting(ledger)
    chart = Reader(ledger.engine, ASPS).chart("P-1")
    text = patient_svg(ASPS, chart, ledger.site(), date(2026, 11, 20))
    root = ET.fromstring(text)
    assert (root[0].text or "").endswith("Patient P-1 on 2026-11-20: interval wait")
    assert (root[1].text or "").startswith("In interval wait since 2026-11-02, after 3 moves; blocked now: ")
    assert "<style" not in text and "style=" not in text and "href" not in text and "<script" not in text
    assert "Ann Example" not in text and "1991-02-08" not in text


def test_the_longest_id_fits(ledger: Ledger) -> None:
    name = "W" * 64
    waiting(ledger, name)
    assert collisions(page(drawn(ledger, date(2026, 11, 20), name), shipped_layout())) == []


def _after(path_number: int, steps: int) -> tuple[Chart, Site, date]:
    """A story's patient after so many of its steps."""
    path = STORIES[path_number]
    story = story_of(path)
    now, record = played(path, min(steps, len(story.steps)))
    engine = memory_database()
    with engine.connect() as connection:
        connection.connection.driver_connection.deserialize(record)  # type: ignore[union-attr]
    site = Ledger(engine, ASPS).site()
    chart = Reader(engine, ASPS).chart(story.patient.id)
    engine.dispose()
    return chart, site, site.today(now)


@pytest.mark.parametrize("number", range(0, len(STORIES), 23))
def test_nothing_is_covered_at_the_end_of_a_story(number: int) -> None:
    chart, site, today = _after(number, 10_000)
    assert collisions(page(patient_graph(ASPS, chart, site, today), shipped_layout())) == []


@pytest.mark.long
@given(number=st.integers(0, len(STORIES) - 1), steps=st.integers(0, 40), later=st.integers(0, 400))
@settings(max_examples=150, suppress_health_check=list(HealthCheck))
def test_nothing_is_covered_anywhere_in_any_story(number: int, steps: int, later: int) -> None:
    chart, site, today = _after(number, steps)
    graph = patient_graph(ASPS, chart, site, today + timedelta(days=later))
    assert collisions(page(graph, shipped_layout())) == []


@pytest.mark.long
@given(st.data())
@settings(max_examples=60, suppress_health_check=list(HealthCheck))
def test_whatever_was_entered_can_be_drawn(data: st.DataObject) -> None:
    clinic = Clinic(data.draw)
    for _ in range(data.draw(st.integers(0, 12))):
        clinic.step()
    graph = patient_graph(ASPS, clinic.chart, clinic.ledger.site(), clinic.today)
    here = [node.id for node in graph.nodes if NodeMark.HERE in node.marks]
    assert here == [clinic.reader.patient(clinic.id).state.value]
    assert collisions(page(graph, shipped_layout())) == []
    clinic.engine.dispose()
