"""What is ahead: for the clinic week by week, for a patient date by date, if nothing changes."""

from datetime import timedelta

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from web.forms import words
from web.here import Here, Now
from web.lists.chart import LABELS, chart
from web.lists.weeks import SHOWN, Calendar
from web.patients.banner import banner_of
from web.patients.file import opened
from workflow.asps.completing import COMPLETIONS
from workflow.errors import Invalid
from workflow.forecast import forecast

router = APIRouter()

WEEKS = (12, 26)
MONTHS = timedelta(days=183)


def calendar_of(here: Here) -> Calendar:
    """What was counted so far on this server."""
    state = here.request.app.state
    if not hasattr(state, "calendar"):
        state.calendar = Calendar()
    found: Calendar = state.calendar
    return found


@router.get("/forecast", name="forecast")
def clinic(here: Now, weeks: int = WEEKS[0]) -> HTMLResponse:
    """Scans, visits and decisions per week. Nobody is named, so nothing goes to the access log."""
    if weeks not in WEEKS:
        raise Invalid("weeks", "is none of those offered", allowed=" or ".join(map(str, WEEKS)))
    found = calendar_of(here).weeks(here.reader, here.pathway, here.site, here.today, weeks)
    return here.page(
        "parts/forecast.html" if here.by_htmx else "forecast.html", weeks=found, chart=chart(found), offered=WEEKS,
        shown=SHOWN, labels=LABELS, number=weeks,
    )  # fmt: skip


@router.get("/patients/{handle}/forecast", name="patient_forecast")
def patient(here: Now, handle: str) -> HTMLResponse:
    """A patient's next six months."""
    file = opened(here, handle)
    found = forecast(here.pathway, file.chart, here.site, here.today, here.today + MONTHS)
    return here.page(
        "patient_forecast.html", file=file, banner=banner_of(here, file), found=found, words=words,
        demands={name: one.demand.value for name, one in COMPLETIONS.items()},
    )  # fmt: skip
