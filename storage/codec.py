"""The journal's JSON: entries of a chart as payloads, and payloads as entries of a chart."""

import json
from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from pydantic_core import from_json

from workflow.acts import ACTS, Override
from workflow.chart import Entry, Outcome, Registration
from workflow.fields import Fields
from workflow.records import KINDS
from workflow.vocabulary import Role, State

Payload = dict[str, Any]
"""One entry's content. What is empty is left out."""

FIELDS: dict[str, type[Fields]] = {**KINDS, **{name: act.fields for name, act in ACTS.items()}, "override": Override}
"""The fields of every kind of record, every act, and the override."""

CLOCK = "clock"
"""Who makes an entry that nobody made: a timed move, a plan under new rules."""


_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def canonical(value: Any) -> str:
    """The one JSON text of a value: sorted, compact, no line breaks."""
    return _CANONICAL.encode(value)


def parsed(text: str) -> Any:
    """The value of a JSON text, in half the time that `json` takes. Raises ValueError."""
    return from_json(text)


def kind_of(name: str) -> str:
    """What sort of entry a name makes: `record`, `act` or `override`."""
    return "record" if name in KINDS else "override" if name == "override" else "act"


LETTERS = {"record": "r", "act": "a", "override": "o"}
"""Ids that nobody chose begin with these, by the kind of entry."""


def free_id(letter: str, seq: int, taken: Container[str]) -> str:
    """An id for an entry: a letter and its position."""
    wanted = f"{letter}{seq}"
    while wanted in taken:
        wanted += "x"
    return wanted


@dataclass(frozen=True, kw_only=True, slots=True)
class Stamp:
    """What every entry carries: who, when, and under which rules and settings."""

    at: datetime
    day: date
    by: str
    user: str
    reason: str = ""
    pathway: str
    settings: int
    stated: bool = False
    """The moment was stated by the user, not read from the clock."""
    key: str = ""
    """The hash of the idempotency key."""

    def payload(self, kind: str, **content: Any) -> Payload:
        """A payload of this kind, without what is empty."""
        plain: Payload = {
            "kind": kind, "at": instant(self.at), "day": self.day.isoformat(), "by": self.by, "user": self.user,
            "pathway": self.pathway, "settings": self.settings,
        }  # fmt: skip
        extra = {"reason": self.reason, "stated": self.stated, "key": self.key, **content}
        return plain | {name: value for name, value in extra.items() if value not in ("", None, False, (), [], {})}


def instant(at: datetime) -> str:
    """A moment in UTC, to the microsecond."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def entry_content(entry: Entry[Any]) -> Payload:
    """What an entry of the chart adds to its payload."""
    return {
        "id": entry.id,
        "name": entry.name,
        "on": entry.on.isoformat(),
        "fields": entry.fields.plain(),
        "final_on": entry.final_on and entry.final_on.isoformat(),
        "outcome": entry.outcome and _outcome_content(entry.outcome),
    }


def _outcome_content(outcome: Outcome) -> Payload:
    content = {
        "transition": outcome.transition,
        "dest": outcome.dest and outcome.dest.value,
        "after": outcome.after,
        "warned": list(outcome.warned),
        "overrides": list(outcome.overrides),
        "relied": dict(outcome.relied),
        "tasks": [list(key) for key in outcome.tasks],
    }
    return {name: value for name, value in content.items() if value}


def entry_of(payload: Mapping[str, Any], seq: int, old: Entry[Any] | None = None) -> Entry[Any]:
    """The entry of a payload. An amendment keeps the place and the day of the `old` one."""
    get = payload.get
    outcome, final_on = get("outcome"), get("final_on")
    return Entry(
        id=payload["id"],
        name=payload["name"],
        seq=old.seq if old else seq,
        at=old.at if old else datetime.fromisoformat(payload["at"]),
        day=old.day if old else date.fromisoformat(payload["day"]),
        on=date.fromisoformat(payload["on"]),
        by=Role(payload["by"]),
        user=payload["user"],
        reason=get("reason", ""),
        fields=FIELDS[payload["name"]].load(get("fields", {})),
        version=seq,
        final_on=date.fromisoformat(final_on) if final_on else None,
        outcome=_outcome_of(outcome) if outcome else None,
    )


def _outcome_of(content: Mapping[str, Any]) -> Outcome:
    get = content.get
    dest = get("dest")
    return Outcome(
        transition=content["transition"],
        dest=State(dest) if dest else None,
        after=get("after"),
        warned=tuple(get("warned", ())),
        overrides=tuple(get("overrides", ())),
        relied=get("relied", {}),
        tasks=tuple((name, subject, occurrence) for name, subject, occurrence in get("tasks", ())),
    )


def registration_content(patient: Registration) -> Payload:
    """What a registration adds to its payload. No name."""
    return {
        "id": patient.id,
        "born": patient.born.isoformat(),
        "on": patient.registered.isoformat(),
        "can_become_pregnant": patient.can_become_pregnant,
        "sex_recorded": patient.sex_recorded,
    }


def registration_of(payload: Mapping[str, Any]) -> Registration:
    """The registration of a payload."""
    return Registration(
        id=payload["id"],
        born=date.fromisoformat(payload["born"]),
        registered=date.fromisoformat(payload["on"]),
        can_become_pregnant=payload["can_become_pregnant"],
        sex_recorded=payload["sex_recorded"],
    )
