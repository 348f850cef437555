"""Someone's tasks as a calendar to subscribe to (RFC 5545). A convenience, no alarm: programs look when they like.

Written by hand: all-day entries with plain texts need forty lines, and two libraries read them in the tests. No patient
is in it: an entry's id is made with the person's secret key, so that it stays the same and cannot be guessed.
"""

import hmac
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from itertools import islice
from typing import Any

from sqlalchemy import Connection, select

from notifications.owners import Crew
from notifications.people import Member, everyone, of_feed
from notifications.policy import policy
from storage.asking import is_open
from storage.settings import Settings
from storage.tables import patient, task
from workflow.pathway import Pathway
from workflow.plan import Stage, stage_of

PRODID = "-//ASPS Pathway//Pathway tasks//EN"
HOURS = 4
"""How often programs are asked to look again."""
WIDTH = 75
"""Octets of a line; longer ones are folded."""
MOST = 5_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """One open task on its day."""

    uid: str
    """The same as long as the task is, whatever its date."""
    day: date
    sequence: int
    """Grows with every change of the patient, so that a moved entry is known as newer."""


def events(connection: Connection, member: Member, now: datetime, today: date) -> list[Event]:
    """The open tasks with a date that someone is told of, soonest first; what is done or cancelled is not there."""
    crew = Crew(members=everyone(connection), policy=policy(connection), day=today)
    rows = connection.execute(_OPEN)
    found = (row for row in rows if member.id in crew.told(row.owner, row.claimed_by, _stage(row, now, today)))
    return [_event(member, row) for row in islice(found, MOST)]


_IDENTITY = (task.c.patient, task.c.name, task.c.subject, task.c.occurrence)
_OPEN = (
    select(*_IDENTITY, task.c.target, task.c.escalate_at, task.c.owner, task.c.claimed_by, patient.c.version)
    .join(patient, patient.c.id == task.c.patient)
    .where(is_open, task.c.target.is_not(None))
    .order_by(task.c.target, *_IDENTITY)
)


def _stage(row: Any, now: datetime, today: date) -> Stage:
    if row.escalate_at is not None and row.escalate_at <= now:
        return Stage.ESCALATED
    return stage_of(row.target, today)


def _event(member: Member, row: Any) -> Event:
    identity = "/".join(map(str, row[: len(_IDENTITY)]))
    secret = hmac.new(member.feed_key.encode(), identity.encode(), sha256)
    return Event(uid=secret.hexdigest()[:32], day=row.target, sequence=row.version)


def feed(connection: Connection, pathway: Pathway, secret: str, *, now: datetime, link: str) -> bytes:
    """The calendar behind a secret address. Raises NotFound where the address was revoked or never was."""
    return of(connection, pathway, of_feed(connection, secret), now=now, link=link)


def of(connection: Connection, pathway: Pathway, member: Member, *, now: datetime, link: str) -> bytes:
    """Someone's calendar."""
    today = Settings(pathway).read(connection).today(now)
    return calendar(events(connection, member, now, today), now=now, link=link)


def calendar(found: Iterable[Event], *, now: datetime, link: str) -> bytes:
    """The calendar as its readers want it: UTF-8, folded, with the line ends of the standard."""
    return b"".join(_folded(line) for line in _lines(found, now.astimezone(UTC), link))


def _lines(found: Iterable[Event], now: datetime, link: str) -> Iterator[str]:
    yield from ("BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODID}", "CALSCALE:GREGORIAN", "METHOD:PUBLISH")
    yield from ("X-WR-CALNAME:Pathway tasks", f"REFRESH-INTERVAL;VALUE=DURATION:PT{HOURS}H")
    yield f"X-PUBLISHED-TTL:PT{HOURS}H"  # the one that Outlook reads
    for event in found:
        yield from _event_lines(event, f"{now:%Y%m%dT%H%M%SZ}", link)
    yield "END:VCALENDAR"


def _event_lines(event: Event, stamp: str, link: str) -> Iterator[str]:
    yield from ("BEGIN:VEVENT", f"UID:{event.uid}@asps-pathway", f"DTSTAMP:{stamp}", f"SEQUENCE:{event.sequence}")
    yield f"DTSTART;VALUE=DATE:{event.day:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{event.day + timedelta(days=1):%Y%m%d}"
    yield from ("SUMMARY:1 pathway task due", "TRANSP:TRANSPARENT", "CLASS:PRIVATE")
    if link:
        yield f"URL:{link}"
    yield "END:VEVENT"


def _folded(line: str) -> bytes:
    """A line and its continuations, none longer than the standard allows, and no character cut in two."""
    parts, part = list[bytes](), b""
    for character in line.replace("\r", " ").replace("\n", " "):
        octets = character.encode()
        if len(part) + len(octets) > WIDTH:
            parts.append(part)
            part = b" "
        part += octets
    return b"\r\n".join([*parts, part]) + b"\r\n"
