"""Name and contact, which stand outside the chain, when they were mistyped at first or not yet known."""

from sqlalchemy import Connection, Engine, bindparam, select, update

from storage import inputs
from storage.casefile import unknown
from storage.database import writing
from storage.tables import patient, person
from workflow.errors import Invalid

WHO = select(person.c.name, person.c.contact).where(person.c.patient == bindparam("patient"))
"""Name and contact of a patient; no row where they were erased."""
_PATIENT = select(patient.c.id).where(patient.c.id == bindparam("id"))
_CHANGE = update(person).where(person.c.patient == bindparam("id"))


def rename(engine: Engine, id: str, *, name: str | None = None, contact: str | None = None) -> bool:
    """Puts a name or contact in place of the one on file; None leaves it as it is. Whether anything changed.

    Not an entry of the record, which holds no names: whoever calls notes it in the access log. Raises NotFound, and
    Invalid for what is no name or contact, and for somebody who was erased, and stays so.
    """
    with writing(engine).begin() as connection:
        known = _known(connection, id)
        wanted = inputs.person(known[0] if name is None else name, known[1] if contact is None else contact)
        if wanted != known:
            connection.execute(_CHANGE, {"id": id, "name": wanted[0], "contact": wanted[1]})
    return wanted != known


def _known(connection: Connection, id: str) -> tuple[str, str]:
    row = connection.execute(WHO, {"patient": id}).first()
    if row is not None:
        return row.name, row.contact
    if connection.execute(_PATIENT, {"id": id}).first() is None:
        raise unknown(id)
    raise Invalid("name", "was erased for good", allowed="the record without a name")
