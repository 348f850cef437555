"""`asps report outages`: what should have gone out, what went late, what was suppressed, and why."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import RenderableType

from cli import options as o
from cli.reports import reports
from cli.screen import say, table, two, words
from cli.terminal import DONE

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from notifications.outages import Held

Days = Annotated[int, typer.Option("--days", min=1, max=36_500, metavar="N", help="How far back")]


def register(app: typer.Typer) -> None:
    """Adds the command to the other reports."""
    reports.command("outages")(outages)


def outages(days: Days = 30, at: o.At = None, json: o.Json = False, database: o.Database = None) -> int:
    """When nobody kept the clock, and which messages went late, were suppressed or reached nobody."""
    from cli import shapes
    from cli.opening import opened
    from notifications.outages import outages as found_since

    with opened(database) as place, place.ledger.engine.connect() as connection:
        now = place.moment(at) if at else datetime.now(UTC)
        found, zone = found_since(connection, now, now - timedelta(days=days)), place.site.zone
    if json:
        stood = [{"from": began, "until": ended} for began, ended in found.stood]
        shapes.put({"stood": stood, "messages": [_shape(held) for held in found.held]})
        return DONE
    for began, ended in found.stood:
        say(words(f"‼ Nobody kept the clock from {_at(began, zone)} to {_at(ended, zone)}", "bold red"))
    if found.held:
        say(table("To", "Should have gone", "What became of it", "Why", rows=[_row(h, zone) for h in found.held]))
    if not found.stood and not found.held:
        say(words(f"✓ Everything went out in time in the last {days} days.", "green"))
    return DONE


def _shape(held: "Held") -> dict[str, Any]:
    one = held.message
    return {
        "id": one.id, "to": one.staff, "channel": one.channel, "kind": one.kind, "what": held.what, "why": held.why,
        "wanted_at": one.wanted_at, "settled_at": one.settled_at, "digests_missed": held.digests_missed,
    }  # fmt: skip


def _row(held: "Held", zone: "ZoneInfo") -> tuple[RenderableType, ...]:
    one = held.message
    minutes = int(held.late_by.total_seconds() // 60)
    late = f"{minutes // 1440} days" if minutes >= 2880 else f"{minutes // 60} h {minutes % 60} min"
    missed = f"stands for {held.digests_missed} more digests" if held.digests_missed else ""
    what = f"{held.what}: {late}" if held.what in ("late", "waiting") else held.what
    return (
        two(words(one.staff, "bold"), one.channel),
        two(_at(one.wanted_at, zone), one.kind),
        two(what, missed),
        held.why,
    )


def _at(moment: datetime, zone: "ZoneInfo") -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"
