"""What takes long is worked out when something has changed, and not again and again."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

import pytest

from tests.web.clinic import Clinic
from web import pulse
from web.desk import Desk
from web.kept import PATIENCE, Kept


@dataclass
class Dear:
    """Something that takes two seconds of a clock that the test moves."""

    desk: Desk
    at: float = 1_000.0
    calls: Iterator[int] = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        self.kept = Kept[int](clock=lambda: self.at)

    def get(self, key: str = "today") -> int:
        """How often it was worked out by now."""
        return self.kept.get(self.desk, key, self._make)

    def _make(self) -> int:
        self.at += 2
        return next(self.calls)


@pytest.fixture
def dear(desk: Desk) -> Dear:
    return Dear(desk)


def enter(clinic: Clinic) -> None:
    clinic.enter("P-1", "weight", kg=70.0)
    pulse.fresh(clinic.desk)


def test_it_is_worked_out_once_while_nothing_changes(dear: Dear) -> None:
    assert [dear.get(), dear.get()] == [1, 1]
    dear.at += 1_000_000
    assert dear.get() == 1


def test_after_an_entry_it_waits_as_long_as_it_was_dear(dear: Dear, clinic: Clinic) -> None:
    dear.get()
    enter(clinic)
    dear.at += PATIENCE * 2
    assert dear.get() == 1
    dear.at += 1
    assert dear.get() == 2


def test_what_it_depends_on_beside_the_entries_waits_for_nothing(dear: Dear) -> None:
    assert [dear.get("today"), dear.get("tomorrow"), dear.get("tomorrow")] == [1, 2, 2]
