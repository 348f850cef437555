"""The first page is the first that somebody of one's role may use: for most, the worklist."""

from fastapi import APIRouter
from fastapi.responses import RedirectResponse

from web import frame
from web.here import Now

router = APIRouter()


@router.get("/", name="home")
def home(here: Now) -> RedirectResponse:
    """To where one begins."""
    pages = frame.navigation(here)
    return RedirectResponse(pages[0].address if pages else "/account", status_code=303)
