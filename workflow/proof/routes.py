"""A patient in every state, to whom facts can be added: one who came the whole way, and one who was adopted there."""

from collections.abc import Iterator
from datetime import date
from functools import cache

from workflow.pathway import Pathway
from workflow.proof.letters import Letter, adoption, alphabet
from workflow.proof.worlds import BORN, World, begin
from workflow.site import Site
from workflow.vocabulary import ON, State

S = State
_STAGED = ("accept the referral", "complete staging")
_RELAPSED = (*_STAGED, "start atezolizumab", "progression", "start pazopanib", "progression")
WAYS: dict[State, tuple[str, ...]] = {
    S.STAGING: _STAGED[:1],
    S.MDT_REVIEW: _STAGED,
    S.OBSERVATION: (*_STAGED, "decide observation"),
    S.INTERVAL_WAIT: (*_STAGED, "decide interval scan"),
    S.INTERVAL_SCAN: (*_STAGED, "decide interval scan", "CT: lung lesions", "the months pass"),
    S.SURGERY: (*_STAGED, "decide surgery"),
    S.IMMUNOTHERAPY: (*_STAGED, "start atezolizumab"),
    S.TKI: (*_STAGED, "start pazopanib"),
    S.REFRACTORY: _RELAPSED,
    S.COMBINATION: (*_STAGED, "start both"),
    S.CLINICAL_TRIAL: (*_STAGED, "enrol"),
    S.OTHER_SYSTEMIC: (*_STAGED, "start another drug"),
    S.SURVEILLANCE: (*_STAGED, "decide surgery", "resect all"),
    S.SUPPORTIVE_CARE: (*_STAGED, "decide supportive_care"),
}
"""The letters from the referral to a state."""


def patients(pathway: Pathway, site: Site, born: date = BORN) -> Iterator[tuple[State, World]]:
    """Patients in every state on the pathway, by whatever way still leads there."""
    start = begin(pathway, site, born)
    for state in sorted(ON - {S.REFERRED}):
        for way in (WAYS[state], (adoption(state).name,)):
            there = along(start, way)
            if there and there.state is state:
                yield state, there


def along(world: World | None, way: tuple[str, ...]) -> World | None:
    """The patient after some letters; None where one of them cannot happen."""
    for name in way:
        world = letter(name).happen(world, World.take) if world else None
    return world


def letter(name: str) -> Letter:
    """A letter of the alphabet."""
    return _letters()[name]


@cache
def _letters() -> dict[str, Letter]:
    return {one.name: one for one in alphabet()}
