"""Patients: listed, found, and looked at."""

from datetime import date

from fastapi import Response

from storage.searching import Hit, search
from storage.timeline import JournalRow
from web.api.conditions import tag
from web.api.entering import SearchIn
from web.api.problems import ProblemRaised, problem
from web.api.routing import READ, Handle
from web.api.routing import router as new_router
from web.api.shapes import ActOut, PatientLine, PatientSummary, Task
from web.api.slices import Cursor, HandleCursor, Limit, Slice, slice_of
from web.api.strict import Told
from web.here import Here, Now
from workflow.asps.alerts import alerts
from workflow.judging import Scene, possible
from workflow.options import Option
from workflow.plan import plan
from workflow.vocabulary import Role, State

router = new_router("patients")


class Found(Told):
    """A patient who was found."""

    patient: str
    """The handle."""
    id: str
    name: str
    born: date
    state: State
    since: date


@router.get("/patients", name="api.patients", responses=READ)
def patients(
    here: Now, state: State | None = None, limit: Limit = 100, cursor: HandleCursor = ""
) -> Slice[PatientLine]:
    """All patients by their ids; of one state only where it is given."""
    after = here.desk.handles.id_of(cursor) if cursor else ""
    rows = here.reader.patients(state=state, after=after, limit=limit + 1)
    lines = [PatientLine.of(here, row) for row in rows]
    here.saw(row.id for row in rows[:limit])
    return slice_of(lines, limit, lines[:limit][-1].patient if lines else "")


@router.post("/patients/search", name="api.search", responses=READ)
def find(here: Now, body: SearchIn) -> list[Found]:
    """Patients by words of their name, or by their id; best first. By POST, so that no name stands in an address."""
    with here.desk.engine.connect() as connection:
        hits = search(connection, body.text)
    here.saw(hit.patient for hit in hits)
    return [_found(here, hit) for hit in hits]


def _found(here: Here, hit: Hit) -> Found:
    handle = here.desk.handles.of(hit.patient)
    return Found(patient=handle, id=hit.patient, name=hit.name, born=hit.born, state=hit.state, since=hit.since)


@router.get("/patients/{patient}", name="api.patient", responses=READ)
def summary(here: Now, patient: Handle, response: Response) -> PatientSummary:
    """Where a patient stands, who it is, and what must not be overlooked."""
    row = here.patient(patient)
    tag(response, row.version)
    chart, person = here.reader.chart(row.id), here.reader.person(row.id)
    registered = chart.patient
    now = plan(here.pathway, chart, here.site, here.today)
    return PatientSummary(
        **PatientLine.of(here, row).model_dump(), name=person.name, contact=person.contact, born=registered.born,
        sex_recorded=registered.sex_recorded, can_become_pregnant=registered.can_become_pregnant,
        registered=registered.registered, alerts=list(alerts(chart, now, here.today)),
    )  # fmt: skip


@router.get("/patients/{patient}/timeline", name="api.timeline", responses=READ)
def timeline(here: Now, patient: Handle, limit: Limit = 100, cursor: Cursor = "") -> Slice[JournalRow]:
    """Everything that was entered for a patient, oldest first: refusals, overrides and timed moves too."""
    after = int(cursor or 0)
    rows = [row for row in here.reader.timeline(here.patient(patient).id) if row.seq > after][: limit + 1]
    return slice_of(rows, limit, str(rows[:limit][-1].seq) if rows else "")


@router.get("/patients/{patient}/tasks", name="api.tasks", responses=READ)
def tasks(here: Now, patient: Handle, all: bool = False) -> list[Task]:
    """A patient's open tasks by date and priority; with `all`, then the closed ones."""
    return [Task.of(here, row) for row in here.reader.tasks(here.patient(patient).id, all=all)]


@router.get("/patients/{patient}/acts", name="api.acts", responses=READ)
def acts(here: Now, patient: Handle) -> list[ActOut]:
    """What can be done now, and for each act every unmet guard: what it looked at, what is missing, who can clear it.

    Coordinators are told of the acts that they may take; decisions about treatment are for clinicians, unless the site
    shows them to all.
    """
    found = [ActOut.of(here, one) for one in possible(_scene(here, patient))]
    return [one for one in found if here.sees_options or Role.COORDINATOR in one.by]


@router.get("/patients/{patient}/options", name="api.options", responses=READ)
def options(here: Now, patient: Handle) -> list[Option]:
    """What is suggested for the tumour board's next decision, in order; what stands in the way greys an option out, and
    never hides it. A suggestion: a clinician decides.
    """
    if not here.sees_options:
        raise ProblemRaised(problem(403, "treatment options are for clinicians, unless the site shows them to all"))
    return list(_scene(here, patient).suggested())


def _scene(here: Here, handle: str) -> Scene:
    row = here.patient(handle)
    return Scene(
        pathway=here.pathway, site=here.site, chart=here.reader.chart(row.id), now=here.now, on=here.today
    )  # fmt: skip
