"""`asps diagram pathway|patient`: pictures made from the rules that run."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from cli import options as o
from cli.screen import say, words
from cli.terminal import DONE
from workflow.errors import Invalid

if TYPE_CHECKING:
    from diagrams.graph import Graph


Kind = Literal["mermaid", "svg", "png", "pdf", "dot", "scxml"]
As = Annotated[Kind, typer.Option("--format", help="mermaid, dot and scxml are text; svg, png and pdf are pictures")]
LAYOUT = "asps.layout.json"
"""Committed beside the code that draws, written by `make fresh`."""
Out = Annotated[Path | None, typer.Option("-o", "--output", metavar="FILE", help="Left out: standard output")]

pictures = typer.Typer(no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.add_typer(pictures, name="diagram", help="Draw the pathway, or a patient on it", rich_help_panel="Look")


@pictures.command("pathway")
def pathway(format: As = "mermaid", output: Out = None) -> int:
    """Draw the whole pathway: states, moves, guards and intervals."""
    from diagrams.pathway import graph_of
    from workflow.asps import ASPS

    return _draw(graph_of(ASPS), format, output)


@pictures.command("patient")
def patient(
    patient: o.Patient, format: As = "mermaid", output: Out = None, at: o.At = None, database: o.Database = None
) -> int:
    """Draw where a patient stands, the way so far, and what is blocked."""
    from cli.opening import opened
    from diagrams.patient import patient_graph

    with opened(database) as place:
        now = place.moment(at)
        chart = place.reader.chart(patient, now if at else None)
        graph = patient_graph(place.ledger.pathway, chart, place.site, place.site.today(now))
    return _draw(graph, format, output)


def _draw(graph: "Graph", format: Kind, output: Path | None) -> int:
    if output is None and format in ("png", "pdf") and sys.stdout.isatty():
        raise Invalid("--output", f"a {format} is no text for a terminal", allowed="-o FILE")
    picture = _picture(graph, format)
    if output is None:
        sys.stdout.buffer.write(picture)
    else:
        output.write_bytes(picture)
        say(words("✓ ", "bold green") + words(str(output)))
    return DONE


def _picture(graph: "Graph", format: Kind) -> bytes:
    """The picture as a file's content. What is told in text needs no layout."""
    from diagrams import Format, mermaid, render
    from diagrams.layout import Layout

    if format == "mermaid":
        return mermaid.render(graph).encode()
    file = Path(mermaid.__file__).with_name(LAYOUT)
    return render(graph, Format(format), Layout.load(file.read_text(encoding="utf-8")))
