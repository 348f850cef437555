"""Pictures of a graph: drawn (SVG, PNG, PDF) or told (Mermaid, DOT, SCXML).

Whoever shows the pathway on a page asks for a string of SVG, which needs no JavaScript, no style sheet and nothing from
elsewhere, so that the strictest content security policy lets it stand in the page itself:

    pathway_svg(pathway, site)                     # the rules
    patient_svg(pathway, chart, site, today)       # a patient on it: the way so far, what is blocked, what comes when
    cohort_svg(pathway, site, flow, today)         # all patients: `flow` is `storage.flow.flow(engine, today)`

Whoever has a graph of their own:

    graph = Graph(...)                                  # whoever knows a pathway makes one
    layout = Layout.load(file.read_text())              # made by `diagrams.laying.compute`, committed
    picture = render(graph, Format.SVG, layout)

How it works, in reading order: `graph` is what a picture shows; `pathway`, `patient` and `cohort` each make one;
`outline` decides what becomes a line and what is written down; `boxes` measures text with the metrics of the shipped
font; `laying` asks ELK (`elk`) where lines go and `packing` where title, legend and exits fit; `page` puts shapes
(`scene`) on an A3 page, with the help of `places`, `arrows`, `blocks` and `panels`; `svg`, `png` and `pdf` write the
page; `mermaid`, `dot` and `scxml` need no page.
"""

from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path

from diagrams import dot, mermaid, pdf, scxml, svg
from diagrams.cohort import cohort_graph
from diagrams.graph import Graph
from diagrams.layout import Layout
from diagrams.page import page
from diagrams.pathway import graph_of
from diagrams.patient import patient_graph
from storage.flow import Flow
from workflow.chart import Chart
from workflow.pathway import Pathway
from workflow.site import Site

LAYOUT = Path(__file__).with_name("asps.layout.json")
"""Where everything on the shipped pathway's picture goes; written by `make fresh`."""


class Format(StrEnum):
    """What a picture can be written as; the value is also the usual file ending, but for Mermaid's mmd."""

    SVG = "svg"
    PNG = "png"
    PDF = "pdf"
    MERMAID = "mermaid"
    DOT = "dot"
    SCXML = "scxml"


_TOLD = {Format.MERMAID: mermaid.render, Format.DOT: dot.render, Format.SCXML: scxml.render}


def render(graph: Graph, format: Format, layout: Layout) -> bytes:
    """The picture as a file's content. StaleLayout when a drawn one's layout was made for another graph."""
    if format in _TOLD:
        return _TOLD[format](graph).encode()
    scene = page(graph, layout)
    if format is Format.PDF:
        return pdf.render(scene)
    if format is Format.PNG:
        from diagrams import png  # loads resvg, which nothing else needs

        return png.render(svg.inline(scene))
    return svg.standalone(scene)


@cache
def shipped_layout() -> Layout:
    """The layout of the shipped pathway, read once."""
    return Layout.load(LAYOUT.read_text(encoding="utf-8"))


def pathway_svg(pathway: Pathway, site: Site | None = None) -> str:
    """The pathway, to stand in a page; intervals with the site's numbers, else the defaults."""
    return _for_a_page(graph_of(pathway, site))


def patient_svg(pathway: Pathway, chart: Chart, site: Site, today: date) -> str:
    """A patient on the pathway, to stand in a page. It shows the patient's id, and nothing else that identifies."""
    return _for_a_page(patient_graph(pathway, chart, site, today))


def cohort_svg(pathway: Pathway, site: Site, flow: Flow, today: date) -> str:
    """All patients on the pathway as numbers, to stand in a page. Nothing in it identifies anyone."""
    return _for_a_page(cohort_graph(pathway, site, flow, today))


def _for_a_page(graph: Graph) -> str:
    return svg.inline(page(graph, shipped_layout())).decode()
