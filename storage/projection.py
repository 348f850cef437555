"""The projections as the journal's recorded effects give them. No rule is asked: what was brought about, was."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, bindparam, select

from storage.codec import canonical, parsed
from storage.effects import Effects, apply, standing_of
from storage.reconcile import STAGES
from storage.tables import SITE_STREAM, journal, notice
from workflow.errors import AspsError
from workflow.plan import Stage, Status, TaskKey

PatientTask = tuple[str, str, str, int]
"""A task of any patient: patient, name, subject, occurrence."""

BATCH = 200
"""Patients held in memory at a time."""

_ORDER = [stage.value for stage in Stage]
"""The stages, as `STAGES` gives the instants at which they begin."""

_SITE_ENTRIES = (
    select(journal.c.seq, journal.c.payload, journal.c.effects)
    .where(journal.c.stream == SITE_STREAM)
    .order_by(journal.c.seq)
)
_NOTICES = select(
    notice.c.patient, notice.c.task, notice.c.subject, notice.c.occurrence, notice.c.due, notice.c.stage
).where(notice.c.patient.in_(bindparam("patients", expanding=True)))


@dataclass(slots=True)
class Projected:
    """One patient's rows as the record gives them."""

    patient: str
    row: dict[str, Any] = field(default_factory=dict)
    """By the columns of `patient`."""
    tasks: dict[TaskKey, dict[str, Any]] = field(default_factory=dict)
    """By `COLUMNS`."""


def project(patient: str, entries: Iterable[tuple[int, str, str]]) -> Projected:
    """A patient's rows from (seq, payload, effects), in order. Raises AspsError where one cannot be read."""
    projected, seq, last = Projected(patient=patient), 0, None
    try:
        for seq, payload, text in entries:
            effects: Effects = parsed(text)
            if "state" in effects:
                apply(projected.tasks, effects)
                last = seq, payload, effects
        if last:
            projected.row = _patient_row(*last)
    except (KeyError, TypeError, ValueError) as error:
        raise AspsError(f"entry {seq} of patient {patient} cannot be read; run asps journal verify") from error
    return projected


def _patient_row(seq: int, payload: str, effects: Effects) -> dict[str, Any]:
    stamp, standing = parsed(payload), standing_of(effects)
    return {
        "state": standing.state.value, "since": standing.since, "version": seq, "pathway_version": stamp["pathway"],
        "settings_revision": stamp["settings"], "wake_at": standing.wake_at,
    }  # fmt: skip


def by_stream(rows: Iterable[Any]) -> Iterator[tuple[str, Iterator[tuple[int, str, str]]]]:
    """The rows (stream, seq, payload, effects), ordered by stream, one stream after the other."""
    for name, entries in groupby(rows, key=lambda row: row[0]):
        yield name, ((row[1], row[2], row[3]) for row in entries)


@dataclass(slots=True)
class SiteRecord:
    """What the site's stream says."""

    revision: int = 0
    texts: dict[str, str] = field(default_factory=dict)
    pathway: str = ""

    @property
    def row(self) -> dict[str, Any]:
        """By the columns of `site`."""
        return {"revision": self.revision, "settings": canonical(self.texts), "pathway_version": self.pathway}

    def take(self, effects: Mapping[str, Any]) -> None:
        """One entry more."""
        self.revision = effects.get("revision", self.revision)
        if "revision" in effects:
            self.pathway = effects["pathway"]
        for name, text in effects.get("set", {}).items():
            if text is None:
                self.texts.pop(name, None)
            else:
                self.texts[name] = text


def site_entries(connection: Connection, kind: str = "") -> Iterator[tuple[int, dict[str, Any], Effects]]:
    """The site's stream: position, payload, effects. Of one kind only where it is given: most list registrations."""
    said = journal.c.payload.contains(f'"kind":"{kind}"', autoescape=True)
    for seq, payload, effects in connection.execute(_SITE_ENTRIES.where(said) if kind else _SITE_ENTRIES):
        yield seq, parsed(payload), parsed(effects)


def noticed(connection: Connection, patients: Sequence[str]) -> dict[tuple[PatientTask, date], int]:
    """The latest stage of which a notice was written, by task and due date."""
    latest: dict[tuple[PatientTask, date], int] = {}
    for name, task, subject, occurrence, due, stage in connection.execute(_NOTICES, {"patients": patients}):
        key = (name, task, subject, occurrence), due
        latest[key] = max(latest.get(key, -1), _ORDER.index(stage) if stage in _ORDER else -1)
    return latest


def mark(row: Mapping[str, Any], latest: int) -> datetime | None:
    """Where the clock looks next at a task: the first stage after the latest of which a notice was written."""
    if row["status"] != Status.OPEN.value:
        return None
    instants: list[datetime | None] = [row[name] for name in STAGES[latest + 1 :]]
    return next(filter(None, instants), None)
