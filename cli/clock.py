"""The clock: `tick` looks once, `worker` for ever."""

import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli import options as o
from cli.screen import plain, say, words
from cli.terminal import DONE, FAILED

if TYPE_CHECKING:
    from scheduler.jobs import Worker
    from storage.ledger import Ledger

Every = Annotated[int, typer.Option("--every", min=1, max=3600, metavar="SECONDS", help="Seconds between two looks")]

Backups = Annotated[
    Path | None,
    typer.Option(
        "--backups", metavar="DIR", help="For daily copies; else ASPS_BACKUPS, else backups beside the record"
    ),
]


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    for command in (tick, worker):
        app.command(rich_help_panel="The clock")(command)


def tick(at: o.At = None, json: o.Json = False, database: o.Database = None) -> int:
    """Look at the clock once: do what has fallen due, and tell about it. Twice changes nothing the second time.

    Messages are queued, and sent unless it is for another moment. Where no worker keeps the clock, run this from cron
    every ten minutes.
    """
    from cli import shapes
    from cli.opening import opened
    from notifications.console import Console
    from notifications.deliver import deliver
    from notifications.outside import outside
    from notifications.planning import plan_messages
    from notifications.sending import Sent, said, send_due
    from scheduler.gone_back import take_back
    from scheduler.jobs import in_words, real_clock
    from scheduler.late import MESSAGES, note_outage
    from scheduler.tick import beat
    from scheduler.tick import tick as look

    out = outside(os.environ)
    with opened(database) as place:
        now, ledger = place.moment(at), place.ledger
        back = [] if at else [take_back(ledger, now)]
        note_outage(ledger.engine, now)
        report = look(ledger, now)
        plan_messages(ledger.engine, ledger.pathway, now)
        sent = send_due(ledger.engine, ledger.pathway, out.carriers, out.link, real_clock) if at is None else Sent()
        for job in MESSAGES:
            beat(ledger.engine, job, now)
        told = deliver(place.reader, Console(sys.stderr if json else None), now)  # last: a full log holds up no mail
    if json:
        failed = [{"patient": patient, "why": why} for patient, why in report.failed]
        shapes.put({"at": report.now, "moved": report.moved, "replanned": report.replanned, "notices": report.notices,
                    "told": told, "messages": asdict(sent), "failed": failed})  # fmt: skip
    else:
        say(*(words(line) for line in [*back, *in_words(report), *said(sent)] if line))
        if report.idle and not told:
            say(words("Nothing new is due.", "dim"))
    return FAILED if report.failed else DONE


def worker(every: Every = 60, backups: Backups = None, database: o.Database = None) -> int:
    """Keep the clock: tick and deliver until told to stop. After any downtime the first tick catches up.

    Once a day the record is verified and copied. A second worker on the same record waits until the first has ended.

    Messages leave by what is set up: ASPS_SMTP_URL, ASPS_WEBHOOK_HOSTS, ASPS_APPRISE, with ASPS_LINK in them.
    ASPS_PING_URL is asked for every minute while the clock is kept. More about each: docs/messages.md
    """
    from cli.opening import backups_of, opened, shown
    from notifications.people import everyone
    from scheduler.worker import run

    with opened(database) as place:
        keeps = keeper(place.ledger, backups or backups_of(database))
        _log(f"keeping the clock of {shown(o.database_url(database))}, a look every {every} s; SIGTERM or Ctrl-C stops")
        with place.ledger.engine.connect() as connection:
            if not everyone(connection):
                _log("nobody is told anything yet; add people with: asps person add")
        run(keeps, every=every)
    _log("stopped")
    return DONE


def keeper(ledger: "Ledger", folder: Path) -> "Worker":
    """What keeps the clock of a record and says what it does on standard output; copies go into the folder.

    The ways out of the building are those of the environment. Raises Invalid where one of them cannot work.
    """
    from notifications.console import Console
    from notifications.outside import outside
    from scheduler.jobs import Worker

    return Worker(ledger=ledger, console=Console(), outside=outside(os.environ), folder=folder, say=_log)


def _log(line: str) -> None:
    """A line for whoever reads the log, at once."""
    print(plain(line), flush=True)
