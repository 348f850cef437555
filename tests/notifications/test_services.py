"""Apprise against a real receiver on loopback: accepted, refused, redirected, silent, without end."""

import json
from collections.abc import Iterator

import pytest

from notifications.deliver import DeliveryError
from notifications.messages import Content, letter
from notifications.outside import outside
from notifications.people import Duty
from notifications.services import Services
from tests.notifications.office import Office
from tests.notifications.servers import Server, http, serving
from tests.scheduler.clinic import START

LETTER = letter("ann/apprise/2026-03-16/digest", "digest", Content(counts={"overdue": 2}), "https://asps.example.org/")


@pytest.fixture
def server() -> Iterator[Server]:
    """A receiver that answers 200, until it is told otherwise."""
    with serving(Server(), http) as found:
        yield found


def post(server: Server, more: str = "", longest: float = 60) -> None:
    way = Services(allowed=frozenset({"json"}), longest=longest)
    way.send(f"json://127.0.0.1:{server.port}/in/secret{more}", LETTER, START)


def failure(server: Server, more: str = "", longest: float = 60) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        post(server, more, longest)
    assert "secret" not in str(caught.value)
    return caught.value


def test_a_service_gets_the_words_of_the_message(server: Server) -> None:
    post(server)
    (request,) = server.requests
    head, _, body = request.partition(b"\r\n\r\n")
    assert head.startswith(b"POST /in/secret ")
    found = json.loads(body)
    assert (found["title"], found["message"].splitlines()[0]) == ("2 pathway tasks due", "2 overdue")
    assert "https://asps.example.org/" in found["message"]


def test_accepted_for_later_is_all_that_a_service_says(server: Server) -> None:
    server.mode = "202"
    post(server)
    assert len(server.requests) == 1


@pytest.mark.parametrize("mode", ["500", "302", "410", "silent", "slow", "endless headers", "endless body"])
def test_what_goes_wrong_is_said_and_tried_again(server: Server, mode: str) -> None:
    server.mode = mode
    error = failure(server, "?redirect=yes&rto=1", longest=8 if mode == "slow" else 60)
    assert (error.permanent, error.everyone) == (False, True)
    assert len(server.requests) == 1, "a redirect is not followed, whatever the address says"


def test_nobody_listening() -> None:
    with serving(Server(), http) as gone:
        pass
    assert "Connection error" in str(failure(gone))


@pytest.mark.parametrize(
    ("allowed", "address", "says"),
    [
        ("json", "xml://127.0.0.1:9/", "xml is not among the allowed services"),
        ("json", "nonsense", "it is not among the allowed services"),
        ("json,nothing", "nothing://127.0.0.1/", "no such service"),
        ("json,twilio", "twilio://too-little", "no such service, or its address lacks something"),
    ],
)
def test_an_address_that_cannot_work_is_final(allowed: str, address: str, says: str) -> None:
    with pytest.raises(DeliveryError, match=says) as caught:
        Services(allowed=frozenset(allowed.split(","))).send(address, LETTER, START)
    assert caught.value.permanent


def test_a_person_is_told_through_a_service_that_the_site_allows(server: Server) -> None:
    office = Office()
    given = {"apprise": f"json://127.0.0.1:{server.port}/in/secret"}
    office.person("kim", Duty.COORDINATOR, addresses=given)
    office.register("P-1")
    office.look_without_sending()
    assert office.send(outside({"ASPS_APPRISE": "json, workflows"}).carriers).sent == 1
    assert len(server.requests) == 1
    (message,) = office.box()
    assert (message.route, message.state) == ("apprise json", "sent")
