"""`asps account add|list|password|role|revoke|restore|sessions`: who may sign in to the desk."""

import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from cli import options as o
from cli.screen import say, table, two, words
from cli.terminal import DONE
from workflow.errors import Invalid

if TYPE_CHECKING:
    from storage.accounts import Account, WebRole

Id = Annotated[
    str, typer.Argument(metavar="ID", help="Their user name, which stands in the journal", show_default=False)
]
Name = Annotated[str, typer.Option("--name", help="As people call them")]
Role = Annotated[str, typer.Option("--role", metavar="ROLE", help="coordinator, clinician, administrator or auditor")]
Generate = Annotated[bool, typer.Option("--generate", help="Make a password and print it, instead of asking for one")]
End = Annotated[bool, typer.Option("--end", help="End all of them")]

accounts = typer.Typer(no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.add_typer(accounts, name="account", help="Who may sign in to the desk", rich_help_panel="The desk")


@accounts.command("add")
def add(id: Id, role: Role, name: Name = "", generate: Generate = False, database: o.Database = None) -> int:
    """Add someone. Their first password is asked for here, or read from standard input, and changed by them at once."""
    from cli.opening import opened
    from storage import accounts as on_file
    from web.passwords import hashed

    with opened(database) as place:
        wanted, password = _role(role), _password(generate, (id, name))
        on_file.add(
            place.ledger.engine, id=id, name=name or id, role=wanted, password=hashed(password), now=datetime.now(UTC)
        )
    return _told(f"{id} may sign in as {wanted.value}", password if generate else "")


@accounts.command("password")
def password(id: Id, generate: Generate = False, database: o.Database = None) -> int:
    """Set a first password; all their sessions end."""
    from cli.opening import opened
    from storage import accounts as on_file
    from web.passwords import hashed

    with opened(database) as place:
        engine = place.ledger.engine
        with engine.connect() as connection:
            account = on_file.get(connection, id)
        chosen = _password(generate, (id, account.name))
        on_file.set_password(engine, id, hashed(chosen), datetime.now(UTC), must_change=True)
    return _told(f"{id} has a new first password", chosen if generate else "")


@accounts.command("role")
def role(id: Id, role: Role, database: o.Database = None) -> int:
    """Give someone another role; all their sessions end."""
    from cli.opening import opened
    from storage.accounts import set_role

    with opened(database) as place:
        wanted = _role(role)
        set_role(place.ledger.engine, id, wanted)
    return _told(f"{id} is {wanted.value} now")


@accounts.command("revoke")
def revoke(id: Id, database: o.Database = None) -> int:
    """Let someone sign in no longer. What they entered stays, with their name."""
    from cli.opening import opened
    from storage import accounts as on_file

    with opened(database) as place:
        on_file.revoke(place.ledger.engine, id, datetime.now(UTC))
    return _told(f"{id} can no longer sign in")


@accounts.command("restore")
def restore(id: Id, database: o.Database = None) -> int:
    """Let someone sign in again."""
    from cli.opening import opened
    from storage import accounts as on_file

    with opened(database) as place:
        on_file.restore(place.ledger.engine, id)
    return _told(f"{id} can sign in again")


@accounts.command("list")
def list_all(json: o.Json = False, database: o.Database = None) -> int:
    """List who may sign in, and who no longer may."""
    from cli import shapes
    from cli.opening import opened
    from storage import accounts as on_file

    with opened(database) as place, place.ledger.engine.connect() as connection:
        found = on_file.accounts(connection).values()
    if json:
        shapes.put([_shape(account) for account in found])
    elif found:
        say(table("Who", "Role", "State", rows=[(two(a.id, a.name), a.role.value, _state(a)) for a in found]))
    else:
        say(words("Nobody may sign in yet: asps account add", "dim"))
    return DONE


@accounts.command("sessions")
def sessions(id: Id, end: End = False, json: o.Json = False, database: o.Database = None) -> int:
    """List where someone is signed in, or end it."""
    from cli import shapes
    from cli.opening import opened
    from storage import accounts as on_file
    from storage import sessions as open_sessions

    with opened(database) as place:
        engine = place.ledger.engine
        with engine.connect() as connection:
            on_file.get(connection, id)
            found = open_sessions.of_account(connection, id)
        if end:
            open_sessions.end_all(engine, id)
            return _told(f"{id} was signed out everywhere")
    if json:
        shapes.put(
            [{"since": s.created_at, "last_used": s.seen_at, "from": s.address, "browser": s.agent} for s in found]
        )
    else:
        rows = [
            (f"{s.seen_at:%Y-%m-%d %H:%M} UTC", f"{s.created_at:%Y-%m-%d %H:%M}", two(s.address, s.agent))
            for s in found
        ]
        say(table("Last used", "Since", "From", rows=rows) if rows else words("Nowhere.", "dim"))
    return DONE


def _role(text: str) -> "WebRole":
    from storage.accounts import WebRole

    if text not in set(WebRole):
        raise Invalid("--role", f"{text[:40]!r} is not possible", allowed=", ".join(WebRole))
    return WebRole(text)


def _password(generate: bool, about: tuple[str, ...]) -> str:
    """Never an argument, which other users of the machine could see. Raises Invalid."""
    from web.passwords import check, random

    if generate:
        return random()
    if sys.stdin.isatty():
        given = str(typer.prompt("First password", hide_input=True, confirmation_prompt=True))
    else:
        given = sys.stdin.readline().rstrip("\r\n")
    return check(given, about=about)


def _told(what: str, password: str = "") -> int:
    say(words("✓ ", "bold green") + words(what))
    if password:
        say(words("First password, shown only now: ") + words(password, "bold"))
    return DONE


def _state(account: "Account") -> str:
    if account.revoked_at:
        return f"revoked {account.revoked_at:%Y-%m-%d}"
    return "has a first password" if account.must_change else "active"


def _shape(account: "Account") -> dict[str, object]:
    return {"id": account.id, "name": account.name, "role": account.role.value, "must_change": account.must_change,
            "created_at": account.created_at, "revoked_at": account.revoked_at}  # fmt: skip
