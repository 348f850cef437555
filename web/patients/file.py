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
    chart: Chart
    person: Person
    now: Plan
    scene: Scene

    @property
    def id(self) -> str:
        """The patient's."""
        return self.row.id

    def live(self, here: Here) -> str:
        """What the open page asks, to learn that someone else changed the patient."""
        address = here.request.app.url_path_for("live_patient", handle=self.handle)
        return f"{address}?version={self.row.version}"


def opened(here: Here, handle: str) -> PatientFile:
    """The file of an address. Raises NotFound."""
    row = here.patient(handle)
    chart = here.reader.chart(row.id)
    return PatientFile(
        row=row, handle=handle, chart=chart, person=here.reader.person(row.id),
        now=plan(here.pathway, chart, here.site, here.today),
        scene=Scene(pathway=here.pathway, site=here.site, chart=chart, now=here.now, on=here.today),
    )  # fmt: skip
