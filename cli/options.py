"""The options that several commands share."""

import getpass
import os
from typing import Annotated

import typer

from storage.address import of_file
from workflow.errors import Invalid
from workflow.vocabulary import Role

DEFAULT_DATABASE = "asps.db"


def _said(value: str | None) -> str | None:
    """A variable that the shell does not know leaves an option empty, and that must not mean that it was left out."""
    if value is not None and not value.strip():
        raise typer.BadParameter("it is empty. Leave the option out, or say what it is")
    return value


Database = Annotated[
    str | None,
    typer.Option(
        "--database",
        callback=_said,
        metavar="FILE|URL",
        help=f"The record; else ASPS_DATABASE_URL, else ./{DEFAULT_DATABASE}",
        rich_help_panel="Where",
    ),
]
At = Annotated[
    str | None,
    typer.Option(
        "--at",
        callback=_said,
        metavar="MOMENT",
        help="As of another moment, e.g. 2026-10-06T12:00: local time at the site, or with an offset",
    ),
]
On = Annotated[
    str | None,
    typer.Option("--on", callback=_said, metavar="DATE", help="Clinical date YYYY-MM-DD; else the day of entry"),
]
By = Annotated[Role, typer.Option("--by", metavar="ROLE", help="In which role: clinician or coordinator")]
User = Annotated[
    str | None,
    typer.Option(
        "--user", callback=_said, metavar="ID", envvar="ASPS_USER", help="Who; else the name you are logged in with"
    ),
]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; answers soft guards")]
Set = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="NAME=VALUE", help="A field; repeatable. Lists with commas or as JSON", show_default=False
    ),
]
File = Annotated[
    str | None,
    typer.Option("--file", callback=_said, metavar="FILE", help="The fields as a JSON object; - reads standard input"),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would happen and write nothing")]
Json = Annotated[bool, typer.Option("--json", help="For programs")]
Key = Annotated[
    str | None,
    typer.Option(
        "--key",
        callback=_said,
        metavar="TEXT",
        help="Idempotency key: repeating the command with the same key writes nothing twice",
    ),
]
Version = Annotated[
    int | None,
    typer.Option(
        "--expect-version", metavar="N", help="Refuse if the patient was changed since version N", show_default=False
    ),
]
Patient = Annotated[str, typer.Argument(metavar="PATIENT", help="The patient's id", show_default=False)]


def database_url(given: str | None) -> str:
    """The database meant: by option, by environment, else the file in this directory. A path is a SQLite file."""
    chosen = given or os.environ.get("ASPS_DATABASE_URL") or DEFAULT_DATABASE
    return chosen if "://" in chosen else of_file(chosen)


def user_name(given: str | None) -> str:
    """Who acts: the one named, else the one logged in. Raises Invalid where that is no usable id."""
    if given:
        return given
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        raise Invalid("--user", "nobody is logged in here, so say who acts") from None
