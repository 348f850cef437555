"""The search, from any page. By POST, so that nothing that was typed stands in an address.

The hits come by an address of their own, in which the words are sealed: so one can go back to them from a patient.
"""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, RedirectResponse

from storage.searching import MOST
from web.here import Now
from web.lists.finding import LONGEST, find

router = APIRouter()


@router.get("/search", name="search_form")
def search_form(here: Now, sealed: Annotated[str, Query(alias="for")] = "") -> HTMLResponse:
    """Who was meant, each with a name, an id and a date of birth; or the form by itself."""
    assert here.session
    text = here.desk.handles.unsealed(sealed, here.session.id)
    hits = find(here, text) if text else None
    return here.page("search.html", text=text, hits=hits, most=MOST, longest=LONGEST)


@router.post("/search", name="search")
def search(here: Now) -> RedirectResponse:
    """On to the hits."""
    assert here.session
    text, place = str(here.fields.get("q", "")).strip()[:LONGEST], here.request.app.url_path_for("search_form")
    sealed = here.desk.handles.sealed(text, here.session.id) if text else ""
    return RedirectResponse(f"{place}?for={sealed}" if sealed else place, status_code=303)
