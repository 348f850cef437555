"""`asps person add|change|absent|remove|list`: who is told, where and when."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import RenderableType

from cli import options as o
from cli.screen import say, table, two, words
from cli.terminal import DONE
from workflow.errors import Invalid
from workflow.moments import day

if TYPE_CHECKING:
    from collections.abc import Mapping

    from notifications.people import Member

Id = Annotated[str, typer.Argument(metavar="ID", help="Their id: the one they claim tasks under", show_default=False)]
Role = Annotated[str | None, typer.Option("--role", metavar="ROLE", help="clinician, coordinator or administrator")]
Name = Annotated[str | None, typer.Option("--name", help="As people call them")]
Email = Annotated[str | None, typer.Option("--email", metavar="ADDRESS", help="An empty one takes it away")]
Webhook = Annotated[str | None, typer.Option("--webhook", metavar="URL", help="An empty one takes it away")]
Apprise = Annotated[
    str | None,
    typer.Option("--apprise", metavar="URL", help="Teams, SMS, ...: see apprise; an empty one takes it away"),
]
Hour = Annotated[int | None, typer.Option("--hour", metavar="H", help="Hour of the digest, at the site; else 8")]
Quiet = Annotated[str | None, typer.Option("--quiet", metavar="H-H", help="Hours without messages; else 20-7")]
From = Annotated[str | None, typer.Option("--from", metavar="DATE", help="First day away")]
Until = Annotated[str | None, typer.Option("--until", metavar="DATE", help="Last day away")]
Deputy = Annotated[str | None, typer.Option("--deputy", metavar="ID", help="Who is told meanwhile")]
Back = Annotated[bool, typer.Option("--back", help="They are back")]

people = typer.Typer(no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.add_typer(people, name="person", help="Who is told, where and when", rich_help_panel="Messages")


@people.command("add")
def add(
    id: Id, role: Role = None, name: Name = None, email: Email = None, webhook: Webhook = None,
    apprise: Apprise = None, hour: Hour = None, quiet: Quiet = None, json: o.Json = False, database: o.Database = None,
) -> int:  # fmt: skip
    """Add someone who is told about the tasks of their role, and about those they claimed."""
    from cli.opening import opened
    from notifications import people as on_file

    if role is None:
        raise Invalid("--role", "is required", allowed=", ".join(on_file.Duty))
    given = _given(role, name, hour, quiet)
    with opened(database) as place:
        addresses = _addresses({}, email=email, webhook=webhook, apprise=apprise)
        member = on_file.Member(id=id, addresses=addresses, **({"name": id} | given))
        return _show([on_file.add(place.ledger.engine, member)], json)


@people.command("change")
def change(
    id: Id, role: Role = None, name: Name = None, email: Email = None, webhook: Webhook = None,
    apprise: Apprise = None, hour: Hour = None, quiet: Quiet = None, json: o.Json = False, database: o.Database = None,
) -> int:  # fmt: skip
    """Change what is given."""
    from cli.opening import opened
    from notifications import people as on_file

    given = _given(role, name, hour, quiet)
    with opened(database) as place:
        with place.ledger.engine.connect() as connection:
            known = on_file.everyone(connection)
        before = known[id].addresses if id in known else {}
        given["addresses"] = _addresses(before, email=email, webhook=webhook, apprise=apprise)
        return _show([on_file.change(place.ledger.engine, id, **given)], json)


def _given(role: str | None, name: str | None, hour: int | None, quiet: str | None) -> dict[str, Any]:
    from notifications.people import Duty

    given: dict[str, Any] = {}
    if role is not None:
        if role not in list(Duty):
            raise Invalid("--role", f"{role[:40]!r} is not possible", allowed=", ".join(Duty))
        given["role"] = Duty(role)
    if quiet is not None:
        given["quiet"] = _hours(quiet)
    return given | {key: value for key, value in (("name", name), ("digest_hour", hour)) if value is not None}


def _hours(text: str) -> tuple[int, int]:
    first, dash, last = text.partition("-")
    if not dash or not (first + last).isdecimal() or not (first and last):
        raise Invalid("--quiet", f"{text[:40]!r} is not possible", allowed="two hours such as 20-7; 0-0 for none")
    return int(first), int(last)


def _addresses(before: "Mapping[str, str]", **given: str | None) -> dict[str, str]:
    now = dict(before) | {channel: address for channel, address in given.items() if address is not None}
    return {channel: address for channel, address in now.items() if address}


@people.command("absent")
def absent(
    id: Id, from_: From = None, until: Until = None, deputy: Deputy = None, back: Back = False, json: o.Json = False,
    database: o.Database = None,
) -> int:  # fmt: skip
    """Say that someone is away; their deputy is told meanwhile."""
    from cli.opening import opened
    from notifications import people as on_file

    if not back and until is None:
        raise Invalid("--until", "is required", allowed="the last day, or --back")
    with opened(database) as place:
        first = day(from_, "--from") if from_ else place.site.today(datetime.now(UTC))
        away = None if back else (first, day(until or "", "--until"))
        given: dict[str, Any] = {"absent": away} | ({"deputy": deputy} if deputy is not None else {})
        return _show([on_file.change(place.ledger.engine, id, **given)], json)


@people.command("remove")
def remove(id: Id, database: o.Database = None) -> int:
    """Take someone off the list. What was queued for them is not sent."""
    from cli.opening import opened
    from notifications import people as on_file

    with opened(database) as place:
        on_file.remove(place.ledger.engine, id)
    say(words("✓ ", "bold green") + words(f"{id} is told nothing any more"))
    return DONE


@people.command("list")
def list_(json: o.Json = False, database: o.Database = None) -> int:
    """List who is told, where and when."""
    from cli.opening import opened
    from notifications import people as on_file

    with opened(database) as place, place.ledger.engine.connect() as connection:
        return _show(list(on_file.everyone(connection).values()), json)


def _show(members: "list[Member]", json: bool) -> int:
    from cli import shapes

    if json:
        shapes.put([_shape(member) for member in members])
    elif members:
        say(table("Person", "Is told", "When", "Away", rows=map(_row, members)))
    else:
        say("Nobody is told anything. Next: asps person add ID --role coordinator --email ADDRESS")
    return DONE


def _shape(member: "Member") -> dict[str, Any]:
    return {
        "id": member.id, "name": member.name, "role": member.role, "addresses": _shown(member),
        "digest_hour": member.digest_hour, "quiet": member.quiet, "absent": member.absent, "deputy": member.deputy,
        "calendar": bool(member.feed_hash),
    }  # fmt: skip


def _shown(member: "Member") -> dict[str, str]:
    from notifications.addresses import shown

    return {channel: shown(channel, address) for channel, address in member.addresses.items()}


def _row(member: "Member") -> tuple[RenderableType, ...]:
    where = ", ".join(_shown(member).values())
    hours = f"quiet {member.quiet[0]}-{member.quiet[1]}" if member.quiet[0] != member.quiet[1] else ""
    away = f"{member.absent[0]} to {member.absent[1]}" if member.absent else ""
    return (
        two(words(member.id, "bold"), f"{member.name}, {member.role}"),
        words(where) if where else words("has no address", "bold red"),
        two(f"at {member.digest_hour}:00", hours),
        two(away, f"deputy {member.deputy}" if member.deputy else ""),
    )
