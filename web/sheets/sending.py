"""What becomes of a form that was sent: previewed, saved, or sent back with what is wrong and all that was typed."""

import json
from dataclasses import replace

from fastapi.responses import Response

from storage.ledger import Answer
from web.forms import words
from web.forms.problems import sentence
from web.here import Here
from web.patients import doable
from web.patients.banner import banner_of
from web.patients.file import PatientFile
from web.patients.timeline import told
from web.second_person import confirmed
from web.sheets.filled import PASSWORD, Filled, Read, controls, read
from web.sheets.sheet import Sheet
from workflow.errors import Invalid, Stale
from workflow.labs import UNITS

_UNITS = json.dumps(UNITS)
ROW, PREVIEW = "row", "preview"
"""What the buttons of a form say, but for the one that saves."""
TAKEN_BACK = (
    "This form was saved once already, and that entry was taken back since. If you mean it again, save it again."
)


def show(here: Here, file: PatientFile, sheet: Sheet) -> Response:
    """The form as it is first shown."""
    return page(here, file, Filled.blank(sheet, file.row.version))


def send(here: Here, file: PatientFile, sheet: Sheet) -> Response | Answer:
    """What was asked for by the button; the answer where it was accepted, for the page to go on from."""
    filled = Filled.sent(here, sheet, file.row.version)
    if filled.text("go") == ROW:
        return page(here, file, replace(filled, more=3))
    found = read(here, filled)
    preview = filled.text("go") == PREVIEW
    problems = dict(found.problems)
    if not preview and sheet.signer and not problems:
        problems = _unsigned(here, filled)
    if problems:
        return page(here, file, replace(filled, problems=problems), 422)
    try:
        return _preview(here, file, filled, found) if preview else _save(here, file, filled, found)
    except Stale:
        return _stale(here, file, filled)
    except Invalid as wrong:
        return page(here, file, filled.marked(wrong), 422)


def once_more(here: Here, file: PatientFile, sheet: Sheet) -> Response:
    """The form with all that was typed, where what it had entered was taken back before it was sent again."""
    filled = Filled.sent(here, sheet, file.row.version)
    return page(here, file, replace(filled, problems={"key": TAKEN_BACK}, fresh_key=True), 422)


def _unsigned(here: Here, filled: Filled) -> dict[str, str]:
    """What is wrong with the second person's name and password; nothing where they have signed."""
    name = filled.sheet.name
    try:
        confirmed(here, name, filled.text(filled.sheet.signer).strip(), filled.text(PASSWORD))
    except Invalid as wrong:
        return {wrong.field: sentence(wrong)}
    return {}


def _preview(here: Here, file: PatientFile, filled: Filled, found: Read) -> Response:
    """What would follow. Nothing is written, so the form keeps its key."""
    with here.ledger.rehearsal() as ledger:
        answer = filled.sheet.write(ledger, found.given, replace(found.terms, key=None))
    return page(here, file, replace(filled, answer=answer, previewed=True))


def _save(here: Here, file: PatientFile, filled: Filled, found: Read) -> Response | Answer:
    answer = filled.sheet.write(here.ledger, found.given, found.terms)
    if answer.accepted:
        return answer
    return page(here, file, replace(filled, answer=answer, fresh_key=True), 422)


def _stale(here: Here, file: PatientFile, filled: Filled) -> Response:
    """Refused, with what was entered meanwhile; sent again, it is meant in view of that."""
    rows = [row for row in here.reader.timeline(file.id) if row.seq > filled.version and row.kind != "refusal"]
    since = tuple(told(here, file, row) for row in rows)
    return page(here, file, replace(filled, since=since, version=file.row.version), 409)


def page(here: Here, file: PatientFile, filled: Filled, status: int = 200) -> Response:
    """The form with all that there is to say about it."""
    known = dict(controls(filled))
    wrong = [(name if name in known else "", known.get(name, ""), said) for name, said in filled.problems.items()]
    return here.page(
        "sheet.html", status=status, file=file, live=here.live(file.row), banner=banner_of(here, file), filled=filled,
        sheet=filled.sheet, wrong=wrong, words=words, doable=doable, units=_UNITS,
        key="" if filled.fresh_key else filled.text("key"),
    )  # fmt: skip
