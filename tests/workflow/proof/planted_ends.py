"""Faults of time and of leaving: what ends too early, what never ends, and who comes back from where nobody does."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from tests.workflow.proof.planted import changed, move, row, stubborn, task
from workflow.asps import ASPS
from workflow.asps.regimens import regimens
from workflow.pathway import Pathway
from workflow.plan import repeating
from workflow.rules import Automatic, Moment, Situation, Topic
from workflow.vocabulary import Level, State, extrapolated


def for_years(name: str, years: int) -> Pathway:
    """A task that is no longer asked for some years after the patient came where they are."""
    wanted = ASPS.tasks[name].wanted
    return task(name, wanted=lambda now: wanted(now) if _within(now, years) else ())


def _within(now: Situation, years: int) -> bool:
    return now.today < now.path[-1].on + timedelta(days=365 * years)


def once(name: str) -> Pathway:
    """A task of which only the first occurrence is asked for."""
    wanted = ASPS.tasks[name].wanted
    return task(name, wanted=lambda now: [one for one in wanted(now) if one.occurrence == 1])


def after_a_combination(name: str) -> Pathway:
    """A task that goes on when a combination has been stopped."""
    wanted = ASPS.tasks[name].wanted

    def more(now: Situation) -> Iterator[Any]:
        yield from wanted(now)
        for one in [r for r in regimens(now.chart) if r.kind == "combination" and not r.running]:
            yield from repeating(
                subject=one.root, anchor=one.start, nth=lambda n: (None, "no date"), answers=(), running=True
            )

    return task(name, wanted=more)


def barred(id: str) -> Pathway:
    """A row behind a guard that nothing clears."""
    never = replace(ASPS.guards["staging_ct"], name="never", level=Level.ABSOLUTE, check=stubborn)

    def change(topic: Topic) -> Topic:
        guards = (*topic.guards, never) if any(r.id == id for r in topic.transitions) else topic.guards
        asked = tuple(replace(r, guards=(never,)) if r.id == id else r for r in topic.transitions)
        return replace(topic, guards=guards, transitions=asked)

    return changed(change)


def a_month_after_arrival(moment: Moment) -> date:
    """Counted from another day than the interval CT."""
    return moment.arrival.on + timedelta(days=30)


SECOND_TIMER = Automatic(
    id="X98", sources=frozenset({State.INTERVAL_WAIT}), dest=State.MDT_REVIEW, condition="a month of waiting",
    due=a_month_after_arrival, source=(extrapolated("planted"),),
)  # fmt: skip


def with_second_timer() -> Pathway:
    """Two timers in one state, counted from different days."""
    return changed(lambda t: replace(t, automatic=(*t.automatic, SECOND_TIMER)) if t.name == "interval scan" else t)


def also_from(id: str, *states: State) -> frozenset[State]:
    """The sources of a row or a move, and some more."""
    known = {rule.id: rule.sources for rule in ASPS.transitions} | {move.id: move.sources for move in ASPS.automatic}
    return known[id] | frozenset(states)


PLANTED_ENDS: dict[str, tuple[int, Callable[[], Pathway]]] = {
    "the review under supportive care is asked for once": (1, lambda: once("supportive_review")),
    "what was decided can be marked as started": (1, lambda: task("treatment_start", by_hand=True)),
    "two timers in one state": (5, with_second_timer),
    "response imaging goes on after a combination": (6, lambda: after_a_combination("response_imaging")),
    "blood tests go on after a combination": (6, lambda: after_a_combination("immunotherapy_labs")),
    "a way back that nothing opens": (8, lambda: barred("X30.return")),
    "the dead return": (9, lambda: row("X35", sources=also_from("X35", State.DECEASED))),
    "symptoms bring back who was transferred": (9, lambda: move("X26", sources=also_from("X26", State.TRANSFERRED))),
}
"""By name: the property that does not hold, and the pathway."""

SEEN_LATER: dict[str, tuple[int, Callable[[], Pathway]]] = {
    "surveillance ends after five years": (1, lambda: for_years("surveillance_visit", 5)),
}
"""Found, and shown by a record only when something is entered next: the date alone plans nobody anew."""
