"""Without treatment: observation of disease that is not felt (S36, S44), and surveillance after it was removed."""

from collections.abc import Iterator

from workflow.asps.facts import brain, chest_cts, plan_begins
from workflow.asps.interval_scan import SYMPTOMATIC_PATIENT
from workflow.asps.sources import s
from workflow.asps.timing import Dated, in_months, scans, unset
from workflow.calendar import add_months
from workflow.course import Arrival
from workflow.plan import in_turn, repeating, waived
from workflow.records import Imaging, Progression, Symptoms
from workflow.rules import Automatic, CareTask, Moment, Priority, Situation, Topic, Transition, Wanted
from workflow.vocabulary import WAIT, Role, State, extrapolated, guideline

TRANSITIONS = (
    Transition(
        id="X07",
        on="decide_observation",
        sources=WAIT | {State.MDT_REVIEW},
        dest=State.OBSERVATION,
        guards=(SYMPTOMATIC_PATIENT,),
        source=(extrapolated("disease that is not felt may be watched"), *s(42, 44)),
    ),
)


def _felt_or_progressed(moment: Moment) -> bool:
    felt = [e for e in moment.new(Symptoms) if e.fields.symptomatic == "yes"]
    return bool(felt or moment.new(Progression))


def _recurred(moment: Moment) -> bool:
    reports = [e for e in moment.new(Imaging) if e.final]
    track = brain(moment.chart)  # a treated metastasis that is still there is no recurrence
    in_brain = track.status == "untreated_metastases" and track.since and track.since.key > moment.arrival.key
    shown = [e for e in reports if e.fields.new_lesions == "yes"]
    return bool(in_brain or shown or moment.new(Progression))


AUTOMATIC = (
    Automatic(
        id="X26",
        sources=frozenset({State.OBSERVATION}),
        dest=State.MDT_REVIEW,
        condition="new symptoms, or progression",
        facts=frozenset({Symptoms, Progression}),
        when=_felt_or_progressed,
        source=s(36),
    ),
    Automatic(
        id="X29",
        sources=frozenset({State.SURVEILLANCE}),
        dest=State.MDT_REVIEW,
        condition="recurrence: progression, new lesions or brain metastases; a new episode begins",
        facts=frozenset({Imaging, Progression}),
        when=_recurred,
        source=(extrapolated("a recurrence is decided anew, with its own index CT and its own 3-month CT"),),
    ),
)


def _restaging(now: Situation) -> Iterator[Wanted]:
    """T26: from each CT to the next, while the patient is observed."""
    for n, arrival in enumerate(now.path):
        if arrival.state is not State.OBSERVATION:
            continue
        current = n == len(now.path) - 1
        before = [c for c in chest_cts(now.chart) if c.on <= arrival.on][-1:]
        during = [c for c in chest_cts(now.chart) if arrival.on < c.on and (current or c.on <= now.path[n + 1].on)]
        anchors = [(c.on, c.id, "restaging CT") for c in (*before, *during)]
        yield from _chain(now, arrival, anchors or [(arrival.on, f"from-{arrival.on}", "observation since")], current)


def _chain(now: Situation, arrival: Arrival, anchors: list[tuple], current: bool) -> Iterator[Wanted]:  # type: ignore[type-arg]
    for index, (on, id, what) in enumerate(anchors):
        answer = anchors[index + 1] if index + 1 < len(anchors) else None
        for k in in_turn(now.chart, "observation_restaging", id) if answer or current else ():
            due, why = in_months(now.site, "observation.months", on, what, k)
            yield Wanted(
                subject=id, occurrence=k, opened=max(on, arrival.on), due=due, why=why,
                done=answer[0] if answer else None, done_by=answer[1] if answer else "",
            )  # fmt: skip


def _visit_due(now: Situation, anchor: Arrival, n: int) -> Dated:
    """T24: every 3 to 4 months for 2 to 3 years, twice a year to year 5, yearly after."""
    every, years = now.site.number("surveillance.phase1_months"), now.site.number("surveillance.phase1_years")
    if every is None:
        return unset("surveillance.phase1_months")
    first = every * n
    if first <= 12 * (years or 2):
        return _visit(anchor, first)
    if years is None:
        return unset("surveillance.phase1_years")
    later = n - 12 * years // every
    half_years = (60 - 12 * years) // 6
    return _visit(anchor, 12 * years + 6 * later if later <= half_years else 60 + 12 * (later - half_years))


def _visit(anchor: Arrival, months: int) -> Dated:
    due = add_months(anchor.on, months)
    return due, f"no evidence of disease since {anchor.on} + {months} calendar months = {due}"


def _visits(now: Situation) -> Iterator[Wanted]:
    for n, arrival in enumerate(now.path):
        if arrival.state is not State.SURVEILLANCE:
            continue
        until = now.path[n + 1].on if n + 1 < len(now.path) else None
        yield from repeating(
            subject=arrival.entry or f"from-{arrival.on}",
            anchor=arrival.on,
            nth=lambda k, at=arrival: _visit_due(now, at, k),  # type: ignore[misc]
            answers=[a for a in scans(now.chart, arrival.on) if until is None or a[0] <= until],
            running=until is None,
            since=plan_begins(now.chart),
            waived=waived(now.chart, "surveillance_visit", arrival.entry or f"from-{arrival.on}"),
        )


TASKS = (
    CareTask(
        name="observation_restaging",
        title="observation restaging",
        priority=Priority.IMAGING,
        owner=Role.COORDINATOR,
        wanted=_restaging,
        opens="observation",
        done_when="a final CT",
        timer="T26",
        keys=("observation.months",),
        source=(extrapolated("disease that is watched is scanned"), *s(43)),
    ),
    CareTask(
        name="surveillance_visit",
        title="surveillance visit + imaging",
        priority=Priority.IMAGING,
        owner=Role.COORDINATOR,
        wanted=_visits,
        opens="surveillance",
        done_when="a final CT",
        timer="T24",
        keys=("surveillance.phase1_months", "surveillance.phase1_years"),
        source=(guideline("ESMO: every 3-4 months for 2-3 years, twice a year to year 5, yearly after"),
                extrapolated("its use after metastasectomy")),
    ),
)  # fmt: skip

TOPIC = Topic(name="observation and surveillance", transitions=TRANSITIONS, automatic=AUTOMATIC, tasks=TASKS)
