"""One patient: where they stand, what is to be done, what can be done and what blocks it, and how it came."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from web.forms import words
from web.here import Now
from web.patients import doable, records
from web.patients.banner import banner_of
from web.patients.file import opened
from web.patients.timeline import part

router = APIRouter()


@router.get("/patients/{handle}", name="patient")
def patient(here: Now, handle: str, before: int | None = None) -> HTMLResponse:
    """The page. `before`: the timeline from that entry back."""
    file = opened(here, handle)
    return here.page(
        "patient.html", file=file, live=file.live(here), banner=banner_of(here, file), words=words, doable=doable,
        tasks=here.reader.tasks(file.id), escalation=here.site.number("escalation.after_days"),
        acts=doable.doable(here, file), suggested=doable.suggestions(here, file), groups=records.groups(),
        timeline=part(here, file, before), before=before,
    )  # fmt: skip
