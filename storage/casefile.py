"""One patient's file as the journal has it: the chart, folded from the entries, and the rows that go with it."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select

from storage.chain import Chain
from storage.codec import Payload, entry_of, free_id, parsed, registration_of
from storage.faults import legible
from storage.inputs import KEY_LENGTH
from storage.reconcile import COLUMNS, Row
from storage.settings import Settings
from storage.tables import journal, patient, site, stream, task
from workflow.chart import Chart, Correction, Entry, Registration
from workflow.errors import AspsError, NotFound
from workflow.plan import TaskKey
from workflow.site import Site
from workflow.vocabulary import State

_FILES = (
    select(patient, stream.c.head, stream.c.length, site.c.revision, site.c.settings)
    .join(stream, stream.c.name == patient.c.id)
    .join(site, site.c.id == patient.c.site_id)
    .where(patient.c.id.in_(bindparam("patients", expanding=True)))
    .order_by(patient.c.id)  # two writers at once lock in the same order
    .with_for_update(of=[patient, stream])
)
ENTRIES = (
    select(journal.c.seq, journal.c.payload).where(journal.c.stream == bindparam("stream")).order_by(journal.c.seq)
)
_ENTRIES = (
    select(journal.c.stream, journal.c.seq, journal.c.payload)
    .where(journal.c.stream.in_(bindparam("patients", expanding=True)))
    .order_by(journal.c.stream, journal.c.seq)
)
_TASKS = select(
    task.c.patient, task.c.name, task.c.subject, task.c.occurrence, task.c.wake_at, *(task.c[n] for n in COLUMNS)
).where(task.c.patient.in_(bindparam("patients", expanding=True)))


@dataclass(slots=True)
class Folded:
    """What a patient's entries come to."""

    patient: Registration | None = None
    entries: dict[str, Entry[Any]] = field(default_factory=dict)
    corrections: list[Correction] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    """Every id ever used, retracted entries included."""
    moved: set[tuple[str, date]] = field(default_factory=set)
    """Timed moves on record, by transition and effective date."""
    keys: dict[str, tuple[int, str]] = field(default_factory=dict)
    """Idempotency keys, each with the position of its entry and what it stood for."""

    @property
    def chart(self) -> Chart:
        """The standing entries."""
        assert self.patient is not None
        return Chart(patient=self.patient, entries=self.entries, corrections=tuple(self.corrections))


def fold(name: str, rows: Iterable[tuple[int, str]], *, some: bool = False) -> Folded:
    """A patient's entries, in order, as one. Raises AspsError where one cannot be read.

    `some` of them, as of a moment: a correction may be dated before what it corrects, which then does not stand yet.
    """
    folded, seq = Folded(), 0
    try:
        for seq, text in rows:
            payload = parsed(text)
            if not (some and payload["kind"] in ("amendment", "retraction") and payload["id"] not in folded.entries):
                _take(folded, seq, payload)
    except (KeyError, TypeError, ValueError) as error:
        raise AspsError(_unreadable(name, seq, error)) from error
    if folded.patient is None:
        raise AspsError(f"the record of patient {name} has no registration; run asps journal verify")
    return folded


def _take(folded: Folded, seq: int, payload: Payload) -> None:
    kind = payload["kind"]
    if kind in ("record", "act", "override"):
        folded.ids.add(payload["id"])
        folded.entries[payload["id"]] = entry_of(payload, seq)
    elif kind == "amendment":
        old = folded.entries[payload["id"]]
        folded.entries[old.id] = entry_of(payload, seq, old)
        folded.corrections.append(_correction(old, seq, payload, "amended"))
    elif kind == "retraction":
        folded.corrections.append(_correction(folded.entries.pop(payload["id"]), seq, payload, "entered in error"))
    elif kind == "timed":
        folded.moved.add((payload["name"], date.fromisoformat(payload["on"])))
    elif kind == "registration":
        folded.patient = registration_of(payload)
    if key := payload.get("key"):
        folded.keys[key[:KEY_LENGTH]] = seq, key


def _correction(old: Entry[Any], seq: int, payload: Payload, how: str) -> Correction:
    return Correction(target=old.id, seq=seq, day=date.fromisoformat(payload["day"]), what=f"{old} was {how}")


def _unreadable(name: str, seq: int, error: Exception) -> str:
    what = f"{type(error).__name__}: {str(error).splitlines()[0][:120]}" if str(error) else type(error).__name__
    return f"entry {seq} of patient {name} cannot be read by this version ({what}); run asps journal verify"


@dataclass(slots=True)
class CaseFile:
    """A patient's file, held for writing."""

    chain: Chain
    folded: Folded
    chart: Chart
    site: Site
    state: State
    since: date
    version: int
    """Position of the latest entry that changed the patient; a refusal does not."""
    pathway_version: str
    settings_revision: int
    wake_at: datetime | None
    tasks: dict[TaskKey, Row]

    @classmethod
    def held(cls, connection: Connection, settings: Settings, name: str) -> "CaseFile":
        """The file, locked against other writers. Raises NotFound."""
        return cls.all_held(connection, settings, [name])[0]

    @classmethod
    @legible()
    def all_held(cls, connection: Connection, settings: Settings, names: Collection[str]) -> "list[CaseFile]":
        """The files of several patients, by id, locked against other writers. Raises NotFound."""
        asked = {"patients": list(names)}
        rows = connection.execute(_FILES, asked).all()
        if missing := set(names).difference(row.id for row in rows):
            raise unknown(min(missing))
        entries = _by_patient(connection.execute(_ENTRIES, asked))
        tasks = _by_patient(connection.execute(_TASKS, asked))
        return [cls._of(row, settings, entries[row.id], tasks[row.id]) for row in rows]

    @classmethod
    def _of(cls, row: Any, settings: Settings, entries: list[Any], tasks: list[Any]) -> "CaseFile":
        folded = fold(row.id, ((seq, payload) for _, seq, payload in entries))
        return cls(
            chain=Chain(name=row.id, head=row.head, length=row.length), folded=folded, chart=folded.chart,
            site=settings.of(row.revision, row.settings), state=State(row.state), since=row.since,
            version=row.version, pathway_version=row.pathway_version, settings_revision=row.settings_revision,
            wake_at=row.wake_at, tasks={(t[1], t[2], t[3]): Row(values=tuple(t[5:]), wake_at=t[4]) for t in tasks},
        )  # fmt: skip

    @property
    def patient(self) -> str:
        """The patient's id."""
        return self.chain.name

    def free_id(self, letter: str) -> str:
        """An id for the next entry: a letter and its position."""
        return free_id(letter, self.chain.length + 1, self.folded.ids)


def _by_patient(rows: Iterable[Any]) -> dict[str, list[Any]]:
    """Rows by their first column."""
    found = defaultdict[str, list[Any]](list)
    for row in rows:
        found[row[0]].append(row)
    return found


def unknown(name: str) -> NotFound:
    """There is no such patient."""
    return NotFound("patient", name[:80], "asps patient list shows who is registered")
