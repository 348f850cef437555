"""Who got tasks because people or the policy changed: no task is new, and to them it is.

Somebody was removed, got another role or deputy, or is known only now to be away since last week. The list as it stood
at the last look is kept as a heartbeat, to be compared with: what was before is written nowhere else.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from notifications.owners import Crew
from notifications.people import Duty, Member
from notifications.pressing import Pile
from storage.tables import heartbeat

PEOPLE = "people"
"""The heartbeat: when the list last changed, how it stands, and what is known of each."""
Moments = Mapping[str, datetime]
"""By person."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Handover:
    """What is known of those on the list."""

    joined: Moments = field(default_factory=dict)
    """Since when they are on it, or were first seen there."""
    gained: Moments = field(default_factory=dict)
    """When tasks last became theirs by a change of the list."""


def handover(connection: Connection, crew: Crew, piles: list[Pile], now: datetime) -> Handover:
    """Compares the list with how it stood, and keeps it. Within `storage.alone`."""
    found = connection.scalar(select(heartbeat.c.detail).where(heartbeat.c.name == PEOPLE))
    kept, plain = json.loads(found) if found else {}, _plain(crew)
    joined, gained = (_moments(kept.get(name, {}), crew) for name in ("joined", "gained"))
    if kept.get("list") != plain:
        gained |= dict.fromkeys(_gained(_crew(kept["list"], crew), crew, piles) if kept else (), now)
        joined = dict.fromkeys(crew.members, now) | joined
        _keep(connection, {"list": plain, "joined": _texts(joined), "gained": _texts(gained)}, now)
    return Handover(joined=joined, gained=gained)


def _moments(texts: Mapping[str, str], crew: Crew) -> dict[str, datetime]:
    return {id: datetime.fromisoformat(text) for id, text in texts.items() if id in crew.members}


def _texts(moments: Moments) -> dict[str, str]:
    return {id: at.isoformat() for id, at in moments.items()}


def _gained(before: Crew, after: Crew, piles: list[Pile]) -> set[str]:
    """Whoever is told of a pile and was not."""
    asked = [(pile.owner, pile.claimed_by, pile.known_stage) for pile in piles]
    return {id for one in asked for id in after.told(*one) - before.told(*one)}


def _plain(crew: Crew) -> dict[str, Any]:
    """What decides who is told."""
    people = {
        one.id: [one.role.value, *(day.isoformat() for day in one.absent or ()), one.deputy]
        for one in crew.members.values()
    }
    return {"people": people, "to": crew.policy.escalate_to or "", "transfers": crew.policy.transfers}


def _crew(plain: Mapping[str, Any], now: Crew) -> Crew:
    """The people and the policy as they were, as of today."""
    members = {id: _member(id, *said) for id, said in plain["people"].items()}
    to = Duty(plain["to"]) if plain["to"] else None
    return Crew(
        members=members, policy=replace(now.policy, escalate_to=to, transfers=plain["transfers"]), day=now.day
    )  # fmt: skip


def _member(id: str, role: str, *rest: str) -> Member:
    *days, deputy = rest
    away = (date.fromisoformat(days[0]), date.fromisoformat(days[1])) if days else None
    return Member(id=id, name=id, role=Duty(role), absent=away, deputy=deputy)


def _keep(connection: Connection, detail: dict[str, Any], now: datetime) -> None:
    connection.execute(delete(heartbeat).where(heartbeat.c.name == PEOPLE))
    connection.execute(insert(heartbeat).values(name=PEOPLE, at=now, detail=json.dumps(detail, sort_keys=True)))
