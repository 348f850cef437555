"""The calendar, read by two libraries: entries that stay, move and vanish with their task, and name no patient."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import icalendar
import pytest
import vobject

from notifications import calendar as calendars
from notifications import people
from notifications.calendar import Event, calendar, of
from notifications.people import Duty
from tests.notifications.office import Office
from tests.scheduler.clinic import AUTHOR
from workflow.asps import ASPS
from workflow.errors import NotFound

LINK = "https://asps.example.org/worklist"


def one(content: bytes) -> dict[str, date]:
    """What icalendar makes of it."""
    found = icalendar.Calendar.from_ical(content)
    assert not found.errors
    return {str(event["UID"]): event.decoded("DTSTART") for event in found.walk("VEVENT")}


def other(content: bytes) -> dict[str, date]:
    """What vobject makes of it."""
    found: Any = vobject.readOne(content.decode())
    return {event.uid.value: event.dtstart.value for event in getattr(found, "vevent_list", [])}


def feed(office: Office, id: str = "kim") -> bytes:
    with office.engine.connect() as connection:
        return of(connection, ASPS, people.member(connection, id), now=office.now, link=LINK)


@pytest.fixture
def office() -> Office:
    """Two patients with two tasks each."""
    found = Office()
    found.person("kim", Duty.COORDINATOR)
    found.person("ann")
    found.register("WHO-1", "WHO-2")
    return found


def test_two_readers_find_the_same_days(office: Office) -> None:
    content = feed(office)
    assert one(content) == other(content)
    assert list(one(content).values()) == [date(2026, 3, 16)] * 4
    assert one(feed(office, "ann")) == {}, "nothing with a date is hers"


def test_an_entry_moves_and_vanishes_with_its_task_under_the_same_id(office: Office) -> None:
    before = one(feed(office))
    office.enter("WHO-1", "snooze_task", reason="away", task="baseline_brain_mri", until="2026-03-25")
    moved = one(feed(office))
    assert moved.keys() == before.keys()
    assert sorted(moved.values()) == [date(2026, 3, 16)] * 3 + [date(2026, 3, 25)]
    office.enter("WHO-1", "transfer")
    left = one(feed(office))
    assert len(left) == 2 and left.keys() < before.keys()
    assert left == other(feed(office))


def test_a_moved_entry_is_known_as_newer(office: Office) -> None:
    def numbers() -> dict[str, int]:
        found = icalendar.Calendar.from_ical(feed(office)).walk("VEVENT")
        return {str(event["UID"]): int(str(event["SEQUENCE"])) for event in found}

    before = numbers()
    office.enter("WHO-1", "snooze_task", reason="away", task="baseline_brain_mri", until="2026-03-25")
    assert all(numbers()[uid] >= number for uid, number in before.items())
    assert numbers() != before


def test_ids_differ_from_person_to_person_and_nothing_names_a_patient(office: Office) -> None:
    office.person("lou", Duty.COORDINATOR)
    assert not one(feed(office)).keys() & one(feed(office, "lou")).keys()
    content = feed(office).decode()
    for secret in ("WHO", "MRI", "brain", "CT", "1990", "kim"):
        assert secret not in content.replace("METHOD:PUBLISH", "").replace("ACTION", "")


def test_nothing_to_do_is_a_calendar_too(office: Office) -> None:
    content = calendar([], now=office.now, link="")
    assert one(content) == other(content) == {}


@pytest.mark.parametrize("length", [*range(60, 90), 300])
def test_long_lines_are_folded_and_no_character_is_cut(office: Office, length: int) -> None:
    link = "https://example.org/" + "é" * length
    content = calendar([Event(uid="u", day=date(2026, 3, 16), sequence=1)], now=office.now, link=link)
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    (event,) = icalendar.Calendar.from_ical(content).walk("VEVENT")
    assert event["URL"] == link
    assert event.decoded("DTEND") - event.decoded("DTSTART") == timedelta(days=1)
    read: Any = vobject.readOne(content.decode())
    assert read.vevent.url.value == link


def test_an_address_is_secret_and_revocable(office: Office) -> None:
    secret = people.new_feed(office.engine, "kim")
    with office.engine.connect() as connection:
        assert people.of_feed(connection, secret).id == "kim"
        assert people.member(connection, "kim").feed_hash != secret
    newer = people.new_feed(office.engine, "kim")
    for gone in (secret, "", "nonsense"):
        with office.engine.connect() as connection, pytest.raises(NotFound):
            people.of_feed(connection, gone)
    people.change(office.engine, "kim", feed_hash="")
    with office.engine.connect() as connection, pytest.raises(NotFound):
        people.of_feed(connection, newer)


@dataclass
class Subscriber:
    """A calendar program: it asks an address again and again, and keeps of an entry what is newest."""

    url: str
    kept: dict[str, tuple[int, date]] = field(default_factory=dict)

    def poll(self) -> dict[str, list[date]]:
        """Asks once; the days of the entries that came, moved and vanished."""
        with urlopen(self.url, timeout=10) as answer:
            found = dict(self._entries(answer.read()))
        moved = {uid for uid in found.keys() & self.kept.keys() if found[uid][0] > self.kept[uid][0]}
        moved = {uid for uid in moved if found[uid][1] != self.kept[uid][1]}
        came, gone = found.keys() - self.kept.keys(), self.kept.keys() - found.keys()
        changes = {"came": [found[uid][1] for uid in came], "moved": [found[uid][1] for uid in moved]}
        changes["gone"] = [self.kept[uid][1] for uid in gone]
        self.kept = {uid: (found[uid] if uid in came | moved else self.kept[uid]) for uid in found}
        return {what: sorted(days) for what, days in changes.items() if days}

    def _entries(self, content: bytes) -> Iterator[tuple[str, tuple[int, date]]]:
        for event in icalendar.Calendar.from_ical(content).walk("VEVENT"):
            yield str(event["UID"]), (int(str(event["SEQUENCE"])), event.decoded("DTSTART"))


@contextmanager
def published(office: Office) -> Iterator[str]:
    """The calendars of an office over HTTP on loopback."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            try:
                with office.engine.connect() as connection:
                    content = calendars.feed(connection, ASPS, self.path[1:], now=office.now, link=LINK)
            except NotFound:
                return self.send_error(404)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(content)
            return None

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_a_program_that_polls_sees_what_moves_and_vanishes(office: Office) -> None:
    day = date(2026, 3, 16)
    with published(office) as address:
        program = Subscriber(f"{address}/{people.new_feed(office.engine, 'kim')}")
        assert program.poll() == {"came": [day] * 4}
        assert program.poll() == {}
        office.enter("WHO-1", "snooze_task", reason="away", task="baseline_brain_mri", until="2026-03-25")
        assert program.poll() == {"moved": [date(2026, 3, 25)]}
        office.ledger.set_site({"staging_ct.due_days": "21"}, now=office.now, author=AUTHOR)
        office.tick()
        assert program.poll() == {"moved": [date(2026, 3, 23)] * 2}
        office.enter("WHO-1", "transfer")
        assert program.poll() == {"gone": [date(2026, 3, 23), date(2026, 3, 25)]}
        office.register("WHO-3")
        assert program.poll() == {"came": [day, date(2026, 3, 23)]}
        people.new_feed(office.engine, "kim")
        with pytest.raises(HTTPError, match="404"):
            program.poll()
