"""The pathway: the picture with everybody on it, its states, and all rules by clinical question."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from diagrams import Format, render, shipped_layout
from diagrams.book_labels import LEGEND
from diagrams.book_model import Section, Standing
from diagrams.cohort import cohort_graph
from storage.flow import Crowd, crowds, flow
from web.here import Here, Now
from web.kept import Kept
from web.rulebook import rulebook
from workflow.asps.states import MEANINGS
from workflow.errors import NotFound
from workflow.vocabulary import EXITS, State

router = APIRouter()

_picture = Kept[bytes]()
"""Which ways were gone is asked of the whole journal."""


@router.get("/pathway", name="pathway")
def pathway(here: Now) -> HTMLResponse:
    """Where everybody is, and the clinical questions."""
    found, book = crowds(here.desk.engine, here.today), rulebook(here)
    states = [(state, MEANINGS[state][0], found.get(state, Crowd())) for state in State]
    return here.page(
        "pathway.html", states=states, exits=EXITS, book=book, slug=slug, standing=Standing,
        patients=sum(crowd.patients for crowd in found.values()),
        with_overdue=sum(crowd.late for crowd in found.values()), numbers=here.may("worklist"),
    )  # fmt: skip


@router.get("/pathway/picture.svg", name="pathway_picture")
def picture(here: Now) -> Response:
    """The picture with numbers, as an image of its own: nothing in it is about one patient."""
    key = here.site.revision, here.today
    return Response(_picture.get(here.desk, key, lambda: _drawn(here)), media_type="image/svg+xml")


def _drawn(here: Here) -> bytes:
    graph = cohort_graph(here.pathway, here.site, flow(here.desk.engine, here.today), here.today)
    return render(graph, Format.SVG, shipped_layout())


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
