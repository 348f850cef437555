"""6. Every timer that starts is ended by some event, and none outlives its reason."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from workflow.asps.bone import running_agent
from workflow.asps.facts import brain
from workflow.asps.regimens import running
from workflow.proof.beside import Beside, View
from workflow.proof.exploring import Explored
from workflow.proof.verdicts import Fault, Verdict
from workflow.proof.worlds import World
from workflow.vocabulary import ACTIVE, EXITS, WAIT, State

SAYS = "every open task can be ended by something other than leaving, and none stands once its reason has gone"

Reason = Callable[[World], bool]


def _while(*states: State) -> Reason:
    return lambda world: world.state in states


def _drug(kind: str) -> Reason:
    return lambda world: any(a in r.active for r in running(world.chart) for a in r.with_kind(kind))


def _agent(name: str) -> Reason:
    return lambda world: any(r.runs(name) for r in running(world.chart))


def _any_drug(world: World) -> bool:
    return bool(running(world.chart))


def _brain(*statuses: str) -> Reason:
    return lambda world: brain(world.chart).status in statuses


REASONS: Mapping[str, Reason] = {
    "staging_completion": _while(State.STAGING),
    "referral_answer": _while(State.REFERRED),
    "mdt_decision": _while(State.MDT_REVIEW, State.REFRACTORY, *ACTIVE),
    "post_interval_mdt": _while(State.MDT_REVIEW),
    "interval_ct": _while(*WAIT),
    "explain_interval": _while(*WAIT),
    "surgery_date": _while(State.SURGERY),
    "observation_restaging": _while(State.OBSERVATION),
    "surveillance_visit": _while(State.SURVEILLANCE),
    "supportive_review": _while(State.SUPPORTIVE_CARE),
    "trial_search": _while(State.REFRACTORY),
    "response_imaging": _any_drug,
    "immunotherapy_dose": _drug("ici"),
    "immunotherapy_labs": _drug("ici"),
    "tki_monitoring": _drug("tki"),
    "pazopanib_liver_tests": _agent("pazopanib"),
    "pazopanib_blood_pressure": _agent("pazopanib"),
    "pazopanib_preoperative_hold": _agent("pazopanib"),
    "confirm_progression": _any_drug,
    "bone_agent_dose": lambda world: running_agent(world.chart) is not None,
    "calcium_check": lambda world: running_agent(world.chart) is not None,
    "brain_local_therapy_referral": _brain("untreated_metastases"),
    "brain_mri_surveillance": _brain("clear", "treated_metastases"),
    "set_brain_mri_interval": _brain("clear"),
    "handover": _while(State.TRANSFERRED, State.OUT_OF_SCOPE),
    "death_administration": _while(State.DECEASED),
}
"""Why a task stands open; without that it has to be gone. What is not here asks until it is answered."""


OF_EXITS = frozenset({"handover", "death_administration"})
"""What an exit itself asks for (R11). Nothing else may stand after it."""


def timers(found: Explored, groups: Iterable[Beside]) -> Verdict:
    """Looks at every open task of every configuration, and of every group beside the course."""
    groups = list(groups)
    faults = (*_outlived([*found.worlds.values(), *(w for g in groups for w in g.worlds.values())]),
              *_endless_course(found), *_endless_beside(groups))  # fmt: skip
    count = sum(len(w.plan.open) for w in found.worlds.values())
    count += sum(len(w.plan.open) for g in groups for w in g.worlds.values())
    return Verdict(
        number=6, name="Every timer ends", says=SAYS, count=count, cases="open tasks", fault=next(iter(faults), None)
    )


def _outlived(worlds: Iterable[World]) -> Iterator[Fault]:
    for world in worlds:
        for task in world.plan.open:
            left = world.state in EXITS and task.name not in OF_EXITS
            reason = REASONS.get(task.name)
            if left or (reason and not reason(world)):
                why = f"{task.name} still stands in {world.state.value}, and its reason has gone"
                yield Fault(why=why, world=world, expect={"state": world.state.value, "open": {task.name: task.due}})


def _endless_course(found: Explored) -> Iterator[Fault]:
    """A course task that no letter ends, other than leaving the pathway."""
    edges = {
        c: {t for t in steps.values() if t.state not in EXITS or c.state in EXITS} for c, steps in found.steps.items()
    }
    for here, world in found.worlds.items():
        if here.state in EXITS:  # a return ends what an exit opened
            continue
        for name in here.open:
            if not _ends(here, edges, lambda c, n=name: n not in c.open):  # type: ignore[misc]
                yield _endless(name, world)


def _endless_beside(groups: Iterable[Beside]) -> Iterator[Fault]:
    for group in groups:
        edges: dict[View, set[View]] = {v: set(steps.values()) for v, steps in group.steps.items()}
        for view, world in group.worlds.items():
            for name in {t.name for t in world.plan.open} & group.slice.tasks:
                gone = {v for v, w in group.worlds.items() if name not in {t.name for t in w.plan.open}}
                if not _ends(view, edges, gone.__contains__):
                    yield _endless(name, world)


def _ends(here: Any, edges: Mapping[Any, set[Any]], gone: Callable[[Any], bool]) -> bool:
    """Whether a few events lead to where the task is gone."""
    reached, rest = {here}, [here]
    while rest:
        for there in edges.get(rest.pop(0), ()):
            if gone(there):
                return True
            if there not in reached:
                reached.add(there)
                rest.append(there)
    return False


def _endless(name: str, world: World) -> Fault:
    due = next(t.due for t in world.plan.open if t.name == name)
    return Fault(why=f"nothing but leaving the pathway ends {name}", world=world,
                 expect={"state": world.state.value, "open": {name: due}})  # fmt: skip
