"""The two cookies: who is signed in, and before that, to whom the form for signing in was given."""

import secrets

from starlette.requests import Request
from starlette.responses import Response

from web.desk import Desk

SESSION, BEFORE = "sid", "before"


def new_token() -> str:
    """256 random bits."""
    return secrets.token_urlsafe(32)


def read(desk: Desk, request: Request, name: str) -> str:
    """What a cookie holds; empty: there is none."""
    return request.cookies.get(called(desk.secure, name), "")


def put(desk: Desk, response: Response, name: str, value: str) -> None:
    """Sets a cookie until the browser is closed."""
    response.set_cookie(called(desk.secure, name), value, path="/", secure=desk.secure, httponly=True, samesite="lax")


def drop(desk: Desk, response: Response, name: str) -> None:
    """Takes a cookie away."""
    response.delete_cookie(called(desk.secure, name), path="/", secure=desk.secure, httponly=True, samesite="lax")


def called(secure: bool, name: str) -> str:
    """With the prefix that browsers accept only over https, for this host alone."""
    return f"__Host-{name}" if secure else name
