"""The tumour board: what it may decide, when a decision is due, and that what was decided is started."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

from workflow.acts import EnrolInTrial, PerformLocalTherapy, StartRegimen, StopRegimen
from workflow.asps.facts import Scan, decisions, is_cns, scan_reported
from workflow.asps.general import DECISION_FOR
from workflow.asps.lung_disease import index_ct, qualifying_cts
from workflow.asps.regimens import Regimen, normal, progressions_on, regimens, running
from workflow.asps.sources import s
from workflow.asps.timing import Dated, in_days
from workflow.chart import Chart, Entry, Key
from workflow.course import Arrival
from workflow.plan import task_acts
from workflow.records import Progression, Toxicity, Trial
from workflow.rules import CareTask, Priority, Situation, Topic, Transition, Wanted
from workflow.vocabulary import ACTIVE, ON, WAIT, Role, State, extrapolated

A = ACTIVE
BOARD = frozenset({State.MDT_REVIEW, State.OBSERVATION})
_STAYS = {
    "decide_immunotherapy": BOARD | {State.IMMUNOTHERAPY, State.TKI, State.REFRACTORY},
    "decide_tki": BOARD | {State.IMMUNOTHERAPY, State.TKI, State.REFRACTORY},
    "decide_combination": frozenset({State.MDT_REVIEW, State.IMMUNOTHERAPY, State.TKI, State.REFRACTORY}),
    "decide_trial": BOARD | A | {State.REFRACTORY},
    "decide_other": ON - WAIT - {State.REFERRED},
}
_SOURCES = {
    "decide_immunotherapy": s(6, 36),
    "decide_tki": s(3, 38),
    "decide_combination": s(16, 40),
    "decide_trial": s(40),
    "decide_other": (extrapolated("anything else, by recorded decision"),),
}
_ENDS_WAIT = ("decide_immunotherapy", "decide_tki", "decide_trial", "decide_other")

TRANSITIONS = (
    *(
        Transition(id=act, on=act, sources=states, dest=None, source=_SOURCES[act])
        for act, states in _STAYS.items()
    ),
    *(
        Transition(
            id=f"X14b.{act}", on=act, sources=WAIT, dest=State.MDT_REVIEW,
            source=(extrapolated("a treatment decision ends the wait; the decision stands (2.6)"),),
        )
        for act in _ENDS_WAIT
    ),
)  # fmt: skip


def decided_since(chart: Chart, since: date, key: tuple[date, int]) -> Entry[Any] | None:
    """The first decision, start or enrolment dated on or after what opened a task (on its day: entered after it)."""
    acts = [*decisions(chart), *chart.of(StartRegimen), *chart.of(EnrolInTrial)]
    later = [a for a in acts if a.on >= since and a.key >= key]
    return min(later, key=lambda a: a.key, default=None)


Trigger = tuple[tuple[date, int], date, str, str]
"""Key of what opens a decision, the day its time counts from, its id, and why."""


def _from_arrival(chart: Chart, arrival: Arrival) -> Trigger:
    entry = chart.entries.get(arrival.entry)
    anchor = scan_reported(chart, entry) if entry and not entry.outcome else arrival.on
    if entry and entry.name == "adopt":
        anchor = entry.day
    subject = arrival.entry or f"{arrival.via}-{arrival.on}"
    return arrival.key, anchor, subject, f"{arrival.state.title} since"


def _in_treatment(now: Situation) -> Iterator[Trigger]:
    """Progression on treatment, toxicity where X27 asks for a decision, and what leaves nothing running or waiting."""
    for arrival, until in zip(now.path, [*(a.key for a in now.path[1:]), None], strict=True):
        if arrival.state in A | {State.REFRACTORY, State.MDT_REVIEW}:
            yield from _left_with_nothing(now.chart, arrival.key, until)
        if arrival.state not in A:
            continue
        for kind, what in ((Progression, "progression"), (Toxicity, "toxicity")):
            if kind is Toxicity and arrival.state in (State.IMMUNOTHERAPY, State.TKI):
                continue
            for e in now.chart.of(kind):
                if arrival.key < e.key and (until is None or e.key <= until):
                    yield e.key, scan_reported(now.chart, e), e.id, what


WORDS = {"stop_regimen": "stop", "perform_local_therapy": "local treatment", "trial": "off study"}


def _left_with_nothing(chart: Chart, since: Key, until: Key | None) -> Iterator[Trigger]:
    """A stop, a local treatment done or the end of a trial, after which nothing runs and nothing decided waits."""
    off_study = [e for e in chart.of(Trial) if e.fields.status == "off_study"]
    lasts: list[Entry[Any]] = [*chart.of(StopRegimen), *chart.of(PerformLocalTherapy), *off_study]
    for e in lasts:
        if since < e.key and (until is None or e.key < until) and _left_without(chart, e):
            yield e.key, e.on, e.id, WORDS.get(e.name, e.name)


def _left_without(chart: Chart, last: Entry[Any]) -> bool:
    """The state is kept (2.2), and nobody would be reminded."""
    then = chart.upto(*last.key)
    return not running(then) and not pending(then, *_STAYS)


def _triggers(now: Situation) -> list[Trigger]:
    entered = [
        _from_arrival(now.chart, a)
        for a in now.path
        if a.state in (State.MDT_REVIEW, State.REFRACTORY) and a.via != "X10"
    ]
    return sorted({t[2]: t for t in [*_in_treatment(now), *entered]}.values())


def _mdt_decision(now: Situation) -> Iterator[Wanted]:
    """One decision stands open at a time; a trigger entered after it was answered, or waived, opens the next."""
    until, entered, stands_open = (date.min, 0), 0, False
    for key, anchor, subject, why in _triggers(now):
        if stands_open or key <= until or key[1] <= entered:
            continue
        answer = decided_since(now.chart, key[0], key)
        if answer is None and not _still_asked(now):
            continue
        due, arithmetic = in_days(now.site, "mdt.due_days", anchor, why)
        yield Wanted(
            subject=subject, opened=key[0], due=due, why=arithmetic, done=answer.on if answer else None,
            done_by=answer.id if answer else "",
        )  # fmt: skip
        if answer:
            until = answer.key
        elif waiver := _waiver(now.chart, subject):
            entered = waiver.seq
        else:
            stands_open = True


def _waiver(chart: Chart, subject: str) -> Entry[Any] | None:
    acts = task_acts(chart).get(("mdt_decision", subject, 1), ())
    return next((act for act in reversed(acts) if act.name == "waive_task"), None)


def _still_asked(now: Situation) -> bool:
    """The state in which the question arose, or treatment, still holds."""
    return now.state in A | {State.MDT_REVIEW, State.REFRACTORY}


def decision_open(now: Situation) -> bool:
    """Whether a decision of the tumour board is awaited."""
    return any(w.done is None for w in _mdt_decision(now))


def _post_interval_mdt(now: Situation) -> Iterator[Wanted]:
    for wait, arrival in [(a, b) for a, b in pairwise(now.path) if b.via == "X10"]:
        scan = now.chart.entries.get(arrival.entry) or _seen_ct(now, arrival)
        on, seq = arrival.key
        answer = decided_since(now.chart, on, (on, seq + 1))  # the decision to wait is no answer to its CT
        if answer is None and now.state is not State.MDT_REVIEW:
            continue
        due, why = in_days(now.site, "post_interval_mdt.days", scan.reported, "report of the interval CT")
        yield Wanted(
            subject=arrival.entry or wait.entry, opened=arrival.on, due=due, why=why,
            done=answer.on if answer else None, done_by=answer.id if answer else "",
        )  # fmt: skip


def _seen_ct(now: Situation, arrival: Arrival) -> Scan:
    """The qualifying CT that was on file already when the wait began."""
    then = replace(now, chart=now.chart.upto(*arrival.key), path=now.path[: now.path.index(arrival)])
    return qualifying_cts(then, index_ct(then))[-1]


def _starts(chart: Chart, decision: Entry[Any]) -> Entry[Any] | None:
    """What carries a decision out: the start of its class, the enrolment, the local treatment."""
    if decision.name == "decide_local_therapy":
        done: list[Entry[Any]] = [
            e for e in chart.of(PerformLocalTherapy) if e.fields.modality == decision.fields.modality
        ]
    elif decision.name == "decide_trial":
        done = [*chart.of(EnrolInTrial)]
    else:
        done = [e for e in chart.of(StartRegimen) if DECISION_FOR[e.fields.regimen_class] == decision.name]
    return next((e for e in done if e.key > decision.key), None)


TO_START = frozenset({*_STAYS, "decide_local_therapy"})
"""Decisions that somebody has to carry out."""


def _replaces(later: Entry[Any], decision: Entry[Any]) -> bool:
    """Whether a later decision takes another's place: a local therapy of the brain stands beside systemic treatment."""
    if decision.name == "decide_local_therapy":
        return later.name == "decide_supportive_care" or (
            later.name == "decide_local_therapy" and is_cns(later.fields) == is_cns(decision.fields)
        )
    return later.name != "decide_local_therapy" or not is_cns(later.fields)


def goes_on(chart: Chart, decision: Entry[Any]) -> bool:
    """The decision is to go on with what runs already: nothing is to be started."""
    agents = {normal(agent) for agent in decision.fields.given("agents") or ()}
    then = [r for r in regimens(chart) if r.covers(decision.on) and r.entry.key < decision.key]
    return any(_decided_by(r) == decision.name and agents <= set(r.agents) for r in then)


def _decided_by(regimen: Regimen) -> str:
    return "decide_trial" if regimen.kind == "trial" else DECISION_FOR[regimen.kind]


def pending(chart: Chart, *names: str) -> list[Entry[Any]]:
    """Decisions that are neither started nor replaced, and that ask for a start."""
    asked = [d for d in decisions(chart) if d.name in names and not _starts(chart, d) and not replaced(chart, d)]
    return [d for d in asked if not goes_on(chart, d)]


def replaced(chart: Chart, decision: Entry[Any]) -> bool:
    """Another decision, or another start, took its place."""
    later = [d for d in decisions(chart) if d.key > decision.key]
    if any(_replaces(d, decision) for d in later):
        return True
    started = [r.entry for r in regimens(chart) if not r.prior and r.entry.key > decision.key]
    return decision.name != "decide_local_therapy" and bool(started) and _starts(chart, decision) is None


def _treatment_start(now: Situation) -> Iterator[Wanted]:
    for decision in [d for d in decisions(now.chart) if d.name in TO_START]:
        start = _starts(now.chart, decision)
        if start is None and (replaced(now.chart, decision) or goes_on(now.chart, decision)):
            continue
        due, why = _start_due(now, decision)
        yield Wanted(
            subject=decision.id, opened=decision.on, due=due, why=why, done=start.on if start else None,
            done_by=start.id if start else "",
        )  # fmt: skip


def _start_due(now: Situation, decision: Entry[Any]) -> Dated:
    planned = decision.fields.given("planned")
    if planned:
        return planned, f"planned for {planned}"
    return in_days(now.site, "treatment_start.due_days", decision.on, decision.name)


def first_in_line(now: Situation, kinds: Callable[[Entry[Any]], bool]) -> list[Entry[Any]]:
    """Events of each line, the first of each: a line ends with the next start."""
    starts = sorted(r.entry.key for r in regimens(now.chart) if not r.prior)
    events = sorted((e for e in now.chart.ordered if kinds(e)), key=lambda e: e.key)
    firsts: dict[int, Entry[Any]] = {}
    for event in events:
        firsts.setdefault(sum(key < event.key for key in starts), event)
    return list(firsts.values())


def progressions_now(now: Situation) -> list[Entry[Progression]]:
    """Progressions on the latest regimen: those that no later start has answered."""
    every = regimens(now.chart)
    return progressions_on(now.chart, every[-1]) if every else []


CLINICIAN = Role.CLINICIAN

TASKS = (
    CareTask(
        name="mdt_decision",
        title="MDT decision",
        priority=Priority.SAFETY,
        owner=CLINICIAN,
        wanted=_mdt_decision,
        opens="entering tumour board review or refractory; progression on treatment; toxicity (X27); in treatment, "
        "refractory or at the board, whenever nothing runs any more and nothing that was decided waits",
        done_when="a decision, a start of treatment or an enrolment on or after what opened it",
        timer="T03",
        keys=("mdt.due_days",),
        source=s(23, 56),
    ),
    CareTask(
        name="post_interval_mdt",
        title="post-interval MDT",
        priority=Priority.SAFETY,
        owner=CLINICIAN,
        wanted=_post_interval_mdt,
        opens="the qualifying interval CT is reported",
        done_when="a decision, a start of treatment or an enrolment on or after it",
        timer="T05",
        keys=("post_interval_mdt.days",),
        source=s(25),
    ),
    CareTask(
        name="treatment_start",
        title="what was decided is not started yet",
        priority=Priority.SAFETY,
        owner=CLINICIAN,
        wanted=_treatment_start,
        opens="a treatment was decided",
        done_when="it starts; it is cancelled when another decision replaces it",
        timer="T37",
        keys=("treatment_start.due_days",),
        source=(extrapolated("without it nobody would be reminded of a patient who waits for a start"),),
    ),
)

TOPIC = Topic(name="tumour board", transitions=TRANSITIONS, tasks=TASKS)
