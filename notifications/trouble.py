"""What an administrator has to see to: messages and people that cannot be reached, and tasks that nobody is told of."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from notifications import outbox
from notifications.owners import Crew
from notifications.people import everyone
from notifications.policy import policy
from notifications.pressing import pressing
from storage.settings import Settings
from storage.tables import message
from workflow.pathway import Pathway

TOO_LONG = timedelta(hours=1)
"""From then on a message that is tried again and again is a trouble."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Trouble:
    """All of it; false while there is none."""

    parked: int = 0
    """Messages that were given up."""
    waiting: int = 0
    """Messages whose way has failed for too long."""
    silent: tuple[str, ...] = ()
    """People without an address."""
    untold: int = 0
    """Pressing tasks that nobody on the list is told of. A list without people is a decision, and no trouble."""

    def __bool__(self) -> bool:
        return self != Trouble()


def trouble(connection: Connection, pathway: Pathway, now: datetime) -> Trouble:
    """What there is at a moment."""
    members, today = everyone(connection), Settings(pathway).read(connection).today(now)
    crew = Crew(members=members, policy=policy(connection), day=today)
    piles = pressing(connection, now) if members else []
    return Trouble(
        parked=outbox.parked(connection),
        waiting=_waiting(connection, now),
        silent=tuple(id for id, member in members.items() if not member.addresses),
        untold=sum(pile.count for pile in piles if not crew.told(pile.owner, pile.claimed_by, pile.known_stage)),
    )


def _waiting(connection: Connection, now: datetime) -> int:
    old = (message.c.state == "queued", message.c.detail != "", message.c.made_at < now - TOO_LONG)
    return connection.scalar(select(func.count()).where(*old)) or 0


def words(found: Trouble) -> Iterator[str]:
    """A line each, with what to do; none while all is well."""
    if found.parked:
        yield f"{_messages(found.parked)} could not be delivered, for an administrator: asps outbox list --state parked"
    if found.waiting:
        yield f"{_messages(found.waiting)} cannot be delivered for now and will be tried again: asps outbox list"
    if found.silent:
        yield f"nothing can reach {', '.join(found.silent)}: asps person change ID --email ADDRESS"
    if found.untold:
        tasks = "1 task is" if found.untold == 1 else f"{found.untold} tasks are"
        yield f"{tasks} due and nobody is told, as nobody has the role, or all who have are away: asps person list"


def _messages(count: int) -> str:
    return f"{count} {'message' if count == 1 else 'messages'}"
