"""A patient who is already under way: where they stand, since when, and what is known of the history."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from web.here import Here, Now
from web.lists import adopting, outcomes
from workflow.errors import Invalid

router = APIRouter()

_COLUMNS = {"id": "patient_id"}


@router.get("/patients/adopt", name="adopt_form")
def adopt_form(here: Now) -> HTMLResponse:
    """The form."""
    return _form(here, {})


@router.post("/patients/adopt", name="adopt")
def adopt(here: Now) -> Response:
    """Shows what would follow, or takes the patient over."""
    given = adopting.typed(here)
    intake, errors = adopting.read(given)
    if intake is None:
        return _form(here, given, errors=errors, status=422)
    try:
        with here.ledger.rehearsal() as trial:
            answer = adopting.take(trial, here, intake, key=None)
        if answer.accepted and here.fields.get("go") == "save":
            answer = adopting.take(here.ledger, here, intake, key=here.key)
            here.tell(f"Taken over; stands in {answer.after.title}.")
            return here.go("patient", handle=here.desk.handles.of(intake.patient))
    except Invalid as wrong:
        column = _COLUMNS.get(wrong.field, wrong.field)
        says = f"{wrong.reason}" + (f" ({wrong.allowed})" if wrong.allowed else "")
        return _form(here, given, errors={column: outcomes.for_a_page(says)}, status=422)
    if not answer.accepted:
        return _form(here, given, errors={"state": "; ".join(adopting.refusals(answer))}, status=422)
    return _form(here, given, preview=answer)


def _form(here: Here, given: Mapping[str, str], **more: Any) -> HTMLResponse:
    shown: dict[str, Any] = {"errors": {}, "preview": None, "status": 200} | more
    return here.page(
        "adopt.html", sections=list(adopting.sections()), given=given, opened=outcomes.opened(shown["preview"]),
        missing=outcomes.missing(shown["preview"]), **shown,
    )  # fmt: skip
