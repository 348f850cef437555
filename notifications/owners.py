"""Who is told of a task: whoever claimed it, else its role; the deputy of who is away; nobody left, the administrators.

Pure.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from notifications.people import Duty, Member
from notifications.policy import Policy
from workflow.plan import Stage


@dataclass(frozen=True, kw_only=True, slots=True)
class Crew:
    """The people on a day, under a policy."""

    members: Mapping[str, Member]
    policy: Policy
    day: date
    _known: dict[tuple[str, str, Stage], frozenset[str]] = field(default_factory=dict, repr=False, compare=False)
    """Asked for every person, and for every task of a calendar."""

    def told(self, owner: str, claimed_by: str, stage: Stage) -> frozenset[str]:
        """The people to be told of a task of a role, perhaps claimed, at a stage. Empty only where nobody is left."""
        asked = owner, claimed_by, stage
        if asked not in self._known:
            self._known[asked] = self._told(*asked)
        return self._known[asked]

    def _told(self, owner: str, claimed_by: str, stage: Stage) -> frozenset[str]:
        own = {claimed_by} if claimed_by in self.members else self._of(owner)
        here = self._here(own) or self._here(self._of(owner)) or self._here(self._of(Duty.ADMINISTRATOR))
        return frozenset(self._escalated(here) if stage is Stage.ESCALATED else here)

    def stood_in_for(self, id: str) -> list[Member]:
        """Those who are away and whose messages this person gets."""
        away = (member for member in self.members.values() if member.is_away(self.day))
        return [member for member in away if self._standing_in(member.id) == id]

    def administers(self, id: str) -> bool:
        """Is told of what an administrator has to see to: is one, or gets the messages of one who is away."""
        return any(one.role is Duty.ADMINISTRATOR for one in (self.members[id], *self.stood_in_for(id)))

    def before(self, day: date, here: Member) -> "Crew":
        """The same people the day before, one of them not away."""
        members = {**self.members, here.id: replace(here, absent=None)}
        return Crew(members=members, policy=self.policy, day=day - timedelta(days=1))

    def _escalated(self, own: set[str]) -> set[str]:
        """Escalation tells one more role, or takes over from the owner."""
        to = self._here(self._of(self.policy.escalate_to)) if self.policy.escalate_to else set[str]()
        return to if to and self.policy.transfers else own | to

    def _of(self, role: str) -> set[str]:
        return {member.id for member in self.members.values() if member.role == role}

    def _here(self, asked: Iterable[str]) -> set[str]:
        """Everyone asked, those who are away replaced by their deputies."""
        return {found for id in asked if (found := self._standing_in(id))}

    def _standing_in(self, id: str) -> str:
        """The first who is here along the deputies; empty where there is none."""
        seen = set[str]()
        while id in self.members and id not in seen:
            if not self.members[id].is_away(self.day):
                return id
            seen.add(id)
            id = self.members[id].deputy
        return ""
