"""All that the pages about one patient read: one look at the record, logged once."""

from dataclasses import dataclass

from storage.queries import PatientRow, Person
from web.here import Here
from workflow.chart import Chart
from workflow.judging import Scene
from workflow.plan import Plan, plan


@dataclass(frozen=True, kw_only=True)
class PatientFile:
    """One patient as of now."""

    row: PatientRow
    """Read first: what is entered while the rest is read makes a form stale, never the other way round."""
    handle: str
    place: str
    """The address of the patient's page, under which everything about the patient is."""
    chart: Chart
    person: Person
    now: Plan
    scene: Scene

    @property
    def id(self) -> str:
        """The patient's."""
        return self.row.id


def opened(here: Here, handle: str) -> PatientFile:
    """The file of an address. Raises NotFound."""
    row = here.patient(handle)
    chart = here.reader.chart(row.id)
    return PatientFile(
        row=row, handle=handle, place=here.address(row.id), chart=chart, person=here.reader.person(row.id),
        now=plan(here.pathway, chart, here.site, here.today),
        scene=Scene(pathway=here.pathway, site=here.site, chart=chart, now=here.now, on=here.today),
    )  # fmt: skip
