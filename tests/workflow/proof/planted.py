"""Faults planted in the pathway, each one change to its objects: what the proof has to find."""

from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum
from typing import Any

from workflow.acts import TASK_ACTS
from workflow.asps import ASPS
from workflow.pathway import Pathway
from workflow.plan import repeating
from workflow.rules import Automatic, CareTask, Case, Guard, Moment, Situation, Topic, Transition, met, unmet
from workflow.vocabulary import Level, State, extrapolated


class Nobody(StrEnum):
    """An owner whom no site has."""

    NOBODY = "nobody"


Change = Callable[[Topic], Topic]


def changed(change: Change, pathway: Pathway = ASPS) -> Pathway:
    """The pathway with every topic changed."""
    return replace(pathway, topics=tuple(change(topic) for topic in pathway.topics))


def rows(which: Callable[[Transition], bool], **new: Any) -> Pathway:
    """Some rows of the table, otherwise."""
    return changed(lambda t: replace(t, transitions=tuple(replace(r, **new) if which(r) else r for r in t.transitions)))


def row(id: str, **new: Any) -> Pathway:
    """One row of the table, otherwise."""
    return rows(lambda r: r.id == id, **new)


def unguarded(id: str, guard: str) -> Pathway:
    """A row without one of its guards."""
    kept = tuple(g for g in _row(id).guards if g.name != guard)
    return row(id, guards=kept)


def _row(id: str) -> Transition:
    return next(r for r in ASPS.transitions if r.id == id)


def guard(name: str, **new: Any) -> Pathway:
    """A guard that is otherwise, wherever it is asked."""
    other = replace(ASPS.guards[name], **new)

    def swap(g: Guard) -> Guard:
        return other if g.name == name else g

    def change(topic: Topic) -> Topic:
        asked = tuple(replace(r, guards=tuple(map(swap, r.guards))) for r in topic.transitions)
        return replace(topic, guards=tuple(map(swap, topic.guards)), transitions=asked)

    return changed(change)


def task(name: str, **new: Any) -> Pathway:
    """A task that is otherwise."""
    return changed(lambda t: replace(t, tasks=tuple(replace(k, **new) if k.name == name else k for k in t.tasks)))


def without_task(name: str) -> Pathway:
    """Nobody is asked to do something."""
    return changed(lambda t: replace(t, tasks=tuple(k for k in t.tasks if k.name != name)))


def with_move(move: Automatic) -> Pathway:
    """One more automatic move."""
    first = ASPS.topics[0].name
    return changed(lambda t: replace(t, automatic=(*t.automatic, move)) if t.name == first else t)


def move(id: str, **new: Any) -> Pathway:
    """An automatic move that is otherwise."""
    return changed(lambda t: replace(t, automatic=tuple(replace(m, **new) if m.id == id else m for m in t.automatic)))


def trapped(state: State) -> Pathway:
    """A state from which nothing leads on but death, whatever is decided or recorded."""

    def change(topic: Topic) -> Topic:
        acts = [r if r.on in TASK_ACTS | {"declare_death"} else _without(r, state) for r in topic.transitions]
        moves = [replace(m, sources=m.sources - {state}) for m in topic.automatic]
        return replace(
            topic, transitions=tuple(r for r in acts if r.sources), automatic=tuple(m for m in moves if m.sources)
        )

    return changed(change)


def _without(row: Transition, state: State) -> Transition:
    return replace(row, sources=row.sources - {state})


def key(name: str, **new: Any) -> Pathway:
    """A setting that is otherwise."""
    return replace(ASPS, keys={**ASPS.keys, name: replace(ASPS.keys[name], **new)})


def never(now: Situation) -> tuple[()]:
    """A task that is never wanted."""
    return ()


def content(case: Case) -> Any:
    """A guard that is always content."""
    return met()


def stubborn(case: Case) -> Any:
    """A guard that is never content."""
    return unmet("never")


def no_end(name: str) -> Pathway:
    """A repeating task that goes on when its drug has been stopped."""
    from workflow.asps.regimens import regimens

    def wanted(now: Situation) -> Any:
        for regimen in regimens(now.chart):
            yield from repeating(
                subject=regimen.root, anchor=regimen.start, nth=lambda n: (None, "no date"), answers=(), running=True
            )

    return task(name, wanted=wanted)


def same_day(moment: Moment) -> Any:
    """The due date of the interval CT, once more."""
    due = next(m.due for m in ASPS.automatic if m.id == "X05t")
    return due(moment) if due else None


RACE = Automatic(
    id="X99", sources=frozenset({State.INTERVAL_WAIT}), dest=State.OBSERVATION, condition="the same day", due=same_day,
    source=(extrapolated("planted"),),
)  # fmt: skip
CARE: Callable[[str], CareTask] = ASPS.tasks.__getitem__

PLANTED: dict[str, tuple[int, Callable[[], Pathway]]] = {
    "no mdt_decision": (1, lambda: without_task("mdt_decision")),
    "no treatment_start": (1, lambda: without_task("treatment_start")),
    "the interval CT is never asked for": (1, lambda: task("interval_ct", wanted=never)),
    "no observation restaging": (1, lambda: without_task("observation_restaging")),
    "no surveillance": (1, lambda: task("surveillance_visit", wanted=never)),
    "no review under supportive care": (1, lambda: without_task("supportive_review")),
    "staging is complete, and nobody is told": (1, lambda: without_task("staging_completion")),
    "decide_surgery does not ask for the interval CT": (2, lambda: unguarded("X11", "interval_ct")),
    "the operation itself is not checked": (2, lambda: unguarded("X12", "interval_ct")),
    "chemotherapy may come first": (2, lambda: unguarded("X28", "no_first_line_chemotherapy")),
    "immunotherapy before the brain MRI": (2, lambda: unguarded("X06", "baseline_brain_imaging")),
    "a trial outside a reference centre": (2, lambda: unguarded("X23", "reference_centre")),
    "a reason answers the interval CT": (2, lambda: guard("interval_ct", level=Level.SOFT)),
    "any reference centre will do": (2, lambda: guard("reference_centre", check=content)),
    "two moves on one day": (5, lambda: with_move(RACE)),
    "response imaging without end": (6, lambda: no_end("response_imaging")),
    "toxicity is reviewed for ever": (6, lambda: task("toxicity_review", by_hand=False)),
    "an invented default": (7, lambda: key("mdt.due_days", default=7)),
    "a guard that nothing clears": (8, lambda: guard("staging_ct", check=stubborn, level=Level.ABSOLUTE)),
    "an act that nobody may do": (8, lambda: row("X13.cancel", by=frozenset())),
    "a start of a TKI leads to surveillance": (9, lambda: row("X08", dest=State.SURVEILLANCE)),
    "symptoms lead into a treatment": (9, lambda: move("X26", dest=State.IMMUNOTHERAPY)),
    "a swapped destination: the wait is skipped": (9, lambda: row("X05", dest=State.SURGERY)),
}
"""Found at once. By name: the property that does not hold, and the pathway."""

PLANTED_DEEP: dict[str, tuple[int, Callable[[], Pathway]]] = {
    "no way out of other systemic treatment": (3, lambda: trapped(State.OTHER_SYSTEMIC)),
    "no way back from supportive care": (3, lambda: trapped(State.SUPPORTIVE_CARE)),
    "a row that is never taken": (4, lambda: row("X09b", when=lambda case: False)),
    "a guard that nobody asks": (4, lambda: rows(lambda r: r.on == "start_bone_agent", guards=())),
    "the dose is asked for after an exit": (6, lambda: task("immunotherapy_dose", for_exit=True)),
    "a task that never opens": (4, lambda: task("trial_search", wanted=never)),
}
"""Found only when all has been explored."""

NOT_PLAYABLE: dict[str, tuple[int, Callable[[], Pathway]]] = {
    "nobody owns the date of surgery": (1, lambda: task("surgery_date", owner=Nobody.NOBODY)),
}
"""Found, and so far off that no record takes it."""
