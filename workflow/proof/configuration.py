"""What of a patient the rules can tell apart: two with the same configuration have the same future."""

from collections.abc import Iterator
from dataclasses import dataclass

from workflow.asps.board import TO_START, pending
from workflow.asps.facts import staging_complete
from workflow.asps.immunotherapy import ruled_out
from workflow.asps.lung_disease import index_ct, interval_due, interval_opens
from workflow.asps.regimens import progressed_on, regimens, used
from workflow.plan import TaskKey, task_acts
from workflow.proof.worlds import World, fields_of
from workflow.rules import CareTask, Wanted
from workflow.vocabulary import ACTIVE, EXITS, WAIT, State

STAGING_TASKS = frozenset(
    {"referral_answer", "confirm_histology", "staging_ct", "baseline_brain_mri", "staging_completion"}
)
COURSE_TASKS = STAGING_TASKS | {
    "mdt_decision", "post_interval_mdt", "treatment_start", "interval_ct", "surgery_date", "response_imaging",
    "trial_search", "surveillance_visit", "supportive_review", "observation_restaging", "handover",
    "death_administration",
}  # fmt: skip
"""The tasks that carry a patient from state to state. All others stand beside them and are explored on their own."""
ARRIVING = frozenset({State.REFERRED, State.STAGING})
TREATED = ACTIVE | {State.REFRACTORY}


@dataclass(frozen=True, kw_only=True, slots=True)
class Configuration:
    """The main state, and what the rules of that state read."""

    state: State
    open: frozenset[str] = frozenset()
    """Course tasks that stand open."""
    running: frozenset[str] = frozenset()
    """What kinds of systemic treatment run: a drug, a trial."""
    past: frozenset[str] = frozenset()
    """What earlier treatment means for the rows of X19 and X21, which only leave states of treatment."""
    decided: frozenset[str] = frozenset()
    """Treatment decided and not started: systemic, or local."""
    interval: str = ""
    """Where the three months stand: none (no index CT), before, open or due."""
    back: str = ""
    """After an exit: where a return or a reversal would lead; none while it is refused."""


def configuration(world: World) -> Configuration:
    """The configuration of a patient."""
    state, tasks = world.state, course_tasks(world)
    if state is State.DECEASED:
        return Configuration(state=state, open=tasks, back=world.path[-2].state.value)
    if state in EXITS:
        return Configuration(state=state, open=tasks, back=_back(world))
    return Configuration(
        state=state, open=tasks, running=_running(world), decided=_decided(world),
        past=_past(world) if state in TREATED else frozenset(), interval=_interval(world) if state in WAIT else "",
    )  # fmt: skip


def carrying(world: World) -> Iterator[tuple[CareTask, Wanted]]:
    """The open tasks that carry a patient from here to the next state."""
    names, now, left = course_names(world.state), world.situation, world.state in EXITS
    marked = _marked_as_done(world)
    for task in world.pathway.tasks.values():
        if task.name in names and (task.for_exit or not left):
            wanted = (one for one in task.wanted(now) if one.done is None)
            yield from ((task, one) for one in wanted if (task.name, one.subject, one.occurrence) not in marked)


def _marked_as_done(world: World) -> set[TaskKey]:
    """Tasks that a person completed by hand, as far as they can be."""
    acts = task_acts(world.chart).items()
    by_hand = (
        key for key, done in acts if world.pathway.tasks[key[0]].by_hand for a in done if a.name == "complete_task"
    )
    return set(by_hand)


def course_names(state: State) -> frozenset[str]:
    """What carries a patient in a state: once staging is over, what it asked for stands beside the course."""
    return COURSE_TASKS if state in ARRIVING else COURSE_TASKS - STAGING_TASKS


def course_tasks(world: World) -> frozenset[str]:
    """Their names."""
    return frozenset(task.name for task, _ in carrying(world))


def _running(world: World) -> frozenset[str]:
    """Whether a drug runs, or a trial: only where a patient is treated does it matter which of the two."""
    kinds = {"trial" if r.kind == "trial" else "drug" for r in regimens(world.chart) if r.running}
    return frozenset(kinds if world.state in TREATED else {"any"} if kinds else ())


def _past(world: World) -> frozenset[str]:
    chart = world.chart
    facts = {
        "immunotherapy given": used(chart, "ici"),
        "progression on a TKI": progressed_on(chart, "tki"),
        "immunotherapy failed or ruled out": progressed_on(chart, "ici") or ruled_out(chart),
    }
    return frozenset(name for name, holds in facts.items() if holds)


def _decided(world: World) -> frozenset[str]:
    local = {d.name == "decide_local_therapy" for d in pending(world.chart, *TO_START)}
    return frozenset("local" if one else "systemic" for one in local)


def _interval(world: World) -> str:
    now = world.situation
    index = index_ct(now)
    opens, due = (interval_opens(now, index), interval_due(now, index)) if index else (None, None)
    if opens is None or due is None:
        return "none"
    return "before" if world.today < opens else "open" if world.today < due else "due"


def _back(world: World) -> str:
    row = world.row("return_to_pathway", fields_of("return_to_pathway"))
    there = "staged" if staging_complete(world.chart) else "not staged"
    return row.dest.value if row and row.dest else f"none, {there}"
