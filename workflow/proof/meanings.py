"""9. A state means what it says (2.2), and no automatic move leads into a treatment (R14)."""

from collections.abc import Callable
from typing import Any

from workflow.chart import Entry
from workflow.course import Arrival
from workflow.proof.configuration import Configuration
from workflow.proof.exploring import Explored
from workflow.proof.routes import letter
from workflow.proof.verdicts import Fault, Verdict
from workflow.proof.worlds import World
from workflow.vocabulary import ACTIVE, State

SAYS = "every state is entered only by what gives it its meaning, and no treatment by itself"

S = State
ByAct = Callable[[Entry[Any]], bool]


def _starts(*classes: str) -> ByAct:
    return lambda act: act.name == "start_regimen" and act.fields.regimen_class in classes


def _named(*acts: str) -> ByAct:
    return lambda act: act.name in acts


def _nothing_left(act: Entry[Any]) -> bool:
    return act.name in ("perform_surgery", "perform_local_therapy") and bool(act.fields.residual_disease == "no")


MEANT: dict[State, ByAct] = {
    S.STAGING: _named("accept_referral", "return_to_pathway"),
    S.OBSERVATION: _named("decide_observation", "decide_local_therapy"),
    S.INTERVAL_WAIT: _named("decide_interval_scan"),
    S.SURGERY: _named("decide_surgery"),
    S.IMMUNOTHERAPY: _starts("ici_pdl1", "ici_pd1"),
    S.TKI: _starts("tki"),
    S.COMBINATION: _starts("combination"),
    S.CLINICAL_TRIAL: _named("enrol_in_trial"),
    S.OTHER_SYSTEMIC: _starts("cytotoxic_anthracycline", "cytotoxic_other", "other"),
    S.SURVEILLANCE: _nothing_left,
    S.SUPPORTIVE_CARE: _named("decide_supportive_care"),
    S.DECEASED: _named("declare_death"),
    S.TRANSFERRED: _named("transfer"),
    S.LOST_TO_FOLLOW_UP: _named("declare_lost"),
    S.CONSENT_WITHDRAWN: _named("withdraw_consent"),
}
"""By which acts a state may be entered. Every state may also be adopted into, and a reversed death leads back."""
BY_ITSELF = {S.MDT_REVIEW, S.INTERVAL_SCAN, S.REFRACTORY, S.OUT_OF_SCOPE}
"""Where facts or the date may lead."""

_AWAY = frozenset({"return to pathway", "declare death", "withdraw consent"})
LEFT_BY: dict[State, frozenset[str]] = {
    S.DECEASED: frozenset({"reverse the death"}),
    S.TRANSFERRED: _AWAY,
    S.LOST_TO_FOLLOW_UP: _AWAY,
    S.CONSENT_WITHDRAWN: _AWAY - {"withdraw consent"},
    S.OUT_OF_SCOPE: _AWAY - {"withdraw consent"},
}
"""By which letters an exit may be left."""


class Meanings:
    """Looks at every transition and automatic move that some patient went along."""

    def __init__(self, found: Explored) -> None:
        self.found = found
        self.seen: set[str] = set()
        self.exits: set[Configuration] = set()
        self.fault: Fault | None = None

    def look(self, here: Configuration, world: World) -> None:
        """Whatever has been taken for the first time since, and every way out of an exit."""
        self._exits()
        for id in self.found.taken.keys() - self.seen:
            self.seen.add(id)
            self._judge(id, self.found.taken[id])

    def _exits(self) -> None:
        """An exit is left by nothing but what people do to come back, or to leave otherwise (R11)."""
        for here in self.found.steps.keys() - self.exits:
            self.exits.add(here)
            left = {name for name, there in self.found.steps[here].items() if there.state is not here.state}
            wrong = next(iter(sorted(left - LEFT_BY.get(here.state, left))), None)
            if wrong and not self.fault:
                there = letter(wrong).happen(self.found.worlds[here], World.take) or self.found.worlds[here]
                why = f"{wrong} leads from {here.state.value}, an exit, to {there.state.value}"
                self.fault = Fault(why=why, world=there, expect={"state": there.state.value})

    def _judge(self, id: str, world: World) -> None:
        for arrival in world.path:
            if arrival.via == id and (why := _wrong(world, arrival)):
                self.fault = self.fault or Fault(why=why, world=world, expect={"state": world.state.value})

    def verdict(self) -> Verdict:
        """What it comes to."""
        self._exits()
        return Verdict(number=9, name="A state means what it says", says=SAYS, count=len(self.seen),
                       cases="transitions and moves", fault=self.fault)  # fmt: skip


def _wrong(world: World, arrival: Arrival) -> str:
    if arrival.via in {move.id for move in world.pathway.automatic}:
        if arrival.state in ACTIVE:
            return f"{arrival.via} leads into the treatment {arrival.state.value} by itself (R14)"
        return "" if arrival.state in BY_ITSELF else f"{arrival.via} leads into {arrival.state.value} by itself"
    act = world.chart.entries.get(arrival.entry)
    meant = MEANT.get(arrival.state)
    if act is None or meant is None or act.name == "adopt" or meant(act):
        return ""
    return f"{act.name} ({arrival.via}) leads into {arrival.state.value}, which does not mean that"
