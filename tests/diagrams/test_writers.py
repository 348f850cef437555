"""Each way of writing a picture says all of it, safely, and the same every time."""

import re
import struct
import subprocess
import sys
import zlib
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from diagrams import Format, dot, mermaid, pdf, png, render, scxml, svg
from diagrams.boxes import KIND_ICON, NODE_ICON
from diagrams.graph import EdgeKind, Graph, NodeKind
from diagrams.icons import Icon, icon
from diagrams.page import page
from diagrams.paint import outline
from diagrams.scene import Area, Pen, texts
from tests.diagrams.sample import cohort, layout, patient, sample

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = '</text><script>alert("&x")</script> {a;b}: #1 \\ -->'


def hostile() -> Graph:
    """Titles and stamps that would break out, were they not escaped. Wording of the layout is left as it is."""
    graph = patient()
    return replace(
        graph,
        description=graph.description,
        footer=HOSTILE,
        nodes=tuple(replace(node, stamp=HOSTILE) for node in graph.nodes),
        edges=tuple(replace(edge, stamp=HOSTILE) for edge in graph.edges),
    )


@pytest.mark.parametrize("format", [f for f in Format if f is not Format.PNG])
@pytest.mark.parametrize(
    "graph", [sample(), patient(), cohort(), hostile()], ids=["pathway", "patient", "cohort", "hostile"]
)
def test_every_format_writes_the_same_every_time(graph: Graph, format: Format) -> None:
    assert render(graph, format, layout()) == render(graph, format, layout())


def test_svg_is_well_formed_and_has_title_and_description() -> None:
    root = ET.fromstring(render(sample(), Format.SVG, layout()))
    assert root.get("role") == "graphics-document document", "an img would hide its nodes from screen readers"
    named = [root.find(f"{SVG}{tag}") for tag in ("title", "desc")]
    assert [tag.text for tag in named if tag is not None] == [sample().title, sample().description]
    assert root.get("aria-labelledby") == " ".join(tag.get("id", "") for tag in named if tag is not None)


def test_svg_ids_are_unique() -> None:
    ids = re.findall(r' id="([^"]+)"', render(patient(), Format.SVG, layout()).decode())
    assert len(ids) == len(set(ids))


def test_svg_carries_its_font_and_nothing_from_elsewhere() -> None:
    text = render(sample(), Format.SVG, layout()).decode()
    assert text.count("@font-face") == 2
    assert set(re.findall(r"url\(([a-z/]+:?[a-z/]+)", text)) == {"data:font/woff"}
    assert "<image" not in text and "href" not in text and "<script" not in text


def test_svg_for_a_page_has_no_style_sheet() -> None:
    text = svg.inline(page(sample(), layout())).decode()
    assert "<style" not in text and 'style="' not in text


def test_svg_text_is_text_and_escaped() -> None:
    root = ET.fromstring(render(hostile(), Format.SVG, layout()))
    written = [node.text for node in root.iter(f"{SVG}text")]
    assert HOSTILE in written
    assert not list(root.iter(f"{SVG}script"))
    assert len(written) == len(list(texts(page(hostile(), layout()).parts)))


def test_every_node_and_line_speaks() -> None:
    root = ET.fromstring(render(patient(), Format.SVG, layout()))
    spoken = {
        g.get("id"): title.text or "" for g in root.iter(f"{SVG}g") if (title := g.find(f"{SVG}title")) is not None
    }
    assert {f"node-{node.id}" for node in patient().nodes} <= set(spoken)
    assert "here now" in spoken["node-interval_scan"]
    assert spoken["line-interval_wait.interval_scan"].startswith(
        "From Interval wait to Interval CT due; the interval CT"
    )
    assert "3 months after the index CT" in spoken["line-interval_wait.interval_scan"]


def test_png_is_a3_at_192_dots_to_the_inch() -> None:
    data = render(sample(), Format.PNG, layout())
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    wide, high = struct.unpack(">II", data[16:24])
    assert wide == round(420 / 25.4 * 192)
    assert high == pytest.approx(297 / 25.4 * 192, abs=3)


def test_png_needs_no_font_of_the_machine() -> None:
    scene = page(sample(), layout())
    blank = re.sub(rb"<text.*?</text>", b"", svg.inline(scene))
    assert len(png.render(svg.inline(scene), 60)) > 1.5 * len(png.render(blank, 60)), "no letters were drawn"


def test_pdf_holds_every_text_and_finds_its_objects() -> None:
    scene = page(sample(), layout())
    data = pdf.render(scene)
    start = int(data.rsplit(b"startxref\n", 1)[1].split(b"\n")[0])
    places = re.findall(rb"^(\d{10}) 00000 n", data[start:], re.M)
    assert all(data[int(p) :].startswith(b"%d 0 obj" % number) for number, p in enumerate(places, start=1))
    drawing = zlib.decompress(data.split(b"4 0 obj")[1].split(b"stream\n")[1].split(b"\nendstream")[0])
    assert drawing.count(b" Tj ") == len(list(texts(scene.parts)))
    assert data.count(b"/FontFile2") == 2


@pytest.mark.parametrize("graph", [sample(), hostile()], ids=["sample", "hostile"])
def test_mermaid_has_every_node_and_edge(graph: Graph) -> None:
    text = mermaid.render(graph)
    assert re.findall(r'^\s+state ".*" as (\w+)(?! \{)$', text, re.M).__len__() == len(graph.nodes)
    edges = re.findall(r"^    (\w+) --> (\w+) : (.+)$", text, re.M)
    assert [(source, target) for source, target, _ in edges] == [(e.source, e.target) for e in graph.edges]
    assert all(":" not in label and '"' not in label and "{" not in label for *_, label in edges)


@pytest.mark.parametrize("graph", [sample(), hostile()], ids=["sample", "hostile"])
def test_dot_has_every_node_and_edge(graph: Graph) -> None:
    text = dot.render(graph)
    assert len(re.findall(r"shape=", text)) == len(graph.nodes)
    assert re.findall(r'^  "(\w+)" -> "(\w+)"', text, re.M) == [(e.source, e.target) for e in graph.edges]
    assert all(
        line.count('"') - line.count('\\"') == 2 * (line.count('"') - line.count('\\"') >> 1)
        for line in text.split("\n")
    )


@pytest.mark.parametrize("graph", [sample(), hostile()], ids=["sample", "hostile"])
def test_scxml_has_every_node_and_edge_with_guards_as_data(graph: Graph) -> None:
    name, own = "{http://www.w3.org/2005/07/scxml}", f"{{{scxml.NAMESPACE}}}"
    root = ET.fromstring(scxml.render(graph))
    assert root.get("initial") == "referred"
    states = {state.get("id"): state for state in root.iter(f"{name}state")}
    assert list(states) == [node.id for node in graph.nodes]
    moves = {t.get("event"): (id, t) for id, state in states.items() for t in state.iter(f"{name}transition")}
    for edge in graph.edges:
        source, found = moves[edge.id]
        assert (source, found.get("target")) == (edge.source, edge.target)
        assert found.get(f"{own}hard", "").split() == list(edge.hard)
        assert found.get(f"{own}soft", "").split() == list(edge.soft)
        assert found.get(f"{own}origin") == edge.origin


def test_scxml_needs_a_start() -> None:
    graph = sample()
    nodes = tuple(replace(node, kind=NodeKind.WAITING) for node in graph.nodes)
    with pytest.raises(ValueError, match="start"):
        scxml.render(replace(graph, nodes=nodes))


def test_kinds_differ_without_colour() -> None:
    pen = Pen(stroke="#000000")
    shapes = [tuple(path.commands for path in outline(kind, Area(0, 0, 90, 40), pen)) for kind in NodeKind]
    assert len(set(shapes)) == len(NodeKind)
    assert len(set(NODE_ICON.values())) == len(NodeKind)
    assert len(set(KIND_ICON.values())) == len(EdgeKind)
    assert icon(Icon.HARD, 0, 0, 16, "#000000") != icon(Icon.SOFT, 0, 0, 16, "#000000")


def test_drawing_needs_no_javascript_and_no_font_tools() -> None:
    program = (
        "import sys; from diagrams import Format, render; from tests.diagrams.sample import layout, sample\n"
        "for format in Format: render(sample(), format, layout())\n"
        "print(sorted(name for name in ('py_mini_racer', 'fontTools') if name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
