"""Entering things: `record`, `do`, `amend`, `retract`, `override`. They differ in what they hand to the ledger."""

from collections.abc import Callable, Iterable
from contextlib import nullcontext
from dataclasses import dataclass, fields
from functools import wraps
from inspect import Parameter, Signature, signature
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import RenderableType

from cli import options as o
from cli.given import gather, known_act, known_kind
from cli.screen import say, table, words
from cli.terminal import DONE, FAILED
from cli.vocabulary import Described
from workflow.errors import NotFound
from workflow.moments import day
from workflow.vocabulary import Role

if TYPE_CHECKING:
    from storage.effects import TaskChange
    from storage.ledger import Answer, Ledger

Kind = Annotated[str, typer.Argument(metavar="KIND", help="The kind of record; --help lists them", show_default=False)]
Action = Annotated[str, typer.Argument(metavar="ACTION", help="The act; --help lists them", show_default=False)]
Id = Annotated[str, typer.Argument(metavar="ID", help="The id of the record or act (asps timeline shows it)")]
Guard = Annotated[str, typer.Argument(metavar="GUARD", help="The guard to be overridden, once")]


ENTRIES = ("record", "act", "override")
"""The kinds of journal entries that can be amended."""


@dataclass(frozen=True, kw_only=True)
class Terms:
    """Who enters something, when and why, and how the answer is to be shown: options that all five share."""

    at: o.At = None
    by: o.By = Role.CLINICIAN
    user: o.User = None
    reason: o.Reason = ""
    key: o.Key = None
    expect_version: o.Version = None
    dry_run: o.DryRun = False
    json: o.Json = False
    database: o.Database = None


def entering(command: Callable[..., int]) -> Callable[..., int]:
    """Gives a command the shared options, which it receives as `terms`."""
    shared = [Parameter(f.name, Parameter.KEYWORD_ONLY, default=f.default, annotation=f.type) for f in fields(Terms)]
    own = [p for p in signature(command).parameters.values() if p.name != "terms"]

    @wraps(command)
    def run(**given: Any) -> int:
        return command(terms=Terms(**{p.name: given.pop(p.name) for p in shared}), **given)

    run.__signature__ = Signature([*own, *shared])  # type: ignore[attr-defined]  # what typer reads
    return run


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    described = app.command(cls=Described, rich_help_panel="Enter")
    plain = app.command(rich_help_panel="Enter")
    described(record), described(do), plain(amend), plain(retract), described(override)


@entering
def record(
    terms: Terms, patient: o.Patient, kind: Kind, set_: o.Set = None, file: o.File = None, on: o.On = None
) -> int:
    """Record a fact: a scan, a laboratory report, a symptom. `asps record P imaging --help` shows one kind alone."""
    given, when = gather(known_kind(kind), set_ or [], file), day(on) if on else None
    return _enter(patient, kind, terms, lambda ledger, how: ledger.enter(patient, kind, given, on=when, **how))


@entering
def do(
    terms: Terms, patient: o.Patient, action: Action, set_: o.Set = None, file: o.File = None, on: o.On = None
) -> int:
    """Decide or do something. It is refused, with every reason, while a guard stands in the way."""
    given, when = gather(known_act(action), set_ or [], file), day(on) if on else None
    return _enter(patient, action, terms, lambda ledger, how: ledger.enter(patient, action, given, on=when, **how))


@entering
def amend(terms: Terms, patient: o.Patient, id: Id, set_: o.Set = None, file: o.File = None, on: o.On = None) -> int:
    """Correct an entry: only the fields given change. What relied on it is opened for review."""
    when = day(on) if on else None
    given = gather(_name_of(terms.database, patient, id), set_ or [], file)
    what = f"the amendment of {id}"
    return _enter(patient, what, terms, lambda ledger, how: ledger.amend(patient, id, given, on=when, **how))


@entering
def retract(terms: Terms, patient: o.Patient, id: Id) -> int:
    """Mark an entry as entered in error. It stays in the record and no longer counts."""
    return _enter(patient, f"the retraction of {id}", terms, lambda ledger, how: ledger.retract(patient, id, **how))


@entering
def override(terms: Terms, patient: o.Patient, guard: Guard, set_: o.Set = None, file: o.File = None) -> int:
    """Break the glass: one hard stop, one act, one use, two clinicians, an expiry. It stays in the record."""
    given = gather("override", [f"guard={guard}", *(set_ or [])], file)
    what = f"the override of {guard}"
    return _enter(patient, what, terms, lambda ledger, how: ledger.enter(patient, "override", given, **how))


def _name_of(database: str | None, patient: str, id: str) -> str:
    """The kind or act of an entry: by its fields the text given is read.

    One that was retracted is named as well: an amendment may be repeated with its key after that.
    """
    from cli.opening import opened

    with opened(database) as place:
        names = (row.name for row in place.reader.timeline(patient) if row.id == id and row.kind in ENTRIES)
        if name := next(names, ""):
            return name
    raise NotFound("record", id, "asps timeline shows the ids on file")


def _enter(patient: str, what: str, terms: Terms, write: "Callable[[Ledger, dict[str, Any]], Answer]") -> int:
    """Enters something, or rehearses it, and shows what came of it."""
    from cli import shapes
    from cli.opening import author, opened

    with opened(terms.database) as place:
        now = place.moment(terms.at)
        how = {
            "now": now, "author": author(terms.by, terms.user), "reason": terms.reason,
            "key": terms.key, "expect_version": terms.expect_version, "stated": terms.at is not None,
        }  # fmt: skip
        with place.ledger.rehearsal() if terms.dry_run else nullcontext(place.ledger) as ledger:
            answer = write(ledger, how)
        told = answer.pressing(place.site.today(now))
        ahead = answer.accepted and not terms.dry_run and now > place.moment(None)
    if terms.json:
        shapes.put(shapes.answer(patient, answer, terms.dry_run) | ({"messages": told} if terms.dry_run else {}))
    else:
        say(*_shown(patient, what, answer, terms.dry_run))
        say(*(words("the next tick would tell: ", "dim") + words(line) for line in told if terms.dry_run))
    if ahead:
        say(_ahead(patient, answer.entry), error=True)
    return DONE if answer.accepted else FAILED


def _ahead(patient: str, entry: str) -> RenderableType:
    """A year mistyped in `--at` is easily overlooked, and counts at once."""
    said = "the moment of --at has not come yet, and the entry counts all the same. If that was a slip: "
    return words("‼ ", "bold yellow") + words(said) + words(f"asps retract {patient} {entry}", "bold")


def _shown(patient: str, what: str, answer: "Answer", dry_run: bool) -> Iterable[RenderableType]:
    from cli.refusals import refusal

    if not answer.accepted:
        yield from refusal(what, patient, answer.blockers)
        return
    yield from _accepted(patient, what, answer, dry_run)
    if answer.changes:
        yield changes(answer)


def _accepted(patient: str, what: str, answer: "Answer", dry_run: bool) -> Iterable[RenderableType]:
    if dry_run:
        yield words("○ ", "bold cyan") + words(f"{what} would be entered for {patient}; nothing was written")
    elif answer.replayed:
        yield words("✓ ", "bold green") + words(f"{what} was already entered for {patient} with this key; nothing new")
    else:
        named = "" if what.endswith(answer.entry) else f" as {answer.entry}"
        yield words("✓ ", "bold green") + words(f"{what} is entered for {patient}{named}")
    if answer.before is not answer.after:
        yield words("  ") + words(answer.before.title) + " → " + words(answer.after.title, "bold")
    for warning in answer.warned:
        yield words(f"  for the reason given, against {warning.guard}: {warning.why}", "yellow")
    for passed in answer.overridden:
        yield words(f"  overridden, not satisfied: {passed.guard}: {passed.why}", "red")


def changes(answer: "Answer") -> RenderableType:
    """The tasks that opened, moved or closed, with the arithmetic of their dates."""
    return table("Task", "Due", "Why", rows=[_change(change) for change in answer.changes])


def _change(change: "TaskChange") -> tuple[RenderableType, ...]:
    was, now = change.old_due or "no date", change.new_due or "no date"
    dates = {"opened": f"{now}", "reopened": f"{now}", "moved": f"{was} → {now}", "snoozed": f"{was} → {now}"}
    moved = dates.get(change.what, "")
    return words(f"{change.what}  ", "dim") + words(change.title), moved, words(change.why, "dim")
