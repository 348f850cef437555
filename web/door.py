"""The door: every request to every page and to the API passes it. Who is it, may they, and is the form ours?"""

from dataclasses import dataclass
from datetime import datetime

from fastapi import HTTPException, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from storage import access_log, accounts, sessions
from storage.accounts import Account
from storage.sessions import Session
from web import access, cookies, forgery, limits
from web.desk import Desk
from web.here import Here

BY_ITSELF = frozenset({"live_patient", "live_worklist", "icon"})
"""Routes that an open page asks for by itself: they keep no session alive."""
TELLS_ITSELF = frozenset({"sign_in"})
"""Routes that look at `here.old_form` themselves and do nothing where it is set."""


class SignIn(Exception):
    """Someone has to sign in first."""

    def __init__(self, here: Here) -> None:
        super().__init__("sign in first")
        self.here = here


class OldForm(HTTPException):
    """The token of a form is of another session, or none of ours."""

    def __init__(self) -> None:
        super().__init__(
            403,
            "Somebody signed in or out in another tab since it was opened. Go back, load it anew and send it again.",
        )


class FirstPassword(Exception):
    """Someone has to choose a password of their own first."""


async def admit(request: Request) -> None:
    """Lets a request in or raises; what it found is at hand as `request.state.here`."""
    here = await run_in_threadpool(_arrived, request)
    request.state.here = here
    route = request.scope["route"].name
    if not access.may(here.role, route):
        raise SignIn(here) if here.account is None else HTTPException(403)
    if here.account and here.account.must_change and not access.with_first_password(route):
        raise FirstPassword
    if request.method not in forgery.SAFE:
        await _check_form(here)
        if here.old_form and route not in TELLS_ITSELF:
            raise OldForm


@dataclass(frozen=True, slots=True)
class _Known:
    account: Account
    session: Session


def _arrived(request: Request) -> Here:
    desk: Desk = request.app.state.desk
    now = desk.clock()
    known = _known(desk, request, now)
    return Here(
        request=request, desk=desk, now=now, account=known.account if known else None,
        session=known.session if known else None, before=cookies.read(desk, request, cookies.BEFORE),
    )  # fmt: skip


def _known(desk: Desk, request: Request, now: datetime) -> _Known | None:
    """Who is signed in."""
    token = cookies.read(desk, request, cookies.SESSION)
    if not token:
        return None
    with desk.engine.connect() as connection:
        session = sessions.find(connection, token)
        account = accounts.find(connection, session.account) if session else None
        idle = limits.limits(connection).idle
    if session is None or account is None or account.revoked_at or session.is_over(now, idle):
        return None
    if session.agent != agent(request):
        _stolen(desk, session, account, now)
        return None
    if request.scope["route"].name not in BY_ITSELF:
        sessions.seen(desk.engine, session, now)
    return _Known(account, session)


def agent(request: Request) -> str:
    """The browser, as it names itself."""
    return request.headers.get("user-agent", "")[: sessions.AGENT]


def _stolen(desk: Desk, session: Session, account: Account, now: datetime) -> None:
    """A cookie that comes from another browser than the one it was given to ends the session: it was copied."""
    sessions.end(desk.engine, account.id, session.id)
    access_log.note(
        desk.engine, now, account=account.id, role=account.role.value, session=session.id, what="session_stolen"
    )


async def _check_form(here: Here) -> None:
    if forgery.from_elsewhere(here.request):
        raise HTTPException(403, "This form was sent by another site.")
    given = here.request.headers.get(forgery.HEADER, "")
    if not here.request.headers.get("content-type", "").startswith("application/json"):
        here.fields = await here.request.form()
        if any("\0" in name or "\0" in value for name, value in here.fields.multi_items() if isinstance(value, str)):
            raise HTTPException(400, "A field holds a character that nobody can type. Nothing was changed.")
        given = given or _text(here.fields, forgery.FIELD)
    bound = here.session.id if here.session else here.before
    here.old_form = not forgery.is_ours(here.desk.form_key, bound, given)


def _text(fields: FormData, name: str) -> str:
    value = fields.get(name, "")
    return value if isinstance(value, str) else ""
