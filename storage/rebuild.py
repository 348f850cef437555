"""Writing the projections anew from the journal's recorded effects, all of them or, if cut short, none."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Engine, bindparam, delete, func, insert, select, update

from storage import tables
from storage.database import writing
from storage.projection import BATCH, Projected, SiteRecord, by_stream, mark, noticed, project, site_entries
from storage.settings import ROW
from storage.tables import SITE, SITE_STREAM, journal, patient, stream, task

Progress = Callable[[int, int], None]
"""Called with how many patients are done, and of how many."""

_ENTRIES = (
    select(journal.c.stream, journal.c.seq, journal.c.payload, journal.c.effects)
    .where(journal.c.stream != SITE_STREAM)
    .order_by(journal.c.stream, journal.c.seq)
    .execution_options(yield_per=1_000)
)
_PLANNED = (
    update(patient)
    .where(patient.c.id == bindparam("name"), patient.c.version == bindparam("at_version"))
    .values(pathway_version=bindparam("pathway"), settings_revision=bindparam("settings"))
)


def rebuild(engine: Engine, progress: Progress = lambda done, total: None) -> int:
    """Writes patients, tasks and the site's row anew, in one transaction and constant memory; how many patients.

    The journal is taken as it is: run `verify` first where it may have been tampered with. Raises AspsError.
    """
    with writing(engine).begin() as connection:
        total = connection.execute(
            select(func.count()).select_from(stream).where(stream.c.name != SITE_STREAM)
        ).scalar()
        connection.execute(delete(task))
        connection.execute(delete(patient))
        _row_to_point_at(connection)
        done = _patients(connection, total or 0, progress)
        _site(connection)
    return done


def _patients(connection: Connection, total: int, progress: Progress) -> int:
    batch: list[Projected] = []
    done = 0
    with connection.execute(_ENTRIES) as rows:
        for name, entries in by_stream(rows):
            batch.append(project(name, entries))
            if len(batch) == BATCH:
                done += _write(connection, batch)
                progress(done, total)
                batch = []
    done += _write(connection, batch)
    progress(done, total)
    return done


def _write(connection: Connection, batch: list[Projected]) -> int:
    """Some patients' rows."""
    if not batch:
        return 0
    told = noticed(connection, [one.patient for one in batch])
    rows: list[dict[str, Any]] = []
    for one in batch:
        for key, values in one.tasks.items():
            latest = told.get(((one.patient, *key), values["target"]), -1)
            name, subject, occurrence = key
            identity = {"patient": one.patient, "name": name, "subject": subject, "occurrence": occurrence}
            rows.append({**identity, **values, "wake_at": mark(values, latest), "site_id": SITE})
    connection.execute(insert(patient), [{"id": one.patient, "site_id": SITE, **one.row} for one in batch])
    if rows:
        connection.execute(insert(task), rows)
    return len(batch)


def _row_to_point_at(connection: Connection) -> None:
    """The site's row, where it is gone: every patient's points at it. What stands in it is written by `_site`."""
    if connection.execute(ROW).first() is None:
        connection.execute(insert(tables.site).values(id=SITE, **SiteRecord().row))


def _site(connection: Connection) -> None:
    """The site's row, and the marks of patients for whom planning anew changed nothing."""
    record = SiteRecord()
    for _, _, effects in site_entries(connection):
        record.take(effects)
        if planned := effects.get("planned"):
            under = {"pathway": effects["pathway"], "settings": effects["settings"]}
            connection.execute(_PLANNED, [{"name": n, "at_version": v, **under} for n, v in planned.items()])
    connection.execute(update(tables.site).where(tables.site.c.id == SITE).values(record.row))
