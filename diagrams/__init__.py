"""Pictures of a graph: drawn (SVG, PNG, PDF) or told (Mermaid, DOT, SCXML).

    graph = Graph(...)                                  # whoever knows a pathway makes one
    layout = Layout.load(file.read_text())              # made by `diagrams.laying.compute`, committed
    picture = render(graph, Format.SVG, layout)

How it works, in reading order: `graph` is what a picture shows; `outline` decides what becomes a line and what is
written down; `boxes` measures text with the metrics of the shipped font; `laying` asks ELK (`elk`) where lines go and
`packing` where title, legend and exits fit; `page` puts shapes (`scene`) on an A3 page, with the help of `places`,
`arrows`, `blocks` and `panels`; `svg`, `png` and `pdf` write the page; `mermaid`, `dot` and `scxml` need no page.
"""

from enum import StrEnum

from diagrams import dot, mermaid, pdf, scxml, svg
from diagrams.graph import Graph
from diagrams.layout import Layout
from diagrams.page import page


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
