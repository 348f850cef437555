"""What the ledger answers, the first time and when it is asked again."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select

from storage.casefile import CaseFile
from storage.codec import Payload, Stamp
from storage.effects import Effects, TaskChange, before_of, changes_of, standing_of
from storage.inputs import KEY_LENGTH
from storage.settings import Settings
from storage.tables import journal
from workflow.errors import Invalid
from workflow.pathway import Pathway
from workflow.vocabulary import Blocker, Level, State


@dataclass(frozen=True, kw_only=True, slots=True)
class Desk:
    """What a write needs at hand."""

    connection: Connection
    """In a transaction that may write."""
    pathway: Pathway
    settings: Settings


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What became of a step."""

    accepted: bool
    entry: str
    """The id of the new or changed entry. When refused, empty; of a past, the id of what was refused."""
    before: State
    after: State
    version: int
    """The patient's, to be given back as `expect_version`."""
    blockers: tuple[Blocker, ...] = ()
    """All that stands in the way, when refused."""
    denied: bool = False
    """The role may not do this at all."""
    warned: tuple[Blocker, ...] = ()
    """Soft guards that the reason answered."""
    overridden: tuple[Blocker, ...] = ()
    """Hard guards that were overridden: not satisfied."""
    changes: tuple[TaskChange, ...] = ()
    replayed: bool = False
    """The key was known: this is what was answered then, and nothing was written."""

    def pressing(self, today: date) -> list[str]:
        """What the next tick would tell because of this: tasks that are due or late from the start."""
        dated = [(c.title, c.new_due) for c in self.changes if c.what in _DATED and c.new_due]
        return [f"{title}: {'overdue since' if due < today else 'due'} {due}" for title, due in dated if due <= today]


_DATED = frozenset({"opened", "reopened", "moved", "snoozed"})


def replayed(desk: Desk, file: CaseFile, stamp: Stamp) -> Answer | None:
    """The former answer to the same call. Raises Invalid where the key stood for another one."""
    known = file.folded.keys.get(stamp.key[:KEY_LENGTH]) if stamp.key else None
    if known is None:
        return None
    seq, key = known
    if key != stamp.key:
        raise Invalid("key", "was used before for something else", allowed="a new key for every new step")
    found = select(journal.c.payload, journal.c.effects).where(journal.c.stream == file.patient, journal.c.seq == seq)
    row = desk.connection.execute(found).one()
    payload, effects = json.loads(row.payload), json.loads(row.effects)
    if payload["kind"] == "refusal":
        return _refused(desk.pathway, file, payload)
    return _accepted(desk.pathway, seq, payload, effects)


def _refused(pathway: Pathway, file: CaseFile, payload: Payload) -> Answer:
    state = State(payload["state"])
    return Answer(
        accepted=False, entry="", before=state, after=state, version=file.version, denied=payload.get("denied", False),
        blockers=_blockers(pathway, payload["guards"]), replayed=True,
    )  # fmt: skip


def _accepted(pathway: Pathway, seq: int, payload: Payload, effects: Effects) -> Answer:
    return Answer(
        accepted=True, entry=payload["id"], before=before_of(effects), after=standing_of(effects).state, version=seq,
        warned=_blockers(pathway, payload.get("warned", ())),
        overridden=_blockers(pathway, payload.get("overridden", ())),
        changes=changes_of(effects, pathway.tasks), replayed=True,
    )  # fmt: skip


def _blockers(pathway: Pathway, guards: Iterable[tuple[str, str]]) -> tuple[Blocker, ...]:
    """Guards by name, with what they ask for: what they had found then is not on record."""
    return tuple(_blocker(pathway, name, Level(level)) for name, level in guards)


def _blocker(pathway: Pathway, name: str, level: Level) -> Blocker:
    guard = pathway.guards.get(name)
    if guard is None:
        return Blocker(guard=name, level=level, why=f"refused by {name} when it was first asked")
    sources = tuple(str(source) for source in guard.source)
    return Blocker(guard=name, level=level, why=guard.says, cleared_by=guard.cleared_by, source=sources)


def listed(blockers: Iterable[Blocker]) -> list[list[str]]:
    """Guards as the journal keeps them: by name and level, and nothing of what they looked at."""
    return [[name, level] for name, level in dict.fromkeys((b.guard, b.level.value) for b in blockers)]
