"""Who looked at whom, and who signed in. Append-only: triggers refuse to change what is there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, insert, select

from storage.database import writing
from storage.tables import access

SESSION_DIGITS = 12


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """One look, or one sign-in. Later ones have greater ids."""

    id: int
    at: datetime
    account: str
    role: str
    patient: str
    what: str
    session: str


def note(
    engine: Engine,
    now: datetime,
    *,
    account: str,
    role: str,
    session: str,
    what: str,
    patients: Iterable[str] = ("",),
    unless_since: datetime | None = None,
) -> None:
    """Writes that someone did `what`, once for each patient they saw.

    `unless_since`: not for those whom this session has seen this way since then, for lists that are shown again and
    again.
    """
    common = {"at": now, "account": account, "role": role, "what": what, "session": session[:SESSION_DIGITS]}
    known = _seen(engine, common, unless_since) if unless_since else frozenset[str]()
    rows = [{**common, "patient": patient} for patient in patients if patient not in known]
    if rows:
        with writing(engine).begin() as connection:
            connection.execute(insert(access), rows)


def _seen(engine: Engine, common: Mapping[str, object], since: datetime) -> frozenset[str]:
    same = [access.c[name] == common[name] for name in ("account", "session", "what")]
    with engine.connect() as connection:
        return frozenset(connection.execute(select(access.c.patient).where(*same, access.c.at > since)).scalars())


def looks(
    connection: Connection, *, patient: str = "", account: str = "", since: datetime | None = None,
    until: datetime | None = None, before: int | None = None, limit: int = 500,
) -> list[Look]:  # fmt: skip
    """The latest first: of a patient, an account, a time, or before an id, where they are given."""
    query = select(access).order_by(access.c.id.desc()).limit(limit)
    for column, wanted in ((access.c.patient, patient), (access.c.account, account)):
        query = query.where(column == wanted) if wanted else query
    query = query.where(access.c.at >= since) if since else query
    query = query.where(access.c.at < until) if until else query
    query = query.where(access.c.id < before) if before is not None else query
    return [
        Look(
            id=row.id, at=row.at, account=row.account, role=row.role, patient=row.patient, what=row.what,
            session=row.session,
        )
        for row in connection.execute(query)
    ]  # fmt: skip
