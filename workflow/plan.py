"""Which care tasks should exist, and when. Tasks are wanted, not scheduled: planning again changes nothing."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from operator import itemgetter
from typing import Any, NamedTuple

from workflow.acts import TASK_ACTS
from workflow.chart import Chart, Entry, derived
from workflow.course import Arrival, course, next_timed_move
from workflow.pathway import Pathway
from workflow.rules import CareTask, Priority, Situation, Wanted
from workflow.site import Site
from workflow.vocabulary import Role

TaskKey = tuple[str, str, int]
"""A task's identity within a patient: task, subject, occurrence (R9)."""


class Status(StrEnum):
    """What became of a task."""

    OPEN = "open"  # -> done, waived, cancelled
    DONE = "done"  # what it asks for is on record
    WAIVED = "waived"  # a person decided, with a reason, that it will not be done
    CANCELLED = "cancelled"  # its reason has gone


class Stage(StrEnum):
    """Where an open task stands in time: a function of its dates and today. Overdue never expires."""

    UPCOMING = "upcoming"
    DUE = "due"
    OVERDUE = "overdue"
    ESCALATED = "escalated"


class Planned(NamedTuple):
    """One care task as it should exist today. A tuple, for a patient has hundreds of them."""

    name: str
    subject: str
    occurrence: int
    title: str
    priority: Priority
    owner: Role
    opened: date
    due: date | None
    not_before: date | None
    why: str
    status: Status = Status.OPEN
    done: date | None = None
    done_by: str = ""
    snoozed_until: date | None = None
    claimed_by: str = ""
    reason: str = ""
    """Why it was waived or put off."""

    @property
    def key(self) -> TaskKey:
        """Its identity within the patient."""
        return self.name, self.subject, self.occurrence

    @property
    def target(self) -> date | None:
        """The date that counts: the one it was put off to, else its due date."""
        return self.snoozed_until or self.due


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """The tasks that should exist, where the patient stands, and when to look again without new facts."""

    path: tuple[Arrival, ...]
    tasks: tuple[Planned, ...]
    look_again: date | None

    @property
    def open(self) -> tuple[Planned, ...]:
        """Tasks still to be done."""
        return tuple(t for t in self.tasks if t.status is Status.OPEN)


def plan(pathway: Pathway, chart: Chart, site: Site, today: date) -> Plan:
    """The care tasks that should exist today, done ones included."""
    path = course(pathway, chart, site, today)
    timed = next_timed_move(pathway, chart, site, path)
    return Plan(path=path, tasks=_planned(pathway, chart, site, today, path), look_again=timed[1] if timed else None)


def open_tasks(
    pathway: Pathway, chart: Chart, site: Site, today: date, path: tuple[Arrival, ...]
) -> tuple[Planned, ...]:
    """The tasks still to be done, for a way already worked out."""
    return tuple(t for t in _planned(pathway, chart, site, today, path) if t.status is Status.OPEN)


def stage_of(target: date | None, today: date, escalation_days: int | None = None) -> Stage:
    """The stage of an open task. Without a date it is due from the moment it opens."""
    if target is None:
        return Stage.DUE
    if escalation_days is not None and today > target + timedelta(days=escalation_days):
        return Stage.ESCALATED
    return Stage.OVERDUE if today > target else Stage.DUE if today == target else Stage.UPCOMING


def _planned(pathway: Pathway, chart: Chart, site: Site, today: date, path: tuple[Arrival, ...]) -> tuple[Planned, ...]:
    situation = Situation(pathway=pathway, chart=chart, site=site, today=today, path=path)
    acts, left = task_acts(chart), situation.left
    every = (_of(task, w, acts) for task in pathway.tasks.values() for w in task.wanted(situation))
    return tuple(every) if not left else tuple(t for t in every if not _ended(pathway.tasks[t.name], t))


def _ended(task: CareTask, planned: Planned) -> bool:
    """Leaving the pathway ends every open task but those that the exit itself opens (R11)."""
    return not task.for_exit and planned.status is Status.OPEN


@derived
def task_acts(chart: Chart) -> dict[TaskKey, tuple[Entry[Any], ...]]:
    """What people did to tasks, by the task's identity."""
    found: dict[TaskKey, list[Entry[Any]]] = {}
    for act in chart.named(*TASK_ACTS):
        for key in act.outcome.tasks if act.outcome else ():
            found.setdefault(key, []).append(act)
    return {key: tuple(sorted(acts, key=lambda a: a.seq)) for key, acts in found.items()}


def waived(chart: Chart, task: str, subject: str) -> dict[int, date]:
    """The occurrences of a task that were waived, each with the day: in their place the next one is asked for."""
    acts = task_acts(chart)
    return {key[2]: a.on for key in acts if key[:2] == (task, subject) for a in acts[key] if a.name == "waive_task"}


def in_turn(chart: Chart, task: str, subject: str, first: int = 1) -> range:
    """An occurrence, and the next for each one waived: the last of them is the one to be done."""
    over, last = waived(chart, task, subject), first
    while last in over:
        last += 1
    return range(first, last + 1)


def _of(task: CareTask, wanted: Wanted, acts: Mapping[TaskKey, tuple[Entry[Any], ...]]) -> Planned:
    planned = Planned(  # in their order and not by their names: twice as fast, and there are hundreds
        task.name,
        wanted.subject,
        wanted.occurrence,
        task.title,
        task.priority,
        task.owner,
        wanted.opened,
        wanted.due,
        wanted.not_before,
        wanted.why,
        Status.DONE if wanted.done else Status.OPEN,
        wanted.done,
        wanted.done_by,
    )
    done_to_it = acts.get(planned.key)
    return _with_acts(task, planned, done_to_it) if done_to_it else planned


def _with_acts(task: CareTask, planned: Planned, acts: Iterable[Entry[Any]]) -> Planned:
    """A task with what people did to it: claimed, put off, waived, completed by hand."""
    latest = {act.name: act for act in acts}
    claim, complete, waive, snooze = (
        latest.get(n) for n in ("claim_task", "complete_task", "waive_task", "snooze_task")
    )
    claimed_by = (claim.fields.user or claim.user) if claim else ""
    reason = snooze.reason if snooze else ""
    if planned.status is Status.OPEN and complete and task.by_hand:
        return planned._replace(
            status=Status.DONE, done=complete.on, done_by=complete.id, claimed_by=claimed_by, reason=reason
        )
    if planned.status is Status.OPEN and waive:
        return planned._replace(
            status=Status.WAIVED, done=waive.on, done_by=waive.id, claimed_by=claimed_by, reason=waive.reason
        )
    until = snooze.fields.until if snooze and planned.status is Status.OPEN else None
    return planned._replace(snoozed_until=until, claimed_by=claimed_by, reason=reason)


Answer = tuple[date, str]
"""A clinical date and the entry that gives it."""


def repeating(
    *,
    subject: str,
    anchor: date,
    nth: Callable[[int], tuple[date | None, str]],
    answers: Iterable[Answer],
    running: bool,
    since: date = date.min,
    waived: Mapping[int, date] | None = None,
) -> Iterator[Wanted]:
    """A repeating timer: answered occurrences, and one open one while it runs (section 3).

    `nth(n)` gives the due date of occurrence n (None: its site key is UNSET) and its arithmetic. A result answers every
    occurrence due up to its date, and the next one too when it lies in the later half of the interval before it.
    What was due before `since` is not asked for, and a waived occurrence does not hold up the next.
    """
    given = sorted(answers)
    previous, used = anchor, 0
    for n in range(1, 10_000):
        due, why = nth(n)
        if due is not None and due < since:
            previous = due
            continue
        index = _answer_to(given, used, previous, due)
        done = given[index] if index is not None else None
        if done or running:
            yield Wanted(
                subject=subject, occurrence=n, opened=previous, due=due, why=why,
                done=done[0] if done else None, done_by=done[1] if done else "",
            )  # fmt: skip
        if done is None or index is None:
            if not waived or n not in waived:
                return
            previous = due or waived[n]
            continue
        previous, used = (due, used) if due else (done[0], index + 1)


def _answer_to(given: list[Answer], used: int, previous: date, due: date | None) -> int | None:
    """The first result that answers an occurrence."""
    if due is None:
        index = max(used, bisect_right(given, previous, key=_day))
    else:
        index = bisect_left(given, previous + (due - previous + timedelta(days=1)) // 2, key=_day)
    return index if index < len(given) else None


_day = itemgetter(0)
