"""A patient's next months if nothing changes: which tasks will stand when, in the clinic's calendar.

Nothing is invented. The plan is asked for later and later days, with every dated task left out, and those that its
timer asks for after it, as a person waives them: so a repeating timer shows all its dates, a guard is satisfied by
nothing, and no state changes but by a date. What is late counts for today.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from workflow.acts import TaskAct
from workflow.chart import Chart, Entry, Outcome
from workflow.course import LAST, Arrival, course
from workflow.pathway import Pathway
from workflow.plan import Planned, Status, plan
from workflow.site import Site
from workflow.vocabulary import Role

STEP = timedelta(weeks=8)
"""So far apart are the days for which the plan is asked: what a date opens and closes in between is missed."""
AT_ONCE = 30
"""Occurrences that are left out at once: more than one asks for in a step, else there is another round."""
LONGEST = timedelta(days=366)


@dataclass(frozen=True, kw_only=True, slots=True)
class Expected:
    """A task on the day it will ask for something."""

    on: date
    """Its date; today, where it is late."""
    task: str
    title: str
    why: str
    already: bool
    """It stands on the worklist today."""
    late: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Forecast:
    """What will be asked for, by date, and where the date alone will move the patient."""

    expected: tuple[Expected, ...]
    moves: tuple[Arrival, ...]
    undated: tuple[Planned, ...]
    """Open today without a date: nobody can say when."""


def forecast(pathway: Pathway, chart: Chart, site: Site, today: date, until: date) -> Forecast:
    """The tasks from today until a day, a year at most."""
    until = min(until, today + LONGEST)
    now = plan(pathway, chart, site, today)
    found = {t.key: _expected(t, today, already=True) for t in now.open if t.target and t.target <= until}
    over = {t.key for t in now.tasks if t.status is not Status.OPEN}
    then = chart
    for day in _days(today, until):
        then, planned = _gone_through(pathway, then, site, day)
        for task in planned:
            if task.due and today <= task.due <= day and task.key not in over:
                found.setdefault(task.key, _expected(task, today, already=False))
    return Forecast(
        expected=tuple(sorted(found.values(), key=lambda e: (e.on, e.task))),
        moves=course(pathway, then, site, until)[len(now.path) :],
        undated=tuple(t for t in now.open if t.target is None),
    )


def _days(today: date, until: date) -> Iterator[date]:
    day = today
    while day < until:
        day = min(day + STEP, until)
        yield day


def _gone_through(pathway: Pathway, chart: Chart, site: Site, day: date) -> tuple[Chart, tuple[Planned, ...]]:
    """The chart with everything that is due by a day left out, and the tasks that the plan of that day then has."""
    while True:
        planned = plan(pathway, chart, site, day)
        due = [t for t in planned.open if t.target and t.target <= day]
        if not due:
            return chart, planned.tasks
        chart = chart.plus(_left_out(due, len(chart.entries)))


def _expected(task: Planned, today: date, already: bool) -> Expected:
    target = task.target or today
    return Expected(
        on=max(target, today), task=task.name, title=task.title, why=task.why, already=already, late=target < today
    )


def _left_out(tasks: list[Planned], number: int) -> Entry[TaskAct]:
    """As if a person had waived them, and what comes after them."""
    seq, on = LAST - 1, min(t.target for t in tasks if t.target)
    keys = tuple((t.name, t.subject, t.occurrence + n) for t in tasks for n in range(AT_ONCE))
    return Entry(
        id=f"forecast-{number}", name="waive_task", seq=seq, version=seq, on=on, day=on, by=Role.CLINICIAN, user="",
        at=datetime.combine(on, time(), tzinfo=UTC), fields=TaskAct(task=tasks[0].name),
        outcome=Outcome(transition="", tasks=keys),
    )  # fmt: skip
