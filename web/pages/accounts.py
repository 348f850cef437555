"""Who may sign in, for administrators. First passwords are made here, shown once, and changed at the first sign-in."""

from collections.abc import Mapping

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from storage import accounts, sessions
from storage.accounts import WebRole
from web import passwords
from web.forms.problems import labelled
from web.here import Here, Now
from workflow.errors import Invalid

router = APIRouter()
_LABELS = {"id": "User name", "name": "Name", "role": "Role"}


@router.get("/accounts", name="accounts")
def list_accounts(here: Now) -> HTMLResponse:
    """Everybody who may sign in."""
    return _list(here)


@router.post("/accounts", name="add_account")
def add_account(here: Now) -> Response:
    """Adds somebody. The first password is in this answer and nowhere else, so there is no redirect."""
    given = {name: str(here.fields.get(name, "")).strip() for name in ("id", "name", "role")}
    first = passwords.random()
    try:
        role = _role(given["role"])
        new = accounts.add(
            here.desk.engine, id=given["id"], name=given["name"], role=role, password=passwords.hashed(first),
            now=here.now,
        )  # fmt: skip
    except Invalid as error:
        errors = {error.field: labelled(_LABELS.get(error.field, error.field), error)}
        return _list(here, given=given, errors=errors, status=422)
    here.note(f"account_added:{new.id}")
    return here.page("first_password.html", account=new, password=first)


@router.get("/accounts/{id}", name="account")
def account(here: Now, id: str) -> HTMLResponse:
    """One account with its sessions."""
    with here.desk.engine.connect() as connection:
        found = accounts.get(connection, id)
        open_sessions = sessions.of_account(connection, id)
    return here.page("account.html", account=found, sessions=open_sessions, roles=list(WebRole))


@router.post("/accounts/{id}/password", name="new_password")
def new_password(here: Now, id: str) -> Response:
    """A new first password, shown once; all sessions end."""
    first = passwords.random()
    accounts.set_password(here.desk.engine, id, passwords.hashed(first), here.now, must_change=True)
    here.note(f"password_reset:{id}")
    with here.desk.engine.connect() as connection:
        return here.page("first_password.html", account=accounts.get(connection, id), password=first)


@router.post("/accounts/{id}/role", name="change_role")
def change_role(here: Now, id: str) -> Response:
    """Another role; all sessions end."""
    _not_oneself(here, id)
    role = _role(str(here.fields.get("role", "")))
    accounts.set_role(here.desk.engine, id, role)
    here.note(f"role_changed:{id}:{role.value}")
    return _told(here, id, f"{id} is now {role.value}, and was signed out.")


@router.post("/accounts/{id}/revoke", name="revoke_account")
def revoke_account(here: Now, id: str) -> Response:
    """Nobody signs in with it any more."""
    _not_oneself(here, id)
    accounts.revoke(here.desk.engine, id, here.now)
    here.note(f"account_revoked:{id}")
    return _told(here, id, f"{id} can no longer sign in.")


@router.post("/accounts/{id}/restore", name="restore_account")
def restore_account(here: Now, id: str) -> Response:
    """A revoked account may sign in again."""
    accounts.restore(here.desk.engine, id)
    here.note(f"account_restored:{id}")
    return _told(here, id, f"{id} can sign in again.")


@router.post("/accounts/{id}/sessions/end", name="end_sessions_of")
def end_sessions_of(here: Now, id: str) -> Response:
    """Ends all sessions of an account."""
    sessions.end_all(here.desk.engine, id)
    here.note(f"sessions_ended:{id}")
    return _told(here, id, f"{id} was signed out everywhere.")


def _told(here: Here, id: str, message: str) -> Response:
    here.tell(message)
    return here.go("account", id=id)


def _not_oneself(here: Here, id: str) -> None:
    """So that there is always an administrator left."""
    if id == here.who.id:
        raise Invalid("account", "is your own", allowed="another administrator does this for you")


def _role(text: str) -> WebRole:
    if text not in set(WebRole):
        raise Invalid("role", "is none", allowed=", ".join(WebRole))
    return WebRole(text)


def _list(
    here: Here, *, given: Mapping[str, str] | None = None, errors: Mapping[str, str] | None = None, status: int = 200
) -> HTMLResponse:
    with here.desk.engine.connect() as connection:
        found = accounts.accounts(connection).values()
    return here.page(
        "accounts.html", accounts=found, roles=list(WebRole), given=given or {}, errors=errors or {}, status=status
    )
