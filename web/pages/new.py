"""A new patient, who then stands in `referred`."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from web.forms.problems import labelled
from web.here import Here, Now
from web.lists.registering import LABELS, MEANS, SEX, YES_NO, Typed, read, register, same, typed
from workflow.errors import Invalid

router = APIRouter()


@router.get("/patients/new", name="new_patient")
def new_patient(here: Now) -> HTMLResponse:
    """The form."""
    return _form(here, Typed(given={}))


@router.post("/patients/new", name="register_patient")
def register_patient(here: Now) -> Response:
    """Registers, unless something is wrong, or somebody on file may be the same person."""
    form = typed(here)
    given, wrong = read(form)
    if not wrong and not form.sure and (likely := same(here, given)):
        return _form(here, form, likely=likely, status=409)
    if wrong := wrong or _refused(here, given):
        return _form(here, form, errors=wrong, status=422)
    here.tell("Registered. Next: accept the referral, or pass it on.")
    return here.go("patient", handle=here.desk.handles.of(given["id"]))


def _refused(here: Here, given: dict[str, Any]) -> dict[str, str]:
    """Registers; what the record does not take, by field."""
    try:
        register(here, given)
    except Invalid as wrong:
        return {wrong.field: labelled(LABELS.get(wrong.field, wrong.field), wrong)}
    return {}


def _form(here: Here, form: Typed, **more: Any) -> HTMLResponse:
    shown: dict[str, Any] = {"errors": {}, "likely": [], "status": 200} | more
    return here.page(
        "new.html", given={name: form.given.get(name, "") for name in LABELS}, labels=LABELS, means=MEANS, sex=SEX,
        yes_no=YES_NO, **shown,
    )  # fmt: skip
