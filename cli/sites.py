"""Setting up a site: `init`, and `site show|set` afterwards. Numbers that only the site can give are asked for."""

import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import RenderableType
from rich.prompt import Prompt
from rich.text import Text

from cli import options as o
from cli.given import pairs
from cli.screen import console, say, table, two, words
from workflow.errors import AspsError, Invalid
from workflow.site import Site, SiteKey
from workflow.vocabulary import Role

if TYPE_CHECKING:
    from storage.timeline import SettingRow

LATER = "later"
"""Typed to leave a setting open on purpose."""
OPENS = (LATER, "UNSET")
ZONE, NO_ZONE = "timezone", "UTC"
"""The one setting that cannot be left open: due dates are civil dates."""

Keys = Annotated[list[str], typer.Argument(metavar="KEY=VALUE...", help="What to set; UNSET opens it again")]
OneKey = Annotated[str | None, typer.Argument(metavar="[KEY]", help="One setting, with its history")]
Yes = Annotated[bool, typer.Option("--yes", help="Ask nothing: what --set leaves out stays an open decision")]

sites = typer.Typer(no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command(rich_help_panel="Set up")(init)
    app.add_typer(sites, name="site", help="The site's settings and its open decisions", rich_help_panel="Set up")


def init(set_: o.Set = None, yes: Yes = False, user: o.User = None, database: o.Database = None) -> int:
    """Make a new record and set up the site. What must not stay open by oversight is asked for."""
    from cli.opening import author, ledger_on, shown
    from storage.address import file_of
    from workflow.asps import ASPS

    url = o.database_url(database)
    file = file_of(url)
    given = _checked(ASPS.keys, set_ or [])
    if file is None or not file.exists():
        given = {"timezone": NO_ZONE} | given if yes else _asked(ASPS.keys, given)
    with ledger_on(url) as ledger:
        if ledger.site().revision:
            raise AspsError(f"{shown(url)} is already set up; see: asps site show")
        values = {key: None if text in OPENS else text for key, text in given.items()}
        site = ledger.set_site(
            values, now=datetime.now(UTC), author=author(Role.COORDINATOR, user), reason="setting up the site"
        )
    say(words("✓ ", "bold green") + words(f"The record is at {shown(url)}; due dates are dates in {site.word(ZONE)}"))
    say(*_open_decisions(site), words("Next: asps patient add ID --born DATE", "dim"))
    return 0


def _checked(keys: Mapping[str, SiteKey], sets: Iterable[str]) -> dict[str, str]:
    """The settings given, each possible. Raises Invalid."""
    given: dict[str, str] = {}
    for name, text in pairs(sets):
        if name in given:
            raise Invalid(name, "is given twice")
        if name not in keys:
            raise Invalid(name, "there is no such setting", allowed=", ".join(keys))
        if text not in OPENS or name == ZONE:
            keys[name].read(text)
        given[name] = text
    return given


def _asked(keys: Mapping[str, SiteKey], given: dict[str, str]) -> dict[str, str]:
    """The settings given, and the answers for those that must not stay open by oversight."""
    missing = [key for key in keys.values() if (key.ask or key.name == ZONE) and key.name not in given]
    if missing and not sys.stdin.isatty():
        names = ", ".join(key.name for key in missing)
        raise Invalid(
            "--set", f"nobody can be asked here for {names}", allowed=f"--set NAME=VALUE, NAME={LATER}, or --yes"
        )
    return given | {key.name: _ask(key) for key in missing}


def _ask(key: SiteKey) -> str:
    """A possible value, or `later`, typed in full."""
    later = "" if key.name == ZONE else f"; {LATER} leaves it open"
    say("", words(f"{key.name}: {key.title}", "bold"), words(f"{key.allowed}{later}", "dim"))
    while True:
        text = Prompt.ask(Text("  "), console=console()).strip()
        if text == LATER and later:
            return text
        try:
            key.read(text)
        except Invalid as error:
            say(words(str(error), "red"))
        else:
            return text


def _open_decisions(site: Site) -> Iterator[RenderableType]:
    """What the site has yet to decide; tasks that depend on it have no date until then."""
    found = site.open_decisions()
    if found:
        yield words(f"{len(found)} open site decisions; tasks that depend on them have no date:", "bold yellow")
        yield table("Setting", "What it means", rows=[(key.name, f"{key.title} ({key.allowed})") for key in found])


@sites.command("set")
def set_site(
    settings: Keys, by: o.By = Role.COORDINATOR, user: o.User = None, at: o.At = None, reason: o.Reason = "",
    json: o.Json = False, database: o.Database = None,
) -> int:  # fmt: skip
    """Set what the site decides: `asps site set mdt.due_days=7`. Open patients are planned anew at the next tick."""
    from cli import shapes
    from cli.opening import author, opened

    with opened(database) as place:
        given = _checked(place.site.keys, _as_pairs(settings))
        values = {key: None if text in OPENS else text for key, text in given.items()}
        site = place.ledger.set_site(
            values, now=place.moment(at), author=author(by, user), reason=reason, stated=at is not None
        )
    if json:
        shapes.put({"revision": site.revision, "set": {key: site.get(key) for key in values}})
    else:
        say(words("✓ ", "bold green") + words(f"Settings, revision {site.revision}"))
        say(*(words(f"  {key} = {_value(site, key)}") for key in values))
    return 0


def _as_pairs(settings: list[str]) -> list[str]:
    """`KEY VALUE` is taken as `KEY=VALUE`."""
    if len(settings) == 2 and "=" not in settings[0]:
        return [f"{settings[0]}={settings[1]}"]
    return settings


def _value(site: Site, key: str) -> str:
    """A value as people type it."""
    value = site.get(key)
    return "UNSET" if value is None else "-".join(map(str, value)) if isinstance(value, tuple) else str(value)


@sites.command("show")
def show(key: OneKey = None, json: o.Json = False, database: o.Database = None) -> int:
    """Show every setting with its value, source, who set it and when, and the open decisions."""
    from cli import shapes
    from cli.opening import opened

    with opened(database) as place:
        site, last = place.site, _latest(place.reader.settings_history(key))
    if key is not None and key not in site.keys:
        raise Invalid("key", f"there is no setting {key[:60]!r}", allowed=", ".join(site.keys))
    names = [key] if key else list(site.keys)
    if json:
        settings = [_shape(site, name, last.get(name)) for name in names]
        open_ = [found.name for found in site.open_decisions()]
        shapes.put({"revision": site.revision, "settings": settings, "open_decisions": open_})
    else:
        rows = [_row(site, name, last.get(name)) for name in names]
        say(table("Setting", "Value", "Source", rows=rows))
        say("", *_open_decisions(site))
    return 0


def _latest(history: "list[SettingRow]") -> "dict[str, SettingRow]":
    """Who set each setting last."""
    return {row.key: row for row in history}


def _shape(site: Site, name: str, last: "SettingRow | None") -> dict[str, Any]:
    key = site.keys[name]
    return {
        "key": name, "title": key.title, "value": site.get(name), "default": key.default, "allowed": key.allowed,
        "open": key in site.open_decisions(), "unset_means": key.unset_means, "offer": key.offer,
        "source": [str(source) for source in key.source], "set_by": last.user if last else None,
        "set_as": last.by if last else None, "set_at": last.at if last else None,
        "reason": last.reason if last else None,
    }  # fmt: skip


def _row(site: Site, name: str, last: "SettingRow | None") -> tuple[RenderableType, ...]:
    key = site.keys[name]
    who = f"{last.user}, {last.at.astimezone(site.zone):%Y-%m-%d %H:%M}" if last else ""
    return two(words(name, "bold"), key.title), two(_in_force(site, key), who), _sources(key)


def _in_force(site: Site, key: SiteKey) -> RenderableType:
    """The value, and where it comes from when nobody set it."""
    value = site.get(key.name)
    if value is None and key.unset_means:
        return words(f"not set: {key.unset_means}", "dim")
    if value is None:
        offer = f" (published: {key.offer})" if key.offer else ""
        return words("◇ open", "magenta") + words(offer, "dim")
    default = words("" if key.name in site.values else " (default)", "dim")
    return words(_value(site, key.name)) + default


def _sources(key: SiteKey) -> RenderableType:
    return words("; ".join(str(source) for source in key.source), "dim")
