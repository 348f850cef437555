"""Sends what is in the outbox. Every message is looked at again at the moment of sending, and made of what holds then.

Sent first, noted after: a crash in between repeats a message under the same id, and never loses one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import Connection, Engine

from notifications import outbox
from notifications.deliver import DeliveryError
from notifications.messages import Content, Letter, letter
from notifications.outbox import Message
from notifications.owners import Crew
from notifications.people import Member, everyone
from notifications.planning import unreachable
from notifications.policy import policy
from notifications.pressing import Pile, new, pressing
from notifications.settled import why_settled
from notifications.trouble import trouble, words
from notifications.wanted import mine, urgent
from storage import anchor
from storage.settings import Settings
from workflow.pathway import Pathway

QUIET = timedelta(minutes=15)
"""How often to look whether someone's quiet hours are over."""


class Carrier(Protocol):
    """A way out of the building."""

    def send(self, address: str, letter: Letter, now: datetime) -> None:
        """Sends within seconds. Raises DeliveryError."""


@dataclass(kw_only=True)
class Sent:
    """What became of the messages in one go."""

    sent: int = 0
    suppressed: int = 0
    waiting: int = 0
    """For the end of someone's quiet hours."""
    put_off: int = 0
    parked: int = 0


def said(report: Sent) -> list[str]:
    """What became of them, in a line; nothing where nothing was due. Who was told is not in it."""
    words = {"sent": "sent", "suppressed": "settled meanwhile", "put_off": "put off", "parked": "given up"}
    counts = [f"{getattr(report, name)} {word}" for name, word in words.items() if getattr(report, name)]
    return [f"messages: {', '.join(counts)}"] if counts else []


def send_due(
    engine: Engine, pathway: Pathway, carriers: Mapping[str, Carrier], link: str, clock: Callable[[], datetime],
    stopped: Callable[[], bool] = lambda: False,
) -> Sent:  # fmt: skip
    """Sends all that is due, urgent first, until it is stopped. A way that is down is left alone until the next go."""
    report, down = Sent(), set[str]()
    while not stopped() and (held := outbox.claim(engine, clock(), without=down)):
        try:
            became = _send(engine, pathway, carriers, link, clock, held)
        except DeliveryError as error:
            became = _failed(engine, held, clock(), error)
            if error.everyone:
                down.add(held.route)
        setattr(report, became, getattr(report, became) + 1)
    return report


def _send(
    engine: Engine, pathway: Pathway, carriers: Mapping[str, Carrier], link: str, clock: Callable[[], datetime],
    held: Message,
) -> str:  # fmt: skip
    with engine.connect() as connection:
        member, site = everyone(connection).get(held.staff), Settings(pathway).read(connection)
        content = check(connection, pathway, member, held, clock())
    if member and member.is_away(site.today(clock())):  # not as suppressed, which counts as told
        outbox.settle(engine, held, clock(), "replaced", f"{held.staff} is away, and is told of it afterwards")
        return "suppressed"
    if member and member.is_quiet(clock().astimezone(site.zone).hour):
        outbox.wait(engine, held, clock() + QUIET)
        return "waiting"
    if member is None or isinstance(content, str):
        outbox.settle(engine, held, clock(), "suppressed", str(content))
        return "suppressed"
    carrier, address = carriers.get(held.channel), member.addresses.get(held.channel)
    if not address:
        raise DeliveryError(unreachable(member), permanent=True)
    if carrier is None:
        raise DeliveryError(f"{held.channel} is not set up", permanent=False, everyone=True)
    carrier.send(address, letter(held.key, held.kind, content, link), clock())
    outbox.settle(engine, held, clock(), "sent")
    return "sent"


def _failed(engine: Engine, held: Message, now: datetime, error: DeliveryError) -> str:
    if error.permanent:
        outbox.settle(engine, held, now, "parked", str(error)[:500])
        return "parked"
    outbox.put_off(engine, held, now, str(error))
    return "put_off"


def check(
    connection: Connection, pathway: Pathway, member: Member | None, held: Message, now: datetime
) -> Content | str:
    """What the message says now, or why there is nothing left to say."""
    if member is None:
        return f"{held.staff} is no longer on the list"
    today = Settings(pathway).read(connection).today(now)
    crew = Crew(members=everyone(connection) | {member.id: member}, policy=policy(connection), day=today)
    news = mine(new(connection, held.since, held.upto, now), member, crew)
    if held.kind == "urgent":
        found = urgent(news, crew)
        return Content(counts=_counts(found)) if found else why_settled(connection, held, now)
    administers = crew.administers(member.id)
    wrong = tuple(words(trouble(connection, pathway, now))) if administers else ()
    last = anchor.nightly(connection) if administers else None
    record = f"{last.said}, {last.at:%Y-%m-%d %H:%M} UTC" if last else ""
    counts = _counts(mine(pressing(connection, now), member, crew))
    content = Content(counts=counts, trouble=wrong, record=record)
    if held.kind == "digest" and not news and not wrong and not record:
        return why_settled(connection, held, now)
    return content if not content.empty else "nothing is pressing any more"


def _counts(piles: list[Pile]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for pile in piles:
        counts[pile.stage] = counts.get(pile.stage, 0) + pile.count
    return counts
