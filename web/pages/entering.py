"""Entering something about a patient: a record, an act, a correction. Every form is made from its class."""

from collections.abc import Callable

from fastapi import APIRouter
from fastapi.responses import Response

from storage.ledger import Answer
from storage.timeline import JournalRow
from web.here import Here, Now
from web.patients.file import PatientFile, opened
from web.sheets import kinds
from web.sheets.sending import send, show
from web.sheets.sheet import Sheet
from workflow.errors import NotFound

router = APIRouter()


@router.get("/patients/{handle}/record/{kind}", name="record_form")
def record_form(here: Now, handle: str, kind: str) -> Response:
    """The form for a kind of record."""
    file = opened(here, handle)
    return show(here, file, kinds.record(here, file, kind))


@router.post("/patients/{handle}/record/{kind}", name="record")
def record(here: Now, handle: str, kind: str) -> Response:
    """Previews or saves a record."""
    file = opened(here, handle)
    return _sent(here, file, kinds.record(here, file, kind), undo=True)


@router.get("/patients/{handle}/do/{act}", name="act_form")
def act_form(here: Now, handle: str, act: str) -> Response:
    """The form for an act."""
    file = opened(here, handle)
    return show(here, file, kinds.act(here, file, act))


@router.post("/patients/{handle}/do/{act}", name="act")
def act(here: Now, handle: str, act: str) -> Response:
    """Previews or does an act."""
    file = opened(here, handle)
    return _sent(here, file, kinds.act(here, file, act), undo=True)


@router.get("/patients/{handle}/amend/{seq}", name="amend_form")
def amend_form(here: Now, handle: str, seq: int) -> Response:
    """The form to correct an entry, by its position in the journal."""
    return _correcting(here, handle, seq, kinds.amendment, show)


@router.post("/patients/{handle}/amend/{seq}", name="amend")
def amend(here: Now, handle: str, seq: int) -> Response:
    """Previews or saves a correction."""
    return _correcting(here, handle, seq, kinds.amendment, _sent)


@router.get("/patients/{handle}/retract/{seq}", name="retract_form")
def retract_form(here: Now, handle: str, seq: int) -> Response:
    """The form to mark an entry as entered in error."""
    return _correcting(here, handle, seq, kinds.retraction, show)


@router.post("/patients/{handle}/retract/{seq}", name="retract")
def retract(here: Now, handle: str, seq: int) -> Response:
    """Previews or does that."""
    return _correcting(here, handle, seq, kinds.retraction, _sent)


def _correcting(
    here: Here, handle: str, seq: int, make: Callable[[Here, PatientFile, JournalRow], Sheet],
    then: Callable[[Here, PatientFile, Sheet], Response],
) -> Response:  # fmt: skip
    file = opened(here, handle)
    row = next((row for row in here.reader.timeline(file.id) if row.seq == seq and row.id), None)
    if row is None:
        raise NotFound("entry", str(seq))
    return then(here, file, make(here, file, row))


def _sent(here: Here, file: PatientFile, sheet: Sheet, undo: bool = False) -> Response:
    """Back to the patient where it was accepted, with a word on what followed."""
    answer = send(here, file, sheet)
    if isinstance(answer, Response):
        return answer
    back = here.request.app.url_path_for("retract", handle=file.handle, seq=answer.version)
    here.tell(_said(sheet, answer), undo=back if undo and not answer.replayed else None)
    return here.go("patient", handle=file.handle)


def _said(sheet: Sheet, answer: Answer) -> str:
    moved = f" {answer.before.title} → {answer.after.title}." if answer.before is not answer.after else ""
    counts: dict[str, int] = {}
    for change in answer.changes:
        counts[change.what] = counts.get(change.what, 0) + 1
    tasks = ", ".join(f"{count} {what}" for what, count in counts.items())
    return f"Saved: {sheet.title}.{moved}" + (f" Tasks: {tasks}." if tasks else "")
