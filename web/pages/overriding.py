"""Break-glass: two clinicians override one hard stop for one act, each with their own sign-in."""

from dataclasses import replace

from fastapi import APIRouter
from fastapi.responses import Response

from web.here import Here, Now
from web.patients.file import PatientFile, opened
from web.sheets import kinds
from web.sheets.filled import CONTROLS, KEPT, Filled
from web.sheets.sending import page, send, show
from web.sheets.sheet import Sheet

router = APIRouter()

BREAK = "break"


@router.get("/patients/{handle}/override/{act}/{guard}", name="override_form")
def override_form(here: Now, handle: str, act: str, guard: str) -> Response:
    """The form to grant an override."""
    file = opened(here, handle)
    return show(here, file, kinds.override(here, file, act, guard))


@router.post("/patients/{handle}/override/{act}/{guard}", name="override")
def override(here: Now, handle: str, act: str, guard: str) -> Response:
    """Grants an override, and then shows the act again as it was typed: the override moves nothing by itself.

    From a refused act the form comes along: it is kept, unseen, until the override is granted.
    """
    file = opened(here, handle)
    sheet = kinds.override(here, file, act, guard)
    if here.fields.get("go") == BREAK:
        return page(here, file, _keeping(here, file, sheet))
    answer = send(here, file, sheet)
    if isinstance(answer, Response):
        return answer
    kept = Filled.sent(here, sheet, file.row.version).kept
    again = kinds.act_again(here, file, act)
    return page(here, file, Filled(sheet=again, typed=kept, version=answer.version, granted=sheet.title))


def _keeping(here: Here, file: PatientFile, sheet: Sheet) -> Filled:
    """The form for the override, with the act's own form inside."""
    sent = Filled.sent(here, sheet, file.row.version)
    kept = {KEPT + name: texts for name, texts in sent.typed.items() if name not in CONTROLS}
    return replace(sent, typed=kept, version=file.row.version, fresh_key=True)
