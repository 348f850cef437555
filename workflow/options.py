"""What the tool suggests for the tumour board's next decision: ranked, with what stands in the way (2.8, R14)."""

from dataclasses import dataclass
from datetime import date, datetime, time

from workflow.acts import ACTS
from workflow.chart import Chart
from workflow.decide import blockers_of
from workflow.fields import Fields
from workflow.pathway import Pathway
from workflow.plan import Plan, plan
from workflow.rules import OptionRow, Situation
from workflow.site import Site
from workflow.vocabulary import Blocker, Level, State

AT_THE_BOARD = frozenset({State.MDT_REVIEW, State.REFRACTORY})


@dataclass(frozen=True, kw_only=True, slots=True)
class Option:
    """One suggestion."""

    action: str
    situation: str
    """The row of the ranking that suggests it."""
    source: tuple[str, ...]
    blockers: tuple[Blocker, ...]
    """What would refuse it today; hard ones grey it out, they never hide it."""

    @property
    def greyed(self) -> bool:
        """Whether a hard stop stands in the way."""
        return any(b.level is not Level.SOFT for b in self.blockers)


def options(pathway: Pathway, chart: Chart, site: Site, today: date) -> tuple[Option, ...]:
    """The suggestions while a decision is awaited, first suggestion first; none otherwise."""
    now = plan(pathway, chart, site, today)
    situation = Situation(pathway=pathway, chart=chart, site=site, today=today, path=now.path)
    if situation.state not in AT_THE_BOARD and not _decision_awaited(now):
        return ()
    row = next((row for row in pathway.options if row.when(situation)), None)
    return tuple(_option(situation, row, action) for action in row.options) if row else ()


def _decision_awaited(now: Plan) -> bool:
    return any(task.name == "mdt_decision" for task in now.open)


def _option(now: Situation, row: OptionRow, action: str) -> Option:
    noon = datetime.combine(now.today, time(12), tzinfo=now.site.zone)
    fields = _without_details(ACTS[action].fields)
    return Option(
        action=action, situation=row.situation, source=tuple(str(s) for s in row.source),
        blockers=blockers_of(now.pathway, now.chart, now.site, action, fields, now.today, noon),
    )  # fmt: skip


def _without_details(kind: type[Fields]) -> Fields:
    """A decision of which nothing is said yet but that it is taken."""
    return kind.model_construct(**dict.fromkeys(kind.model_fields))
