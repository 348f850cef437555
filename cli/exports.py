"""`asps export worklist|patients`: the record as a spreadsheet."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli import options as o
from cli.screen import say, words
from cli.terminal import DONE
from workflow.errors import AspsError
from workflow.vocabulary import Role

if TYPE_CHECKING:
    from interchange.out import Write

Out = Annotated[Path | None, typer.Option("-o", "--output", metavar="FILE", help="Left out: standard output")]
Owner = Annotated[Role | None, typer.Option("--owner", metavar="ROLE", help="Only what this role owns")]
Upcoming = Annotated[
    int | None, typer.Option("--upcoming", min=0, metavar="DAYS", help="How far ahead to look; left out: all")
]
Limit = Annotated[int, typer.Option("--limit", min=1, max=1_000_000, metavar="N", help="At most so many rows")]
Names = Annotated[bool, typer.Option("--names", help="With names and contact data: keep the file as you keep those")]

exports = typer.Typer(no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.add_typer(exports, name="export", help="Write the worklist or the patients as CSV", rich_help_panel="Look")


@exports.command("worklist")
def worklist(
    output: Out = None, owner: Owner = None, upcoming: Upcoming = None, limit: Limit = 100_000, at: o.At = None,
    database: o.Database = None,
) -> int:  # fmt: skip
    """Write what is to be done as CSV, most pressing first. No names."""
    from cli.opening import opened
    from interchange import out

    with opened(database) as place:
        today = place.site.today(place.moment(at))
        rows = place.reader.worklist(today, owner=owner, limit=limit, include_upcoming_days=upcoming)
        _written(output, out.WORKLIST, lambda write: out.worklist(rows, write))
    return DONE


@exports.command("patients")
def patients(output: Out = None, names: Names = False, at: o.At = None, database: o.Database = None) -> int:
    """Write every patient as CSV: where they stand, what is late, and what is next."""
    from cli.opening import opened
    from interchange import out

    with opened(database) as place:
        today = place.site.today(place.moment(at))
        _written(output, out.PATIENTS, lambda write: out.patients(place.reader, today, names, write))
    return DONE


def _written(output: Path | None, header: tuple[str, ...], fill: "Callable[[Write], int]") -> None:
    """Fills a file, or standard output. Raises AspsError where the file is something else than an earlier export."""
    from interchange.out import begins_with, new_file, writer

    if output is None:
        fill(writer(sys.stdout))
        return
    if output.exists() and not begins_with(output, header):
        raise AspsError(f"{output} exists and is no such export; name another file")
    with new_file(output) as stream:
        count = fill(writer(stream))
    say(words("✓ ", "bold green") + words(f"{'1 row' if count == 1 else f'{count} rows'} written to {output}"))
