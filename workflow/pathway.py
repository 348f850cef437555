"""The pathway: its rules, joined. It checks itself: what has no source, a wrong name or no way to it does not build."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from workflow.errors import Invalid
from workflow.rules import Automatic, CareTask, Case, Guard, OptionRow, Topic, Transition
from workflow.site import SiteKey
from workflow.vocabulary import State


@dataclass(frozen=True, kw_only=True)
class Pathway:
    """The joined rules. `version` is journaled with every entry."""

    name: str
    version: str
    topics: tuple[Topic, ...]
    keys: Mapping[str, SiteKey]
    absolute: tuple[Guard, ...] = field(default=())
    """Asked before anything else, for every act."""
    options: tuple[OptionRow, ...] = ()
    limits: Mapping[str, Callable[[Case], Invalid | None]] = field(default_factory=dict)
    """Per act: what the fields must be in view of the chart, beyond their own types."""

    def __post_init__(self) -> None:
        problems = self.problems()
        if problems:
            raise ValueError(f"pathway {self.name}: " + "; ".join(problems))

    @cached_property
    def transitions(self) -> tuple[Transition, ...]:
        """Every row of the table."""
        return tuple(row for topic in self.topics for row in topic.transitions)

    @cached_property
    def automatic(self) -> tuple[Automatic, ...]:
        """Every automatic move."""
        return tuple(move for topic in self.topics for move in topic.automatic)

    @cached_property
    def table(self) -> tuple[tuple[str, tuple[str, ...], str], ...]:
        """Acts and automatic moves as id, sources and destination; `=` where the state stays."""
        acts = [(t.id, t.sources, t.dest.value if t.dest else "=") for t in self.transitions]
        moves = [(m.id, m.sources, m.dest.value) for m in self.automatic]
        return tuple((id, tuple(sorted(s.value for s in sources)), dest) for id, sources, dest in (*acts, *moves))

    @cached_property
    def tasks(self) -> Mapping[str, CareTask]:
        """Every kind of care task, by name."""
        return {task.name: task for topic in self.topics for task in topic.tasks}

    @cached_property
    def guards(self) -> Mapping[str, Guard]:
        """Every guard, by name."""
        listed = [g for topic in self.topics for g in topic.guards]
        return {guard.name: guard for guard in (*self.absolute, *listed)}

    @cached_property
    def rows(self) -> Mapping[str, tuple[Transition, ...]]:
        """The rows of each act."""
        rows: dict[str, list[Transition]] = {}
        for row in self.transitions:
            rows.setdefault(row.on, []).append(row)
        return {act: tuple(found) for act, found in rows.items()}

    @cached_property
    def reversals(self) -> frozenset[str]:
        """The rows that take back the move before them."""
        return frozenset(row.id for row in self.transitions if row.reverses)

    @cached_property
    def moves_from(self) -> Mapping[State, tuple[Automatic, ...]]:
        """The automatic moves of each state."""
        return {state: tuple(m for m in self.automatic if state in m.sources) for state in State}

    def problems(self) -> list[str]:
        """What is wrong with the pathway as written; empty when it is sound."""
        from workflow.soundness import problems

        return problems(self)
