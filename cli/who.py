"""`asps patient rename|erase`: who a patient is, which stands outside the chained record."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from cli import options as o
from cli.screen import say, words
from cli.terminal import DONE
from workflow.errors import Invalid
from workflow.vocabulary import Role

Name = Annotated[str | None, typer.Option("--name", help="Kept outside the chained record")]
Contact = Annotated[str | None, typer.Option("--contact", help="Kept outside the chained record")]


def rename(
    patient: o.Patient, name: Name = None, contact: Contact = None, user: o.User = None, json: o.Json = False,
    database: o.Database = None,
) -> int:  # fmt: skip
    """Put another name or contact in place of the one on file. The access log says who did, not what it was."""
    from cli import shapes
    from cli.opening import author, opened
    from storage import access_log, naming

    if name is None and contact is None:
        raise Invalid("--name", "is needed", allowed="--name, --contact or both; empty takes it away")
    who = author(Role.COORDINATOR, user)
    with opened(database) as place:
        changed = naming.rename(place.ledger.engine, patient, name=name, contact=contact)
        if changed:
            access_log.note(
                place.ledger.engine, datetime.now(UTC), account=who.user, role="terminal", session="",
                what="person_changed", patients=[patient],
            )  # fmt: skip
    if json:
        shapes.put({"patient": patient, "changed": changed})
    else:
        say(words("✓ ", "bold green") + words(f"{patient}: {'changed' if changed else 'that is on file already'}"))
    return DONE


def erase(
    patient: o.Patient, reason: o.Reason = "", at: o.At = None, by: o.By = Role.CLINICIAN, user: o.User = None,
    json: o.Json = False, database: o.Database = None,
) -> int:  # fmt: skip
    """Erase a patient's name and contact for good. The record itself stays, and still verifies."""
    from cli import shapes
    from cli.opening import author, opened

    with opened(database) as place:
        erased = place.ledger.erase(
            patient, now=place.moment(at), author=author(by, user), reason=reason, stated=at is not None
        )
    if json:
        shapes.put({"patient": patient, "erased": erased})
    else:
        what = "name and contact are erased" if erased else "name and contact were erased before"
        say(
            words("✓ ", "bold green")
            + words(f"{patient}: {what}; older backups, exports and lists may still hold them")
        )
    return DONE
