"""What goes wrong, said kindly: a page for people, problem+json (RFC 9457) for the API."""

import logging
import re
import traceback
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import FastAPI, Request
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from starlette.exceptions import HTTPException
from starlette.responses import Response

from web.door import FirstPassword, OldForm, SignIn
from web.forgery import SAFE
from web.rendering import render
from workflow.errors import AspsError, Invalid, NotFound, Stale

API: Final = "/api/"
OURS: Final = f"{Path(__file__).parents[1]}/"
ROOMS: Final = {"workflow", "storage", "scheduler", "notifications", "diagrams", "interchange", "web"}
ABOVE: Final = {"HX-Retarget": "#meanwhile", "HX-Reswap": "innerHTML"}
"""Where htmx puts it: into the place for banners."""
PARTS: Final = {"image", "style", "script", "font"}
"""What a page fetches by itself. Were it sent to the form for signing in, the cookie that comes with that form would
make the one old that somebody is filling in."""
LONGEST_QUERY: Final = 1000
"""Characters of an address that come along through signing in; filters of a list need few."""
log = logging.getLogger("asps.web")

TITLES: Final = {
    400: "That could not be read",
    401: "Sign in first",
    403: "You may not do that",
    404: "There is nothing here",
    405: "That does not work this way",
    409: "Someone changed this meanwhile",
    413: "That is too large",
    422: "Something is not right",
    429: "Too many attempts",
    500: "Something went wrong on our side",
    503: "The record cannot be reached",
}
WAYS_OUT: Final = {
    403: "Ask an administrator if you should be able to. Nothing was changed.",
    404: "The address may be old or mistyped. Search for the patient, or start from the first page.",
    405: "Go back to the page that you came from and use its buttons. Nothing was changed.",
    413: "Send less at once. Nothing was changed.",
    429: "Wait a little, then try again.",
    500: "It was written down for whoever looks after the server. Nothing was half-written: look whether your last "
    "step is there, and repeat it if it is not.",
    503: "Try again in a minute. If it stays like this, call whoever looks after the server. Nothing was changed.",
}


def register(app: FastAPI) -> None:
    """Says how each kind of error is answered."""
    app.add_exception_handler(SignIn, _sign_in)
    app.add_exception_handler(FirstPassword, lambda _, __: RedirectResponse("/account/password", status_code=303))
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(OldForm, _old_form)
    app.add_exception_handler(RequestValidationError, _invalid_request)
    app.add_exception_handler(AspsError, _ours)


def problem(request: Request, status: int, detail: str, **more: Any) -> Response:
    """An error of this status, as whoever asks can read it. `more`: for the API."""
    title = TITLES.get(status, HTTPStatus(status).phrase)
    if request.url.path.startswith(API):
        body = {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
        return JSONResponse(jsonable_encoder(body), status, media_type="application/problem+json")
    return _page(request, status, title, detail, WAYS_OUT.get(status, ""))


def _page(request: Request, status: int, title: str, detail: str, way_out: str) -> HTMLResponse:
    context = {"title": title, "detail": detail, "way_out": way_out, "status": status}
    if _in_place(request):
        return HTMLResponse(render("parts/error.html", context), status, ABOVE)
    return HTMLResponse(render("error.html", context), status)


def _in_place(request: Request) -> bool:
    """A part of a page is asked for: what goes wrong is said above it, and the page with all that was typed stays."""
    return request.headers.get("hx-request") == "true"


def _sign_in(request: Request, error: Exception) -> Response:
    """To the form, and from there to where one wanted to go; an open page gets a line instead, a picture nothing."""
    if request.url.path.startswith(API):
        return problem(request, 401, "Sign in, then send the cookie with each request.")
    if request.headers.get("sec-fetch-dest") in PARTS:
        return Response(status_code=401)
    if _in_place(request):
        return HTMLResponse(render("parts/signed_out.html", {}), 200, ABOVE)
    return RedirectResponse(_login(request), status_code=303)


def _login(request: Request) -> str:
    """The form for signing in, which knows where to go on, and whether something was sent that nobody has taken."""
    lost = request.method not in SAFE and request.scope["route"].name != "logout"
    wanted = request.url.path if "GET" in _allowed(request) else "/"
    if request.method == "GET" and len(request.url.query) <= LONGEST_QUERY:
        wanted += f"?{request.url.query}" if request.url.query else ""
    said = {"next": wanted} if wanted != "/" else {}
    query = urlencode(said | ({"lost": "yes"} if lost else {}), safe="/")
    return f"/login?{query}" if query else "/login"


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    standard = HTTPStatus(error.status_code).phrase
    response = problem(request, error.status_code, "" if error.detail == standard else str(error.detail))
    response.headers.update(error.headers or {})
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        response.headers["Allow"] = ", ".join(sorted(_allowed(request)))
    return response


def _old_form(request: Request, error: Exception) -> Response:
    """Not what is said to those who may not: no administrator can help."""
    assert isinstance(error, OldForm)
    return _page(request, 403, "This page has become old", str(error.detail), "Nothing was changed.")


def _allowed(request: Request) -> set[str]:
    """What can be done at this address, by all its routes together."""
    methods: dict[re.Pattern[str], frozenset[str]] = request.app.state.methods
    found = [address for address in methods if address.match(request.url.path)]
    plain = [address for address in found if not address.groups]
    return {one for address in plain or found for one in methods[address]}


def _invalid_request(request: Request, error: Exception) -> Response:
    """Names the fields, and never repeats what was sent."""
    assert isinstance(error, RequestValidationError)
    found = [{"field": ".".join(map(str, e["loc"][1:])), "reason": e["msg"]} for e in error.errors()]
    return problem(request, 422, "; ".join(f"{e['field']}: {e['reason']}" for e in found), errors=found)


def _ours(request: Request, error: Exception) -> Response:
    kinds = ((NotFound, 404), (Stale, 409), (Invalid, 422))
    status = next((status for kind, status in kinds if isinstance(error, kind)), 503)
    return problem(request, status, _sentence(error), **_fields(error))


def _sentence(error: Exception) -> str:
    """Without the patient's id: pages are photographed, and the reader knows whom they asked for."""
    if isinstance(error, Stale):
        return "The patient was changed meanwhile by someone else. Look again, then repeat."
    if isinstance(error, NotFound):
        return f"There is no such {error.what}."
    return str(error)


def _fields(error: Exception) -> Mapping[str, Any]:
    return {"errors": [{"field": error.field, "reason": error.reason}]} if isinstance(error, Invalid) else {}


def unexpected(request: Request, error: Exception) -> Response:
    """An error that nobody thought of: written down by its kind and place, without what it was about."""
    route = getattr(request.scope.get("route"), "name", "no route")
    log.error("%s failed: %s at %s", route, type(error).__name__, _place(error))
    return problem(request, 500, "")


def _place(error: Exception) -> str:
    """The deepest line of our own."""
    lines = [(frame.filename.removeprefix(OURS), frame.lineno) for frame in traceback.extract_tb(error.__traceback__)]
    ours = [f"{file}:{line}" for file, line in lines if file.partition("/")[0] in ROOMS]
    return ours[-1] if ours else "no line of ours"
