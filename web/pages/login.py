"""Signing in and out."""

from urllib.parse import urlsplit

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.responses import Response

from storage import sessions
from web import cookies
from web.door import agent
from web.here import Here, Now
from web.signing_in import NotSignedIn, sign_in

router = APIRouter()

CLEAR = {"Clear-Site-Data": '"cache", "storage"'}
"""After signing out on a shared computer, nothing of a patient stays in the browser."""


@router.get("/login", name="login")
def login(here: Now, next: str = "/", lost: str = "") -> Response:
    """The form for signing in. `lost`: a form was sent after the session had ended."""
    if here.account:
        return RedirectResponse(local(next), status_code=303)
    return _form(here, next=local(next), notice="lost" if lost else "")


@router.post("/login", name="sign_in")
def signing_in(here: Now) -> Response:
    """Signs in, or says no in the same words whether it is the name or the password."""
    id, password, next = (str(here.fields.get(name, "")) for name in ("id", "password", "next"))
    if here.old_form:
        return _again(here, id.strip(), local(next))
    found = sign_in(
        here.desk, id=id.strip(), password=password, address=client(here), agent=agent(here.request), now=here.now,
        old=cookies.read(here.desk, here.request, cookies.SESSION),
    )  # fmt: skip
    if isinstance(found, NotSignedIn):
        return _form(here, next=local(next), id=id, refused=found, status=429 if found.wait else 422)
    response = RedirectResponse(local(next), status_code=303)
    cookies.put(here.desk, response, cookies.SESSION, found.token)
    cookies.drop(here.desk, response, cookies.BEFORE)
    return response


@router.post("/logout", name="logout")
def logout(here: Now) -> Response:
    """Ends this session."""
    assert here.session
    sessions.end(here.desk.engine, here.who.id, here.session.id)
    here.note("sign_out")
    response = RedirectResponse("/login", status_code=303, headers=CLEAR)
    cookies.drop(here.desk, response, cookies.SESSION)
    return response


def _again(here: Here, id: str, next: str) -> Response:
    """The form was opened before somebody signed in or out in another tab: no password was looked at."""
    if here.account and here.account.id == id:
        return RedirectResponse(next, status_code=303)
    return _form(here, next=next, notice="old", status=403)


def local(address: str) -> str:
    """An address on this server; anything else is the first page."""
    parts = urlsplit(address)
    fine = not parts.scheme and not parts.netloc and address.startswith("/") and not address.startswith(("//", "/\\"))
    return address if fine and address.isascii() and address.isprintable() else "/"


def client(here: Here) -> str:
    """The address that asks."""
    return here.request.client.host if here.request.client else ""


def _form(
    here: Here, *, next: str, id: str = "", refused: NotSignedIn | None = None, status: int = 200, notice: str = ""
) -> HTMLResponse:
    here.before = here.before or cookies.new_token()
    response = here.page("login.html", next=next, id=id, refused=refused, status=status, notice=notice)
    cookies.put(here.desk, response, cookies.BEFORE, here.before)
    if refused and refused.wait:
        response.headers["Retry-After"] = str(int(refused.wait.total_seconds()) + 1)
    return response
