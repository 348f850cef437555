"""Serves the pages until told to stop. Who keeps the clock beside them is the caller's business."""

import logging
import re
import signal
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Final

import uvicorn
from fastapi import FastAPI

from workflow.errors import AspsError, Invalid

GRACE: Final = 5
"""Seconds for requests under way once it is told to stop."""
_NAME: Final = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\]")
"""As browsers ask for it: in small letters, without https:// and port."""
LOOPBACK_NAMES: Final = ("localhost", "127.0.0.1", "[::1]")


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where it listens, and how browsers reach it."""

    host: str = "127.0.0.1"
    port: int = 8000
    """0: any that is free."""
    names: tuple[str, ...] = ()
    """Under which it may be asked for; on the machine itself these are known."""
    behind_proxy: bool = False
    """A proxy in front of it speaks https with the browsers."""
    certificate: Path | None = None
    key: Path | None = None

    @property
    def secure(self) -> bool:
        """Browsers come through https."""
        return self.behind_proxy or self.certificate is not None

    @property
    def hosts(self) -> tuple[str, ...]:
        """What a browser may have in its address bar."""
        return (*self.names, *(LOOPBACK_NAMES if is_loopback(self.host) else ()))


def is_loopback(host: str) -> bool:
    """Only this machine reaches it."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def check(place: Place) -> None:
    """Refuses what would send passwords and patients in the clear. Raises Invalid."""
    if (place.certificate is None) != (place.key is None):
        raise Invalid("--certificate", "needs its --key, and the other way round")
    if wrong := [name for name in place.names if not _NAME.fullmatch(name)]:
        raise Invalid("--name", f"{wrong[0]!r} is no name of a host", allowed="the name alone, like desk.example.org")
    if place.certificate and place.key:
        _usable(place.certificate, place.key)
    if is_loopback(place.host):
        return
    if not place.secure:
        raise Invalid(
            "--host", f"{place.host} is seen by others, and http is not encrypted",
            allowed="127.0.0.1; or --certificate and --key; or --behind-proxy where a proxy speaks https",
        )  # fmt: skip
    if not place.names:
        raise Invalid("--name", "is required where others reach it", allowed="the name in the browsers' address bar")


def _usable(certificate: Path, key: Path) -> None:
    """Said before the desk is said to be open. A key under a pass phrase is asked for when it is served."""
    try:
        if b"ENCRYPTED" not in key.read_bytes():
            ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(certificate, key)
        certificate.read_bytes()
    except ssl.SSLError:
        raise Invalid("--certificate", f"{certificate} and {key} are no pair", allowed="both as PEM") from None
    except OSError as error:
        file = error.filename or certificate
        raise Invalid("--certificate", f"{file} cannot be read: {error.strerror}") from None


def listening(place: Place) -> socket.socket:
    """The socket, so that a port that is taken is said in one sentence. Raises AspsError."""
    try:
        family = socket.AF_INET6 if ":" in place.host else socket.AF_INET
        return socket.create_server((place.host, place.port), family=family)
    except (OSError, OverflowError) as error:
        raise AspsError(f"{place.host}:{place.port} cannot be listened on: {error}; name another --port") from None


def is_free(port: int) -> bool:
    """Nobody else on this machine listens there."""
    try:
        with socket.create_server(("127.0.0.1", port)):
            return True
    except OSError:
        return False


def serve(app: FastAPI, place: Place, listener: socket.socket, say: Callable[[str], None]) -> None:
    """Serves until SIGTERM or SIGINT; requests under way are finished first."""
    config = uvicorn.Config(
        app, lifespan="off", access_log=False, server_header=False, log_config=None, timeout_graceful_shutdown=GRACE,
        proxy_headers=place.behind_proxy, ssl_certfile=place.certificate, ssl_keyfile=place.key,
    )  # fmt: skip
    _log_to(say)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)  # uvicorn raises them again at its end, where the clock has yet to stop
    uvicorn.Server(config).run(sockets=[listener])


def address(place: Place, listener: socket.socket) -> str:
    """What to type into a browser."""
    port = listener.getsockname()[1]
    if place.behind_proxy and place.names:
        return f"https://{place.names[0]}/"
    host = place.names[0] if place.names else "[::1]" if ":" in place.host else place.host
    return f"{'https' if place.secure else 'http'}://{host}:{port}/"


class _Said(logging.Handler):
    """Passes what the server logs on, a line each, without tracebacks: they could repeat what was entered."""

    def __init__(self, say: Callable[[str], None]) -> None:
        super().__init__(logging.WARNING)
        self._say = say

    def emit(self, record: logging.LogRecord) -> None:
        """Says one line."""
        self._say(record.getMessage().splitlines()[0])


def _log_to(say: Callable[[str], None]) -> None:
    for name in ("uvicorn", "asps"):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [_Said(say)], False
