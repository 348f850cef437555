"""`asps report guards|stalled`: how the guards fare, and whom nobody would be reminded of."""

from collections import Counter
from typing import TYPE_CHECKING, Any

import typer
from rich.console import RenderableType

from cli import options as o
from cli.screen import lines, say, table, two, words
from cli.terminal import DONE

if TYPE_CHECKING:
    from storage.reports import GuardUse, Stalled

reports = typer.Typer(no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.add_typer(
        reports, name="report", help="How the guards fare; whom nobody would be reminded of", rich_help_panel="Look"
    )


@reports.command("guards")
def guards(json: o.Json = False, database: o.Database = None) -> int:
    """Per guard: how often it refused, was overridden, by which role and why; flags what is mostly overridden."""
    from cli import shapes
    from cli.opening import opened
    from storage.reports import guard_report

    with opened(database) as place:
        uses = guard_report(place.ledger.engine, place.ledger.pathway)
    if json:
        shapes.put([_shape(use) for use in uses])
    elif uses:
        say(table("Guard", "Refused", "Overridden", "Warned", "By whom, and why", rows=map(_row, uses)))
    else:
        say(words("✓ No guard has stood in anyone's way yet.", "green"))
    return DONE


def _shape(use: "GuardUse") -> dict[str, Any]:
    return {
        "guard": use.guard, "refused": use.refused, "overridden": use.overridden, "warned": use.warned,
        "granted": use.granted, "share": use.share, "flagged": use.flagged, "roles": dict(use.roles),
        "reasons": dict(use.reasons),
    }  # fmt: skip


def _row(use: "GuardUse") -> tuple[RenderableType, ...]:
    flag = words(f"‼ flagged: over {use.limit} %", "bold red") if use.flagged else ""
    share = f"{use.overridden} ({use.share} %)" if use.overridden else "0"
    return (
        two(words(use.guard, "bold"), flag), str(use.refused), share, str(use.warned),
        two(_counted(use.roles), _counted(use.reasons)),
    )  # fmt: skip


def _counted(counter: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counter.most_common())


@reports.command("stalled")
def stalled(json: o.Json = False, database: o.Database = None) -> int:
    """Patients on the pathway without a task that has a date and an owner, and why."""
    from cli import shapes
    from cli.opening import opened
    from storage.reports import stalled_report

    with opened(database) as place:
        found = stalled_report(place.ledger.engine)
    if json:
        shapes.put([{"patient": s.patient, "state": s.state, "since": s.since, "why": s.why} for s in found])
    elif found:
        say(table("Patient", "Stands in", "Waits for a date", rows=map(_stalled_row, found)))
        say(words(f"{len(found)} stalled. asps site show lists the open decisions behind undated tasks.", "bold"))
    else:
        say(words("✓ Every patient on the pathway has a task with a date and an owner.", "green"))
    return DONE


def _stalled_row(found: "Stalled") -> tuple[RenderableType, ...]:
    waits = lines(words(why) for why in found.why) if found.why else words("no open task at all", "bold red")
    return words(found.patient, "bold"), two(found.state.title, f"since {found.since}"), waits
