"""Who may sign in to the pages: the accounts and their roles. Passwords are hashed before they come here."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Engine, delete, func, insert, select, update

from storage.database import writing
from storage.inputs import line, new_id
from storage.tables import SITE, account, session
from workflow.errors import Invalid, NotFound


class WebRole(StrEnum):
    """What someone does at the desk; `web.access` says what that lets them see and do."""

    COORDINATOR = "coordinator"
    CLINICIAN = "clinician"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


PASSWORD = "password"
"""The kind of an account whose owner signs in with a password."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """Someone who may sign in. Their id is the user who stands in the journal."""

    id: str
    name: str
    role: WebRole
    password: str
    """The hash."""
    must_change: bool = False
    created_at: datetime
    changed_at: datetime
    revoked_at: datetime | None = None


def accounts(connection: Connection) -> dict[str, Account]:
    """All accounts by id, the revoked ones too."""
    return {row.id: _account(row) for row in connection.execute(select(account).order_by(account.c.id))}


def find(connection: Connection, id: str) -> Account | None:
    """An account, whether revoked or not; None where there is none."""
    row = connection.execute(select(account).where(account.c.id == id)).first()
    return _account(row) if row else None


def _same(connection: Connection, id: str) -> str | None:
    """The account that has this id, also in other letters: Ann-1 beside ann-1 would be taken for each other."""
    return connection.scalar(select(account.c.id).where(func.lower(account.c.id) == id.lower()))


def get(connection: Connection, id: str) -> Account:
    """An account. Raises NotFound."""
    found = find(connection, id)
    if found is None:
        raise NotFound("account", id[:80], "asps account list shows who there is")
    return found


def add(engine: Engine, *, id: str, name: str, role: WebRole, password: str, now: datetime) -> Account:
    """Adds an account with a hashed password, to be changed at the first sign-in. Raises Invalid."""
    new = Account(
        id=new_id(id), name=line("name", name), role=role, password=password, must_change=True, created_at=now,
        changed_at=now,
    )  # fmt: skip
    with writing(engine).begin() as connection:
        if same := _same(connection, new.id):
            raise Invalid("id", f"{same} has an account already", allowed="an id that nobody has")
        connection.execute(
            insert(account).values(
                id=new.id, site_id=SITE, name=new.name, role=role.value, kind=PASSWORD, password=password,
                must_change=True, second_factor="", created_at=now, changed_at=now,
            )
        )  # fmt: skip
    return new


def set_password(engine: Engine, id: str, password: str, now: datetime, *, must_change: bool, keep: str = "") -> None:
    """A new hashed password; all sessions end but the one to `keep`. Raises NotFound."""
    values = {"password": password, "must_change": must_change, "changed_at": now}
    with writing(engine).begin() as connection:
        _change(connection, id, values)
        connection.execute(delete(session).where(session.c.account == id, session.c.id != keep))


def set_role(engine: Engine, id: str, role: WebRole) -> None:
    """Another role from now on; all sessions end. Raises NotFound, and Invalid for the last administrator."""
    with writing(engine).begin() as connection:
        if role is not WebRole.ADMINISTRATOR:
            _keep_an_administrator(connection, id)
        _change(connection, id, {"role": role.value})
        connection.execute(delete(session).where(session.c.account == id))


def revoke(engine: Engine, id: str, now: datetime) -> None:
    """Nobody signs in with it any more, and all sessions end. The row stays: the journal names its id.

    Raises NotFound, and Invalid for the last administrator.
    """
    with writing(engine).begin() as connection:
        _keep_an_administrator(connection, id)
        _change(connection, id, {"revoked_at": now})
        connection.execute(delete(session).where(session.c.account == id))


def restore(engine: Engine, id: str) -> None:
    """A revoked account may sign in again. Raises NotFound."""
    with writing(engine).begin() as connection:
        _change(connection, id, {"revoked_at": None})


def _keep_an_administrator(connection: Connection, id: str) -> None:
    """Without one nobody at the desk could let anybody in again."""
    left = {a.id for a in accounts(connection).values() if a.role is WebRole.ADMINISTRATOR and a.revoked_at is None}
    if left == {id}:
        raise Invalid("id", f"{id} is the last administrator", allowed="another administrator first")


def _change(connection: Connection, id: str, values: dict[str, Any]) -> None:
    if not connection.execute(update(account).where(account.c.id == id).values(values)).rowcount:
        raise NotFound("account", id[:80], "asps account list shows who there is")


def _account(row: Any) -> Account:
    return Account(
        id=row.id, name=row.name, role=WebRole(row.role), password=row.password, must_change=row.must_change,
        created_at=row.created_at, changed_at=row.changed_at, revoked_at=row.revoked_at,
    )  # fmt: skip
