"""Break-glass (R13): granted for one guard and one action, used once, expiring; the fact itself does not change."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from workflow.acts import ACTS, Override
from workflow.chart import Chart, Entry
from workflow.errors import Invalid
from workflow.pathway import Pathway
from workflow.rules import Case, Guard
from workflow.site import Site
from workflow.steps import Accepted, Decision, Refused, Step, denied_to, entry_of
from workflow.vocabulary import Blocker, Level, Role


def grant(pathway: Pathway, chart: Chart, site: Site, step: Step) -> Decision:
    """Grants a break-glass (R13): one guard, one action, one use, a second signer who differs, an expiry."""
    fields = step.fields
    assert isinstance(fields, Override)
    if step.by is not Role.CLINICIAN:
        return denied_to("override", frozenset({Role.CLINICIAN}))
    guard = pathway.guards.get(fields.guard)
    if guard is None:
        raise Invalid("guard", f"there is no guard {fields.guard!r}", allowed=", ".join(sorted(pathway.guards)))
    if fields.action not in ACTS:
        raise Invalid("action", f"there is no act {fields.action!r}", allowed=", ".join(ACTS))
    if fields.signer_2 == step.user:
        raise Invalid("signer_2", "the second signer must be another clinician than the first")
    if step.on > site.today(step.at):
        raise Invalid("on", "an override is granted today, not in the future")
    _check_expiry(fields.expires, step.at, site.number("override.expiry_hours"))
    if guard.level is not Level.HARD:
        return Refused(blockers=(_not_overridable(guard),))
    entry = entry_of(step, site)
    return Accepted(chart=chart.plus(entry), entry=entry)


def _check_expiry(expires: datetime | None, granted: datetime, hours: int | None) -> None:
    if expires is None:
        if hours is None:
            raise Invalid(
                "expires", "override.expiry_hours is UNSET at this site, so every override states its own expiry"
            )
        return
    if expires.tzinfo is None or expires <= granted:
        raise Invalid("expires", "must be a later instant, with its offset from UTC")
    if hours is not None and expires > granted + timedelta(hours=hours):
        raise Invalid("expires", f"is later than this site lets an override be used (override.expiry_hours = {hours})")


def _not_overridable(guard: Guard) -> Blocker:
    why = "a soft warning needs a reason, not an override" if guard.level is Level.SOFT else "nothing overrides it"
    return Blocker(
        guard=guard.name, level=Level.ABSOLUTE, why=f"{guard.name}: {why}", cleared_by=guard.cleared_by,
        source=tuple(str(s) for s in guard.source),
    )  # fmt: skip


def live_overrides(case: Case) -> Mapping[str, str]:
    """Guards overridden for this act by a standing, unused, unexpired override: guard to override id."""
    used = {id for act in case.whole.acts if act.outcome for id in act.outcome.overrides}
    return {
        e.fields.guard: e.id
        for e in case.whole.of(Override)
        if e.fields.action == case.act and e.id not in used and case.at <= _expires(e, case.site)
    }


def _expires(entry: Entry[Override], site: Site) -> datetime:
    hours = site.number("override.expiry_hours") or 0
    return entry.fields.expires or entry.at + timedelta(hours=hours)
