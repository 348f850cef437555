"""`asps policy`: how messages are sent."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from cli import options as o
from cli.given import pairs
from cli.screen import say, table, two, words
from cli.terminal import DONE

Decisions = Annotated[list[str] | None, typer.Argument(metavar="[NAME=VALUE...]", help="What to decide; else show")]


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("policy", rich_help_panel="Messages")(policy)


def policy(decisions: Decisions = None, user: o.User = None, json: o.Json = False, database: o.Database = None) -> int:
    """Show or decide how messages are sent: `asps policy escalation.to=clinician`."""
    from cli import shapes
    from cli.opening import opened
    from notifications.policy import KEYS, decide, decided

    with opened(database) as place:
        if decisions:
            given = dict(pairs(decisions))
            decide(place.ledger.engine, given, now=datetime.now(UTC), user=o.user_name(user))
        with place.ledger.engine.connect() as connection:
            found = decided(connection)
    if json:
        shapes.put(found)
    else:
        rows = [(two(words(n, "bold"), KEYS[n].title), two(v, KEYS[n].allowed)) for n, v in found.items()]
        say(table("Decision", "In force", rows=rows))
    return DONE
