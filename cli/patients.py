"""`asps patient add|list|show`; renaming and erasing stand in `cli.who`."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from rich.console import RenderableType

from cli import options as o
from cli import who
from cli.given import pairs, read_file
from cli.screen import facts, say, shortly, table, words
from cli.terminal import DONE, FAILED
from cli.who import Contact, Name
from workflow.errors import Invalid
from workflow.fields import YNU
from workflow.moments import day
from workflow.plan import Status
from workflow.vocabulary import Role, State

if TYPE_CHECKING:
    from cli.opening import Record
    from storage.queries import TaskRow
    from workflow.plan import Planned

Sex = Literal["female", "male", "other", "unknown"]
NewId = Annotated[
    str | None, typer.Argument(metavar="ID", help="An id of your own choice; no name, no number of theirs")
]
Born = Annotated[str | None, typer.Option("--born", metavar="DATE", help="Date of birth, YYYY-MM-DD")]
SexRecorded = Annotated[Sex | None, typer.Option("--sex-recorded")]
Pregnable = Annotated[YNU | None, typer.Option("--can-become-pregnant", help="Unknown is not no")]
OneState = Annotated[State | None, typer.Option("--state", help="Only those who stand there")]
After = Annotated[str, typer.Option("--after", metavar="ID", help="Go on after this id")]
Limit = Annotated[int, typer.Option("--limit", min=1, max=100_000, metavar="N", help="At most so many")]
All = Annotated[bool, typer.Option("--all", help="Closed tasks too")]

FIELDS = ("id", "born", "name", "contact", "sex_recorded", "can_become_pregnant")
"""What is known at registration, as --set and --file spell it."""

patients = typer.Typer(no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    patients.command("rename")(who.rename)
    patients.command("erase")(who.erase)
    app.add_typer(patients, name="patient", help="Register patients, list them, show one", rich_help_panel="Patients")


@patients.command("add")
def add(
    id: NewId = None, born: Born = None, name: Name = None, contact: Contact = None, sex_recorded: SexRecorded = None,
    can_become_pregnant: Pregnable = None, set_: o.Set = None, file: o.File = None, at: o.At = None,
    by: o.By = Role.COORDINATOR, user: o.User = None, key: o.Key = None, json: o.Json = False,
    database: o.Database = None,
) -> int:  # fmt: skip
    """Register a patient, who then stands in `referred`."""
    from cli import shapes
    from cli.opening import author, opened

    options = {"id": id, "born": born, "name": name, "contact": contact, "sex_recorded": sex_recorded,
               "can_become_pregnant": can_become_pregnant}  # fmt: skip
    given = _registration(options, set_ or [], file)
    with opened(database) as place:
        answer = place.ledger.register(
            now=place.moment(at), author=author(by, user), key=key, stated=at is not None, **given
        )
    if json:
        shapes.put(shapes.answer(given["id"], answer, dry_run=False))
    else:
        say(words("✓ ", "bold green") + words(f"{given['id']} is registered and stands in {answer.after.title}"))
        say(words(f"Next: asps do {given['id']} accept_referral --set centre_role=reference_centre", "dim"))
    return DONE if answer.accepted else FAILED


def _registration(options: dict[str, Any], sets: list[str], file: str | None) -> dict[str, Any]:
    """What is known, from options, --set and --file together. Raises Invalid."""
    given: dict[str, Any] = {}
    parts = ((n, v) for n, v in options.items() if v is not None)
    for name, value in (*parts, *pairs(sets), *(read_file(file) if file else {}).items()):
        if name not in FIELDS:
            raise Invalid(name, "there is no such field here", allowed=", ".join(FIELDS))
        if name in given:
            raise Invalid(name, "is given twice")
        if not isinstance(value, str):
            raise Invalid(name, "is no text")
        given[name] = value
    for name in ("id", "born"):
        if name not in given:
            raise Invalid(name, "is required", allowed="asps patient add ID --born YYYY-MM-DD")
    return given | {"born": day(given["born"], "born")}


@patients.command("list")
def list_(
    state: OneState = None, after: After = "", limit: Limit = 100, json: o.Json = False, database: o.Database = None
) -> int:
    """List patients with where they stand, by id."""
    from cli import shapes
    from cli.opening import opened

    with opened(database) as place:
        rows = place.reader.patients(state=state, after=after, limit=limit)
    if json:
        shapes.put([{"patient": r.id, "state": r.state, "since": r.since, "version": r.version} for r in rows])
        return DONE
    if not rows and after:
        say(f"Nobody comes after {after}" + (f" in {state.title}." if state else "."))
        return DONE
    if not rows:
        say("Nobody is registered" + (f" in {state.title}." if state else ". Next: asps patient add ID --born DATE"))
        return DONE
    say(table("Patient", "State", "Since", rows=[(words(r.id, "bold"), r.state.title, str(r.since)) for r in rows]))
    if len(rows) == limit:
        say(words(f"These are the first {limit}; go on with: asps patient list --after {rows[-1].id}", "dim"))
    return DONE


@patients.command("show")
def show(
    patient: o.Patient, all: All = False, at: o.At = None, json: o.Json = False, database: o.Database = None
) -> int:
    """Show where a patient stands, what is to be done, and what is on file; the ids on file are for `amend`."""
    from cli import shapes
    from cli.opening import opened

    with opened(database) as place:
        found = _seen(place, patient, place.moment(at), at is not None, all)
    if json:
        shapes.put(found)
    else:
        say(*_shown(found))
    return DONE


def _seen(place: "Record", patient: str, now: datetime, past: bool, all: bool) -> dict[str, Any]:
    """A patient as the record has it, or as it was at another moment, planned by the rules of today."""
    from workflow.asps.alerts import alerts
    from workflow.asps.tracks import tracks
    from workflow.plan import plan

    chart, person = place.reader.chart(patient, now if past else None), place.reader.person(patient)
    planned = plan(place.ledger.pathway, chart, place.site, place.site.today(now))
    tasks = planned.tasks if past else place.reader.tasks(patient, all=all)
    here, about = planned.path[-1], chart.patient
    return {
        "patient": patient, "born": about.born, "registered": about.registered, "sex_recorded": about.sex_recorded,
        "can_become_pregnant": about.can_become_pregnant, "name": person.name, "contact": person.contact,
        "state": here.state, "since": here.on, "version": place.reader.patient(patient).version,
        "alerts": alerts(chart, planned, place.site.today(now)), "tracks": tracks(chart),
        "tasks": [_task_shape(t) for t in tasks if all or t.status is Status.OPEN],
        "entries": [_entry_shape(e) for e in chart.ordered],
    }  # fmt: skip


def _task_shape(task: "TaskRow | Planned") -> dict[str, Any]:
    return {
        "task": task.name, "title": task.title, "status": task.status, "due": task.due, "target": task.target,
        "subject": task.subject, "occurrence": task.occurrence, "owner": task.owner, "claimed_by": task.claimed_by,
        "done": task.done, "done_by": task.done_by, "reason": task.reason, "why": task.why,
    }  # fmt: skip


def _entry_shape(entry: Any) -> dict[str, Any]:
    return {
        "id": entry.id, "name": entry.name, "on": entry.on, "entered": entry.at, "by": entry.by, "user": entry.user,
        "fields": entry.fields.plain(),
    }  # fmt: skip


def _shown(found: dict[str, Any]) -> Iterator[RenderableType]:
    state: State = found["state"]
    yield words(found["patient"], "bold") + words(f"  {found['name']}" if found["name"] else "")
    yield from (words(f"‼ {alert}", "bold red") for alert in found["alerts"])
    yield facts(
        [
            ("stands in", words(state.title, "bold") + words(f" since {found['since']}")),
            ("born", str(found["born"])),
            ("can become pregnant", found["can_become_pregnant"]),
            ("contact", found["contact"]),
            ("tracks", ", ".join(f"{name.replace('_', ' ')}: {_track(v)}" for name, v in found["tracks"].items() if v)),
        ]
    )
    if found["tasks"]:
        yield ""
        yield table("Task", "Status", "Due", "Why", rows=[_task_row(task) for task in found["tasks"]])
    if found["entries"]:
        yield ""
        yield table("Id", "On file", "Date", "Fields", rows=[_entry_row(entry) for entry in found["entries"]])
    yield ""
    yield words(
        f"asps why {found['patient']} says what is possible now; asps timeline {found['patient']}, how it came", "dim"
    )


def _track(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{agent} {_track(held)}" for agent, held in value.items())
    return str(value).replace("_", " ")


def _task_row(task: dict[str, Any]) -> tuple[RenderableType, ...]:
    target: date | None = task["target"]
    return task["title"], str(task["status"]), str(target or "no date"), words(task["reason"] or task["why"], "dim")


def _entry_row(entry: dict[str, Any]) -> tuple[RenderableType, ...]:
    fields = ", ".join(f"{name} {shortly(value)}" for name, value in entry["fields"].items())
    return words(entry["id"], "bold"), entry["name"], str(entry["on"]), words(fields, "dim")
