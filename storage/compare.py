"""Where the projections differ from what the journal's recorded effects give."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, bindparam, exists, select

from storage.projection import PatientTask, Projected, SiteRecord, mark, noticed
from storage.settings import ROW
from storage.tables import SITE_STREAM, journal, patient, person, stream, task

_PATIENTS = select(patient).where(patient.c.id.in_(bindparam("patients", expanding=True)))
_TASKS = select(task).where(task.c.patient.in_(bindparam("patients", expanding=True)))
_COUNTED = ("version", "revision")
"""What a row counts of its stream: where it differs, the end of the stream may have been cut off."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Wrong:
    """Something that is not as the ledger wrote it."""

    stream: str
    """The patient, or `@site`."""
    seq: int | None
    """The entry; None where it is no entry but a projection."""
    what: str
    rebuilds: bool = False
    """The chain holds and only a row differs from it: `rebuild` writes that row anew."""

    def __str__(self) -> str:
        where = f"entry {self.seq} of {self.stream}" if self.seq is not None else self.stream
        return f"{where}: {self.what}"


def compare(connection: Connection, batch: Sequence[Projected], planned: "Planned") -> Iterator[Wrong]:
    """The differences of some patients' rows, one patient after the other where some cannot be read together."""
    try:
        yield from list(_compared(connection, batch, planned))
    except (TypeError, ValueError) as error:
        if len(batch) == 1:
            said = f"its rows cannot be read: {str(error).splitlines()[0][:120]}"
            yield Wrong(stream=batch[0].patient, seq=None, what=said, rebuilds=True)
            return
        for one in batch:
            yield from compare(connection, [one], planned)


def _compared(connection: Connection, batch: Sequence[Projected], planned: "Planned") -> Iterator[Wrong]:
    names = [one.patient for one in batch]
    rows = {row.id: row._mapping for row in connection.execute(_PATIENTS, {"patients": names})}
    tasks = {
        (r.patient, r.name, r.subject, r.occurrence): r._mapping
        for r in connection.execute(_TASKS, {"patients": names})
    }
    told = noticed(connection, names)
    for one in batch:
        expected = one.row | planned.mark(one.patient, one.row.get("version"))
        yield from _row(one.patient, "the patient's row", expected, rows.get(one.patient))
        for key, values in one.tasks.items():
            found = tasks.pop((one.patient, *key), None)
            latest = told.get(((one.patient, *key), values["target"]), -1)
            yield from _task((one.patient, *key), values, found, mark(values, latest))
    for extra in tasks:
        yield Wrong(stream=extra[0], seq=None, what=f"{_called(extra)} is in no entry", rebuilds=True)


def _task(
    key: PatientTask, values: Mapping[str, Any], found: Mapping[Any, Any] | None, wake: datetime | None
) -> Iterator[Wrong]:
    yield from _row(key[0], _called(key), values, found)
    # earlier is harmless: the clock looks once more and finds the notice written
    if found and wake is not None and (found["wake_at"] is None or found["wake_at"] > wake):
        said = f"{_called(key)}: the clock would not look at it on {wake}"
        yield Wrong(stream=key[0], seq=None, what=said, rebuilds=True)


def _row(name: str, what: str, expected: Mapping[str, Any], found: Mapping[Any, Any] | None) -> Iterator[Wrong]:
    if found is None:
        yield Wrong(stream=name, seq=None, what=f"{what} is missing", rebuilds=True)
        return
    for column, value in expected.items():
        if found[column] != value:
            said = f"{what}: {column} is {_shown(found[column])}, the journal says {_shown(value)}"
            yield Wrong(stream=name, seq=None, what=said, rebuilds=column not in _COUNTED)


def _called(key: PatientTask) -> str:
    return f"task {key[1]} ({key[2]} {key[3]})"


def _shown(value: Any) -> str:
    return "empty" if value in (None, "") else repr(str(value)[:60])


def compare_site(connection: Connection, record: SiteRecord) -> Iterator[Wrong]:
    """The differences of the site's row."""
    yield from _row(SITE_STREAM, "the site's row", record.row, connection.execute(ROW).mappings().first())


def strays(connection: Connection) -> Iterator[Wrong]:
    """Rows that belong to no stream: only written past the ledger, with foreign keys switched off."""
    for table, column in ((journal, "stream"), (patient, "id"), (person, "patient"), (task, "patient")):
        for name in _without_stream(connection, table, column):
            seq = 1 if table is journal else None
            yield Wrong(stream=name, seq=seq, what=f"the table {table.name} has rows of a patient without a stream")


def _without_stream(connection: Connection, table: Table, column: str) -> Iterable[str]:
    missing = ~exists().where(stream.c.name == table.c[column])
    return connection.execute(select(table.c[column]).where(missing).distinct().limit(5)).scalars()


class Planned:
    """Under what patients were planned anew when nothing changed for them."""

    def __init__(self) -> None:
        self._marks: dict[str, tuple[int, str, int]] = {}

    def take(self, effects: Mapping[str, Any]) -> None:
        """One entry of the site's stream more."""
        for name, version in effects.get("planned", {}).items():
            self._marks[name] = version, effects["pathway"], effects["settings"]

    def mark(self, name: str, version: int | None) -> dict[str, Any]:
        """What such an entry says of a patient who has not changed since."""
        found = self._marks.get(name)
        if found is None or found[0] != version:
            return {}
        return {"pathway_version": found[1], "settings_revision": found[2]}
