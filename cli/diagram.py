"""`asps diagram pathway|patient|cohort`: pictures made from the rules that run."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, get_args

import typer

from cli import options as o
from cli.screen import say, words
from cli.terminal import DONE
from workflow.errors import Invalid

if TYPE_CHECKING:
    from diagrams.graph import Graph


Kind = Literal["mermaid", "svg", "png", "pdf", "dot", "scxml"]
As = Annotated[
    Kind | None,
    typer.Option(
        "--format", help="svg, png, pdf are pictures; mermaid, dot, scxml text. Left out: by the file's ending"
    ),
]
Out = Annotated[Path | None, typer.Option("-o", "--output", metavar="FILE", help="Left out: standard output")]

pictures = typer.Typer(no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.add_typer(
        pictures, name="diagram", help="Draw the pathway, a patient on it, or all of them", rich_help_panel="Look"
    )


@pictures.command("pathway")
def pathway(format: As = None, output: Out = None) -> int:
    """Draw the whole pathway: states, moves, guards and intervals."""
    from diagrams.pathway import graph_of
    from workflow.asps import ASPS

    return _draw(graph_of(ASPS), format, output)


@pictures.command("patient")
def patient(
    patient: o.Patient, format: As = None, output: Out = None, at: o.At = None, database: o.Database = None
) -> int:
    """Draw where a patient stands, the way so far, what is blocked, and what comes when."""
    from cli.opening import opened
    from diagrams.patient import patient_graph

    with opened(database) as place:
        now = place.moment(at)
        chart = place.reader.chart(patient, now if at else None)
        graph = patient_graph(place.ledger.pathway, chart, place.site, place.site.today(now))
    return _draw(graph, format, output)


@pictures.command("cohort")
def cohort(format: As = None, output: Out = None, database: o.Database = None) -> int:
    """Draw how many patients stand where, how many went which way, and what is overdue; no one can be told by it."""
    from cli.opening import opened
    from diagrams.cohort import cohort_graph
    from storage.flow import flow

    with opened(database) as place:
        today = place.site.today(place.moment(None))
        graph = cohort_graph(place.ledger.pathway, place.site, flow(place.ledger.engine, today), today)
    return _draw(graph, format, output)


def _draw(graph: "Graph", asked: Kind | None, output: Path | None) -> int:
    from diagrams import Format, render, shipped_layout

    format = Format(asked or _kind_of(output))
    if output is None and format in (Format.PNG, Format.PDF) and sys.stdout.isatty():
        raise Invalid("--output", f"a {format} is no text for a terminal", allowed="-o FILE")
    picture = render(graph, format, shipped_layout())
    if output is None:
        sys.stdout.buffer.write(picture)
    else:
        output.write_bytes(picture)
        say(words("✓ ", "bold green") + words(str(output)))
    return DONE


def _kind_of(output: Path | None) -> str:
    """What the file's ending says; Mermaid where there is no file. Raises Invalid where it says nothing."""
    if output is None:
        return "mermaid"
    ending = output.suffix.lstrip(".").lower()
    kind = {"mmd": "mermaid", "gv": "dot"}.get(ending, ending)
    if kind not in get_args(Kind):
        raise Invalid("--format", f"{output.name} does not say what to write", allowed=", ".join(get_args(Kind)))
    return kind
