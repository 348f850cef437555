"""The words a pathway is written in: states, roles, sources, blockers. Spelled as in the naming contract."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """Where a patient stands; exactly one at a time."""

    REFERRED = "referred"
    STAGING = "staging"
    MDT_REVIEW = "mdt_review"
    OBSERVATION = "observation"
    INTERVAL_WAIT = "interval_wait"
    INTERVAL_SCAN = "interval_scan"
    SURGERY = "surgery"
    IMMUNOTHERAPY = "immunotherapy"
    TKI = "tki"
    REFRACTORY = "refractory"
    COMBINATION = "combination"
    CLINICAL_TRIAL = "clinical_trial"
    OTHER_SYSTEMIC = "other_systemic"
    SURVEILLANCE = "surveillance"
    SUPPORTIVE_CARE = "supportive_care"
    DECEASED = "deceased"
    TRANSFERRED = "transferred"
    LOST_TO_FOLLOW_UP = "lost_to_follow_up"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    OUT_OF_SCOPE = "out_of_scope"

    @property
    def title(self) -> str:  # type: ignore[override]
        """The state as people say it."""
        return TITLES.get(self, self.value.replace("_", " "))


TITLES = {
    State.MDT_REVIEW: "tumour board review",
    State.INTERVAL_WAIT: "interval wait",
    State.INTERVAL_SCAN: "interval CT due",
    State.SURGERY: "surgery planned",
    State.TKI: "TKI",
    State.LOST_TO_FOLLOW_UP: "lost to follow-up",
}

EXITS = frozenset(
    {State.DECEASED, State.TRANSFERRED, State.LOST_TO_FOLLOW_UP, State.CONSENT_WITHDRAWN, State.OUT_OF_SCOPE}
)
"""Off the pathway: open clinical tasks are cancelled and messages fall silent (R11)."""

ON = frozenset(State) - EXITS
"""On the pathway."""

ACTIVE = frozenset({State.IMMUNOTHERAPY, State.TKI, State.COMBINATION, State.CLINICAL_TRIAL, State.OTHER_SYSTEMIC})
"""Systemic treatment is under way; kept while a new decision is awaited, so that monitoring goes on."""

WAIT = frozenset({State.INTERVAL_WAIT, State.INTERVAL_SCAN})
"""The three-month test of time before lung surgery."""


class Role(StrEnum):
    """In which capacity a person acts."""

    CLINICIAN = "clinician"
    COORDINATOR = "coordinator"


C = frozenset({Role.CLINICIAN})
CK = frozenset({Role.CLINICIAN, Role.COORDINATOR})


class Level(StrEnum):
    """How firmly a guard stands."""

    SOFT = "soft"  # one reason answers it
    HARD = "hard"  # only an override with a second signer (R13)
    ABSOLUTE = "absolute"  # nothing overrides it


class Confidence(StrEnum):
    """How well a source was read."""

    HIGH = "H"
    MEDIUM = "M"
    LOW = "L"


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """Where a rule or a text comes from: the guide, a label, a guideline, a trial, or our own decision."""

    tag: str
    """S1 to S58 for the guide; else LABEL, GUIDE, TRIAL, MEM or EXTRAP, with a word of detail."""
    sentence: str
    confidence: Confidence = Confidence.HIGH

    def __str__(self) -> str:
        return f"[{self.tag}] {self.sentence}"


def extrapolated(what: str) -> Source:
    """A design decision that a clinician has yet to confirm."""
    return Source(tag="EXTRAP", sentence=what, confidence=Confidence.LOW)


def label(what: str, confidence: Confidence = Confidence.HIGH) -> Source:
    """A product label."""
    return Source(tag="LABEL", sentence=what, confidence=confidence)


def trial(what: str, confidence: Confidence = Confidence.MEDIUM) -> Source:
    """A published trial or its protocol."""
    return Source(tag="TRIAL", sentence=what, confidence=confidence)


def guideline(what: str, confidence: Confidence = Confidence.MEDIUM) -> Source:
    """A published guideline other than the source guide."""
    return Source(tag="GUIDE", sentence=what, confidence=confidence)


def unverified(what: str) -> Source:
    """Remembered, not found again: shown as such wherever the rule is shown."""
    return Source(tag="MEM", sentence=what, confidence=Confidence.LOW)


@dataclass(frozen=True, kw_only=True, slots=True)
class Blocker:
    """Why a step may not be taken: one unmet guard, ready to be shown."""

    guard: str
    level: Level
    why: str
    looked_at: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    cleared_by: str = ""
    source: tuple[str, ...] = ()
