"""A signed webhook: to hosts that were allowed, no redirects followed, bounded in time and in what is read.

The receiver checks `ASPS-Signature: sha256=HMAC(secret, timestamp + "." + body)`, refuses an old `ASPS-Timestamp`, and
knows a repeated message by `ASPS-Message-Id`.
"""

import hmac
import json
import socket
import ssl
import threading
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import SplitResult, urlsplit

from notifications.deliver import DeliveryError
from notifications.mail import LOOPBACK
from notifications.messages import Letter

TIMEOUT, LONGEST = 5.0, 15.0
"""Seconds for one answer, and for all of it."""
LATER = {408, 425, 429}
"""Of the answers 4xx, those that ask to come back."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Webhook:
    """Posts messages as JSON."""

    secret: bytes
    hosts: frozenset[str]
    """`host` or `host:port`, as in the addresses."""
    trust: ssl.SSLContext
    longest: float = LONGEST

    def send(self, address: str, letter: Letter, now: datetime) -> None:
        """Posts one message. Raises DeliveryError: what goes wrong with a host concerns everyone there."""
        place = self._allowed(address)
        body = json.dumps(payload(letter), sort_keys=True).encode()
        try:
            status = self._post(place, body, {**signed(self.secret, body, now), "ASPS-Message-Id": letter.id})
        except (OSError, HTTPException, ValueError) as error:
            said = str(error).strip() or type(error).__name__
            raise DeliveryError(f"{place.netloc} fails: {said[:200]}", permanent=False, everyone=True) from None
        _judge(place.netloc, status)

    def _allowed(self, address: str) -> SplitResult:
        place = urlsplit(address)
        if place.netloc not in self.hosts:
            raise DeliveryError(f"{place.netloc or address[:80]} is not among the allowed hosts", permanent=True)
        if place.scheme != "https" and not (place.scheme == "http" and place.hostname in LOOPBACK):
            raise DeliveryError(f"{place.netloc}: only https leaves this machine", permanent=True)
        return place

    def _post(self, place: SplitResult, body: bytes, headers: dict[str, str]) -> int:
        host, port = place.hostname or "", place.port
        if place.scheme == "https":
            connection: HTTPConnection = HTTPSConnection(host, port, timeout=TIMEOUT, context=self.trust)
        else:
            connection = HTTPConnection(host, port, timeout=TIMEOUT)
        cut = threading.Event()
        watch = threading.Timer(self.longest, _cut, [connection, cut])
        watch.daemon = True
        watch.start()
        try:
            path = (place.path or "/") + (f"?{place.query}" if place.query else "")
            connection.request("POST", path, body, {"Content-Type": "application/json", **headers})
            status = connection.getresponse().status  # what else it says is not read
            if cut.is_set():  # what was cut off looks like an end of the headers
                raise TimeoutError("no whole answer in time")
            return status
        finally:
            watch.cancel()
            connection.close()


def payload(letter: Letter) -> dict[str, object]:
    """What is posted. No patient is in it."""
    return {
        "id": letter.id,
        "kind": letter.kind,
        "subject": letter.subject,
        "tasks": letter.counts,
        "link": letter.link,
    }


def signed(secret: bytes, body: bytes, now: datetime) -> dict[str, str]:
    """The headers that prove who sent a body, and when."""
    stamp = str(int(now.timestamp()))
    digest = hmac.new(secret, stamp.encode() + b"." + body, sha256).hexdigest()
    return {"ASPS-Timestamp": stamp, "ASPS-Signature": f"sha256={digest}"}


def _judge(host: str, status: int) -> None:
    """2xx is delivered; 5xx and a few others are to be tried again; the rest is final."""
    if 200 <= status < 300:
        return
    if 300 <= status < 400:
        raise DeliveryError(f"{host} answers {status}: redirects are not followed", permanent=True)
    later = status >= 500 or status in LATER
    raise DeliveryError(f"{host} answers {status}", permanent=not later, everyone=later)


def _cut(connection: HTTPConnection, cut: threading.Event) -> None:
    """Ends a request from outside: whoever waits in it gets an error."""
    cut.set()
    if connection.sock is not None:
        try:
            connection.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            return
