"""Entering something about a patient: a record, an act, a correction. Every form is made from its class."""

from collections import Counter
from collections.abc import Callable
from typing import TypeVar

from fastapi import APIRouter
from fastapi.responses import Response

from storage.ledger import Answer
from web.here import Here, Now
from web.patients.file import PatientFile, opened
from web.sheets import kinds
from web.sheets.kinds import TakenBack
from web.sheets.sending import once_more, send, show
from web.sheets.sheet import Sheet

router = APIRouter()


@router.get("/patients/{handle}/record/{kind}", name="record_form")
def record_form(here: Now, handle: str, kind: str) -> Response:
    """The form for a kind of record."""
    return _form(here, handle, kinds.record, kind)


@router.post("/patients/{handle}/record/{kind}", name="record")
def record(here: Now, handle: str, kind: str) -> Response:
    """Previews or saves a record."""
    return _sent(here, handle, kinds.record, kind, new=True)


@router.get("/patients/{handle}/do/{act}", name="act_form")
def act_form(here: Now, handle: str, act: str) -> Response:
    """The form for an act."""
    return _form(here, handle, kinds.act, act)


@router.post("/patients/{handle}/do/{act}", name="act")
def act(here: Now, handle: str, act: str) -> Response:
    """Previews or does an act."""
    return _sent(here, handle, kinds.act, act, new=True)


@router.get("/patients/{handle}/amend/{seq}", name="amend_form")
def amend_form(here: Now, handle: str, seq: int) -> Response:
    """The form to correct an entry, by its position in the journal."""
    return _form(here, handle, kinds.amendment, seq)


@router.post("/patients/{handle}/amend/{seq}", name="amend")
def amend(here: Now, handle: str, seq: int) -> Response:
    """Previews or saves a correction."""
    return _sent(here, handle, kinds.amendment, seq)


@router.get("/patients/{handle}/retract/{seq}", name="retract_form")
def retract_form(here: Now, handle: str, seq: int) -> Response:
    """The form to mark an entry as entered in error."""
    return _form(here, handle, kinds.retraction, seq)


@router.post("/patients/{handle}/retract/{seq}", name="retract")
def retract(here: Now, handle: str, seq: int) -> Response:
    """Previews or does that."""
    return _sent(here, handle, kinds.retraction, seq)


GONE = "That entry no longer counts: it was marked as entered in error."
"""Where a form about it is opened or sent: a second time, or after somebody else."""
Of = TypeVar("Of", str, int)
Make = Callable[[Here, PatientFile, Of], Sheet]


def _form(here: Here, handle: str, make: Make[Of], of: Of) -> Response:
    file = opened(here, handle)
    try:
        return show(here, file, make(here, file, of))
    except TakenBack:
        return _back(here, handle, GONE)


def _sent(here: Here, handle: str, make: Make[Of], of: Of, new: bool = False) -> Response:
    """Back to the patient where it was accepted, with a word on what followed. `new`: it enters something."""
    file = opened(here, handle)
    try:
        sheet = make(here, file, of)
    except TakenBack:
        return _back(here, handle, GONE)
    answer = send(here, file, sheet)
    if isinstance(answer, Response):
        return answer
    if new and answer.replayed and answer.entry not in here.reader.chart(file.id).entries:
        return once_more(here, file, sheet)
    undo = here.request.app.url_path_for("retract", handle=handle, seq=answer.version) if new else None
    return _back(here, handle, _said(sheet, answer), undo)


def _back(here: Here, handle: str, says: str, undo: str | None = None) -> Response:
    here.tell(says, undo=undo)
    return here.go("patient", handle=handle)


def _said(sheet: Sheet, answer: Answer) -> str:
    moved = f" {answer.before.title} → {answer.after.title}." if answer.before is not answer.after else ""
    tasks = ", ".join(f"{count} {what}" for what, count in Counter(change.what for change in answer.changes).items())
    return f"Saved: {sheet.title}.{moved}" + (f" Tasks: {tasks}." if tasks else "")
