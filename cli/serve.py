"""`asps serve`: the desk in the browser, and the clock beside it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli import options as o
from cli.screen import command, plain, say, words
from cli.terminal import DONE

if TYPE_CHECKING:
    from storage.ledger import Ledger
    from web.serve import Place

Host = Annotated[str, typer.Option("--host", metavar="ADDRESS", help="Where to listen")]
Port = Annotated[int, typer.Option("--port", min=0, max=65535, metavar="N", help="0: any that is free")]
Name = Annotated[
    list[str] | None,
    typer.Option(
        "--name", metavar="HOST", help="The name in the browsers' address bar; repeatable", show_default=False
    ),
]
Proxied = Annotated[bool, typer.Option("--behind-proxy", help="A proxy on this machine speaks https with the browsers")]
Certificate = Annotated[Path | None, typer.Option("--certificate", metavar="FILE", help="For https without a proxy")]
Key = Annotated[Path | None, typer.Option("--key", metavar="FILE", help="Of the certificate")]
NoClock = Annotated[bool, typer.Option("--no-clock", help="Another process keeps the clock (asps worker)")]
Backups = Annotated[
    Path | None,
    typer.Option(
        "--backups", metavar="DIR", help="For daily copies; else ASPS_BACKUPS, else backups beside the record"
    ),
]


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command(rich_help_panel="The desk")(serve)


def serve(
    host: Host = "127.0.0.1", port: Port = 8000, name: Name = None, behind_proxy: Proxied = False,
    certificate: Certificate = None, key: Key = None, no_clock: NoClock = False, backups: Backups = None,
    database: o.Database = None,
) -> int:  # fmt: skip
    """Serve the desk in the browser, and keep the clock: one process for a clinic with one machine.

    Where another process keeps the clock already, this one takes over when that one ends.
    """
    from cli.opening import backups_of, opened
    from web.serve import Place

    names = tuple(one.lower() for one in name or ())
    place = Place(host=host, port=port, names=names, behind_proxy=behind_proxy, certificate=certificate, key=key)
    with opened(database) as record:
        _somebody_may_sign_in(record.ledger)
        folder = None if no_clock else backups or backups_of(database)
        serve_here(record.ledger, place, clock_folder=folder)
    return DONE


def serve_here(
    ledger: "Ledger", place: "Place", *, clock_folder: Path | None, demo: bool = False, quietly: bool = False
) -> None:
    """Serves until told to stop. `clock_folder`: for the daily copies; None: somebody else keeps the clock."""
    from web.app import create_app
    from web.desk import Desk
    from web.serve import address, check, listening
    from web.serve import serve as run

    check(place)
    desk = Desk(ledger=ledger, clock=lambda: datetime.now(UTC), secure=place.secure, demo=demo, hosts=place.hosts)
    app = create_app(desk)
    with listening(place) as listener:
        say(words("✓ ", "bold green") + words("The desk is open at ") + words(address(place, listener), "bold"))
        say(words("Ctrl-C closes it", "dim"))
        with _clock(ledger, clock_folder, quietly) if clock_folder else nullcontext():
            run(app, place, listener, log)
    log("closed")


@contextmanager
def _clock(ledger: "Ledger", folder: Path, quietly: bool) -> Iterator[None]:
    """The clock beside the pages. `quietly`: what it has to say goes nowhere."""
    from notifications.console import Console
    from notifications.outside import outside
    from scheduler.jobs import Worker
    from scheduler.worker import beside

    out = outside(os.environ)
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        console, tell = (Console(nowhere), lambda _: None) if quietly else (Console(), log)
        worker = Worker(ledger=ledger, console=console, outside=out, folder=folder, say=tell)
        with beside(worker, every=60):
            yield


def _somebody_may_sign_in(ledger: "Ledger") -> None:
    from storage.accounts import accounts

    with ledger.engine.connect() as connection:
        if not any(account.revoked_at is None for account in accounts(connection).values()):
            say(words("Nobody may sign in yet. In another terminal:", "bold red"))
            say(command("  asps account add ID --name NAME --role coordinator"))


def log(line: str) -> None:
    """A line for whoever reads the log, at once."""
    print(plain(line), flush=True)
