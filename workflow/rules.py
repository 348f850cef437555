"""What rules are made of: guards, transitions, automatic moves, care tasks, and what each of them may read."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from workflow.chart import Chart, Entry
from workflow.fields import Fields
from workflow.site import Site
from workflow.vocabulary import EXITS, Blocker, Level, Role, Source, State

if TYPE_CHECKING:
    from workflow.course import Arrival
    from workflow.pathway import Pathway


@dataclass(slots=True)
class Case:
    """One act under judgement: what the guards may read. Its `state` is what the machine moves."""

    pathway: "Pathway"
    chart: Chart
    """Facts and acts dated on or before the act (R8)."""
    whole: Chart
    """Everything on file."""
    site: Site
    act: str
    fields: Fields
    on: date
    today: date
    state: State
    path: "tuple[Arrival, ...]"
    by: Role
    user: str
    at: datetime
    reason: str = ""
    unmet: tuple[Blocker, ...] = ()

    @property
    def judged_on(self) -> date:
        """The day for which the guards are judged: the planned start or operation where one is given."""
        given = self.fields.given("starts") or self.fields.given("planned")
        return given if isinstance(given, date) else self.on

    @property
    def is_clear(self) -> bool:
        """Nothing stands in the way: the one condition of every transition of the machine."""
        return not self.unmet


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """What a guard found: content, or why not. Either way, what it looked at."""

    met: bool
    why: str = ""
    seen: tuple[Entry[Any], ...] = ()
    missing: tuple[str, ...] = ()
    level: Level | None = None
    """Other than the guard's own, where one guard is hard in one point and soft in another."""


_CONTENT = Finding(met=True)


def met(*seen: Entry[Any] | None) -> Finding:
    """The guard is content, because of what it saw (or because its subject is absent)."""
    found = tuple(filter(None, seen))
    return Finding(met=True, seen=found) if found else _CONTENT


def unmet(why: str, *seen: Entry[Any] | None, missing: Iterable[str] = (), level: Level | None = None) -> Finding:
    """The guard is not content."""
    return Finding(
        met=False, why=why, seen=tuple(e for e in seen if e is not None), missing=tuple(missing), level=level
    )


Check = Callable[[Case], Finding | tuple[Finding, ...]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Guard:
    """A condition of an act. Asked, it answers with blockers, never with a bare no."""

    name: str
    level: Level
    says: str
    """What it asks for; `{site.key}` stands for the value of a site setting."""
    cleared_by: str
    """Who can clear it, and how."""
    source: tuple[Source, ...]
    check: Check
    preliminary: Callable[[Case], tuple[Entry[Any], ...]] | None = None
    """For guards that ask for a report: reports that would do, were they final."""

    def findings(self, case: Case) -> tuple[Finding, ...]:
        """What the guard found for one act."""
        found = self.check(case)
        return found if isinstance(found, tuple) else (found,)

    def blockers(self, findings: Iterable[Finding]) -> tuple[Blocker, ...]:
        """The unmet findings, ready to be shown."""
        return tuple(
            Blocker(
                guard=self.name,
                level=f.level or self.level,
                why=f.why,
                looked_at=tuple({e.id: str(e) for e in f.seen}.values()),
                missing=f.missing,
                cleared_by=self.cleared_by,
                source=tuple(str(s) for s in self.source),
            )
            for f in findings
            if not f.met
        )

    def sentence(self, site: Site) -> str:
        """What it asks for, with this site's numbers."""
        return site.filled(self.says)


def always(case: Case) -> bool:
    """A row that needs nothing but its state and its act."""
    return True


@dataclass(frozen=True, kw_only=True, slots=True)
class Transition:
    """One row of the table: an act, from where to where, and what it must meet."""

    id: str
    on: str
    sources: frozenset[State]
    dest: State | None
    """None: the state stays."""
    when: Callable[[Case], bool] = always
    """Which row of an act this is, from its fields and the chart: exactly one applies."""
    condition: str = ""
    """`when`, in words."""
    guards: tuple[Guard, ...] = ()
    by: frozenset[Role] | None = None
    """Narrower than the act's own roles."""
    reverses: bool = False
    """Takes back the move before it, entered in error: the patient stands where they stood, as if they had not left."""
    source: tuple[Source, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Moment:
    """Where a patient stands when a fact or a date may bring about an automatic move."""

    chart: Chart
    site: Site
    arrival: "Arrival"
    path: "tuple[Arrival, ...]"

    def new(self, kind: type[Fields]) -> list[Entry[Any]]:
        """Facts of a kind ordered after the step that entered the state (2.4)."""
        return [e for e in self.chart.of(kind) if e.key > self.arrival.key]


@dataclass(frozen=True, kw_only=True, slots=True)
class Automatic:
    """A move that recorded facts or the date bring about; never into a treatment (R14)."""

    id: str
    sources: frozenset[State]
    dest: State
    condition: str
    facts: frozenset[type[Fields]] = frozenset()
    """The kinds of records that may bring it about."""
    when: Callable[[Moment], bool] = lambda moment: False
    due: Callable[[Moment], date | None] | None = None
    """For a timed move: the date on which it takes effect."""
    interval: str = ""
    """For a timed move: its interval in words, with `{site.key}` for settings."""
    source: tuple[Source, ...]


class Priority(IntEnum):
    """Same-day order of tasks (R10)."""

    SAFETY = 1
    DRUG_SAFETY_LABS = 2
    ADMINISTRATION = 3
    IMAGING = 4
    EDUCATION = 5


class Wanted(NamedTuple):
    """One occurrence of a task that should exist. A tuple, for a patient has hundreds of them."""

    opened: date
    subject: str = "once"
    """The root record of the regimen, operation or episode it belongs to (R9)."""
    occurrence: int = 1
    due: date | None = None
    not_before: date | None = None
    why: str = ""
    """The arithmetic of its date, or what opened it."""
    done: date | None = None
    done_by: str = ""
    """The entry that answered it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Situation:
    """Where a patient stands today: what the plan reads."""

    pathway: "Pathway"
    chart: Chart
    site: Site
    today: date
    path: "tuple[Arrival, ...]"

    @property
    def state(self) -> State:
        """The present state."""
        return self.path[-1].state

    @property
    def left(self) -> bool:
        """Off the pathway."""
        return self.state in EXITS

    def arrivals(self, *states: State) -> "list[Arrival]":
        """Every time the patient entered one of these states."""
        return [a for a in self.path if a.state in states]


@dataclass(frozen=True, kw_only=True, slots=True)
class CareTask:
    """A kind of task: what, who, how urgent, when it should exist and what completes it."""

    name: str
    title: str
    priority: Priority
    owner: Role
    wanted: Callable[[Situation], Iterable[Wanted]]
    opens: str
    """What opens it, in words."""
    done_when: str
    """What completes it, in words."""
    timer: str = ""
    """The row of section 3 that gives the date, with its keys."""
    keys: tuple[str, ...] = ()
    """Site settings its dates read."""
    by_hand: bool = False
    """Completed by `complete_task` and by nothing else."""
    for_exit: bool = False
    """Opened by an exit, so that leaving does not cancel it."""
    source: tuple[Source, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class OptionRow:
    """One row of the ranking of options (2.8). The first that applies gives the order; it only suggests (R14)."""

    situation: str
    when: Callable[[Situation], bool]
    options: tuple[str, ...]
    """Acts, first suggestion first."""
    source: tuple[Source, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Topic:
    """One clinical question: the rules one file of `asps/` gives."""

    name: str
    guards: tuple[Guard, ...] = ()
    transitions: tuple[Transition, ...] = ()
    automatic: tuple[Automatic, ...] = ()
    tasks: tuple[CareTask, ...] = ()
