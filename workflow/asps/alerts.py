"""What must not be overlooked about a patient: the banner on every view of one."""

from collections.abc import Iterator
from datetime import date

from workflow.asps.tracks import hold
from workflow.chart import Chart
from workflow.course import Arrival
from workflow.plan import Plan, Stage, stage_of
from workflow.vocabulary import State


def alerts(chart: Chart, now: Plan, today: date) -> tuple[str, ...]:
    """Acts that went past a hard guard, drugs on hold, what is late, and records that contradict a death."""
    return (*_overridden(chart), *_held(chart), *_late(now, today), *_after_death(chart, now.path))


def _overridden(chart: Chart) -> Iterator[str]:
    for act in chart.acts:
        for id in act.outcome.overrides if act.outcome else ():
            guard = chart.entries[id].fields.given("guard") if id in chart.entries else id
            yield f"overridden, not satisfied: {guard}, for {act.name} of {act.on}"


def _held(chart: Chart) -> Iterator[str]:
    yield from (f"on hold: {agent}" for agent, value in hold(chart).items() if value == "held")


def _late(now: Plan, today: date) -> Iterator[str]:
    late = [t for t in now.open if stage_of(t.target, today) is Stage.OVERDUE]
    if late:
        oldest = min(late, key=lambda t: t.target or today)
        yield f"overdue: {len(late)}, the oldest {oldest.title} since {oldest.target}"


def _after_death(chart: Chart, path: tuple[Arrival, ...]) -> Iterator[str]:
    """A record dated after a death is kept, for facts may come in any order; the contradiction is shown."""
    if path[-1].state is not State.DECEASED:
        return
    for entry in chart.ordered:
        if entry.on > path[-1].on and not entry.outcome:
            yield f"contradiction: {entry.name} of {entry.on} lies after the death of {path[-1].on}"
