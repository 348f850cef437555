"""`asps journal verify|rebuild`: whether the record is as it was written, and its projections anew."""

import typer

from cli import options as o
from cli.progress import bar
from cli.screen import say, words
from cli.terminal import DONE, FAILED

journals = typer.Typer(no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.add_typer(
        journals, name="journal", help="Verify the record, rebuild what follows from it", rich_help_panel="Care for it"
    )


@journals.command("verify")
def verify(json: o.Json = False, database: o.Database = None) -> int:
    """Recompute the chains and compare all that follows from them. Exit code 1 names the first wrong entry."""
    from cli import shapes
    from cli.opening import opened
    from storage.verify import verify as look

    with opened(database) as place:
        verdict = look(place.ledger.engine)
    wrong = [{"stream": found.stream, "entry": found.seq, "what": found.what} for found in verdict.wrong]
    if json:
        shapes.put({"ok": verdict.ok, "streams": verdict.streams, "entries": verdict.entries, "wrong": wrong})
    elif verdict.ok:
        say(words("✓ ", "bold green") + words(f"{verdict.entries} entries in {verdict.streams} streams are as written"))
    else:
        say(words("✗ ", "bold red") + words(f"first wrong: {verdict.first}", "bold"))
        say(*(words(f"  {found}") for found in verdict.wrong[1:]))
        say(words("Nothing was changed. Keep this file as it is and restore a backup.", "dim"))
    return DONE if verdict.ok else FAILED


@journals.command("rebuild")
def rebuild(json: o.Json = False, database: o.Database = None) -> int:
    """Write states and tasks anew from the journal's recorded effects; all of it or nothing."""
    from cli import shapes
    from cli.opening import opened
    from storage.rebuild import rebuild as write

    with opened(database) as place, bar("rebuilding") as tell:
        count = write(place.ledger.engine, tell)
    if json:
        shapes.put({"patients": count})
    else:
        say(words("✓ ", "bold green") + words(f"{count} {'patient' if count == 1 else 'patients'} rebuilt"))
    return DONE
