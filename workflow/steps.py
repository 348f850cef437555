"""What someone wants to enter, and the answer to it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from workflow.chart import FINAL, Chart, Entry, Outcome, is_report
from workflow.fields import Fields
from workflow.rules import Transition
from workflow.site import Site
from workflow.vocabulary import Blocker, Level, Role


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """What someone wants to enter."""

    id: str
    name: str
    """A kind of record, an act, or `override`."""
    fields: Fields
    seq: int
    at: datetime
    on: date
    by: Role
    user: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Accepted:
    """The step may be taken; this is the chart with it."""

    chart: Chart
    entry: Entry[Any]
    transition: Transition | None = None
    warned: tuple[Blocker, ...] = ()
    overridden: tuple[Blocker, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Refused:
    """The step may not be taken. Nothing changes but the journal."""

    blockers: tuple[Blocker, ...]
    denied: bool = False
    """The role may not do this at all."""


Decision = Accepted | Refused


def entry_of(step: Step, site: Site, outcome: Outcome | None = None) -> Entry[Any]:
    """The entry that a step becomes."""
    day = site.today(step.at)
    status = step.fields.given("report") or step.fields.given("status")
    final_on = day if is_report(step.fields) and status in FINAL else None
    return Entry(
        id=step.id, name=step.name, seq=step.seq, at=step.at, day=day, on=step.on, by=step.by, user=step.user,
        reason=step.reason, fields=step.fields, version=step.seq, final_on=final_on, outcome=outcome,
    )  # fmt: skip


def denied_to(act: str, allowed: Iterable[Role]) -> Refused:
    """The role may not do this; no guard is asked."""
    roles = " or ".join(sorted(allowed))
    why = f"{act} may be done by a {roles} only"
    blocker = Blocker(guard="role", level=Level.ABSOLUTE, why=why, cleared_by=f"a {roles} does it")
    return Refused(blockers=(blocker,), denied=True)
