"""`asps journal verify|anchor|rebuild`: whether the record is as it was written, and its projections anew."""

from dataclasses import asdict
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer

from cli import options as o
from cli.progress import bar
from cli.screen import say, words
from cli.terminal import DONE, FAILED

Against = Annotated[
    Path | None,
    typer.Option("--against", metavar="FILE", help="An anchor file: shows also what was cut off at the end"),
]
MOST = 100
"""Wrong streams that are listed."""
DAMAGE = "Keep this file as it is and restore a backup."
ROWS = "Every chain holds: asps journal rebuild writes these rows anew from it."
To = Annotated[Path, typer.Argument(metavar="FILE", help="Where to; best on another machine", show_default=False)]

journals = typer.Typer(no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.add_typer(
        journals, name="journal", help="Verify the record, rebuild what follows from it", rich_help_panel="Care for it"
    )


@journals.command("verify")
def verify(against: Against = None, json: o.Json = False, database: o.Database = None) -> int:
    """Recompute the chains and compare all that follows from them. Exit code 1 names the first wrong entry."""
    from cli import shapes
    from cli.opening import as_it_is
    from storage import anchor
    from storage.verify import verify as look

    with as_it_is(database) as engine:
        verdict = look(engine)
        missed = islice(anchor.against(engine, against), MOST) if against else ()
        wrong = [*verdict.wrong, *missed]
    if json:
        listed = [{"stream": found.stream, "entry": found.seq, "what": found.what} for found in wrong]
        shapes.put({"ok": not wrong, "streams": verdict.streams, "entries": verdict.entries, "wrong": listed})
    elif not wrong:
        since = f", and nothing is missing that {against} knows" if against else ""
        what = f"{verdict.entries} entries in {verdict.streams} streams are as written{since}"
        say(words("✓ ", "bold green") + words(what))
    else:
        say(words("✗ ", "bold red") + words(f"first wrong: {wrong[0]}", "bold"))
        say(*(words(f"  {found}") for found in wrong[1:]))
        say(words(f"Nothing was changed. {ROWS if all(found.rebuilds for found in wrong) else DAMAGE}", "dim"))
    return FAILED if wrong else DONE


@journals.command("anchor")
def anchor(file: To, json: o.Json = False, database: o.Database = None) -> int:
    """Write down how every stream ends, to be kept away from the record: `journal verify --against FILE` compares."""
    from cli import shapes
    from cli.opening import opened
    from storage.anchor import write

    with opened(database) as place:
        made = write(place.ledger.engine, file, datetime.now(UTC))
    if json:
        shapes.put(asdict(made))
    else:
        say(words("✓ ", "bold green") + words(f"{file}: {made.entries} entries in {made.streams} streams"))
        say(words(f"its mark, for a log or a notebook: {made.mark}", "dim"))
    return DONE


@journals.command("rebuild")
def rebuild(json: o.Json = False, database: o.Database = None) -> int:
    """Write states and tasks anew from the journal's recorded effects; all of it or nothing."""
    from cli import shapes
    from cli.opening import as_it_is
    from storage.rebuild import rebuild as write

    with as_it_is(database) as engine, bar("rebuilding") as tell:
        count = write(engine, tell)
    if json:
        shapes.put({"patients": count})
    else:
        say(words("✓ ", "bold green") + words(f"{count} {'patient' if count == 1 else 'patients'} rebuilt"))
    return DONE
