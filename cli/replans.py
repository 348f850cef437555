"""`asps replan`: what changed settings, or a new version of the rules, do to the tasks that are already there."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING

import typer
from rich.console import RenderableType

from cli import options as o
from cli.progress import bar
from cli.screen import lines, say, table, words
from cli.terminal import DONE

if TYPE_CHECKING:
    from datetime import datetime

    from cli.opening import Record
    from storage.effects import TaskChange
    from storage.replanning import Replanned

BATCH = 100
SHOWN = 50
"""Patients told about one by one; the rest are counted."""


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command(rich_help_panel="The clock")(replan)


def replan(dry_run: o.DryRun = False, at: o.At = None, json: o.Json = False, database: o.Database = None) -> int:
    """Plan anew whoever was planned under other settings or rules. The tick does this by itself; --dry-run shows it."""
    from cli import shapes
    from cli.opening import opened
    from storage.what_if import news

    with opened(database) as place:
        changed = [(p, told) for p, all_ in _changed(place, place.moment(at), dry_run) if (told := news(all_))]
    if json:
        shapes.put([{"patient": p, "changes": [asdict(c) for c in changes]} for p, changes in changed])
        return DONE
    if changed:
        say(table("Patient", "Tasks", rows=((words(p, "bold"), lines(map(_told, c))) for p, c in changed[:SHOWN])))
    verb = "would change" if dry_run else "changed"
    say(words(f"{len(changed)} {'patient' if len(changed) == 1 else 'patients'} {verb}", "bold"))
    return DONE


def _changed(place: "Record", now: "datetime", dry_run: bool) -> "Iterator[Replanned]":
    """Batch by batch, each a transaction; a rehearsal holds them all, and nothing of it stays."""
    with bar("planning anew") as tell:
        if dry_run:
            with place.ledger.rehearsal() as ledger:
                yield from ledger.replan(place.reader.stale(1_000_000), now)
            return
        done = 0
        while names := place.reader.stale(BATCH):
            yield from place.ledger.replan(names, now)
            done += len(names)
            tell(done, None)


def _told(change: "TaskChange") -> RenderableType:
    dates = f": {change.old_due or 'no date'} → {change.new_due or 'no date'}" if change.what == "moved" else ""
    due = f", due {change.new_due}" if change.what in ("opened", "reopened") and change.new_due else ""
    why = f" ({change.why})" if change.why else ""
    return words(f"{change.what} ", "dim") + words(f"{change.title}{dates}{due}") + words(why, "dim")
