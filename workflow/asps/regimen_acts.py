"""What happens to a running drug: a dose, a hold, a resumption, a stop. None of it moves a patient into a treatment."""

from typing import Any

from workflow.asps.drug_safety import NOT_PREGNANT, UNTREATED_BRAIN_METASTASES
from workflow.asps.regimens import Regimen, names, progressions_on, running, systemic
from workflow.asps.surgery import PAZOPANIB_PERIOPERATIVE
from workflow.rules import Case, Topic, Transition
from workflow.vocabulary import ACTIVE, ON, Source, State, extrapolated, label

RUN = ON - {State.REFERRED}


def _meant(case: Case) -> list[tuple[Regimen, str]]:
    """The running agents that the act names; all where it names none."""
    given = case.fields.given("agent")
    return [(r, a) for r in running(case.chart) for a in r.active if names(given, a)]


def _runs(case: Case) -> bool:
    return bool(_meant(case))


def _runs_unheld(case: Case) -> bool:
    return any(a not in r.held for r, a in _meant(case))


def _held(case: Case) -> bool:
    return any(a in r.held for r, a in _meant(case))


def _last_one(case: Case) -> bool:
    """Nothing would be running any more."""
    meant = {(r.root, a) for r, a in _meant(case)}
    return bool(meant) and all((r.root, a) in meant for r in running(case.chart) for a in r.active)


def _progressed(case: Case) -> bool:
    return any(systemic(e) for r, _ in _meant(case) for e in progressions_on(case.chart, r))


def _leaves(case: Case) -> bool:
    """X18: nothing runs any more; from immunotherapy and TKI only without progression (2.4)."""
    if case.state not in ACTIVE or not _last_one(case):
        return False
    by_progression = case.fields.given("stop_reason") == "progression" or _progressed(case)
    return not (case.state in (State.IMMUNOTHERAPY, State.TKI) and by_progression)


_DOSES: tuple[Source, ...] = (extrapolated("a dose of what is running"),)


def _self(act: str, when: Any, condition: str, guards: Any = (), source: Any = _DOSES) -> Transition:
    return Transition(
        id=act, on=act, sources=RUN, dest=None, when=when, condition=condition, guards=guards, source=source
    )


TRANSITIONS = (
    _self("give_dose", _runs_unheld, "the drug runs and is not on hold", (NOT_PREGNANT, UNTREATED_BRAIN_METASTASES)),
    _self("hold_regimen", _runs, "the drug runs", source=(label("toxicity: withhold"),)),
    _self("resume_regimen", _held, "the drug is on hold", (NOT_PREGNANT, PAZOPANIB_PERIOPERATIVE)),
    Transition(
        id="X18",
        on="stop_regimen",
        sources=ACTIVE,
        dest=State.MDT_REVIEW,
        when=_leaves,
        condition="no other regimen is running, and no progression",
        source=(extrapolated("a treatment that ended leaves a decision open"),),
    ),
    _self(
        "stop_regimen",
        lambda case: _runs(case) and not _leaves(case),
        "another regimen runs, or after progression",
        source=(extrapolated("after progression the state is kept until the decision"),),
    ),
)

TOPIC = Topic(name="running drugs", transitions=TRANSITIONS)
