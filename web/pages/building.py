"""What is not for people: whether the server lives, whether it is ready, the icon."""

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse, Response

from web.here import Now
from web.rendering import render

router = APIRouter()


@router.get("/healthz", name="healthz")
def healthz() -> PlainTextResponse:
    """The process lives."""
    return PlainTextResponse("ok\n")


@router.get("/icon.svg", name="icon")
def icon(here: Now, n: int = 0) -> Response:
    """The icon, with how many tasks are overdue."""
    return Response(render("icon.svg", {"n": n}), media_type="image/svg+xml")
