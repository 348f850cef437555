"""`asps import`: a coordinator's spreadsheet becomes the record, row by row; what does not fit comes back."""

import csv
import sys
from collections.abc import Iterable
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from cli import options as o
from cli.progress import bar
from cli.screen import console, say, table, words
from cli.terminal import DONE, FAILED, explain
from interchange.dates import Order
from interchange.encoding import FILE, Encoding
from workflow.errors import AspsError, Invalid
from workflow.moments import instant
from workflow.vocabulary import Role

if TYPE_CHECKING:
    from cli.imported import Report
    from interchange.taking import Outcome

Sheet = Annotated[Path | None, typer.Argument(metavar="FILE.csv", help="One row per patient", show_default=False)]
Template = Annotated[bool, typer.Option("--template", help="Print an empty sheet with two invented patients")]
Columns = Annotated[bool, typer.Option("--columns", help="List the columns, what they mean and allow")]
Dates = Annotated[Order | None, typer.Option("--dates", help="How 3/4/2026 is meant; left out, such a row comes back")]
Bytes = Annotated[Encoding | None, typer.Option("--encoding", help="Left out: UTF-8, else what is beyond doubt")]
Ignore = Annotated[list[str] | None, typer.Option("--ignore", metavar="COLUMN", help="Not to be read; repeatable")]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="For rows that give none")]


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("import", rich_help_panel="Patients")(import_)


def import_(
    file: Sheet = None, template: Template = False, columns: Columns = False, dry_run: o.DryRun = False,
    dates: Dates = None, encoding: Bytes = None, ignore: Ignore = None, reason: Reason = "", at: o.At = None,
    by: o.By = Role.CLINICIAN, user: o.User = None, json: o.Json = False, database: o.Database = None,
) -> int:  # fmt: skip
    """Take in patients who are already under way, from a CSV file with one row each.

    Each row comes in whole (registration, history, and where the patient stands, which a clinician states), or comes
    back in FILE.rejected.csv with every reason. Twice changes nothing the second time. Exit code 1: some came back.
    """
    if template or columns:
        return _template(at) if template else _columns()
    if file is None:
        raise Invalid(FILE, "is missing", allowed="asps import FILE.csv; asps import --template starts one")
    from cli.imported import Report
    from cli.opening import author, opened
    from interchange.columns import named
    from interchange.heading import heading
    from interchange.rejected import Rejects
    from interchange.sheet import open_sheet
    from interchange.taking import Taking, Terms, survey

    sheet = open_sheet(file, lambda cell: named(cell) is not None, encoding)
    known = heading(sheet.header, ignore or (), reason=bool(reason))
    found = survey(sheet, known)
    returning = nullcontext() if dry_run else Rejects(file, sheet.header, sheet.delimiter)
    with opened(database) as place, returning as rejects:
        terms = Terms(author=author(by, user), now=place.moment(at), stated=at is not None, order=dates, reason=reason)
        taking = Taking(place.ledger, sheet, known, found, terms)
        report = Report(rehearsed=dry_run, json=json, ignored=known.ignored, rejects=rejects)
        _go(taking.rehearse() if dry_run else taking.enter(), found.rows, report)
    report.end()
    return FAILED if report.rejected else DONE


def _go(outcomes: "Iterable[Outcome]", total: int, report: "Report") -> None:
    """Goes through all rows, with a bar where the rows themselves are not shown."""
    shown = not (report.tells_rows and console().is_terminal)
    try:
        with bar("importing", shown) as tell:
            for done, outcome in enumerate(outcomes, 1):
                report.add(outcome)
                tell(done, total)
    except (KeyboardInterrupt, AspsError, OSError) as error:
        why = "stopped" if isinstance(error, KeyboardInterrupt) else explain(error)
        kept = 0 if report.rehearsed else report.taken
        patients = "1 patient" if kept == 1 else f"{kept} patients"
        raise AspsError(f"{why}; {patients} came in for good, importing again goes on") from error


def _template(at: str | None) -> int:
    """Prints the empty sheet; its examples are dated from today, or from the moment asked for."""
    from interchange.template import template

    now = instant(at, ZoneInfo("UTC")) if at else datetime.now(UTC)
    csv.writer(sys.stdout, lineterminator="\n").writerows(template(now.date()))
    return DONE


def _columns() -> int:
    from interchange.columns import COLUMNS, REQUIRED

    rows = [
        (words(name + ("*" if name in REQUIRED else ""), "bold"), c.means, c.allowed, ", ".join(c.also))
        for name, c in COLUMNS.items()
    ]
    say(table("Column", "Meaning", "Allowed", "Also called", rows=rows))
    say(words("* cannot be left out. Case, spaces and underscores in names and values make no difference.", "dim"))
    return DONE
