"""One's own account: the password, where one is signed in, and the address of one's calendar."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from notifications import people
from storage import accounts, sessions
from web import passwords
from web.here import Here, Now
from workflow.errors import Invalid, NotFound

router = APIRouter()


@router.get("/account", name="own_account")
def own_account(here: Now) -> HTMLResponse:
    """Where one is signed in."""
    return _page(here)


@router.get("/account/password", name="password")
def password(here: Now) -> HTMLResponse:
    """The form for another password."""
    return here.page("password.html", errors={})


@router.post("/account/password", name="change_password")
def change_password(here: Now) -> Response:
    """Another password; all other sessions end."""
    old, new, again = (str(here.fields.get(name, "")) for name in ("old", "new", "again"))
    if errors := _errors(here, old, new, again):
        return here.page("password.html", errors=errors, status=422)
    assert here.session
    engine, kept = here.desk.engine, passwords.hashed(new)
    accounts.set_password(engine, here.who.id, kept, here.now, must_change=False, keep=here.session.id)
    here.note("password_changed")
    here.tell("Your password was changed. Everywhere else you were signed out.")
    return here.go("home")


@router.post("/account/sessions/end", name="end_session")
def end_session(here: Now) -> Response:
    """Ends one of one's own sessions."""
    if sessions.end(here.desk.engine, here.who.id, str(here.fields.get("session", ""))):
        here.note("session_ended")
        here.tell("That session has ended.")
    return here.go("own_account")


@router.post("/account/sessions/end-others", name="end_other_sessions")
def end_other_sessions(here: Now) -> Response:
    """Ends all of one's sessions but this one."""
    assert here.session
    sessions.end_all(here.desk.engine, here.who.id, keep=here.session.id)
    here.note("sessions_ended")
    here.tell("Everywhere else you were signed out.")
    return here.go("own_account")


@router.post("/account/calendar", name="new_calendar")
def new_calendar(here: Now) -> Response:
    """A new secret address of one's calendar. It is in this answer and nowhere else, so there is no redirect."""
    secret = people.new_feed(here.desk.engine, here.who.id)
    here.note("calendar_address_made")
    address = here.request.url_for("calendar", secret=secret)
    return _page(here, calendar_address=str(address))


@router.post("/account/calendar/revoke", name="revoke_calendar")
def revoke_calendar(here: Now) -> Response:
    """The address stops working."""
    people.change(here.desk.engine, here.who.id, feed_hash="")
    here.note("calendar_address_revoked")
    here.tell("The address of your calendar no longer works.")
    return here.go("own_account")


def _page(here: Here, calendar_address: str = "") -> HTMLResponse:
    with here.desk.engine.connect() as connection:
        found = sessions.of_account(connection, here.who.id)
        try:
            member = people.member(connection, here.who.id)
        except NotFound:
            member = None
    return here.page("own_account.html", sessions=found, member=member, calendar_address=calendar_address)


def _errors(here: Here, old: str, new: str, again: str) -> dict[str, str]:
    """By field; empty: all is well."""
    if not passwords.fits(here.who.password, old):
        return {"old": "This is not your present password."}
    if new == old:
        return {"new": "This is the present password: choose another."}
    if new != again:
        return {"again": "The two are not the same."}
    try:
        passwords.check(new, about=(here.who.id, here.who.name))
    except Invalid as error:
        return {"new": passwords.advice(error)}
    return {}
