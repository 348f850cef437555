"""What the site decided about messages and the desk. Nothing clinical: when a task is due is not decided here."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import Connection, Engine, delete, insert, select

from notifications.people import Duty
from storage import tables
from storage.alone import alone
from storage.database import writing
from storage.inputs import line
from workflow.errors import Invalid
from workflow.plan import Stage
from workflow.rules import Priority
from workflow.site import one_of, whole


class Urgent(StrEnum):
    """What goes out at once instead of waiting for the digest."""

    NOTHING = "nothing"
    ESCALATED = "escalated"
    SAFETY = "safety"  # also what is overdue and of the first priority


@dataclass(frozen=True, kw_only=True, slots=True)
class Policy:
    """How messages are sent."""

    urgent: Urgent = Urgent.SAFETY
    escalate_to: Duty | None = Duty.CLINICIAN
    transfers: bool = False
    """Escalation takes the task's messages from its owner, instead of telling one more."""
    repeat_days: int = 7
    """Days after which a digest comes again while something is pressing and nothing is new."""

    def is_urgent(self, stage: Stage, priority: int) -> bool:
        """Goes out at once."""
        if stage is Stage.ESCALATED:
            return self.urgent is not Urgent.NOTHING
        return self.urgent is Urgent.SAFETY and stage is Stage.OVERDUE and priority == Priority.SAFETY


_ROLES = [duty.value for duty in Duty]


@dataclass(frozen=True, kw_only=True, slots=True)
class Key:
    """One decision: what it means, what is possible, and how it is unless the site decides otherwise."""

    title: str
    parse: Callable[[str], object]
    allowed: str
    default: str


def _words(title: str, *words: str, default: str) -> Key:
    return Key(title=title, parse=one_of(*words), allowed=" / ".join(words), default=default)


KEYS: Final = {
    "urgent": _words(
        "What goes out at once: what is escalated; safety: also what is overdue and of the first priority",
        *(word.value for word in Urgent), default="safety",
    ),
    "escalation.to": _words(
        "Who is told of an escalated task beside its owner", "nobody", *_ROLES, default=Duty.CLINICIAN.value
    ),
    "escalation.mode": _words(
        "Whether escalation informs that role too, or transfers the messages to it", "informs", "transfers",
        default="informs",
    ),
    "digest.repeat_days": Key(
        title="Days after which a digest comes again while tasks are pressing and nothing is new",
        parse=whole(1, 365), allowed="whole days, 1 to 365", default="7",
    ),
    "desk.options": _words(
        "Who sees treatment options and prognosis at the desk", "clinicians", "coordinators_too", default="clinicians"
    ),
    "desk.idle_minutes": Key(
        title="Minutes without a click after which one is signed out of the desk",
        parse=whole(5, 480), allowed="whole minutes, 5 to 480", default="30",
    ),
    "desk.session_hours": Key(
        title="Hours after which one has to sign in to the desk again, however busy",
        parse=whole(1, 24), allowed="whole hours, 1 to 24", default="12",
    ),
}  # fmt: skip


def decided(connection: Connection) -> dict[str, str]:
    """The decision in force for every key."""
    rows = connection.execute(select(tables.policy.c.name, tables.policy.c.value))
    return {name: key.default for name, key in KEYS.items()} | {name: value for name, value in rows if name in KEYS}


def policy(connection: Connection) -> Policy:
    """The policy in force."""
    found = decided(connection)
    to = found["escalation.to"]
    return Policy(
        urgent=Urgent(found["urgent"]), escalate_to=None if to == "nobody" else Duty(to),
        transfers=found["escalation.mode"] == "transfers", repeat_days=int(found["digest.repeat_days"]),
    )  # fmt: skip


def decide(engine: Engine, values: dict[str, str], *, now: datetime, user: str) -> None:
    """Decides some of it. Raises Invalid, and then nothing is changed."""
    for name, text in values.items():
        if name not in KEYS:
            raise Invalid(name, "there is no such decision", allowed=", ".join(KEYS))
        try:
            KEYS[name].parse(text)
        except (ValueError, KeyError):
            raise Invalid(name, f"{text[:40]!r} is not possible", allowed=KEYS[name].allowed) from None
    line("user", user)
    with writing(engine).begin() as connection:
        alone(connection)
        for name, text in values.items():
            connection.execute(delete(tables.policy).where(tables.policy.c.name == name))
            connection.execute(insert(tables.policy).values(name=name, value=text, user=user, at=now))
