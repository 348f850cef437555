"""What stands before every request: the host it asks for, its path and its size, and the headers of every answer."""

from typing import Final
from urllib.parse import unquote

from fastapi import FastAPI
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web import errors, limits
from web.desk import Desk

CSP: Final = "; ".join(
    (
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "connect-src 'self'",
        "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'",
    )
)  # fmt: skip
PICTURE_CSP: Final = "; ".join(
    ("default-src 'none'", "style-src 'unsafe-inline'", "font-src data:", "frame-ancestors 'none'", "base-uri 'none'")
)
"""Of a picture opened by itself: it brings its letters in a style of its own, and can run and fetch nothing."""
HEADERS: Final = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "X-Robots-Tag": "noindex, nofollow",
}
HSTS: Final = "max-age=31536000; includeSubDomains"
NO_STORE, SHORTLY = "no-store", "public, max-age=600"
STATIC: Final = "/static/"
IMPORTS: Final = "/import"
"""Under this path a spreadsheet may come."""


def register(app: FastAPI, desk: Desk) -> None:
    """Puts it all before the app; what is added last comes first."""
    app.add_middleware(Sizes)
    app.add_middleware(Paths)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(desk.hosts), www_redirect=False)
    app.add_middleware(Answers, secure=desk.secure)


class Answers:
    """Puts the headers on every answer, whoever gives it."""

    def __init__(self, app: ASGIApp, secure: bool) -> None:
        self.app, self.secure = app, secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        begun = False

        async def answer(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                self._put(MutableHeaders(scope=message), scope["path"])
            await send(message)

        try:
            await self.app(scope, receive, answer)
        except Exception as error:  # anything at all: it is answered here, and goes no further into any log
            found = errors.unexpected(Request(scope), error)
            if not begun:
                await found(scope, receive, answer)

    def _put(self, headers: MutableHeaders, path: str) -> None:
        for name, value in HEADERS.items():
            headers.setdefault(name, value)
        headers["Cache-Control"] = SHORTLY if path.startswith(STATIC) else NO_STORE
        if self.secure:
            headers["Strict-Transport-Security"] = HSTS


class Paths:
    """Refuses paths that try to be something else than they look."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on, or answers that there is nothing."""
        if scope["type"] == "http" and _tricky(scope):
            await errors.problem(Request(scope), 404, "")(scope, receive, send)
            return
        await self.app(scope, receive, send)


def _tricky(scope: Scope) -> bool:
    """`..`, an empty part, a backslash, a control character, or anything encoded twice."""
    path: str = scope["path"]
    parts = path.split("/")[1:]
    odd = "\\" in path or "%" in path or not path.isprintable() or unquote(path) != path
    return odd or not path.startswith("/") or any(part in (".", "..") for part in parts) or "" in parts[:-1]


class Sizes:
    """Refuses bodies that are too large, by what they say and by what they turn out to be."""

    def __init__(self, app: ASGIApp) -> None:
        self.pages = RequestBodyLimitMiddleware(app, limits.BODY)
        self.imports = RequestBodyLimitMiddleware(app, limits.IMPORT_BODY)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on; one that says itself that it is too large is answered at once."""
        of_import = scope["type"] == "http" and scope["path"].startswith(IMPORTS)
        inner = self.imports if of_import else self.pages
        if scope["type"] == "http" and _says(scope) > inner.max_body_size:
            await errors.problem(Request(scope), 413, "")(scope, receive, send)
            return
        await inner(scope, receive, send)


def _says(scope: Scope) -> int:
    length = Headers(scope=scope).get("content-length", "0")
    return int(length) if length.isascii() and length.isdigit() and len(length) < 16 else limits.IMPORT_BODY + 1
