"""Which message a person should get now, if any, and when it should have gone."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from notifications.marks import NEVER, Mark
from notifications.moment import Moment
from notifications.owners import Crew
from notifications.people import Member
from notifications.pressing import Pile


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """A message that should be in the outbox."""

    kind: str
    since: int
    wanted_at: datetime


def wanted(member: Member, mark: Mark, moment: Moment) -> Wanted | None:
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
    if moment.crew.administers(member.id) and any(
        at and at > mark.made_at for at in (moment.parked_at, moment.copied_at)
    ):
        return "digest"
    still = any(pile.stage != "upcoming" for pile in mine(moment.pressing, member, moment.crew))
    return "repeat" if still and _again(member, mark, moment) else ""


def _again(member: Member, mark: Mark, moment: Moment) -> bool:
    """Long enough the same; or tasks were taken over, or given to them, since the last digest."""
    last, crew = mark.told_day, moment.crew
    if last is None or crew.day - last >= timedelta(days=crew.policy.repeat_days):
        return True
    changed = moment.people.gained.get(member.id, NEVER)
    return (
        mark.made_at < changed <= moment.now
        or _stands_in(member, last, moment)
        or moment.given(member.id, mark.made_at)
    )


def _stands_in(member: Member, last: date, moment: Moment) -> bool:
    """Some task is theirs as an absence began since the last digest, or on its very day, perhaps after it."""
    before = mine(moment.pressing, member, moment.crew.before(last, member))
    return any(pile not in before for pile in mine(moment.pressing, member, moment.crew))


def _due(member: Member, mark: Mark, moment: Moment) -> datetime:
    """When it should have gone: at their hour once there was something to tell, be it in an outage."""
    zone, now = moment.site.zone, moment.now
    since = mark.made_at if mark.made_at > NEVER else moment.people.joined.get(member.id, now)
    arose = max(_arose(member, mark, moment), since)
    for began, ended in moment.stood:
        first = _next_hour(member, mark, began.astimezone(zone))
        if since <= began and arose <= ended and first <= ended:
            return min(first, now)
    return min(max(datetime.combine(moment.crew.day, time(member.digest_hour), zone), arose), now)


def _next_hour(member: Member, mark: Mark, began: datetime) -> datetime:
    """The first digest that an outage held up, if it was long enough."""
    first = datetime.combine(began.date(), time(member.digest_hour), began.tzinfo)
    if first < began or mark.last_day == began.date():
        first = datetime.combine(began.date() + timedelta(days=1), time(member.digest_hour), began.tzinfo)
    return first


def _arose(member: Member, mark: Mark, moment: Moment) -> datetime:
    """When there first was something to tell them, as far as somebody looked."""
    found = [pile.since for pile in mine(moment.new(mark.told), member, moment.crew) if pile.since]
    if not found and mark.told_day:
        again = mark.told_day + timedelta(days=moment.crew.policy.repeat_days)
        found = [datetime.combine(again, time(member.digest_hour), moment.site.zone)]
    if moment.parked_at and moment.parked_at > mark.made_at and moment.crew.administers(member.id):
        found.append(moment.parked_at)
    return min(found, default=moment.now)


def mine(piles: list[Pile], member: Member, crew: Crew) -> list[Pile]:
    """The piles that this person is told of."""
    return [pile for pile in piles if member.id in crew.told(pile.owner, pile.claimed_by, pile.known_stage)]


def urgent(piles: list[Pile], crew: Crew) -> list[Pile]:
    """Those that go out at once."""
    return [pile for pile in piles if crew.policy.is_urgent(pile.known_stage, pile.priority)]
