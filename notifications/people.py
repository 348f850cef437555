"""Who is told: people with their role, addresses, hours and absences. Kept beside the record, outside its chains."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Engine, delete, insert, select, update

from notifications import addresses
from storage.alone import alone
from storage.database import writing
from storage.inputs import line, new_id
from storage.tables import SITE, staff
from workflow.errors import Invalid, NotFound


class Duty(StrEnum):
    """What someone is told about: the tasks of their role, or what could not be delivered to anyone."""

    CLINICIAN = "clinician"
    COORDINATOR = "coordinator"
    ADMINISTRATOR = "administrator"


DIGEST_HOUR, QUIET = 8, (20, 7)
"""Local hours at the site, unless a person chooses others."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """Someone who is told."""

    id: str
    name: str
    role: Duty
    addresses: Mapping[str, str] = field(default_factory=dict)
    """By channel. Each is used."""
    digest_hour: int = DIGEST_HOUR
    quiet: tuple[int, int] = QUIET
    """From which hour until which nothing is sent; the same hour twice: at any hour something may be."""
    absent: tuple[date, date] | None = None
    """First and last day."""
    deputy: str = ""
    feed_key: str = ""
    feed_hash: str = ""

    def is_away(self, day: date) -> bool:
        """Absent on a day."""
        return self.absent is not None and self.absent[0] <= day <= self.absent[1]

    def is_quiet(self, hour: int) -> bool:
        """Nothing is sent in this hour of the day."""
        start, end = self.quiet
        return start <= hour < end if start <= end else hour >= start or hour < end


def everyone(connection: Connection) -> dict[str, Member]:
    """All people, by id."""
    return {row.id: _member(row) for row in connection.execute(select(staff).order_by(staff.c.id))}


def member(connection: Connection, id: str) -> Member:
    """Someone. Raises NotFound."""
    row = connection.execute(select(staff).where(staff.c.id == id)).first()
    if row is None:
        raise _nobody(id)
    return _member(row)


def add(engine: Engine, given: Member) -> Member:
    """Adds someone. Raises Invalid."""
    new = replace(given, id=new_id(given.id), feed_key=secrets.token_hex(16))
    with writing(engine).begin() as connection:
        alone(connection)
        known = everyone(connection)
        if new.id in known:
            raise Invalid("id", f"{new.id} is there already", allowed="asps person change changes someone")
        _check(new, known)
        connection.execute(insert(staff).values(id=new.id, site_id=SITE, **_columns(new)))
    return new


def change(engine: Engine, id: str, **what: Any) -> Member:
    """Changes someone. Raises Invalid and NotFound."""
    with writing(engine).begin() as connection:
        alone(connection)
        known = everyone(connection)
        if id not in known:
            raise _nobody(id)
        new = replace(known[id], **what)
        _check(new, known)
        connection.execute(update(staff).where(staff.c.id == id).values(_columns(new)))
    return new


def remove(engine: Engine, id: str) -> None:
    """Takes someone off the list; what was queued for them is not sent. Raises NotFound."""
    with writing(engine).begin() as connection:
        alone(connection)
        if not connection.execute(delete(staff).where(staff.c.id == id)).rowcount:
            raise _nobody(id)
        connection.execute(update(staff).where(staff.c.deputy == id).values(deputy=""))


def new_feed(engine: Engine, id: str) -> str:
    """A new secret address for someone's calendar; the one before stops working. Only its hash is kept."""
    secret = secrets.token_urlsafe(32)
    change(engine, id, feed_hash=_hash(secret))
    return secret


def of_feed(connection: Connection, secret: str) -> Member:
    """Whose calendar a secret address is. Raises NotFound."""
    row = connection.execute(select(staff).where(staff.c.feed_hash == _hash(secret))).first()
    if row is None:
        raise NotFound("calendar", "of this address", "it was revoked, or mistyped")
    return _member(row)


def _hash(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def _nobody(id: str) -> NotFound:
    return NotFound("person", id[:80], "asps person list shows who there is")


def _check(member: Member, known: Mapping[str, Member]) -> None:
    line("name", member.name)
    for channel, address in member.addresses.items():
        addresses.check(channel, address)
    for what, hour in (("hour", member.digest_hour), ("quiet", member.quiet[0]), ("quiet", member.quiet[1])):
        if not 0 <= hour <= 23:
            raise Invalid(what, f"{hour} is no hour", allowed="0 to 23")
    if member.is_quiet(member.digest_hour):
        raise Invalid("hour", "lies in the quiet hours", allowed="an hour at which messages may come")
    if member.deputy and (member.deputy == member.id or member.deputy not in known):
        raise Invalid("deputy", "is nobody else on the list", allowed=", ".join(sorted({*known} - {member.id})))
    if member.absent and member.absent[0] > member.absent[1]:
        raise Invalid("until", "lies before the first day")


def _columns(member: Member) -> dict[str, Any]:
    start, end = member.absent or (None, None)
    return {
        "name": member.name, "role": member.role.value, "addresses": json.dumps(dict(member.addresses)),
        "digest_hour": member.digest_hour, "quiet_from": member.quiet[0], "quiet_until": member.quiet[1],
        "absent_from": start, "absent_until": end, "deputy": member.deputy, "feed_key": member.feed_key,
        "feed_hash": member.feed_hash,
    }  # fmt: skip


def _member(row: Any) -> Member:
    absent = (row.absent_from, row.absent_until) if row.absent_from and row.absent_until else None
    return Member(
        id=row.id, name=row.name, role=Duty(row.role), addresses=json.loads(row.addresses),
        digest_hour=row.digest_hour, quiet=(row.quiet_from, row.quiet_until), absent=absent, deputy=row.deputy,
        feed_key=row.feed_key, feed_hash=row.feed_hash,
    )  # fmt: skip
