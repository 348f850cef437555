"""`asps patient adopt`: a patient who was already under way when the software arrived."""

from typing import Annotated

import typer

from cli import options as o
from cli.enter import do
from cli.patients import patients
from workflow.vocabulary import Role, State

Stands = Annotated[State, typer.Option("--state", help="Where the patient stands")]
Since = Annotated[str, typer.Option("--since", metavar="DATE", help="The day on which that state began, YYYY-MM-DD")]
Why = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Where the history stands, and who says so")]
Staging = Annotated[
    str | None, typer.Option("--staging-started", metavar="DATE", help="Else --since. Brain imaging counts from here")
]


def register(app: typer.Typer) -> None:
    """Adds the command to those of `asps patient`."""
    patients.command("adopt")(adopt)


def adopt(
    patient: o.Patient, state: Stands, since: Since, reason: Why, staging_started: Staging = None, at: o.At = None,
    by: o.By = Role.CLINICIAN, user: o.User = None, key: o.Key = None, expect_version: o.Version = None,
    dry_run: o.DryRun = False, json: o.Json = False, database: o.Database = None,
) -> int:  # fmt: skip
    """Take over a registered patient who is already under way: a clinician states where they stand, and since when.

    Guards do not judge what lies before. The history is recorded as facts, before or after; the plan runs from today
    and says what is missing. Many patients at once: asps import.
    """
    given = [f"state={state.value}", f"since={since}"]
    given += [f"staging_started={staging_started}"] if staging_started else []
    return do(
        patient, "adopt", set_=given, at=at, by=by, user=user, reason=reason, key=key, expect_version=expect_version,
        dry_run=dry_run, json=json, database=database,
    )  # fmt: skip
