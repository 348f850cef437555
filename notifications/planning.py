"""Which messages should be in the outbox: one digest per person, channel and day, and at once only what is urgent."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import Connection, Engine, insert, select, update

from notifications import outbox
from notifications.addresses import route
from notifications.handover import handover
from notifications.marks import Mark, marks
from notifications.moment import Moment, look
from notifications.people import Member, everyone
from notifications.wanted import Wanted, wanted
from storage.alone import alone
from storage.database import writing
from storage.tables import message
from workflow.pathway import Pathway

NOWHERE = "none"
"""The channel of a person without an address: their messages are parked, for the administrator to see."""


def plan_messages(engine: Engine, pathway: Pathway, now: datetime) -> int:
    """Puts what should be told into the outbox; how many messages. Twice changes nothing the second time."""
    with writing(engine).begin() as connection:
        alone(connection)
        members = everyone(connection)
        outbox.close(connection, {(m.id, channel) for m, channel in _ways(members.values())}, now)
        if not members:
            return 0
        moment = look(connection, pathway, now, members)
        moment = replace(moment, people=handover(connection, moment.crew, moment.pressing, now))
        known = marks(connection, moment.crew.day)
        made = 0
        for member, channel in _ways(_here(members, moment.crew.day)):
            if found := wanted(member, known.get((member.id, channel), Mark()), moment):
                made += _put(connection, member, channel, found, moment)
        return made


def _here(members: dict[str, Member], day: date) -> list[Member]:
    return [member for member in members.values() if not member.is_away(day)]


def _ways(members: Iterable[Member]) -> Iterator[tuple[Member, str]]:
    for member in members:
        yield from ((member, channel) for channel in member.addresses or (NOWHERE,))


def unreachable(member: Member) -> str:
    """Why a message to them is parked."""
    return f"{member.id} has no address; add one with asps person change"


def _put(connection: Connection, member: Member, channel: str, found: Wanted, moment: Moment) -> int:
    day, address = moment.crew.day, member.addresses.get(channel, "")
    which = str(moment.upto) if found.kind == "urgent" else "digest"
    key = f"{member.id}/{channel}/{day}/{which}"
    if connection.execute(select(message.c.id).where(message.c.key == key)).first():
        return 0
    if found.kind != "urgent":
        _replace(connection, member.id, channel, moment.now, day)
    parked = not address
    connection.execute(
        insert(message).values(
            key=key, staff=member.id, channel=channel, route=route(channel, address), kind=found.kind, day=day,
            since=found.since, upto=moment.upto, wanted_at=found.wanted_at, made_at=moment.now, attempt=0, lease="",
            state="parked" if parked else "queued", next_at=moment.now, settled_at=moment.now if parked else None,
            detail=unreachable(member) if parked else "",
        )
    )  # fmt: skip
    return 1


def _replace(connection: Connection, staff: str, channel: str, now: datetime, day: date) -> None:
    """A digest takes the place of those that did not get through: what they told of is in it."""
    old = (message.c.staff == staff, message.c.channel == channel)
    idle = (message.c.lease == "") | (message.c.next_at <= now)
    waiting = (message.c.state == "parked") | ((message.c.state == "queued") & idle)
    values = {"state": "replaced", "settled_at": now, "detail": f"the digest of {day} took its place"}
    connection.execute(update(message).where(*old, waiting).values(values))
