"""The pathway: the picture with everybody on it, its states, and all rules by clinical question."""

from dataclasses import dataclass

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from diagrams import shipped_layout, svg
from diagrams.book_labels import LEGEND
from diagrams.book_model import Section, Standing
from diagrams.cohort import cohort_graph
from diagrams.page import page
from diagrams.scene import Area
from diagrams.spots import spots
from storage.flow import Crowd, crowds, flow
from web import pulse
from web.here import Here, Now
from web.kept import Kept
from web.pages.picture import answer
from web.rulebook import rulebook
from workflow.asps.states import MEANINGS
from workflow.errors import NotFound
from workflow.vocabulary import EXITS, State

router = APIRouter()

FEW = 50_000
"""Entries of a record whose picture is drawn at once; in a larger one the page does not wait for it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Drawn:
    """The picture, its size, and where on it each state lies."""

    svg: bytes
    width: float
    height: float
    spots: list[tuple[State, Area]]


_picture = Kept[Drawn]()
"""Which ways were gone is asked of the whole journal."""


@router.get("/pathway", name="pathway")
def pathway(here: Now) -> HTMLResponse:
    """Where everybody is, and the clinical questions."""
    found, book = crowds(here.desk.engine, here.today), rulebook(here)
    states = [(state, MEANINGS[state][0], found.get(state, Crowd())) for state in State]
    return here.page(
        "pathway.html", states=states, exits=EXITS, book=book, slug=slug, standing=Standing,
        drawn=_drawn(here) if pulse.beats(here.desk) < FEW else None,
        patients=sum(crowd.patients for crowd in found.values()),
        with_overdue=sum(crowd.late for crowd in found.values()), numbers=here.may("worklist"),
    )  # fmt: skip


@router.get("/pathway/picture.svg", name="pathway_picture")
def picture(here: Now) -> Response:
    """The picture with numbers, as an image of its own: nothing in it is about one patient."""
    return answer(_drawn(here).svg)


def _drawn(here: Here) -> Drawn:
    return _picture.get(here.desk, (here.site.revision, here.today), lambda: _draw(here))


def _draw(here: Here) -> Drawn:
    graph = cohort_graph(here.pathway, here.site, flow(here.desk.engine, here.today), here.today)
    scene = page(graph, shipped_layout())
    places = [(State(id), area) for id, area in spots(scene)]
    return Drawn(svg=svg.standalone(scene), width=scene.width, height=scene.height, spots=places)


@router.get("/pathway/topics/{topic}", name="rules")
def rules(here: Now, topic: str) -> HTMLResponse:
    """The rules of one clinical question."""
    section = next((one for one in rulebook(here).sections if slug(one) == topic), None)
    if section is None:
        raise NotFound("topic", topic[:80])
    return here.page("rules.html", section=section, legend=LEGEND)


def slug(section: Section) -> str:
    """A section in an address."""
    return "-".join("".join(c if c.isalnum() else " " for c in section.title).lower().split())
