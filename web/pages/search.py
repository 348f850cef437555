"""The search, from any page. By POST, so that nothing that was typed stands in an address."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from storage.searching import MOST
from web.here import Now
from web.lists.finding import LONGEST, find

router = APIRouter()


@router.get("/search", name="search_form")
def search_form(here: Now) -> HTMLResponse:
    """The form by itself, for those who come by an address."""
    return here.page("search.html", text="", hits=None, most=MOST, longest=LONGEST)


@router.post("/search", name="search")
def search(here: Now) -> HTMLResponse:
    """Who was meant, each with a name, an id and a date of birth."""
    text = str(here.fields.get("q", "")).strip()[:LONGEST]
    hits = find(here, text) if text else None
    return here.page("search.html", text=text, hits=hits, most=MOST, longest=LONGEST)
