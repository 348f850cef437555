"""A patient's next months if nothing changes: which tasks will stand when, in the clinic's calendar.

Nothing is invented. The plan is asked for later and later days, with every dated task left out on the day it is due, as
a person waives it: so a repeating timer asks for its next occurrence, a guard is satisfied by nothing, and no state
changes but by a date. What is late counts for today.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from workflow.acts import TaskAct
from workflow.chart import Chart, Entry, Outcome
from workflow.course import Arrival
from workflow.pathway import Pathway
from workflow.plan import Planned, TaskKey, plan
from workflow.site import Site
from workflow.vocabulary import Role

STEP = timedelta(days=28)
"""The plan is asked for every four weeks: what a date opens and closes in between is missed."""
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
    undated = tuple(t for t in now.open if t.target is None)
    then = chart
    for day in _days(today, until):
        then = _gone_through(pathway, then, site, day, today, found)
    path = plan(pathway, then, site, until).path
    return Forecast(
        expected=tuple(sorted(found.values(), key=lambda e: (e.on, e.task))),
        moves=path[len(now.path) :], undated=undated,
    )  # fmt: skip


def _days(today: date, until: date) -> Iterator[date]:
    day = today
    while day < until:
        day = min(day + STEP, until)
        yield day


def _gone_through(
    pathway: Pathway, chart: Chart, site: Site, day: date, today: date, found: dict[TaskKey, Expected]
) -> Chart:
    """The chart with everything that is due by a day left out, each on its date; what is new is added to `found`."""
    while due := [t for t in plan(pathway, chart, site, day).open if t.target and t.target <= day]:
        for task in due:
            if task.target and task.target >= today:  # one result answers every occurrence that is late
                found.setdefault(task.key, _expected(task, today, already=False))
        chart = chart.plus(_left_out(due, len(chart.entries), today))
    return chart


def _expected(task: Planned, today: date, already: bool) -> Expected:
    target = task.target or today
    return Expected(
        on=max(target, today), task=task.name, title=task.title, why=task.why, already=already, late=target < today
    )


def _left_out(tasks: list[Planned], number: int, today: date) -> Entry[TaskAct]:
    """As if a person had waived them."""
    seq = 2**61 + number
    on = min(t.target or today for t in tasks)
    return Entry(
        id=f"forecast-{number}", name="waive_task", seq=seq, version=seq, on=on, day=today, by=Role.CLINICIAN, user="",
        at=datetime.combine(today, time(), tzinfo=UTC), fields=TaskAct(task=tasks[0].name),
        outcome=Outcome(transition="", tasks=tuple(t.key for t in tasks)),
    )  # fmt: skip
