"""The three-month rescan: wait, scan again, and only then decide about lung surgery (S24, S25, S52)."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from workflow.acts import DecideIntervalScan
from workflow.asps.board import BOARD
from workflow.asps.facts import brain, symptoms
from workflow.asps.general import REFERENCE_CENTRE
from workflow.asps.lung_disease import (
    criteria,
    episode_start,
    extrapulmonary,
    index_ct,
    interval_due,
    interval_opens,
    judged,
    qualifying_cts,
    unfavourable,
)
from workflow.asps.sources import s
from workflow.asps.timing import Dated, after, in_days, unset
from workflow.calendar import months
from workflow.chart import Entry
from workflow.records import Communication, Imaging, Symptoms
from workflow.rules import (
    Automatic,
    CareTask,
    Case,
    Finding,
    Guard,
    Moment,
    Priority,
    Situation,
    Topic,
    Transition,
    Wanted,
    met,
    unmet,
)
from workflow.vocabulary import WAIT, Level, Role, State, extrapolated


def _metastasectomy_criteria(case: Case) -> Finding:
    items = criteria(case, case.fields)
    seen = tuple(e for item in items for e in item.seen)
    unanswered = tuple(item.field for item in items if item.value == "unknown" and item.field)
    open_items = [
        f"{item.says}: {'unknown' if item.value == 'unknown' else 'not met'}" for item in items if item.value != "yes"
    ]
    return unmet("; ".join(open_items), *seen, missing=unanswered) if open_items else met(*seen)


METASTASECTOMY_CRITERIA = Guard(
    name="metastasectomy_criteria",
    level=Level.SOFT,
    says="disease-free interval of at least 1 year, no extrapulmonary disease, limited, resectable, checklist complete",
    cleared_by="the tumour board: record what is unknown, or give its reason",
    source=s(4, 22, 23, 37),
    check=_metastasectomy_criteria,
)


def _symptomatic_patient(case: Case) -> Finding:
    entry = symptoms(case.chart)
    if entry and entry.fields.symptomatic == "yes":
        return unmet("the patient is symptomatic: atezolizumab is the first suggestion", entry)
    return met(entry)


SYMPTOMATIC_PATIENT = Guard(
    name="symptomatic_patient",
    level=Level.SOFT,
    says="waiting is for patients without symptoms",
    cleared_by="the tumour board: give its reason, or decide on systemic treatment",
    source=s(36),
    check=_symptomatic_patient,
)

TRANSITIONS = (
    Transition(
        id="X05",
        on="decide_interval_scan",
        sources=BOARD,
        dest=State.INTERVAL_WAIT,
        guards=(REFERENCE_CENTRE, METASTASECTOMY_CRITERIA, SYMPTOMATIC_PATIENT),
        source=s(24, 37),
    ),
)


def _qualifies(moment: Moment) -> bool:
    return bool(qualifying_cts(moment, index_ct(moment)))


def _ends_early(moment: Moment) -> bool:
    """New lesions, no longer operable, new symptoms, or new disease of the brain, before the qualifying CT."""
    scans = [e for e in moment.new(Imaging) if e.final]
    felt = [e for e in moment.new(Symptoms) if "yes" in (e.fields.symptomatic, e.fields.cns_symptoms)]
    now = brain(moment.chart)
    in_brain = now.status == "untreated_metastases" and now.since and now.since.key > moment.arrival.key
    return bool(felt or in_brain or [e for e in scans if unfavourable(e)])


def _interval_over(moment: Moment) -> date | None:
    index = index_ct(moment)
    return interval_due(moment, index) if index else None


AUTOMATIC = (
    Automatic(
        id="X10",
        sources=WAIT,
        dest=State.MDT_REVIEW,
        condition="the final report of a qualifying chest CT",
        facts=frozenset({Imaging}),
        when=_qualifies,
        source=s(24),
    ),
    Automatic(
        id="X14",
        sources=WAIT,
        dest=State.MDT_REVIEW,
        condition="before it: new lesions, not operable, new symptoms or new CNS disease",
        facts=frozenset({Imaging, Symptoms}),
        when=_ends_early,
        source=s(25, 53),
    ),
    Automatic(
        id="X05t",
        sources=frozenset({State.INTERVAL_WAIT}),
        dest=State.INTERVAL_SCAN,
        condition="the interval CT falls due, counted from the index CT",
        due=_interval_over,
        interval="after {interval_ct.months} calendar months",
        source=s(24),
    ),
)


def _waits(now: Situation) -> Iterator[tuple[Entry[Any], date | None]]:
    """Each wait: the act that began it, and the day it ended; None for the one the patient is in."""
    for n, arrival in enumerate(now.path):
        if arrival.state in WAIT and now.path[n - 1].state not in WAIT:
            left = next((a for a in now.path[n + 1 :] if a.state not in WAIT), None)
            yield now.chart.entries[arrival.entry], left.on if left else None


def _interval_dates(now: Situation) -> tuple[Dated, date | None]:
    index = index_ct(now)
    if index is None:
        return (None, "no date: no index CT on file (a final chest CT that shows lung lesions)"), None
    number = now.site.number("interval_ct.months")
    if number is None:
        return unset("interval_ct.months"), None
    return after(index.on, f"index CT {index.id}", months(number)), interval_opens(now, index)


def _interval_ct(now: Situation) -> Iterator[Wanted]:
    (due, why), not_before = _interval_dates(now)
    for decision, ended in _waits(now):
        if decision.on < episode_start(now.path):
            continue
        found = [c for c in qualifying_cts(now, index_ct(now)) if ended is None or c.on <= ended]
        if ended and not found:
            continue
        yield Wanted(
            subject=decision.id, opened=decision.on, due=due, not_before=not_before, why=why,
            done=found[0].on if found else None, done_by=found[0].id if found else "",
        )  # fmt: skip


def _explain_interval(now: Situation) -> Iterator[Wanted]:
    said = [e for e in now.chart.of(Communication) if e.fields.topic == "explain_interval"]
    for decision, ended in _waits(now):
        if not isinstance(decision.fields, DecideIntervalScan):  # adopted: what was said before is not known
            continue
        told = next((e for e in said if e.on >= decision.on), None)
        if told or ended is None:
            due, why = in_days(now.site, "explain_interval.due_days", decision.on, "decide_interval_scan")
            yield Wanted(
                subject=decision.id, opened=decision.on, due=due, why=why, done=told.on if told else None,
                done_by=told.id if told else "",
            )  # fmt: skip


def _checklist(now: Situation) -> Iterator[Wanted]:
    """While the surgery route is open: nothing recorded speaks against it."""
    index = index_ct(now)
    if index is None:
        return
    value, entry = judged(now, "checklist")
    if value == "complete" and entry:
        yield Wanted(subject=index.id, opened=index.on, why="lung metastases", done=entry.on, done_by=entry.id)
    elif now.state in WAIT | {State.MDT_REVIEW} and route_open(now):
        yield Wanted(
            subject=index.id, opened=index.on, why=f"lung metastases on {index.id}; surgery is an open question"
        )


def route_open(now: Situation) -> bool:
    """Nothing recorded rules lung surgery out."""
    closed = (judged(now, "limited")[0] == "no", judged(now, "resectability")[0] == "unresectable")
    return not any(closed) and extrapulmonary(now)[0] != "present" and brain(now.chart).status != "untreated_metastases"


TASKS = (
    CareTask(
        name="interval_ct",
        title="interval CT",
        priority=Priority.IMAGING,
        owner=Role.COORDINATOR,
        wanted=_interval_ct,
        opens="decide_interval_scan, or adoption into the wait",
        done_when="the final report of a qualifying chest CT, favourable or not",
        timer="T04",
        keys=("interval_ct.months", "interval_ct.early_tolerance_days"),
        source=(*s(24, 52), extrapolated("counted from the index CT: the guide names no anchor")),
    ),
    CareTask(
        name="explain_interval",
        title="explain the interval to the patient",
        priority=Priority.EDUCATION,
        owner=Role.CLINICIAN,
        wanted=_explain_interval,
        opens="decide_interval_scan",
        done_when="a communication on explain_interval",
        keys=("explain_interval.due_days",),
        source=s(26, 27),
    ),
    CareTask(
        name="metastasectomy_checklist",
        title="metastasectomy criteria checklist",
        priority=Priority.EDUCATION,
        owner=Role.CLINICIAN,
        wanted=_checklist,
        opens="lung metastases, while nothing recorded rules surgery out",
        done_when="checklist = complete",
        source=s(23, "23a", "23b", "23c", "23d", "23e"),
    ),
)

TOPIC = Topic(
    name="interval scan",
    guards=(METASTASECTOMY_CRITERIA, SYMPTOMATIC_PATIENT),
    transitions=TRANSITIONS,
    automatic=AUTOMATIC,
    tasks=TASKS,
)
