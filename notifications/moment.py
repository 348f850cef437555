"""What is the same for everyone in one look at what should be told."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from sqlalchemy import Connection, func, select

from notifications.given import given
from notifications.handover import Handover
from notifications.owners import Crew
from notifications.people import Member
from notifications.policy import policy
from notifications.pressing import Pile, latest, new, pressing
from storage import anchor
from storage.settings import Settings
from storage.tables import message, outage
from workflow.pathway import Pathway
from workflow.site import Site


@dataclass(frozen=True, kw_only=True, slots=True)
class Moment:
    """What there is to tell, and to whom."""

    now: datetime
    site: Site
    crew: Crew
    upto: int
    """The newest notice."""
    pressing: list[Pile]
    new: Callable[[int], list[Pile]]
    """What is new above a notice."""
    given: Callable[[str, datetime], bool]
    """Whether somebody was given a task since a moment."""
    stood: list[tuple[datetime, datetime]]
    """The outages, from when until when, oldest first."""
    parked_at: datetime | None
    """When a message was last given up."""
    copied_at: datetime | None
    """When the record was last copied, and its mark taken."""
    people: Handover = field(default_factory=Handover)
    """Since when each is on the list, and when tasks became theirs by a change of it."""

    @property
    def local(self) -> datetime:
        """At the site."""
        return self.now.astimezone(self.site.zone)


_OUTAGES = select(outage.c.began, outage.c.ended).order_by(outage.c.id.desc()).limit(1000)


def look(connection: Connection, pathway: Pathway, now: datetime, members: dict[str, Member]) -> Moment:
    """Reads it."""
    at, upto = Settings(pathway).read(connection), latest(connection)
    seen: dict[int, list[Pile]] = {}

    def news(above: int) -> list[Pile]:
        if above not in seen:
            seen[above] = new(connection, above, upto, now) if above < upto else []
        return seen[above]

    return Moment(
        now=now, site=at, upto=upto, pressing=pressing(connection, now), new=news,
        given=partial(given, connection),
        crew=Crew(members=members, policy=policy(connection), day=at.today(now)),
        stood=[(row.began, row.ended) for row in connection.execute(_OUTAGES)][::-1],
        parked_at=connection.scalar(select(func.max(message.c.settled_at)).where(message.c.state == "parked")),
        copied_at=copied.at if (copied := anchor.nightly(connection)) else None,
    )  # fmt: skip
