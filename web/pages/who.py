"""A patient's name and contact, when they were mistyped at first or not yet known."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from web.forms import words
from web.forms.problems import labelled
from web.here import Here, Now
from web.lists.registering import LABELS, MEANS
from web.patients.banner import banner_of
from web.patients.file import opened
from web.renaming import rename
from workflow.errors import Invalid

router = APIRouter()

FIELDS = ("name", "contact")


@router.get("/patients/{handle}/who", name="who")
def who(here: Now, handle: str) -> HTMLResponse:
    """The form, with what is on file."""
    return _form(here, handle, {}, {})


@router.post("/patients/{handle}/who", name="change_who")
def change_who(here: Now, handle: str) -> Response:
    """Puts what was typed in place of what is on file."""
    id = here.desk.handles.id_of(handle)
    given = {name: str(here.fields.get(name, "")).replace("\r\n", "\n").strip() for name in FIELDS}
    try:
        changed = rename(here, id, name=given["name"], contact=given["contact"])
    except Invalid as wrong:
        return _form(here, handle, given, {wrong.field: labelled(LABELS.get(wrong.field, wrong.field), wrong)})
    here.tell("Saved: name and contact." if changed else "That is on file already.")
    return here.go("patient", handle=handle)


def _form(here: Here, handle: str, given: dict[str, str], errors: dict[str, str]) -> HTMLResponse:
    file = opened(here, handle)
    on_file = {"name": file.person.name, "contact": file.person.contact}
    return here.page(
        "who.html", status=422 if errors else 200, file=file, banner=banner_of(here, file), words=words,
        given=on_file | given, errors=errors, labels=LABELS, means=MEANS,
    )  # fmt: skip
