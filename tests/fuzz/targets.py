"""What hostile bytes are fed to. For every input there is an answer, fit for one line of a terminal."""

import csv
import io
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path

from cli.given import fields_of, gather
from cli.stories.runner import run_file
from interchange.columns import COLUMNS, named
from interchange.heading import heading
from interchange.intake import Faulty, Intake, read_row
from interchange.sheet import open_sheet
from interchange.template import template
from workflow.acts import ACTS
from workflow.asps import ASPS
from workflow.errors import AspsError
from workflow.records import KINDS

LONGEST = 2_000
"""Characters of an answer: what was typed is repeated in part, never whole."""
NAMES = (*KINDS, *ACTS, "override")
_FOLDER = tempfile.TemporaryDirectory(prefix="asps-fuzz-")
_FILE = Path(_FOLDER.name) / "input"


def sheet(data: bytes) -> None:
    """A file for `asps import`, up to the rows as they would be entered."""
    _FILE.write_bytes(data)
    found = open_sheet(_FILE, lambda cell: named(cell) is not None)
    known = heading(found.header, reason=True)
    rows = [(row.fault, read_row(known.cells(row.cells), None, "fuzz")) for row in found.rows()]
    _refuse([said for fault, read in rows for said in ([fault] if fault else _faults(read))])


def cells(data: bytes) -> None:
    """One row of a sheet: the cells of its columns, one on each line."""
    texts = data.decode("utf-8", "replace").split("\n")
    _refuse(_faults(read_row(dict(zip(COLUMNS, texts, strict=False)), None, "")))


def story(data: bytes) -> None:
    """A story file: read, and played where it is one."""
    _FILE.write_bytes(data)
    _refuse([difference.says for difference in run_file(ASPS, _FILE).differences])


def sets(data: bytes) -> None:
    """`--set name=value` of a kind of record or an act: the first byte says of which, each line is one."""
    name, rest = _named(data)
    _accepted(name, gather(name, [line for line in rest.decode("utf-8", "replace").split("\n") if line], None))


def file(data: bytes) -> None:
    """`--file record.json` of a kind of record or an act: the first byte says of which."""
    name, rest = _named(data)
    _FILE.write_bytes(rest)
    _accepted(name, gather(name, (), str(_FILE)))


TARGETS: dict[str, Callable[[bytes], None]] = {
    "sheet": sheet, "cells": cells, "story": story, "sets": sets, "file": file,
}  # fmt: skip


def seeds(name: str) -> Iterator[bytes]:
    """Inputs that are right, for a beginning."""
    if name in ("sheet", "cells"):
        rows = list(template(date(2026, 11, 2)))
        yield from (_sheet(rows) if name == "sheet" else ("\n".join(row).encode() for row in rows[1:]))
    elif name == "story":
        yield from (path.read_bytes() for path in sorted(Path("tests/stories").glob("*.yaml")))
    else:
        yield from (bytes([NAMES.index(of)]) + text.encode() for of, text in _EXAMPLES[name])


_EXAMPLES = {
    "sets": (
        ("imaging", "modality=ct_chest\nreport=final\nlung_lesions_right=2\nreported=2026-01-01"),
        ("labs", 'status=final\nresults=[{"analyte": "ALT", "value": 22, "unit": "U/L", "uln": 40}]'),
        ("start_regimen", "agents=pazopanib, x\nclass=tki\nline=2\nstarts=2026-02-02"),
    ),
    "file": (
        ("imaging", '{"modality": "ct_chest", "report": "final", "lung_lesions_right": 2}'),
        ("labs", '{"status": "final", "results": [{"analyte": "ALT", "value": 2e1, "unit": "U/L"}]}'),
        ("weight", '{"kg": 70.5}'),
    ),
}  # fmt: skip


def _sheet(rows: list[list[str]]) -> Iterator[bytes]:
    for delimiter, codec in ((",", "utf-8-sig"), (";", "cp1252"), ("\t", "utf-16")):
        stream = io.StringIO()
        csv.writer(stream, delimiter=delimiter).writerows(rows)
        yield stream.getvalue().encode(codec)


def _named(data: bytes) -> tuple[str, bytes]:
    return NAMES[(data[0] if data else 0) % len(NAMES)], data[1:]


def _accepted(name: str, given: dict[str, object]) -> None:
    fields = fields_of(name)
    assert fields is not None
    given.pop("id", None)
    again = fields.accept(given).plain()
    assert fields.load(again).plain() == again, "what was accepted is read again as it was written"


def _faults(read: Intake | Faulty) -> tuple[str, ...]:
    return read.faults if isinstance(read, Faulty) else ()


def _refuse(said: Sequence[str]) -> None:
    """Raises the first of what is wrong, if anything is; all of it must be fit to be shown."""
    for text in said:
        fit(text)
    if said:
        raise AspsError(said[0])


def feed(name: str, data: bytes) -> str:
    """Feeds one target; what it answers, empty where the input was taken."""
    try:
        TARGETS[name](data)
    except AspsError as error:
        fit(str(error))
        return str(error)
    return ""


def fit(text: str) -> None:
    """Fit for a terminal: one line, not endless, and nothing that moves the cursor."""
    assert 0 < len(text) <= LONGEST, f"an answer of {len(text)} characters: {text[:100]!r}"
    assert "\n" not in text and "\x1b" not in text, repr(text[:200])
