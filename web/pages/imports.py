"""Importing a spreadsheet: upload, see what each row would do, confirm, and take back what did not fit."""

import csv
from io import StringIO
from typing import Any, get_args

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from interchange.columns import COLUMNS, REQUIRED
from interchange.dates import Order
from interchange.encoding import FILE, Encoding
from interchange.taking import Became, Terms
from interchange.template import template
from web.here import Here, Now
from web.lists import outcomes
from web.lists.importing import MOST_SHOWN, Import, Imports, Phase
from workflow.errors import Invalid

router = APIRouter()


def _imports(here: Here) -> Imports:
    """Those under way on this server."""
    state = here.request.app.state
    if not hasattr(state, "imports"):
        state.imports = Imports()
    found: Imports = state.imports
    return found


@router.get("/import", name="import_form")
def import_form(here: Now) -> HTMLResponse:
    """The form."""
    return _form(here, {})


@router.get("/import/template.csv", name="import_template")
def import_template(here: Now) -> Response:
    """An empty sheet with two invented patients."""
    text = StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(template(here.today))
    headers = {"Content-Disposition": 'attachment; filename="patients.csv"'}
    return Response(text.getvalue().encode("utf-8-sig"), media_type="text/csv; charset=utf-8", headers=headers)


@router.post("/import", name="import_upload")
async def import_upload(here: Now) -> Response:
    """Takes a file in and rehearses it; nothing is entered."""
    upload = here.fields.get("file")
    content = b""
    if isinstance(upload, UploadFile):
        content = await upload.read()
        await upload.close()
    return await run_in_threadpool(_begun, here, content)


def _begun(here: Here, content: bytes) -> Response:
    given = {name: str(here.fields.get(name, "")).strip() for name in ("dates", "encoding", "reason", "ignore")}
    try:
        if not content:
            raise Invalid("file", "choose a CSV file")
        made = _imports(here).begin(
            here.ledger, content, here.who.id, _terms(here, given), ignore=_listed(given["ignore"]),
            encoding=_one_of(given["encoding"], get_args(Encoding), "encoding"),
        )  # fmt: skip
    except Invalid as wrong:
        way_out = f": {outcomes.for_a_page(wrong.allowed)}" if wrong.allowed else ""
        return _form(here, given, errors={"file" if wrong.field == FILE else wrong.field: f"{wrong.reason}{way_out}"})
    return here.go("import_status", token=made.token)


def _terms(here: Here, given: dict[str, str]) -> Terms:
    order = _one_of(given["dates"], get_args(Order), "dates")
    return Terms(author=here.author, now=here.now, order=order, reason=given["reason"])


def _one_of(text: str, allowed: tuple[Any, ...], name: str) -> Any:
    if text and text not in allowed:
        raise Invalid(name, "is none of those offered", allowed=", ".join(allowed))
    return text or None


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


@router.get("/import/{token}", name="import_status")
def import_status(here: Now, token: str) -> HTMLResponse:
    """How far it is, what each row would do or did, and what comes next."""
    found = _imports(here).get(token, here.who.id).as_of_now()
    if not found.busy:
        here.note(f"import_{found.phase.value}", [one.patient for one in found.shown if one.answer and one.patient])
    return here.page(
        "parts/import.html" if here.by_htmx else "import_status.html", found=found, phase=Phase, became=Became,
        shown=[_shown(here, found, outcome) for outcome in found.shown] if not found.busy else [],
        most=MOST_SHOWN, why=outcomes.for_a_page(found.why),
    )  # fmt: skip


def _shown(here: Here, found: Import, outcome: Any) -> dict[str, Any]:
    known = outcome.became is Became.KNOWN or (outcome.became is Became.TAKEN and found.phase is Phase.ENTERED)
    return {
        "row": outcome.row.number, "patient": outcome.patient, "became": outcome.became,
        "address": here.address(outcome.patient) if known and outcome.patient else "",
        "because": [outcomes.split(fault) for fault in outcome.because],
        "stands": outcome.answer.after.title if outcome.answer and outcome.answer.accepted else "",
        "opened": outcomes.opened(outcome.answer), "missing": outcomes.missing(outcome.answer),
    }  # fmt: skip


@router.post("/import/{token}/enter", name="import_enter")
def import_enter(here: Now, token: str) -> Response:
    """Enters the rows that were rehearsed."""
    found = _imports(here).get(token, here.who.id)
    terms = Terms(author=here.author, now=here.now, order=found.terms.order, reason=found.terms.reason)
    _imports(here).enter(here.ledger, found, terms)
    return here.go("import_status", token=token)


@router.get("/import/{token}/rejected.csv", name="import_rejected")
def import_rejected(here: Now, token: str) -> Response:
    """The rows that came back, as they were, with the reason beside them; no cell is a formula."""
    found = _imports(here).get(token, here.who.id)
    content = found.rejected.read_bytes() if found.rejected and not found.busy else b""
    headers = {"Content-Disposition": 'attachment; filename="patients.rejected.csv"'}
    return Response(content, media_type="text/csv; charset=utf-8", headers=headers)


@router.post("/import/{token}/forget", name="import_forget")
def import_forget(here: Now, token: str) -> Response:
    """Deletes the file from the server; what was entered stays."""
    found = _imports(here).get(token, here.who.id)
    if found.busy:
        raise Invalid("import", "is under way", allowed="wait until it has ended")
    _imports(here).forget(found)
    here.tell("The file is deleted from the server.")
    return here.go("import_form")


def _form(here: Here, given: dict[str, str], errors: dict[str, str] | None = None) -> HTMLResponse:
    return here.page(
        "import.html", given=given, errors=errors or {}, status=422 if errors else 200, columns=COLUMNS,
        required=REQUIRED, orders=get_args(Order), encodings=get_args(Encoding),
    )  # fmt: skip
