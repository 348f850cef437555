"""The timeline, newest first: who entered what, when, why, and what followed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from storage.codec import FIELDS
from storage.timeline import JournalRow
from web.forms.words import label, plainly, shortly, title
from web.here import Here
from web.patients.file import PatientFile
from workflow.acts import ACTS
from workflow.pathway import Pathway
from workflow.vocabulary import Role

SHOWN = 25
CORRECTABLE = ("record", "act", "override")


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """One entry, as it is told."""

    row: JournalRow
    what: str
    fields: tuple[tuple[str, str], ...]
    standing: bool
    """It still counts, and was not corrected since in this row's place."""
    mine: bool
    """Who is signed in may correct it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """Some entries, newest first, and where the older ones begin."""

    told: tuple[Told, ...]
    before: int | None
    """The entries before this one are older; None: these are all."""
    total: int


def part(here: Here, file: PatientFile, before: int | None, rows: Sequence[JournalRow] | None = None) -> Part:
    """The latest entries, or those before one."""
    every = here.reader.timeline(file.id) if rows is None else rows
    older = [row for row in every if before is None or row.seq < before]
    shown = older[-SHOWN:][::-1]
    left = len(older) > SHOWN
    return Part(
        told=tuple(told(here, file, row) for row in shown), before=shown[-1].seq if left else None, total=len(every)
    )


def told(here: Here, file: PatientFile, row: JournalRow) -> Told:
    """One entry, in words."""
    standing = row.kind in CORRECTABLE and row.id in file.chart.entries
    return Told(
        row=row, what=_what(here.pathway, row), fields=tuple(_said(row)),
        standing=standing, mine=standing and _mine(here, row),
    )  # fmt: skip


_KINDS = {
    "registration": "Registered", "amendment": "Amended", "retraction": "Entered in error", "refusal": "Refused",
    "timed": "By date", "replan": "Planned anew", "erasure": "Name and contact erased", "override": "Override granted",
}  # fmt: skip


def _what(pathway: Pathway, row: JournalRow) -> str:
    if row.kind == "timed":
        condition = next((move.condition for move in pathway.automatic if move.id == row.name), row.name)
        return f"{_KINDS[row.kind]}: {plainly(condition)}"
    name = ACTS[row.name].title if row.name in ACTS else title(row.name)
    kind = _KINDS.get(row.kind, "")
    if row.kind in ("registration", "replan", "erasure", "override"):
        return kind
    return f"{kind}: {name}" if kind else name[:1].upper() + name[1:]


def _said(row: JournalRow) -> Iterator[tuple[str, str]]:
    """The fields in words, in the order of the form, whatever order the journal keeps."""
    kind = FIELDS.get(row.name)
    order = list(kind.names()) if kind else []
    for name in sorted(row.fields, key=lambda name: order.index(name) if name in order else len(order)):
        yield label(name), shortly(row.fields[name])


def _mine(here: Here, row: JournalRow) -> bool:
    """Records are corrected by whoever cares for the patient, an act by those who may do it."""
    role = here.who.role.value
    if row.kind == "override":
        return role == Role.CLINICIAN.value
    return role in {r.value for r in (ACTS[row.name].by if row.name in ACTS else Role)}
