"""What a property comes to: it holds for so many configurations, or here is the shortest way to where it does not."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from workflow.proof.worlds import World


@dataclass(frozen=True, kw_only=True)
class Fault:
    """Where a property does not hold."""

    why: str
    world: World
    """The patient, with the steps that lead there."""
    expect: Mapping[str, Any] = field(default_factory=dict)
    """What is true after the last step, in the words of a story."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """The answer for one property."""

    number: int
    name: str
    says: str
    """The property in a sentence."""
    count: int
    """How many cases were looked at: all there are."""
    cases: str = "configurations"
    fault: Fault | None = None
    notes: tuple[str, ...] = ()
    """What else is to be known: what the site still owes, what was cleared how."""

    @property
    def holds(self) -> bool:
        """Whether no fault was found."""
        return self.fault is None
