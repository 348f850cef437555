"""What an open page asks every 15 seconds: did anything change? The answer touches nothing that is being typed.

It keeps no session alive, is no look at a patient, and names nobody but who changed something.
"""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from storage.accounts import find
from web import forgery, pulse
from web.here import Here, Now
from web.rendering import render

router = APIRouter()


@router.get("/live/worklist", name="live_worklist")
def live_worklist(here: Now, pulse_seen: int = 0, opened_by: str = "") -> HTMLResponse:
    """Whether anything at all was entered since the list was made."""
    if opened_by != here.who.id:
        return _of_another(here)
    changed = pulse.beats(here.desk) != pulse_seen
    return _answer(here, "The list has changed meanwhile." if changed else "")


@router.get("/live/patients/{handle}", name="live_patient")
def live_patient(here: Now, handle: str, version: int = 0, opened_by: str = "") -> HTMLResponse:
    """Whether the patient was changed since the page was made, and by whom."""
    id = here.desk.handles.id_of(handle)
    if opened_by != here.who.id:
        return _of_another(here)
    if here.reader.patient(id).version == version:
        return _answer(here, "")
    return _answer(here, f"This patient was changed meanwhile by {_who(here, id)}.")


def _who(here: Here, patient: str) -> str:
    """Who made the latest change."""
    latest = here.reader.timeline(patient)[-1]
    if latest.by == "clock":
        return "the clock"
    if latest.user == here.who.id:
        return "you, in another window"
    with here.desk.engine.connect() as connection:
        account = find(connection, latest.user)
    return account.name if account else latest.user


def _of_another(here: Here) -> HTMLResponse:
    """Without the token: what one person typed must not be saved under the name of another."""
    return _part("parts/of_another.html", name=here.who.name)


def _part(template: str, **context: str) -> HTMLResponse:
    """By itself: a whole page would take what the next page in another tab is to say."""
    return HTMLResponse(render(template, context))


def _answer(here: Here, changed: str) -> HTMLResponse:
    """With the token of the present session, for forms that the same person opened in one that has ended meanwhile."""
    answer = _part("parts/live.html", changed=changed)
    answer.headers[forgery.HEADER] = here.csrf
    answer.headers["X-Site-Time"] = here.local(here.now)[-5:]
    return answer
