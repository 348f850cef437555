"""`asps patient adopt`: a patient who was already under way when the software arrived."""

from typing import Annotated

import typer

from cli import options as o
from cli.enter import Terms, do, entering
from cli.patients import patients
from workflow.vocabulary import State

Stands = Annotated[State, typer.Option("--state", metavar="STATE", help="Where the patient stands")]
Since = Annotated[str, typer.Option("--since", metavar="DATE", help="The day on which that state began, YYYY-MM-DD")]
Staging = Annotated[
    str | None, typer.Option("--staging-started", metavar="DATE", help="Else --since. Brain imaging counts from here")
]


def register(app: typer.Typer) -> None:
    """Adds the command to those of `asps patient`."""
    patients.command("adopt")(adopt)


@entering
def adopt(terms: Terms, patient: o.Patient, state: Stands, since: Since, staging_started: Staging = None) -> int:
    """Take over a registered patient who is already under way: a clinician states where they stand, and since when.

    --reason says where the history stands. Guards do not judge what lies before. The history is recorded as facts,
    before or after; the plan runs from today and says what is missing. Many patients at once: asps import.
    """
    given = [f"state={state.value}", f"since={since}"]
    given += [f"staging_started={staging_started}"] if staging_started else []
    return do(patient=patient, action="adopt", set_=given, file=None, on=None, **vars(terms))
