"""Two reports over the whole record: how the guards fare, and which patients nobody would be reminded of."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Connection, Engine, exists, or_, select

from storage.asking import is_open
from storage.faults import legible
from storage.settings import Settings
from storage.tables import journal, patient, task
from workflow.pathway import Pathway
from workflow.vocabulary import EXITS, State

_SPEAKING = ('"kind":"refusal"', '"kind":"override"', '"overridden":[[', '"warned":[[')
"""What stands in the payload of an entry that says something of a guard: a few of all there are."""
_ENTRIES = (
    select(journal.c.payload)
    .where(or_(*(journal.c.payload.contains(said, autoescape=True) for said in _SPEAKING)))
    .order_by(journal.c.stream, journal.c.seq)
    .execution_options(yield_per=1000)
)


@dataclass(kw_only=True)
class GuardUse:
    """How often one guard spoke, and what became of it."""

    guard: str
    refused: int = 0
    overridden: int = 0
    """Acts that were accepted against it: overridden, not satisfied."""
    warned: int = 0
    """Acts that a reason took past it."""
    granted: int = 0
    """Overrides granted, used or not."""
    roles: Counter[str] = field(default_factory=Counter)
    """Who went past it, by role."""
    reasons: Counter[str] = field(default_factory=Counter)
    """Why, by reason code; a soft warning's reason is free text and counts as `reason given`."""
    limit: int | None = None
    """The site's override.flag_share, in percent."""

    @property
    def share(self) -> int:
        """Of the times it stood in the way of an act, the percentage in which it was overridden."""
        asked = self.refused + self.overridden
        return round(100 * self.overridden / asked) if asked else 0

    @property
    def flagged(self) -> bool:
        """Overridden in more than the site's share: it is time to look at the guard itself."""
        return self.limit is not None and self.share > self.limit


@dataclass(frozen=True, kw_only=True, slots=True)
class Stalled:
    """A patient on the pathway without a task that has a date and an owner."""

    patient: str
    state: State
    since: date
    why: tuple[str, ...]
    """The undated tasks with what they wait for; empty: there is no open task at all."""


@legible()
def guard_report(engine: Engine, pathway: Pathway) -> list[GuardUse]:
    """Every guard that ever spoke, the most refusing first. Reads the journal once, in constant memory."""
    uses: dict[str, GuardUse] = {}
    with engine.connect() as connection:
        limit = Settings(pathway).read(connection).number("override.flag_share")
        for (payload,) in connection.execute(_ENTRIES):
            for name, count in _spoken(json.loads(payload)):
                _add(uses.setdefault(name, GuardUse(guard=name, limit=limit)), *count)
    return sorted(uses.values(), key=lambda use: (-use.refused - use.overridden - use.warned, use.guard))


def _spoken(content: dict[str, Any]) -> Iterator[tuple[str, tuple[str, str, str]]]:
    """What one entry says of guards: the guard, what became of it, the role, and why."""
    by = content["by"]
    if content["kind"] == "refusal":
        yield from ((name, ("refused", by, "")) for name in _guards(content.get("guards", ())))
    elif content["kind"] == "override":
        fields = content["fields"]
        yield fields["guard"], ("granted", by, fields["reason_code"])
    else:
        yield from ((name, ("overridden", by, "")) for name in _guards(content.get("overridden", ())))
        yield from ((name, ("warned", by, "reason given")) for name in _guards(content.get("warned", ())))


def _guards(listed: Iterable[tuple[str, str]]) -> list[str]:
    return list(dict.fromkeys(name for name, _ in listed))


def _add(use: GuardUse, what: str, role: str, why: str) -> None:
    setattr(use, what, getattr(use, what) + 1)
    if what in ("overridden", "warned"):
        use.roles[role] += 1
    if why:
        use.reasons[why] += 1


@legible()
def stalled_report(engine: Engine, limit: int = 1000) -> list[Stalled]:
    """Patients whom no dated task would bring back to anyone's mind, longest in their state first."""
    dated = exists().where(task.c.patient == patient.c.id, is_open, task.c.target.is_not(None), task.c.owner != "")
    here = patient.c.state.not_in([state.value for state in EXITS])
    query = (
        select(patient.c.id, patient.c.state, patient.c.since)
        .where(here, ~dated)
        .order_by(patient.c.since)
        .limit(limit)
    )
    with engine.connect() as connection:
        return [
            Stalled(patient=row.id, state=State(row.state), since=row.since, why=_undated(connection, row.id))
            for row in connection.execute(query).all()
        ]


def _undated(connection: Connection, name: str) -> tuple[str, ...]:
    query = select(task.c.name, task.c.why).where(task.c.patient == name, is_open).order_by(task.c.priority)
    return tuple(f"{row.name}: {row.why}" for row in connection.execute(query))
