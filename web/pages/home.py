"""The first page: where somebody of one's role begins."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from web.here import Now

router = APIRouter()


@router.get("/", name="home")
def home(here: Now) -> HTMLResponse:
    """What is overdue, in one number."""
    return here.page("home.html")
