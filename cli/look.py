"""Looking: `worklist` and `timeline`."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import RenderableType

from cli import options as o
from cli.screen import lines, say, shortly, table, two, words
from cli.terminal import DONE, OVERDUE
from cli.why import why
from workflow.vocabulary import Role

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from storage.effects import TaskChange
    from storage.timeline import JournalRow
    from storage.worklist import WorkRow

Owner = Annotated[Role | None, typer.Option("--owner", metavar="ROLE", help="Only what this role owns")]
Mine = Annotated[str | None, typer.Option("--claimed-by", metavar="ID", help="Only what this person has claimed")]
Upcoming = Annotated[
    int | None, typer.Option("--upcoming", min=0, metavar="DAYS", help="How far ahead to look; left out: all")
]
Limit = Annotated[int, typer.Option("--limit", min=1, max=100_000, metavar="N", help="At most so many rows")]
Check = Annotated[bool, typer.Option("--check", help="Leave with exit code 3 if anything is overdue, for cron")]

STAGES = {
    "escalated": ("‼", "bold red"),
    "overdue": ("●", "red"),
    "undated": ("◇", "magenta"),
    "due": ("▲", "yellow"),
    "upcoming": ("○", "dim"),
}
"""Each stage by a sign and a colour, beside its word: never by colour alone."""


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    for command in (worklist, why, timeline):
        app.command(rich_help_panel="Look")(command)


def worklist(
    owner: Owner = None, claimed_by: Mine = None, upcoming: Upcoming = None, limit: Limit = 200, check: Check = False,
    at: o.At = None, json: o.Json = False, database: o.Database = None,
) -> int:  # fmt: skip
    """List what is to be done: most overdue first, then what has no date, then by priority and date."""
    from cli import shapes
    from cli.alarms import alarms
    from cli.opening import opened

    with opened(database) as place:
        today = place.site.today(place.moment(at))
        wrong = [] if at else alarms(place, datetime.now(UTC))
        rows = place.reader.worklist(today, owner=owner, user=claimed_by, limit=limit, include_upcoming_days=upcoming)
    if json:
        shapes.put([shapes.work(row) for row in rows])
    else:
        say(*(words(line, "bold red") for line in wrong))
        say(*shown(rows, limit))
    return OVERDUE if check and any(row.days_late for row in rows) else DONE


def shown(rows: "list[WorkRow]", limit: int) -> Iterator[RenderableType]:
    """The worklist as people look at it."""
    if not rows:
        yield words("✓ Nothing is to be done.", "green")
        return
    yield table("Stage", "Patient", "Task", "Due", rows=map(_work_row, rows))
    counts = Counter(_stage(row) for row in rows)
    yield words(" · ".join(f"{counts[stage]} {stage}" for stage in STAGES if counts[stage]), "bold")
    if len(rows) == limit:
        yield words(f"These are the first {limit}; --limit shows more.", "dim")


def _work_row(row: "WorkRow") -> tuple[RenderableType, ...]:
    stage = _stage(row)
    sign, style = STAGES[stage]
    put_off = f", put off from {row.due}" if row.target != row.due else ""
    return (
        two(words(f"{sign} {stage}", style), words(f"  {_when(row)}", style) if _when(row) else ""),
        two(words(row.patient, "bold"), row.state.title),
        two(row.title, row.why),
        two(f"{row.target or ''}{put_off}", row.claimed_by or row.owner.value),
    )


def _stage(row: "WorkRow") -> str:
    return "undated" if row.target is None else row.stage.value


def _when(row: "WorkRow") -> str:
    if row.target is None:
        return "no date set"
    if row.days_late:
        return "1 day late" if row.days_late == 1 else f"{row.days_late} days late"
    return "today" if row.stage == "due" else ""


def timeline(patient: o.Patient, at: o.At = None, json: o.Json = False, database: o.Database = None) -> int:
    """Tell everything that was entered for a patient, oldest first: refusals, overrides and timed moves too."""
    from cli import shapes
    from cli.opening import opened

    with opened(database) as place:
        rows = place.reader.timeline(patient, place.moment(at) if at else None)
        zone = place.site.zone
    if json:
        shapes.put([shapes.told(row) for row in rows])
    else:
        say(words(f"{patient}: {len(rows)} entries, oldest first", "bold"), story(rows, zone))
    return DONE


def story(rows: "Iterable[JournalRow]", zone: "ZoneInfo") -> RenderableType:
    """The entries as a table."""
    return table("", "Entered", "What", "What followed", rows=[_told(row, zone) for row in rows])


def _told(row: "JournalRow", zone: "ZoneInfo") -> tuple[RenderableType, ...]:
    entered = f"{row.at.astimezone(zone):%Y-%m-%d %H:%M}" + (", stated" if row.stated else "")
    who = row.by if row.by == "clock" else f"{row.user}, {row.by}"
    return str(row.seq), two(entered, who), _what(row), lines(_followed(row))


def _what(row: "JournalRow") -> RenderableType:
    """What was entered: its name, id and clinical date, and its fields."""
    name = row.name if row.kind in ("record", "act") else f"{row.kind} {row.name}".strip()
    style = "bold red" if row.kind == "refusal" else "bold magenta" if row.kind in ("override", "timed") else "bold"
    sign = "✗ " if row.kind == "refusal" else ""
    on = f" of {row.on}" if row.on not in (None, row.day) else ""
    fields = ", ".join(f"{name} {shortly(value)}" for name, value in row.fields.items())
    return two(words(f"{sign}{name}", style) + words(f" {row.id}{on}"), fields)


def _followed(row: "JournalRow") -> Iterator[RenderableType]:
    """What an entry brought about, a line each."""
    if row.refused_by:
        yield words("denied: " if row.denied else "refused by: ", "dim") + words(", ".join(row.refused_by), "red")
    if row.before is not row.after and row.after:
        yield words(f"{row.before.title if row.before else ''} → ") + words(row.after.title, "bold")
    for name, guards in (("warned", row.warned), ("overridden, not satisfied", row.overridden)):
        if guards:
            yield words(f"{name}: ", "dim") + words(", ".join(guards), "yellow")
    if row.reason:
        yield words("reason: ", "dim") + words(row.reason)
    for change in row.changes:
        yield words(f"{change.what}: ", "dim") + words(_task(change))


def _task(change: "TaskChange") -> str:
    if change.what == "moved":
        return f"{change.title}, {change.old_due or 'no date'} → {change.new_due or 'no date'}"
    if change.what == "cancelled":
        return f"{change.title} ({change.why})"
    return change.title + (
        f", due {change.new_due}" if change.what in ("opened", "reopened") and change.new_due else ""
    )
