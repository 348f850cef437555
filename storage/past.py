"""What is known already of a patient who is being registered: someone who was under way when the software arrived."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from storage import inputs
from storage.answer import listed
from storage.codec import LETTERS, Payload, Stamp, entry_content, free_id, kind_of
from workflow.chart import Chart
from workflow.decide import decide
from workflow.pathway import Pathway
from workflow.site import Site
from workflow.steps import Accepted, Refused, Step
from workflow.vocabulary import Role


@dataclass(frozen=True, kw_only=True, slots=True)
class Past:
    """One thing that is known already: a record, or the act that says where the patient stands."""

    name: str
    given: Mapping[str, Any]
    """Its fields as JSON values, and `id` where one is chosen."""
    on: date | None = None
    """The clinical date, else today at the site."""
    reason: str = ""

    @property
    def content(self) -> tuple[Any, ...]:
        """What an idempotency key stands for: not the reason, which may be worded anew."""
        return self.name, dict(self.given), self.on


@dataclass(slots=True)
class Known:
    """The chart that a past comes to, and the journal's payloads of it, in order."""

    chart: Chart
    payloads: list[Payload]


@dataclass(frozen=True, slots=True)
class Stopped:
    """What of a past was refused first."""

    entry: str
    """The id it would have had."""
    refused: Refused


def judge(pathway: Pathway, site: Site, start: Known, stamp: Stamp, past: Iterable[Past]) -> Known | Stopped:
    """Judges each thing against those before it; the first refusal is the answer. Writes nothing. Raises Invalid."""
    known, ids = start, set[str]()
    for item in past:
        given = _stamp(stamp, item)
        step = _step(item, given, len(known.payloads) + 1, ids)
        decision = decide(pathway, known.chart, site, step)
        if isinstance(decision, Refused):
            return Stopped(step.id, decision)
        ids.add(decision.entry.id)
        known = Known(chart=decision.chart, payloads=[*known.payloads, _payload(given, item, decision)])
    return known


def _stamp(stamp: Stamp, item: Past) -> Stamp:
    return replace(stamp, reason=inputs.reason(item.reason), key="")


def _step(item: Past, stamp: Stamp, seq: int, ids: set[str]) -> Step:
    otherwise = free_id(LETTERS[kind_of(item.name)], seq, ids)
    id, fields = inputs.entry(item.name, item.given, ids, otherwise)
    on = stamp.day if item.on is None else inputs.day("on", item.on)
    return Step(
        id=id, name=item.name, fields=fields, seq=seq, at=stamp.at, on=on, by=Role(stamp.by), user=stamp.user,
        reason=stamp.reason,
    )  # fmt: skip


def _payload(stamp: Stamp, item: Past, accepted: Accepted) -> Payload:
    guards = {"warned": listed(accepted.warned), "overridden": listed(accepted.overridden)}
    return stamp.payload(kind_of(item.name), **entry_content(accepted.entry), **guards)
