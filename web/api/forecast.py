"""What is ahead if nothing changes: for one patient by date, for the clinic week by week."""

from datetime import date, timedelta
from typing import Annotated

from fastapi import Query

from web.api.routing import READ, Handle
from web.api.routing import router as new_router
from web.api.strict import Told
from web.here import Now
from web.lists.weeks import Weeks
from web.pages.forecast import calendar_of
from workflow.asps.completing import Demand
from workflow.forecast import LONGEST, Expected, forecast
from workflow.vocabulary import State

router = new_router("forecast")


class Arriving(Told):
    """A state into which the date alone will move the patient."""

    state: State
    on: date


class Ahead(Told):
    """A patient's next months."""

    until: date
    expected: list[Expected]
    moves: list[Arriving]
    undated: list[str]
    """Open today without a date, by their titles: nobody can say when."""


class Week(Told):
    """What a week asks for."""

    monday: date
    scans: int
    visits: int
    decisions: int


class WeeksAhead(Told):
    """The clinic's next weeks, of the patients that are counted so far; ask again for the rest."""

    weeks: list[Week]
    undated: int
    counted: int
    patients: int


@router.get("/patients/{patient}/forecast", name="api.patient_forecast", responses=READ)
def patient_forecast(
    here: Now, patient: Handle, days: Annotated[int, Query(ge=1, le=LONGEST.days)] = 183
) -> Ahead:  # fmt: skip
    """Which tasks will stand when, and where the date alone will move the patient, if nothing is entered."""
    row, until = here.patient(patient), here.today + timedelta(days=days)
    found = forecast(here.pathway, here.reader.chart(row.id), here.site, here.today, until)
    return Ahead(
        until=until, expected=list(found.expected), undated=[here.pathway.tasks[t.name].title for t in found.undated],
        moves=[Arriving(state=arrival.state, on=arrival.on) for arrival in found.moves],
    )  # fmt: skip


@router.get("/forecast", name="api.forecast", responses=READ)
def clinic_forecast(here: Now, weeks: Annotated[int, Query(ge=1, le=52)] = 12) -> WeeksAhead:
    """Scans, visits and decisions per week. Nobody is named."""
    found = calendar_of(here).weeks(here.reader, here.pathway, here.site, here.today, weeks)
    return WeeksAhead(
        weeks=[_week(found, number) for number in range(found.number)], undated=found.undated, counted=found.counted,
        patients=found.patients,
    )  # fmt: skip


def _week(found: Weeks, number: int) -> Week:
    scans, visits, decisions = (found.of(one)[number] for one in (Demand.SCAN, Demand.VISIT, Demand.DECISION))
    return Week(monday=found.monday(number), scans=scans, visits=visits, decisions=decisions)
