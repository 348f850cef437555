"""A tiny pathway, sound but for what a test adds to it: the engine apart from the clinic."""

from dataclasses import replace
from functools import partial
from typing import Any

from workflow.pathway import Pathway
from workflow.records import Symptoms
from workflow.rules import Automatic, CareTask, Case, Guard, OptionRow, Priority, Topic, Transition, met, unmet
from workflow.site import SiteKey, whole
from workflow.vocabulary import Level, Role, State, extrapolated

SOURCE = (extrapolated("invented for tests"),)


def guard(name: str = "rested", **given: Any) -> Guard:
    """A guard that is never content, or as said."""
    usual: dict[str, Any] = {
        "level": Level.HARD, "says": "rested for {rest.days} days", "cleared_by": "time", "source": SOURCE,
        "check": lambda case: unmet("not rested"),
    }  # fmt: skip
    return Guard(name=name, **(usual | given))


def row(id: str = "T1", **given: Any) -> Transition:
    """A row of the table: from staging to observation, or as said."""
    usual: dict[str, Any] = {
        "on": "decide_observation", "sources": frozenset({State.STAGING}), "dest": State.OBSERVATION, "source": SOURCE,
    }  # fmt: skip
    return Transition(id=id, **(usual | given))


def move(id: str = "M1", **given: Any) -> Automatic:
    """A move that symptoms bring about, from observation to the board, or as said."""
    usual: dict[str, Any] = {
        "sources": frozenset({State.OBSERVATION}), "dest": State.MDT_REVIEW, "condition": "symptoms",
        "facts": frozenset({Symptoms}), "when": lambda moment: bool(moment.new(Symptoms)), "source": SOURCE,
    }  # fmt: skip
    return Automatic(id=id, **(usual | given))


def task(name: str = "walk", **given: Any) -> CareTask:
    """A task that nobody is asked to do, or as said."""
    usual: dict[str, Any] = {
        "title": "a walk", "priority": Priority.EDUCATION, "owner": Role.COORDINATOR, "wanted": lambda now: (),
        "opens": "never", "done_when": "never", "source": SOURCE,
    }  # fmt: skip
    return CareTask(name=name, **(usual | given))


def option(**given: Any) -> OptionRow:
    """A suggestion for everyone, or as said."""
    usual: dict[str, Any] = {
        "situation": "always", "when": lambda now: True, "options": ("decide_observation",), "source": SOURCE,
    }  # fmt: skip
    return OptionRow(**(usual | given))


def key(name: str = "rest.days", **given: Any) -> SiteKey:
    """A setting of whole days, or as said."""
    usual: dict[str, Any] = {"title": "days of rest", "parse": whole(0, 99), "allowed": "0 to 99", "source": SOURCE}
    return SiteKey(name=name, **(usual | given))


RESTED = guard()


def _adopts(state: State, case: Case) -> bool:
    return bool(case.fields.given("state") == state)


_ADOPTED = tuple(
    row(f"A.{state.value}", on="adopt", sources=frozenset({State.REFERRED}), dest=state, when=partial(_adopts, state))
    for state in State
    if state is not State.REFERRED
)
TOPIC = Topic(
    name="tiny",
    guards=(RESTED,),
    transitions=(*_ADOPTED, row(), row("T2", on="decide_surgery", dest=State.SURGERY, guards=(RESTED,))),
    automatic=(move(),),
    tasks=(task(),),
)
FINAL = guard("final_report", level=Level.ABSOLUTE, check=lambda case: met())
TINY = Pathway(
    name="tiny", version="1", topics=(TOPIC,), keys={"rest.days": key(), "timezone": key("timezone")},
    absolute=(FINAL,), options=(option(),),
)  # fmt: skip


def with_topic(**rules: Any) -> Pathway:
    """The tiny pathway with one more topic."""
    return replace(TINY, topics=(TOPIC, Topic(name="more", **rules)))
