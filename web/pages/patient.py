"""One patient: where they stand, what is to be done, what can be done and what blocks it, and how it came."""

from datetime import date

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from storage.queries import TaskRow
from web.forms import words
from web.here import Now
from web.lists.rows import completion
from web.patients import doable, records
from web.patients.banner import banner_of
from web.patients.file import opened
from web.patients.timeline import part

router = APIRouter()


@router.get("/patients/{handle}", name="patient")
def patient(here: Now, handle: str, before: int | None = None) -> HTMLResponse:
    """The page. `before`: the timeline from that entry back."""
    file = opened(here, handle)
    rows = sorted(here.reader.tasks(file.id), key=lambda row: _urgency(row, here.today))
    tasks = [(row, completion(here, file.id, row.name)) for row in rows]
    return here.page(
        "patient.html", file=file, live=here.live(file.row), banner=banner_of(here, file), words=words, doable=doable,
        tasks=tasks, escalation=here.site.number("escalation.after_days"),
        acts=doable.doable(here, file), suggested=doable.suggestions(here, file), groups=records.groups(),
        timeline=part(here, file, before), before=before,
    )  # fmt: skip


def _urgency(task: TaskRow, today: date) -> tuple[int, date]:
    """Overdue first, then what has no date, then what comes; as on the worklist."""
    if task.target is None:
        return 1, date.min
    return (0 if task.target < today else 2), task.target
