"""`asps outbox list|retry`: what was told to whom, and what could not be delivered."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from rich.console import RenderableType

from cli import options as o
from cli.screen import say, table, two, words
from cli.terminal import DONE

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from notifications.outbox import Message

State = Annotated[
    Literal["queued", "sent", "suppressed", "parked", "replaced"] | None,
    typer.Option("--state", help="Only those; parked ones could not be delivered"),
]
Limit = Annotated[int, typer.Option("--limit", min=1, max=100_000, metavar="N", help="At most so many")]
Ids = Annotated[
    list[int] | None,
    typer.Argument(min=1, max=2**63 - 1, metavar="[NUMBER...]", help="Which; else all that are parked"),
]
STYLES = {"sent": "green", "parked": "bold red", "queued": "yellow", "suppressed": "dim", "replaced": "dim"}

outbox = typer.Typer(no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.add_typer(outbox, name="outbox", help="Messages, and what became of them", rich_help_panel="Messages")


@outbox.command("list")
def list_(state: State = None, limit: Limit = 100, json: o.Json = False, database: o.Database = None) -> int:
    """List messages, newest first, with what became of each."""
    from cli import shapes
    from cli.opening import opened
    from notifications.outbox import messages

    with opened(database) as place, place.ledger.engine.connect() as connection:
        found, zone = messages(connection, state=state, limit=limit), place.site.zone
    if json:
        shapes.put([_shape(message) for message in found])
    elif found:
        say(table("", "To", "Message", "State", "Should have gone", rows=[_row(m, zone) for m in found]))
    else:
        say("There are no messages" + (f" that are {state}." if state else " yet. asps person list shows who is told."))
    return DONE


@outbox.command("retry")
def retry(numbers: Ids = None, database: o.Database = None) -> int:
    """Queue parked messages again, once what stood in their way is mended."""
    from cli.opening import opened
    from notifications.outbox import retry as again

    with opened(database) as place:
        count = again(place.ledger.engine, datetime.now(UTC), numbers or ())
    say(words("✓ ", "bold green") + words(f"{count} {'message' if count == 1 else 'messages'} queued again"))
    return DONE


def _shape(m: "Message") -> dict[str, Any]:
    return {
        "id": m.id, "to": m.staff, "channel": m.channel, "kind": m.kind, "day": m.day, "state": m.state,
        "attempts": m.attempt, "wanted_at": m.wanted_at, "next_at": m.next_at if m.state == "queued" else None,
        "settled_at": m.settled_at, "detail": m.detail,
    }  # fmt: skip


def _row(m: "Message", zone: "ZoneInfo") -> tuple[RenderableType, ...]:
    settled = f" {m.settled_at.astimezone(zone):%Y-%m-%d %H:%M}" if m.settled_at else ""
    tried = f", {m.attempt} attempts" if m.attempt > 1 else ""
    return (
        str(m.id), two(words(m.staff, "bold"), m.channel), two(m.kind, str(m.day)),
        two(words(m.state, STYLES[m.state]) + words(settled + tried), m.detail),
        f"{m.wanted_at.astimezone(zone):%Y-%m-%d %H:%M}",
    )  # fmt: skip
