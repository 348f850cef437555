"""The signed webhook against a real receiver on loopback: errors, redirects, silence, answers without end."""

import hmac
import json
import ssl
import time
import tracemalloc
from collections import Counter
from collections.abc import Iterator
from hashlib import sha256

import pytest

from notifications import outbox, webhook
from notifications.deliver import DeliveryError
from notifications.messages import Content, letter
from notifications.people import Duty
from notifications.sending import Carrier
from notifications.webhook import Webhook
from tests.notifications.office import Office
from tests.notifications.servers import Server, http, serving
from tests.scheduler.clinic import START

SECRET = b"0123456789abcdef"
LETTER = letter("ann/webhook/2026-03-16/digest", "digest", Content(counts={"overdue": 2}), "https://asps.example.org/")


@pytest.fixture
def server() -> Iterator[Server]:
    """A receiver that answers 200, until it is told otherwise."""
    with serving(Server(), http) as found:
        yield found


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook, "TIMEOUT", 0.5)


def way(server: Server) -> Webhook:
    hosts = frozenset({f"127.0.0.1:{server.port}", "hooks.example.org"})
    return Webhook(secret=SECRET, hosts=hosts, trust=ssl.create_default_context(), longest=1.5)


def post(server: Server, address: str = "") -> None:
    way(server).send(address or f"http://127.0.0.1:{server.port}/in?team=1", LETTER, START)


def failure(server: Server, address: str = "") -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        post(server, address)
    return caught.value


def test_what_is_posted_is_signed_and_names_no_patient(server: Server) -> None:
    post(server)
    (request,) = server.requests
    head, _, body = request.partition(b"\r\n\r\n")
    first, *rest = head.decode().split("\r\n")
    headers = dict(line.split(": ", 1) for line in rest)
    assert first == "POST /in?team=1 HTTP/1.1"
    assert json.loads(body) == {
        "id": LETTER.id, "kind": "digest", "subject": "2 pathway tasks due", "tasks": {"overdue": 2},
        "link": "https://asps.example.org/",
    }  # fmt: skip
    stamp = headers["ASPS-Timestamp"]
    assert int(stamp) == int(START.timestamp())
    right = hmac.new(SECRET, stamp.encode() + b"." + body, sha256).hexdigest()
    assert headers["ASPS-Signature"] == f"sha256={right}"
    assert headers["ASPS-Message-Id"] == LETTER.id


@pytest.mark.parametrize(
    ("mode", "permanent", "everyone"),
    [
        ("500", False, True), ("503", False, True), ("429", False, True), ("302", True, False), ("307", True, False),
        ("410", True, False), ("404", True, False), ("silent", False, True), ("slow", False, True),
        ("endless headers", False, True),
    ],
)  # fmt: skip
def test_what_goes_wrong_is_known_as_passing_or_final(
    server: Server, mode: str, permanent: bool, everyone: bool
) -> None:
    server.mode = mode
    tracemalloc.start()
    begun = time.monotonic()
    error = failure(server)
    assert time.monotonic() - begun < 5
    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()
    assert (error.permanent, error.everyone) == (permanent, everyone)
    assert len(server.requests) == 1, "a redirect is not followed"


def test_an_answer_without_end_is_not_read(server: Server) -> None:
    server.mode = "endless body"
    begun = time.monotonic()
    post(server)
    assert time.monotonic() - begun < 2


@pytest.mark.parametrize(
    "address",
    [
        "https://elsewhere.example.org/",
        "http://hooks.example.org/",
        "ftp://hooks.example.org/",
        "nonsense",
        "http://hooks.example.org@127.0.0.1/",
        "https://hooks.example.org:444/",
    ],
)
def test_only_allowed_hosts_and_only_over_tls(server: Server, address: str) -> None:
    assert failure(server, address).permanent
    assert server.requests == []


def test_nobody_listening() -> None:
    with serving(Server(), http) as gone:
        pass
    assert not failure(gone).permanent


@pytest.mark.parametrize("mode", ["500", "silent", "slow", "endless headers", "302", "410"])
def test_whatever_a_receiver_does_others_are_told_and_nothing_is_lost(server: Server, mode: str) -> None:
    """Two people behind the bad receiver, one by mail; in the end the receiver is mended."""
    office = Office()
    for id in ("ann", "bob"):
        office.person(id, Duty.COORDINATOR, addresses={"webhook": f"http://127.0.0.1:{server.port}/{id}"})
    office.person("kim", Duty.COORDINATOR)
    office.register("P-1")
    ways: dict[str, Carrier] = {"email": office.post, "webhook": way(server)}
    server.mode = mode
    office.look_without_sending()
    office.send(ways)
    assert [who for who, *_ in office.told()] == ["kim"]
    final = mode in ("302", "410")
    assert Counter(m.state for m in office.box()) == {"sent": 1, "parked" if final else "queued": 2}
    assert len(server.requests) == (2 if final else 1), "the second one is not made to wait for the same host"
    server.mode, server.requests[:] = "200", []
    office.later(minutes=5)
    assert outbox.retry(office.engine, office.now) == (2 if final else 0)
    office.send(ways)
    assert {m.state for m in office.box()} == {"sent"}
    assert sorted(request.split()[1] for request in server.requests) == [b"/ann", b"/bob"]
