"""What may be done for a patient at a moment, and what every guard of an act found."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from workflow.acts import ACTS, TASK_ACTS
from workflow.chart import Chart
from workflow.course import Arrival, course
from workflow.decide import blockers_of, case_for, possible_acts, rows_for
from workflow.fields import Fields
from workflow.options import Option, options
from workflow.overrides import live_overrides
from workflow.pathway import Pathway
from workflow.rules import Guard, Transition
from workflow.site import Site
from workflow.steps import Step
from workflow.vocabulary import Blocker, Role


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A patient at a moment; acts are judged for the clinical date `on`."""

    pathway: Pathway
    site: Site
    chart: Chart
    now: datetime
    on: date

    @property
    def today(self) -> date:
        """The civil date at the site."""
        return self.site.today(self.now)

    @property
    def here(self) -> Arrival:
        """Where the patient stands, and since when."""
        return course(self.pathway, self.chart, self.site, self.today)[-1]

    def suggested(self) -> tuple[Option, ...]:
        """What the tool suggests for the tumour board's next decision."""
        return options(self.pathway, self.chart, self.site, self.today)

    def blockers(self, action: str, fields: Fields) -> tuple[Blocker, ...]:
        """What would refuse an act."""
        return blockers_of(self.pathway, self.chart, self.site, action, fields, self.on, self.now)

    def rows(self, action: str) -> list[Transition]:
        """The rows of an act from the present state, whatever its fields turn out to be."""
        return [row for row in self.pathway.rows.get(action, ()) if self.here.state in row.sources]


@dataclass(frozen=True, kw_only=True)
class Possible:
    """An act that the present state allows."""

    action: str
    needs: tuple[str, ...]
    """Fields without which it cannot be judged."""
    blockers: tuple[Blocker, ...]


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A guard of an act, and what it found."""

    guard: Guard
    met: bool
    says: str
    looked_at: tuple[str, ...]
    overridden: bool
    """An override for it is granted and unused."""


def possible(scene: Scene) -> Iterator[Possible]:
    """The acts that the present state and the chart allow, each with what stands in its way."""
    for action in possible_acts(scene.pathway, scene.here.state):
        kind = ACTS[action].fields
        needs = kind.required()
        blockers = () if needs else scene.blockers(action, kind.model_construct(**dict.fromkeys(kind.model_fields)))
        no_row = any(blocker.guard == "wrong_state" for blocker in blockers)  # as a drug to be held where none runs
        if action not in TASK_ACTS and not no_row:
            yield Possible(action=action, needs=needs, blockers=blockers)


def judged(scene: Scene, action: str, fields: Fields) -> Iterator[Judged]:
    """Every guard of the rows that apply, asked one by one; of the act's other rows where none does here."""
    site = scene.site
    step = Step(id="", name=action, fields=fields, seq=2**62, at=scene.now, on=scene.on, by=Role.CLINICIAN, user="")
    case = case_for(scene.pathway, scene.chart, site, step)
    rows = rows_for(scene.pathway, case)
    here = [row for row in rows if case.state in row.sources]
    live = live_overrides(case)
    for guard in {g.name: g for row in here or rows for g in (*scene.pathway.absolute, *row.guards)}.values():
        findings = guard.findings(case)
        yield Judged(
            guard=guard,
            met=all(found.met for found in findings),
            says=guard.sentence(site),
            looked_at=tuple(dict.fromkeys(str(entry) for found in findings for entry in found.seen)),
            overridden=guard.name in live,
        )
