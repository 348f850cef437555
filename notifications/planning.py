"""Which messages should be in the outbox: one digest per person, channel and day, and at once only what is urgent."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import Connection, Engine, func, insert, select, update

from notifications import outbox
from notifications.addresses import route
from notifications.marks import NEVER, Mark, marks
from notifications.owners import Crew
from notifications.people import Duty, Member, everyone
from notifications.policy import policy
from notifications.pressing import Pile, latest, new, pressing
from storage import anchor
from storage.database import writing
from storage.settings import Settings
from storage.tables import SITE, message, outage, site
from workflow.pathway import Pathway
from workflow.site import Site

NOWHERE = "none"
"""The channel of a person without an address: their messages are parked, for the administrator to see."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Moment:
    """What is the same for everyone in one look."""

    now: datetime
    site: Site
    crew: Crew
    upto: int
    """The newest notice."""
    pressing: list[Pile]
    new: Callable[[int], list[Pile]]
    """What is new above a notice."""
    stood: list[datetime]
    """When the outages began, oldest first."""
    parked_at: datetime | None
    """When a message was last given up."""
    copied_at: datetime | None
    """When the record was last copied, and its mark taken."""

    @property
    def local(self) -> datetime:
        """At the site."""
        return self.now.astimezone(self.site.zone)


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """A message that should be in the outbox."""

    kind: str
    since: int
    wanted_at: datetime


def plan_messages(engine: Engine, pathway: Pathway, now: datetime) -> int:
    """Puts what should be told into the outbox; how many messages. Twice changes nothing the second time."""
    with writing(engine).begin() as connection:
        connection.execute(select(site.c.id).where(site.c.id == SITE).with_for_update(key_share=True))
        members = everyone(connection)
        outbox.close(connection, {(m.id, channel) for m, channel in _ways(members.values())}, now)
        if not members:
            return 0
        moment = _moment(connection, pathway, now, members)
        known = marks(connection, moment.crew.day)
        made = 0
        for member, channel in _ways(_here(members, moment.crew.day)):
            if wanted := _wanted(member, known.get((member.id, channel), Mark()), moment):
                made += _put(connection, member, channel, wanted, moment)
        return made


def _moment(connection: Connection, pathway: Pathway, now: datetime, members: dict[str, Member]) -> Moment:
    at, upto = Settings(pathway).read(connection), latest(connection)
    seen: dict[int, list[Pile]] = {}

    def news(above: int) -> list[Pile]:
        if above not in seen:
            seen[above] = new(connection, above, upto, now) if above < upto else []
        return seen[above]

    return Moment(
        now=now, site=at, upto=upto, pressing=pressing(connection, now), new=news,
        crew=Crew(members=members, policy=policy(connection), day=at.today(now)),
        stood=list(connection.scalars(select(outage.c.began).order_by(outage.c.id.desc()).limit(1000)))[::-1],
        parked_at=connection.scalar(select(func.max(message.c.settled_at)).where(message.c.state == "parked")),
        copied_at=copied.at if (copied := anchor.nightly(connection)) else None,
    )  # fmt: skip


def _here(members: dict[str, Member], day: date) -> list[Member]:
    return [member for member in members.values() if not member.is_away(day)]


def _ways(members: Iterable[Member]) -> Iterator[tuple[Member, str]]:
    for member in members:
        yield from ((member, channel) for channel in member.addresses or (NOWHERE,))


def mine(piles: list[Pile], member: Member, crew: Crew) -> list[Pile]:
    """The piles that this person is told of."""
    return [pile for pile in piles if member.id in crew.told(pile.owner, pile.claimed_by, pile.known_stage)]


def unreachable(member: Member) -> str:
    """Why a message to them is parked."""
    return f"{member.id} has no address; add one with asps person change"


def urgent(piles: list[Pile], crew: Crew) -> list[Pile]:
    """Those that go out at once."""
    return [pile for pile in piles if crew.policy.is_urgent(pile.known_stage, pile.priority)]


def _wanted(member: Member, mark: Mark, moment: Moment) -> Wanted | None:
    """The message that this person should get through this channel now, if any."""
    hour, today = moment.local.hour, moment.crew.day
    if member.is_quiet(hour):
        return None
    fresh = mark.last_day is None or mark.last_day < today
    if fresh and hour >= member.digest_hour and (kind := _digest(member, mark, moment)):
        return Wanted(kind=kind, since=mark.told, wanted_at=_due(member, mark, moment))
    if not urgent(mine(moment.new(mark.urgent), member, moment.crew), moment.crew):
        return None
    if fresh:  # the digest of the day comes early, instead of two messages in a morning
        return Wanted(kind="digest", since=mark.told, wanted_at=_due(member, mark, moment))
    return Wanted(kind="urgent", since=mark.urgent, wanted_at=moment.now)


def _digest(member: Member, mark: Mark, moment: Moment) -> str:
    """Whether there is something for a digest: something new, or long enough the same; empty: neither."""
    if mine(moment.new(mark.told), member, moment.crew):
        return "digest"
    if member.role is Duty.ADMINISTRATOR and any(
        at and at > mark.made_at for at in (moment.parked_at, moment.copied_at)
    ):
        return "digest"
    still = any(pile.stage != "upcoming" for pile in mine(moment.pressing, member, moment.crew))
    return "repeat" if still and _again(member, mark, moment.crew) else ""


def _again(member: Member, mark: Mark, crew: Crew) -> bool:
    """Long enough the same, or somebody's tasks were taken over since the last digest."""
    last = mark.told_day
    if last is None or crew.day - last >= timedelta(days=crew.policy.repeat_days):
        return True
    return any(other.absent and other.absent[0] >= last for other in crew.stood_in_for(member.id))


def _due(member: Member, mark: Mark, moment: Moment) -> datetime:
    """When it should have gone: at their hour once there was something to tell, be it in an outage."""
    zone, today = moment.site.zone, datetime.combine(moment.crew.day, time(member.digest_hour), moment.site.zone)
    held_up = [began for began in moment.stood if began >= mark.made_at > NEVER]
    if not held_up:
        return min(max(today, _arose(member, mark, moment)), moment.now)
    began = held_up[0].astimezone(zone)
    first = datetime.combine(began.date(), time(member.digest_hour), zone)
    if first < began or mark.last_day == began.date():
        first = datetime.combine(began.date() + timedelta(days=1), time(member.digest_hour), zone)
    return min(first, today, moment.now)


def _arose(member: Member, mark: Mark, moment: Moment) -> datetime:
    """When there first was something to tell them."""
    if mark.made_at == NEVER:
        return moment.now
    news = [pile.since for pile in mine(moment.new(mark.told), member, moment.crew) if pile.since]
    return min(news, default=moment.parked_at or mark.made_at)


def _put(connection: Connection, member: Member, channel: str, wanted: Wanted, moment: Moment) -> int:
    day, address = moment.crew.day, member.addresses.get(channel, "")
    which = str(moment.upto) if wanted.kind == "urgent" else "digest"
    key = f"{member.id}/{channel}/{day}/{which}"
    if connection.execute(select(message.c.id).where(message.c.key == key)).first():
        return 0
    if wanted.kind != "urgent":
        _replace(connection, member.id, channel, moment.now, day)
    parked = not address
    connection.execute(
        insert(message).values(
            key=key, staff=member.id, channel=channel, route=route(channel, address), kind=wanted.kind, day=day,
            since=wanted.since, upto=moment.upto, wanted_at=wanted.wanted_at, made_at=moment.now, attempt=0, lease="",
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
