"""`asps`: follows patients with metastatic ASPS along their pathway, and keeps every one of them in time."""

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

ROOMS = (
    look, reports, book, diagram, exports, enter, patients, adopting, imports, sites, serve, accounts, clock, people,
    calendars, policies, outbox, outages, replans, journal, backups, story, demo,
)  # fmt: skip

for room in ROOMS:
    room.register(app)
