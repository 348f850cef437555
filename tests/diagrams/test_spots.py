"""Where the nodes of a drawn page lie."""

from diagrams import shipped_layout
from diagrams.page import page
from diagrams.pathway import graph_of
from diagrams.scene import Area, Group, Path, Pen, Scene
from diagrams.spots import spots
from workflow.asps import ASPS
from workflow.vocabulary import State


def test_a_node_lies_where_its_groups_put_it() -> None:
    box = Path((("M", 10.0, 20.0), ("L", 30.0, 20.0), ("L", 30.0, 60.0), ("Z",)), Pen())
    node = Group(id="node-staging", at=(1.0, 2.0), scale=0.5, parts=(box,))
    scene = Scene(
        title="", description="", width=200.0, height=100.0,
        parts=(box, Group(id="line-a.b", parts=(box,)), Group(id="picture", at=(100.0, 0.0), scale=2.0, parts=(node,))),
    )  # fmt: skip
    assert spots(scene) == [("staging", Area(112.0, 24.0, 20.0, 40.0))]


def test_every_state_has_its_place_on_the_page_and_none_covers_another() -> None:
    scene = page(graph_of(ASPS), shipped_layout())
    found = dict(spots(scene))
    assert set(found) == {state.value for state in State}
    for id, area in found.items():
        assert area.x > 0 and area.right < scene.width and area.y > 0 and area.bottom < scene.height, id
        assert not [other for other, there in found.items() if other != id and area.overlaps(there)], id
