"""`asps backup` and `asps restore`: verified copies of the record, and one of them back in its place."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli import options as o
from cli.screen import say, words
from cli.terminal import DONE
from workflow.errors import AspsError

if TYPE_CHECKING:
    from storage.verify import Verdict

Folder = Annotated[
    Path | None, typer.Argument(metavar="[DIR]", help="Where to; else ASPS_BACKUPS, else backups beside the record")
]
Keep = Annotated[int | None, typer.Option("--keep", min=1, metavar="N", help="Copies that stay; else 14")]
Copy = Annotated[Path, typer.Argument(metavar="FILE", help="A copy that asps backup made", show_default=False)]
Check = Annotated[bool, typer.Option("--check", help="Only say whether the copy could be restored")]


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    for command in (backup, restore):
        app.command(rich_help_panel="Care for it")(command)


def backup(folder: Folder = None, keep: Keep = None, json: o.Json = False, database: o.Database = None) -> int:
    """Copy the record while it is in use, verify the copy, and remove the oldest. SQLite only."""
    from cli import shapes
    from cli.opening import backups_of, opened
    from storage.backup import KEPT
    from storage.backup import backup as copy

    with opened(database) as place:
        file = copy(place.ledger.engine, folder or backups_of(database), datetime.now(UTC), keep=keep or KEPT)
    if json:
        shapes.put({"file": str(file)})
    else:
        say(words("✓ ", "bold green") + words(f"a verified copy of the record is at {file}"))
    return DONE


def restore(file: Copy, check: Check = False, json: o.Json = False, database: o.Database = None) -> int:
    """Put a copy in the place of the record, once it is verified; the record that stood there is put aside."""
    from cli import shapes
    from storage import backup as storage
    from storage.address import file_of

    place = file_of(o.database_url(database))
    if place is None:
        raise AspsError("only SQLite records are restored by asps; use the tools of the database")
    if check:
        verdict, aside = storage.check(file, place.parent), None
    else:
        restored = storage.restore(file, place, datetime.now(UTC))
        verdict, aside = restored.verdict, restored.aside
    if json:
        shapes.put({"file": str(file), "restored": not check, "streams": verdict.streams, "entries": verdict.entries,
                    "aside": str(aside) if aside else None})  # fmt: skip
    else:
        _tell(file, place, verdict, check, aside)
    return DONE


def _tell(file: Path, place: Path, verdict: "Verdict", check: bool, aside: Path | None) -> None:
    what = f"{verdict.entries} entries in {verdict.streams} streams, as written"
    verb = "could be restored; nothing was changed" if check else f"is now the record at {place}"
    say(words("✓ ", "bold green") + words(f"{file} {verb}: {what}"))
    if aside:
        say(words(f"The record that stood there is at {aside}: what was entered since the copy is only there.", "dim"))
        say(words("People whose data was erased since have to be erased again: asps patient erase", "dim"))
