"""Forms are ours or refused: each carries a token bound to the session, and browsers say where a form came from."""

import hmac
from hashlib import sha256
from urllib.parse import urlsplit

from starlette.requests import Request

FIELD, HEADER = "csrf", "x-csrf-token"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
LOCAL = frozenset({"same-origin", "none"})


def token(key: bytes, bound_to: str) -> str:
    """The token of a session, or before there is one, of the cookie that the form for signing in came with."""
    return hmac.new(key, bound_to.encode(), sha256).hexdigest()


def is_ours(key: bytes, bound_to: str, given: str) -> bool:
    """Whether a token is the one of this session."""
    return bool(bound_to) and hmac.compare_digest(token(key, bound_to).encode(), given.encode(errors="replace"))


def from_elsewhere(request: Request) -> bool:
    """Whether the browser says that another site sent this. What says nothing is left to the token.

    `Origin: null` says nothing: that is what browsers send with `Referrer-Policy: no-referrer`.
    """
    if site := request.headers.get("sec-fetch-site"):
        return site not in LOCAL
    origin = request.headers.get("origin", "null")
    return origin != "null" and urlsplit(origin).netloc != request.headers.get("host")
