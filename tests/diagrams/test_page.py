"""Nothing on a page covers anything else, leaves its box or the page, or is too small to read."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

import pytest

from diagrams import shipped_layout, theme
from diagrams.graph import Graph
from diagrams.layout import Layout, StaleLayout
from diagrams.page import page
from diagrams.pathway import graph_of
from diagrams.scene import Area, Group, Part, Scene, Text, texts
from tests.diagrams.measured import collisions
from tests.diagrams.sample import cohort, layout, patient, sample
from workflow.asps import ASPS

PICTURES = {"pathway": sample(), "patient": patient(), "cohort": cohort()}
LAYOUTS = {"sample": layout(), "shipped": shipped_layout()}
fixed_layouts = pytest.mark.parametrize("fixed", LAYOUTS.values(), ids=LAYOUTS)
SMALLEST = 5.0
"""Points, on paper; of the pathway."""


def boxes(fixed: Layout) -> dict[str, Area]:
    """Every box of a layout, by name."""
    found = {f"node {id}": area for id, area in fixed.nodes.items()}
    found |= {f"label {id}": route.label for id, route in fixed.lines.items()}
    return found | {f"block {name}": area for name, (_, area) in fixed.blocks.items()}


def groups(parts: tuple[Part, ...]) -> Iterator[Group]:
    for part in parts:
        if isinstance(part, Group):
            yield part
            yield from groups(part.parts)


@fixed_layouts
def test_no_boxes_overlap(fixed: Layout) -> None:
    pairs = combinations(boxes(fixed).items(), 2)
    assert not [(one, other) for (one, a), (other, b) in pairs if a.overlaps(b)]


@fixed_layouts
def test_no_line_passes_through_a_box_that_is_not_its_own(fixed: Layout) -> None:
    found = boxes(fixed)
    for id, route in fixed.lines.items():
        source, target = id.split(".")
        own = {f"node {source}", f"node {target}", f"label {id}"}
        pieces = list(route.segments(0.4))
        crossed = [name for name, area in found.items() if name not in own and any(area.overlaps(p) for p in pieces)]
        assert not crossed, f"{id} passes through {crossed}"


@fixed_layouts
def test_every_line_passes_through_its_own_label(fixed: Layout) -> None:
    for id, route in fixed.lines.items():
        assert any(route.label.overlaps(piece) for piece in route.segments()), id


@fixed_layouts
def test_everything_lies_within_the_layout(fixed: Layout) -> None:
    for name, area in boxes(fixed).items():
        assert area.x >= 0 <= area.y, name
        assert area.right <= fixed.width + 1, name
        assert area.bottom <= fixed.height + 1, name


@pytest.mark.parametrize("graph", PICTURES.values(), ids=PICTURES)
def test_all_text_lies_on_the_page(graph: Graph) -> None:
    scene = page(graph, layout())
    for text in texts(scene.parts):
        area = text.area
        assert area.x >= 0 and area.y >= 0, text
        assert area.right <= scene.width and area.bottom <= scene.height, text


@pytest.mark.parametrize("graph", PICTURES.values(), ids=PICTURES)
def test_text_lies_within_its_box(graph: Graph) -> None:
    framed = [group for group in groups(page(graph, layout()).parts) if group.area and group.parts]
    assert len(framed) > 50
    for group in framed:
        assert group.area
        for part in group.parts:
            if isinstance(part, Text):
                assert group.area.x <= part.area.x, (group.id, part.text)
                assert part.area.right <= group.area.right + 0.5, (group.id, part.text)


@pytest.mark.parametrize("graph", PICTURES.values(), ids=PICTURES)
def test_nothing_covers_a_text(graph: Graph) -> None:
    assert collisions(page(graph, layout())) == []


def test_names_of_groups_are_not_crossed() -> None:
    names = {group.title for group in sample().groups}
    found = list(groups(page(sample(), layout()).parts))
    drawn = [g.area for g in found for part in g.parts if isinstance(part, Text) and part.text in names and g.area]
    assert len(drawn) == len(names)
    pieces = [piece for route in layout().lines.values() for piece in route.segments(0.4)]
    assert not [area for area in drawn if any(area.overlaps(piece) for piece in pieces)]


def test_it_is_a3_landscape() -> None:
    scene = page(sample(), layout())
    assert (round(scene.width / theme.MM), round(scene.height / theme.MM)) == (420, 297)


@pytest.mark.parametrize(("graph", "fixed"), [(sample(), layout()), (graph_of(ASPS), shipped_layout())])
def test_the_smallest_text_can_be_read(graph: Graph, fixed: Layout) -> None:
    smallest = min(texts(page(graph, fixed).parts), key=lambda text: text.size)
    assert smallest.size * 72 / 96 >= SMALLEST, smallest


def test_a_layout_for_another_graph_is_refused() -> None:
    with pytest.raises(StaleLayout):
        page(replace(sample(), title="Another title"), layout())


def words(scene: Scene) -> str:
    return " ".join(text.text for text in texts(scene.parts))


def test_every_node_act_interval_and_guard_is_written() -> None:
    written = words(page(sample(), layout()))
    for node in sample().nodes:
        assert node.title in written
    for edge in sample().edges:
        assert edge.interval in written
        for guard in (*edge.hard, *edge.soft):
            assert guard in written, guard
        for word in edge.label[0].split():
            assert word in written, edge.id


def test_a_patients_page_says_where_and_what_is_due_and_blocked() -> None:
    written = words(page(patient(), layout()))
    for said in ("is here", "since 12 Jun 2026", "What comes when", "(8 days late)", "What is blocked", "interval_ct"):
        assert said in written


def test_panels_go_where_the_picture_stays_largest() -> None:
    few, many = page(cohort(), layout()), page(patient(), layout())
    scale = [next(g.scale for g in groups(scene.parts) if g.id == "picture") for scene in (few, many)]
    assert scale[0] >= scale[1]
    assert scale[0] < next(g.scale for g in groups(page(sample(), layout()).parts) if g.id == "picture")


def test_the_measure_finds_what_covers_a_text() -> None:
    def said(text: str, x: float) -> Text:
        return Text(x=x, y=10, text=text, size=10, colour="#000000")

    badge = Group(parts=(said("9", 2),), area=Area(0, 0, 12, 12))
    node = Group(id="node-a", parts=(said("alone", 0), badge), area=Area(0, 0, 40, 20))
    scene = Scene(title="", description="", width=90, height=90, parts=(node, said("apart", 60)))
    assert collisions(scene) == ["text 'alone' and badge '9'", "text 'alone' and text '9'"]
