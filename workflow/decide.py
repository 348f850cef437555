"""May this step be taken? All unmet guards are listed at once; nothing here writes anything."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from workflow.acts import ACTS, TASK_ACTS, Adopt, Override
from workflow.chart import Chart, Correction, Entry, Outcome
from workflow.course import course
from workflow.errors import Invalid, NotFound
from workflow.fields import Fields
from workflow.machine import move
from workflow.overrides import grant, live_overrides
from workflow.pathway import Pathway
from workflow.plan import Planned, open_tasks
from workflow.records import KINDS
from workflow.rules import Case, Finding, Guard, Transition
from workflow.site import Site
from workflow.steps import Accepted, Decision, Refused, Step, denied_to, entry_of
from workflow.vocabulary import Blocker, Level, Role, State


def decide(pathway: Pathway, chart: Chart, site: Site, step: Step) -> Decision:
    """Judges one new record, act or override against what is on file."""
    if step.name in KINDS:
        return _record(pathway, chart, site, step)
    if step.name == "override":
        return grant(pathway, chart, site, step)
    return _act(pathway, chart, site, step)


def decide_amendment(pathway: Pathway, chart: Chart, site: Site, old: Entry[Any], step: Step) -> Decision:
    """Judges an amendment: a record's dates, or an amended act against its guards anew (2.9)."""
    if isinstance(old.fields, Override):
        raise Invalid("id", f"{old.id} is an override; retract it and grant another")
    correction = _correction(old, site, step, "amended")
    if old.outcome is None:
        decision = decide(pathway, chart.without(old.id), site, replace(step, seq=old.seq))
        if isinstance(decision, Refused):
            return decision
        entry = replace(decision.entry, version=step.seq, at=old.at, day=old.day)
        entry = replace(entry, final_on=old.final_on or entry.final_on)
        return Accepted(chart=chart.amended(entry, correction), entry=entry)
    if impossible := _impossible(pathway, case_for(pathway, chart.without(old.id), site, step, old)):
        return Refused(blockers=impossible)
    decision = _act(pathway, _before(chart, old), site, replace(step, seq=old.seq), old)
    if isinstance(decision, Refused):
        return decision
    entry = replace(decision.entry, version=step.seq, at=old.at, day=old.day)
    return replace(decision, chart=chart.amended(entry, correction), entry=entry)


def retract(chart: Chart, site: Site, old: Entry[Any], step: Step) -> Accepted:
    """Marks a record or act as entered in error: it no longer stands."""
    used_by = [a.id for a in chart.acts if a.outcome and old.id in a.outcome.overrides]
    if used_by:
        raise Invalid("id", f"override {old.id} was used by {used_by[0]}; retract that act first")
    return Accepted(chart=chart.without(old.id, _correction(old, site, step, "entered in error")), entry=old)


def standing(chart: Chart, id: str) -> Entry[Any]:
    """The standing record or act by its id. Raises NotFound."""
    try:
        return chart.entries[id]
    except KeyError:
        gone = any(correction.target == id for correction in chart.corrections)
        hint = "it was entered in error and no longer stands" if gone else "asps timeline shows the ids on file"
        raise NotFound("record", id, hint) from None


def case_for(pathway: Pathway, chart: Chart, site: Site, step: Step, since: Entry[Any] | None = None) -> Case:
    """What the guards of an act may read: the state, and the evidence up to the act's date.

    `since` is the act being amended: its state and its overrides are those of the day it was entered.
    """
    today = site.today(step.at)
    path = course(pathway, chart, site, since.day if since else today)
    return Case(
        pathway=pathway, chart=chart.upto(step.on), whole=chart, site=site, act=step.name, fields=step.fields,
        on=step.on, today=today, state=path[-1].state, path=path, by=step.by, user=step.user,
        at=since.at if since else step.at, reason=step.reason,
    )  # fmt: skip


def blockers_of(
    pathway: Pathway, chart: Chart, site: Site, act: str, fields: Fields, on: date, at: datetime
) -> tuple[Blocker, ...]:
    """What would refuse an act, whoever does it: `wrong_state` where it has no row, else its unmet guards."""
    step = Step(id="", name=act, fields=fields, seq=2**62, at=at, on=on, by=Role.CLINICIAN, user="")
    case = case_for(pathway, chart, site, step)
    absolute, _ = _ask(pathway.absolute, case)
    rows = [row for row in rows_for(pathway, case) if case.state in row.sources]
    if absolute or not rows:
        return absolute or (_wrong_state(pathway, case),)
    return _ask(rows[0].guards, case)[0]


def rows_for(pathway: Pathway, case: Case) -> tuple[Transition, ...]:
    """The rows of the act that fit its fields and chart, whatever the state."""
    return tuple(row for row in pathway.rows.get(case.act, ()) if row.when(case))


def possible_acts(pathway: Pathway, state: State) -> tuple[str, ...]:
    """The acts that have a row for a state."""
    return tuple(act for act, rows in pathway.rows.items() if any(state in row.sources for row in rows))


def _before(chart: Chart, act: Entry[Any]) -> Chart:
    """The chart without an act and without the acts entered after it: what the act was judged against."""
    later = {e.id for e in chart.acts if e.seq >= act.seq}
    return replace(chart, entries={id: e for id, e in chart.entries.items() if id not in later})


def _correction(old: Entry[Any], site: Site, step: Step, how: str) -> Correction:
    return Correction(target=old.id, seq=step.seq, day=site.today(step.at), what=f"{old} was {how}")


def _record(pathway: Pathway, chart: Chart, site: Site, step: Step) -> Decision:
    if impossible := _impossible(pathway, case_for(pathway, chart, site, step)):
        return Refused(blockers=impossible)
    entry = entry_of(step, site)
    return Accepted(chart=chart.plus(entry), entry=entry)


def _impossible(pathway: Pathway, case: Case) -> tuple[Blocker, ...]:
    """Dates that cannot be, in view of all that is on file: asked of records and of amended acts too."""
    return _ask(tuple(g for g in pathway.absolute if g.name == "possible_dates"), case)[0]


def _act(pathway: Pathway, chart: Chart, site: Site, step: Step, since: Entry[Any] | None = None) -> Decision:
    if isinstance(step.fields, Adopt):
        step = replace(step, on=step.fields.since)
    case = case_for(pathway, chart, site, step, since)
    row, denied = _row(pathway, case)
    if denied:
        return denied
    wrong = pathway.limits.get(step.name)
    if row and wrong and (invalid := wrong(case)):
        raise invalid
    absolute, _ = _ask(pathway.absolute, case)
    if absolute:
        return Refused(blockers=absolute)
    if row is None:
        return Refused(blockers=(_wrong_state(pathway, case), *_beside(pathway, case)))
    return _judge(pathway, chart, site, step, case, row)


def _row(pathway: Pathway, case: Case) -> tuple[Transition | None, Refused | None]:
    """The one row that applies; or a refusal where the role may not do this."""
    rows = [row for row in rows_for(pathway, case) if case.state in row.sources]
    allowed = (rows[0].by if rows else None) or ACTS[case.act].by
    if case.by not in allowed:
        return None, denied_to(case.act, allowed)
    return (rows[0] if rows else None), None


def _wrong_state(pathway: Pathway, case: Case) -> Blocker:
    possible = ", ".join(a for a in possible_acts(pathway, case.state) if a not in TASK_ACTS)
    only = {r.condition for r in pathway.rows.get(case.act, ()) if case.state in r.sources and r.condition}
    when = f" unless {' or '.join(sorted(only))}" if only else ""
    why = f"{case.act} is not possible in {case.state.value} ({case.state.title}){when}. Possible here: {possible}"
    return Blocker(
        guard="wrong_state", level=Level.ABSOLUTE, why=why, looked_at=(f"state {case.state.value}",),
        cleared_by="an act that leads to a state in which this one is possible",
        source=("[EXTRAP] a step without a row for the present state is refused",),
    )  # fmt: skip


def _beside(pathway: Pathway, case: Case) -> tuple[Blocker, ...]:
    """The guards of the act that would fire, named beside `wrong_state`."""
    guards = {g.name: g for row in rows_for(pathway, case) for g in row.guards}
    return _ask(tuple(guards.values()), case)[0]


def _judge(pathway: Pathway, chart: Chart, site: Site, step: Step, case: Case, row: Transition) -> Decision:
    live = live_overrides(case)
    guards = () if _before_adoption(case) else row.guards
    blockers, seen = _ask(guards, case, overridden=frozenset(live))
    warned = tuple(b for b in blockers if b.level is Level.SOFT and step.reason)
    overridden = tuple(b for b in blockers if b.level is Level.HARD and b.guard in live)
    case.unmet = tuple(b for b in blockers if b not in warned and b not in overridden)
    dest = move(pathway, row, case)
    if dest is None:
        return Refused(blockers=case.unmet)
    outcome = Outcome(
        transition=row.id,
        dest=dest if row.dest else None,
        after=entered_by(case),
        warned=tuple(dict.fromkeys(b.guard for b in warned)),
        overrides=tuple(live[b] for b in dict.fromkeys(b.guard for b in overridden)),
        relied={e.id: e.version for e in seen},
        tasks=_tasks_meant(pathway, chart, case),
    )
    entry = entry_of(step, site, outcome)
    return Accepted(chart=chart.plus(entry), entry=entry, transition=row, warned=warned, overridden=overridden)


def _before_adoption(case: Case) -> bool:
    """History of an adopted patient: guards do not judge what lies before the day since which the state is known."""
    return any(case.on < adopted.fields.since for adopted in case.whole.of(Adopt))


def entered_by(case: Case) -> str | None:
    """The act that led, directly or through automatic moves, to the present state."""
    return next((act.id for act in reversed(case.whole.movers) if act.on <= case.today), None)


def _ask(
    guards: tuple[Guard, ...], case: Case, overridden: frozenset[str] = frozenset()
) -> tuple[tuple[Blocker, ...], tuple[Entry[Any], ...]]:
    """All guards at once: what is unmet, and what they looked at."""
    blockers: list[Blocker] = []
    seen: dict[str, Entry[Any]] = {}
    for guard in guards:
        findings = guard.findings(case)
        seen.update((e.id, e) for f in findings for e in f.seen)
        unmet = guard.blockers(findings)
        blockers += unmet
        if unmet and guard.preliminary and guard.name not in overridden:
            blockers += _only_preliminary(case.pathway, guard, guard.preliminary(case))
    return tuple(dict.fromkeys(blockers)), tuple(seen.values())


def _only_preliminary(pathway: Pathway, guard: Guard, reports: tuple[Entry[Any], ...]) -> tuple[Blocker, ...]:
    """`final_report`: the report that a guard needs is there, but not final (R6)."""
    final = pathway.guards["final_report"]
    return final.blockers(
        Finding(met=False, why=f"{report} is not final, so {guard.name} cannot use it", seen=(report,),
                missing=(f"the final report of {report.id}",))
        for report in reports
    )  # fmt: skip


def _tasks_meant(pathway: Pathway, chart: Chart, case: Case) -> tuple[tuple[str, str, int], ...]:
    """For a task act: the open tasks of that name, which must exist. Whoever claims them claims them all."""
    name = case.fields.given("task")
    if case.act not in TASK_ACTS or name is None:
        return ()
    if name not in pathway.tasks:
        raise Invalid("task", f"there is no task {name!r}", allowed=", ".join(sorted(pathway.tasks)))
    if case.act == "complete_task" and not pathway.tasks[name].by_hand:
        raise Invalid("task", f"{name} is completed by what it asks for: {pathway.tasks[name].done_when}")
    named = [t for t in open_tasks(pathway, chart, case.site, case.today, case.path) if t.name == name]
    if not named:
        raise Invalid("task", f"{name} is not open for this patient")
    return tuple(t.key for t in (named if case.act == "claim_task" else _due_first(named, case.today)))


def _due_first(tasks: list[Planned], today: date) -> list[Planned]:
    """Of several under one name those that are due, else the next: a review of today is not the one in 12 weeks."""
    until = max(today, min(t.target or today for t in tasks))
    return [t for t in tasks if (t.target or today) <= until]
