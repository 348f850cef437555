"""The pathway with one patient on it, as an image of its own: it brings its fonts along and nothing else."""

from dataclasses import replace

from fastapi import APIRouter
from fastapi.responses import Response

from diagrams import Format, render, shipped_layout
from diagrams.graph import EdgeMark, Graph, NodeMark, PanelIcon
from diagrams.patient import patient_graph
from web.here import Now
from web.security import PICTURE_CSP

router = APIRouter()

_WAY_EDGES, _WAY_NODES = frozenset({EdgeMark.VISITED}), frozenset({NodeMark.HERE, NodeMark.VISITED})
"""What is marked of the way so far."""


@router.get("/patients/{handle}/picture.svg", name="patient_picture")
def picture(here: Now, handle: str) -> Response:
    """Where the patient was and is; and may go, for those who see options."""
    row = here.patient(handle)
    graph = patient_graph(here.pathway, here.reader.chart(row.id), here.site, here.today)
    shown = graph if here.sees_options else _way_only(graph)
    return answer(render(shown, Format.SVG, shipped_layout()))


def answer(svg: str | bytes) -> Response:
    """A picture, which shows the same letters on a page and opened by itself."""
    return Response(svg, media_type="image/svg+xml", headers={"Content-Security-Policy": PICTURE_CSP})


def _way_only(graph: Graph) -> Graph:
    """Without what is said of acts that have yet to be decided; the way in words stands on the page."""
    edges = (e if e.mark in _WAY_EDGES else replace(e, mark=EdgeMark.NONE, stamp="") for e in graph.edges)
    nodes = (replace(n, marks=n.marks & _WAY_NODES) for n in graph.nodes)
    panels = (panel for panel in graph.panels if panel.icon is not PanelIcon.LOCK)
    return replace(graph, told="", edges=tuple(edges), nodes=tuple(nodes), panels=tuple(panels))
