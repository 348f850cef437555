"""CSV on the way out: no cell is a formula, and a file appears whole or not at all."""

import codecs
import csv
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, TextIO

from storage.queries import PatientRow, Person, Reader, TaskRow
from storage.worklist import WorkRow
from workflow.plan import Stage

MARK = "'"
"""Stands before a cell that a spreadsheet would take for a formula."""
_FORMULA = frozenset("=+-@\t\r\n＝＋－＠")
_PAGE = 500

Write = Callable[[Iterable[Any]], Any]
"""Writes one row."""


def neutral(value: Any) -> str:
    """A value as a cell that no spreadsheet takes for a formula."""
    text = "" if value is None else str(value)
    return MARK + text if text[:1] in _FORMULA or text.lstrip()[:1] in _FORMULA else text


def as_written(cell: str) -> str:
    """A cell as it was before `neutral`."""
    return cell[1:] if cell[:1] == MARK and neutral(cell[1:]) == cell else cell


def writer(stream: TextIO, delimiter: str = ",") -> Write:
    """Writes rows to a text, each cell neutralised."""
    rows = csv.writer(stream, delimiter=delimiter, lineterminator="\r\n")
    return lambda cells: rows.writerow([neutral(cell) for cell in cells])


@contextmanager
def new_file(path: Path) -> Iterator[TextIO]:
    """A file in UTF-8 that only its owner may read; it takes its place when all is written, or not at all."""
    part = path.with_name(f"{path.name}.part")
    part.unlink(missing_ok=True)
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        # with a mark, or Excel would read it in the encoding of its country
        with os.fdopen(handle, "w", encoding="utf-8-sig", newline="") as stream:
            yield stream
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def begins_with(path: Path, header: Iterable[str]) -> bool:
    """Whether a file is an earlier export with this header, and may be replaced."""
    start = codecs.BOM_UTF8 + ",".join(header).encode()
    with path.open("rb") as stream:
        return stream.read(len(start)) == start


WORKLIST = (
    "patient_id", "stage", "due", "put_off_to", "days_late", "task", "title", "state", "owner", "claimed_by", "why",
)  # fmt: skip
PATIENTS = ("patient_id", "state", "since", "open_tasks", "overdue", "next_task", "next_due")
NAMES = ("name", "contact")


def worklist(rows: Iterable[WorkRow], write: Write) -> int:
    """Writes open tasks, most pressing first; how many."""
    write(WORKLIST)
    return sum(1 for row in rows if write(_work_cells(row)))


def patients(reader: Reader, today: date, names: bool, write: Write) -> int:
    """Writes every patient, by id, with what is to be done next; how many. With their names only if asked for."""
    write((*PATIENTS, *NAMES) if names else PATIENTS)
    count, after = 0, ""
    while page := reader.patients(after=after, limit=_PAGE):
        for row in page:
            write([*_patient_cells(row, reader.tasks(row.id), today), *_names(reader, row.id, names)])
        count, after = count + len(page), page[-1].id
    return count


def _work_cells(row: WorkRow) -> list[Any]:
    stage = row.stage.value if row.target else "undated"
    put_off = row.target if row.target != row.due else None
    return [
        row.patient, stage, row.due, put_off, row.days_late, row.task, row.title, row.state.value, row.owner.value,
        row.claimed_by, row.why,
    ]  # fmt: skip


def _patient_cells(row: PatientRow, tasks: list[TaskRow], today: date) -> list[Any]:
    late = [task for task in tasks if task.stage(today) is Stage.OVERDUE]
    following = (late or tasks)[:1]
    title, due = (following[0].title, following[0].target) if following else (None, None)
    return [row.id, row.state.value, row.since, len(tasks), len(late), title, due]


def _names(reader: Reader, patient: str, wanted: bool) -> Iterable[str]:
    if not wanted:
        return ()
    person: Person = reader.person(patient)
    return person.name, person.contact
