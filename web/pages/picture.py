"""The pathway with one patient on it, as an image of its own: it brings its fonts along and nothing else."""

from dataclasses import replace

from fastapi import APIRouter
from fastapi.responses import Response

from diagrams import Format, render, shipped_layout
from diagrams.graph import EdgeMark, Graph, PanelIcon
from diagrams.patient import patient_graph
from web.here import Now

router = APIRouter()

_JUDGED = (EdgeMark.POSSIBLE, EdgeMark.BLOCKED)


@router.get("/patients/{handle}/picture.svg", name="patient_picture")
def picture(here: Now, handle: str) -> Response:
    """Where the patient was and is; and may go, for those who see options."""
    row = here.patient(handle)
    graph = patient_graph(here.pathway, here.reader.chart(row.id), here.site, here.today)
    shown = graph if here.sees_options else _way_only(graph)
    return Response(render(shown, Format.SVG, shipped_layout()), media_type="image/svg+xml")


def _way_only(graph: Graph) -> Graph:
    """Without what is said of acts that have yet to be decided."""
    edges = tuple(replace(e, mark=EdgeMark.NONE, stamp="") if e.mark in _JUDGED else e for e in graph.edges)
    return replace(graph, edges=edges, panels=tuple(p for p in graph.panels if p.icon is not PanelIcon.LOCK))
