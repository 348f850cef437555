"""`asps`: follows patients with metastatic ASPS along their pathway, and keeps every one of them in time."""

from typing import Annotated

import typer

from cli import (
    accounts,
    adopting,
    backups,
    book,
    calendars,
    clock,
    diagram,
    enter,
    exports,
    imports,
    journal,
    look,
    outages,
    outbox,
    patients,
    people,
    policies,
    replans,
    reports,
    serve,
    sites,
    story,
)
from cli.demo import command as demo
from cli.screen import say, words
from cli.terminal import Terminal

app = typer.Typer(
    cls=Terminal,
    name="asps",
    help=f"{__doc__}\n\nThe record is ./asps.db unless --database FILE|URL or ASPS_DATABASE_URL names another.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["--help", "-h"], "max_content_width": 120},
)


def _version(asked: bool) -> None:
    """What whoever is called for help asks first: the program, and the rules that it follows."""
    if asked:
        from importlib.metadata import version

        from workflow.asps import ASPS

        say(words(f"asps-pathway {version('asps-pathway')}, rules {ASPS.version}"))
        raise typer.Exit


@app.callback()
def _asps(
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_version, help="Show which version this is, and leave")
    ] = False,
) -> None:
    """Options that no command is needed for."""


ROOMS = (
    look, reports, book, diagram, exports, enter, patients, adopting, imports, sites, serve, accounts, clock, people,
    calendars, policies, outbox, outages, replans, journal, backups, story, demo,
)  # fmt: skip

for room in ROOMS:
    room.register(app)
