"""The timeline: every journal entry of a patient, oldest first, refusals and timed moves included."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from storage.codec import Payload
from storage.effects import Effects, TaskChange, before_of, changes_of, standing_of
from workflow.rules import CareTask
from workflow.vocabulary import State


@dataclass(frozen=True, kw_only=True, slots=True)
class JournalRow:
    """One journal entry, as it is told."""

    stream: str
    seq: int
    kind: str
    """registration, record, act, override, amendment, retraction, refusal, timed, replan, erasure."""
    at: datetime
    """When it was entered."""
    day: date
    """The civil date at the site then."""
    on: date | None
    """The clinical date, or the day on which a timed move took effect; None for a refusal."""
    name: str
    """The kind of record, the act, or the transition of a timed move."""
    id: str
    """The entry's, or the one that an amendment or retraction is about."""
    by: str
    """The role; `clock` where nobody entered it."""
    user: str
    reason: str
    stated: bool
    """The moment was stated by the user, not read from the clock."""
    fields: Mapping[str, Any]
    """As they stand after it; empty for a refusal."""
    changed: tuple[str, ...]
    """The fields that an amendment changed."""
    refused_by: tuple[str, ...]
    denied: bool
    warned: tuple[str, ...]
    """Soft guards that the reason answered."""
    overridden: tuple[str, ...]
    """Hard guards: overridden, not satisfied."""
    before: State | None
    after: State | None
    """The state; None for a refusal."""
    changes: tuple[TaskChange, ...]
    pathway: str
    settings: int


def told(stream: str, seq: int, payload: str, effects: str, tasks: Mapping[str, CareTask]) -> JournalRow:
    """A journal entry, as it is told."""
    content, follows = json.loads(payload), json.loads(effects)
    moved = "state" in follows
    return JournalRow(
        stream=stream,
        seq=seq,
        kind=content["kind"],
        at=datetime.fromisoformat(content["at"]),
        day=date.fromisoformat(content["day"]),
        on=date.fromisoformat(content["on"]) if content.get("on") else None,
        name=content.get("name", ""),
        id=content.get("id", content.get("target", "")),
        by=content["by"],
        user=content["user"],
        reason=content.get("reason", ""),
        stated=content.get("stated", False),
        fields=_fields(content),
        changed=tuple(content.get("changed", ())),
        refused_by=_names(content.get("guards", ())),
        denied=content.get("denied", False),
        warned=_names(content.get("warned", ())),
        overridden=_names(content.get("overridden", ())),
        before=before_of(follows) if moved else None,
        after=standing_of(follows).state if moved else None,
        changes=changes_of(follows, tasks),
        pathway=content["pathway"],
        settings=content["settings"],
    )


_REGISTRATION = ("born", "can_become_pregnant", "sex_recorded")


def _fields(content: Payload) -> Mapping[str, Any]:
    if content["kind"] == "registration":
        return {name: content[name] for name in _REGISTRATION}
    return dict(content.get("fields", {}))


def _names(guards: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name, _ in guards))


@dataclass(frozen=True, kw_only=True, slots=True)
class SettingRow:
    """A setting that was set or unset."""

    seq: int
    revision: int
    """The first under which it holds."""
    key: str
    value: str | None
    """As it was entered; None: unset."""
    at: datetime
    by: str
    user: str
    reason: str


def settings_of(entries: Iterable[tuple[int, Payload, Effects]], key: str | None = None) -> list[SettingRow]:
    """The settings of the site's stream, oldest first."""
    rows = []
    for seq, payload, effects in entries:
        for name, value in payload.get("set", {}).items():
            if key in (None, name):
                rows.append(
                    SettingRow(
                        seq=seq, revision=effects["revision"], key=name, value=value,
                        at=datetime.fromisoformat(payload["at"]), by=payload["by"], user=payload["user"],
                        reason=payload.get("reason", ""),
                    )
                )  # fmt: skip
    return rows
