"""`asps person calendar|address`: someone's tasks as a calendar, as a file or under a secret address."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from urllib.parse import urljoin

import typer

from cli import options as o
from cli.people import Id, people
from cli.screen import command, say, words
from cli.terminal import DONE

Out = Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Into a file; else printed")]
Link = Annotated[str, typer.Option("--link", metavar="URL", envvar="ASPS_LINK", help="Where the worklist is")]
Revoke = Annotated[bool, typer.Option("--revoke", help="The present address stops working, and there is no new one")]


def register(app: typer.Typer) -> None:
    """Adds the commands to those about people."""
    people.command("calendar")(calendar)
    people.command("address")(address)


def calendar(id: Id, out: Out = None, link: Link = "", database: o.Database = None) -> int:
    """Write someone's open tasks as a calendar (.ics). No patient is in it."""
    from cli.opening import opened
    from notifications.calendar import of
    from notifications.people import member

    with opened(database) as place, place.ledger.engine.connect() as connection:
        content = of(connection, place.ledger.pathway, member(connection, id), now=datetime.now(UTC), link=link)
    if out is None:
        sys.stdout.buffer.write(content)
    else:
        out.write_bytes(content)
        say(words("✓ ", "bold green") + words(f"{content.count(b'BEGIN:VEVENT')} entries in {out}"))
    return DONE


def address(id: Id, revoke: Revoke = False, link: Link = "", database: o.Database = None) -> int:
    """Make a new secret calendar address for someone, under which the desk serves it; the one before stops working."""
    from cli.opening import opened
    from notifications.people import change, new_feed

    with opened(database) as place:
        if revoke:
            change(place.ledger.engine, id, feed_hash="")
            say(words("✓ ", "bold green") + words(f"the calendar address of {id} no longer works"))
        else:
            secret = new_feed(place.ledger.engine, id)
            say(
                "Whoever has this address sees the dates, so keep it secret; it is shown only now:",
                command(urljoin(link, f"/calendar/{secret}.ics")),
            )
    return DONE
