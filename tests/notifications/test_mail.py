"""E-mail against a real server on loopback: refusing, greylisting, hanging, closing half-way, talking without end."""

import email
import sys
import time
import tracemalloc
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from notifications import mail
from notifications.deliver import DeliveryError
from notifications.mail import Mail
from notifications.messages import Content, letter
from notifications.outside import outside
from notifications.people import Duty
from notifications.sending import Sent, send_due
from tests.notifications.office import Office
from tests.notifications.servers import ELSEWHERE, TRUSTED, Server, serving, smtp
from tests.scheduler.clinic import START
from workflow.asps import ASPS
from workflow.errors import Invalid

LETTER = letter("ann/email/2026-03-16/digest", "digest", Content(counts={"overdue": 2}), "https://asps.example.org/")


@pytest.fixture
def server() -> Iterator[Server]:
    """A mail server that behaves, until it is told otherwise."""
    with serving(Server(), smtp) as found:
        yield found


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail, "TIMEOUT", 0.5)


def to(server: Server, longest: float = 1.5, user: str = "") -> Mail:
    url = urlsplit(f"smtp://{user}localhost:{server.port}")
    return Mail(server=url, password="given", sender="asps@hospital.example", trust=server.trust, longest=longest)


def failure(server: Server) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        to(server).send("ann@example.org", LETTER, START)
    return caught.value


@pytest.mark.parametrize("user", ["asps%40hospital.example@", "asps@hospital.example@"])
def test_the_name_of_a_user_may_be_an_address_and_it_encoded_as_addresses_are(server: Server, user: str) -> None:
    to(server, user=user).send("ann@example.org", LETTER, START)
    assert server.requests == [b"\0asps@hospital.example\0given"]


def test_a_mail_arrives_as_it_was_written_under_an_id_that_stays(server: Server) -> None:
    for _ in range(2):
        to(server).send("ann@example.org", LETTER, START)
    one, other = (email.message_from_bytes(content) for content in server.mails)
    assert one["Message-ID"] == other["Message-ID"] == f"<{LETTER.id}@hospital.example>"
    assert (one["To"], one["From"], one["Subject"]) == (
        "ann@example.org", "asps@hospital.example", "2 pathway tasks due",
    )  # fmt: skip
    assert one["Auto-Submitted"] == "auto-generated"
    assert str(one.get_payload()).splitlines() == ["2 overdue", "", "Open the worklist: https://asps.example.org/"]


@pytest.mark.parametrize(
    ("mode", "permanent", "everyone", "says"),
    [
        ("refuses", True, False, "550 no such mailbox"),
        ("greylists", False, False, "451 come back later"),
        ("silent", False, True, "timed out"),
        ("closes", False, True, "closed"),
        ("endless", False, True, "talks without end"),
        ("dripping", False, True, "fails"),
        ("no tls", False, True, "STARTTLS"),
    ],
)
def test_what_goes_wrong_is_said_and_known_as_passing_or_final(
    server: Server, mode: str, permanent: bool, everyone: bool, says: str
) -> None:
    server.mode = mode
    tracemalloc.start()
    begun = time.monotonic()
    error = failure(server)
    assert time.monotonic() - begun < 5
    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()
    assert (error.permanent, error.everyone) == (permanent, everyone)
    assert says in str(error)
    assert server.mails == []


def test_a_certificate_of_another_host_is_not_trusted(server: Server) -> None:
    server.certificate = ELSEWHERE
    error = failure(server)
    assert (error.permanent, error.everyone) == (False, True)
    assert "CERTIFICATE_VERIFY_FAILED" in str(error)
    assert server.mails == []


def test_nobody_listening(server: Server) -> None:
    with serving(Server(), smtp) as gone:
        pass
    assert "refused" in str(failure(gone))


def sent(office: Office, server: Server) -> Sent:
    return send_due(office.engine, ASPS, {"email": to(server)}, "", lambda: office.now)


@pytest.mark.parametrize("mode", ["greylists", "silent", "closes", "closes late", "endless", "no tls"])
def test_whatever_the_server_does_nothing_is_lost_and_the_state_is_clear(server: Server, mode: str) -> None:
    office = Office()
    for id in ("kim", "lou", "max"):
        office.person(id, Duty.COORDINATOR)
    office.register("P-1")
    server.mode = mode
    office.later(days=14, hours=1)
    office.look_without_sending()
    report = sent(office, server)
    assert report.sent == 0 and report.put_off >= 1
    assert {m.state for m in office.box()} == {"queued"}
    server.mode = "good" if mode != "greylists" else mode
    while office.box("queued"):
        office.later(minutes=1)
        sent(office, server)
    assert {m.state for m in office.box()} == {"sent"}
    ids = {
        (email.message_from_bytes(content)["To"], email.message_from_bytes(content)["Message-ID"])
        for content in server.mails
    }
    assert len(ids) == 3, "at least once each, a duplicate under the same id"


@pytest.mark.parametrize(
    ("wrong", "given"),
    [
        ("ASPS_SMTP_URL", {"ASPS_SMTP_URL": "http://mail.example.org"}),
        ("ASPS_SMTP_URL", {"ASPS_SMTP_URL": "smtp://ann:secret@mail.example.org"}),
        ("ASPS_SMTP_URL", {"ASPS_SMTP_URL": "smtp+plain://mail.example.org"}),
        ("ASPS_SMTP_URL", {"ASPS_SMTP_URL": "smtp://mail.example.org:99999"}),
        ("ASPS_MAIL_FROM", {"ASPS_SMTP_URL": "smtp://mail.example.org"}),
        ("ASPS_MAIL_FROM", {"ASPS_SMTP_URL": "smtp://mail.example.org", "ASPS_MAIL_FROM": "nobody"}),
        ("ASPS_SMTP_CA", {
            "ASPS_SMTP_URL": "smtp://mail.example.org", "ASPS_MAIL_FROM": "a@b", "ASPS_SMTP_CA": "/no/file",
        }),
        ("ASPS_SMTP_CA", {
            "ASPS_SMTP_URL": "smtp://mail.example.org", "ASPS_MAIL_FROM": "a@b", "ASPS_SMTP_CA": __file__,
        }),
        ("ASPS_SMTP_PASSWORD_FILE", {
            "ASPS_SMTP_URL": "smtps://mail.example.org", "ASPS_MAIL_FROM": "a@b", "ASPS_SMTP_PASSWORD_FILE": "/no/file",
        }),
        ("ASPS_SMTP_PASSWORD_FILE", {
            "ASPS_SMTP_URL": "smtps://mail.example.org", "ASPS_MAIL_FROM": "a@b",
            "ASPS_SMTP_PASSWORD_FILE": sys.executable,
        }),
        *(("ASPS_SMTP_PASSWORD", {
            "ASPS_SMTP_URL": "smtp://ann@mail.example.org", "ASPS_MAIL_FROM": "a@b", "ASPS_SMTP_PASSWORD": wrong,
        }) for wrong in ("", "pässword")),
        ("ASPS_WEBHOOK_SECRET", {"ASPS_WEBHOOK_HOSTS": "example.org"}),
        ("ASPS_APPRISE", {"ASPS_APPRISE": " , "}),
        ("ASPS_PING_URL", {"ASPS_PING_URL": "file:///etc/passwd"}),
        ("ASPS_LINK", {"ASPS_LINK": "https://"}),
    ],
)  # fmt: skip
def test_settings_that_cannot_work_are_refused_at_the_start(wrong: str, given: dict[str, str]) -> None:
    with pytest.raises(Invalid) as caught:
        outside(given)
    assert caught.value.field == wrong
    assert "secret" not in str(caught.value)


def test_settings_that_can_work() -> None:
    found = outside({
        "ASPS_SMTP_URL": "smtp://ann@mail.example.org", "ASPS_MAIL_FROM": "asps@example.org",
        "ASPS_SMTP_PASSWORD": "given", "ASPS_SMTP_CA": str(TRUSTED), "ASPS_WEBHOOK_SECRET": "0123456789abcdef",
        "ASPS_WEBHOOK_HOSTS": "hooks.example.org, other:8443", "ASPS_LINK": "https://asps.example.org/",
        "ASPS_APPRISE": "workflows,Twilio",
    })  # fmt: skip
    assert set(found.carriers) == {"email", "webhook", "apprise"}
