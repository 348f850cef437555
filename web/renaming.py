"""Another name or contact of a patient, from a page or a program; the access log says that, never what it was."""

from storage import naming
from web.here import Here

CHANGED = "person_changed"
"""In the access log."""


def rename(here: Here, patient: str, *, name: str | None, contact: str | None) -> bool:
    """Puts what is given in place of what is on file; whether anything changed. Raises Invalid and NotFound."""
    changed = naming.rename(here.desk.engine, patient, name=name, contact=contact)
    if changed:
        here.note(CHANGED, [patient])
    return changed
