"""What is not for people: whether the server lives, whether it is ready, the icon."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse, PlainTextResponse, Response

from scheduler.ready import ready
from web.here import Now
from web.rendering import render

router = APIRouter()
ASKED = ["GET", "HEAD"]
"""Many a watchdog asks for the head alone."""


@router.api_route("/healthz", methods=ASKED, name="healthz")
def healthz() -> PlainTextResponse:
    """The process lives."""
    return PlainTextResponse("ok\n")


@router.api_route("/readyz", methods=ASKED, name="readyz")
def readyz(here: Now) -> JSONResponse:
    """Whether it can do its work, check by check. What exactly is wrong stands in the log, not here."""
    found = ready(here.desk.engine, here.now)
    body = {"ready": found.ok, "checks": {check.name: "ok" if check.ok else "wrong" for check in found.checks}}
    return JSONResponse(body, status_code=200 if found.ok else 503)


@router.get("/icon.svg", name="icon")
def icon(n: int = 0) -> Response:
    """The icon, with how many tasks are overdue."""
    return Response(render("icon.svg", {"n": n}), media_type="image/svg+xml")
