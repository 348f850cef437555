"""Whether the record is as the ledger wrote it: the chains entry by entry, then the projections.

Who can write the file can also write all its hashes anew, or cut off a tail with all that follows from it: that shows
only against the heads of the streams kept elsewhere.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Dialect, Engine, Row, Select, String, TypeDecorator, bindparam, select, type_coerce

from storage import triggers
from storage.chain import hash_of
from storage.codec import Payload
from storage.compare import Planned, Wrong, compare, compare_site, strays
from storage.projection import BATCH, Projected, SiteRecord, project, site_entries
from storage.tables import SITE_STREAM, journal, stream
from workflow.errors import AspsError


class _Moment(TypeDecorator[datetime]):
    """The moment of an entry; None where the column holds no moment, which must not end the search."""

    impl = String
    cache_ok = True

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Aware, in UTC."""
        try:
            at = value if isinstance(value, datetime) else datetime.fromisoformat(value)
        except (TypeError, ValueError):
            return None
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at


_AT = type_coerce(journal.c.at, _Moment()).label("at")
_COLUMNS = (journal.c.seq, _AT, journal.c.payload, journal.c.effects, journal.c.prev, journal.c.hash)
_ALL: Select[*tuple[Any, ...]] = (
    select(stream.c.name, stream.c.head, stream.c.length, *_COLUMNS)
    .join(journal, journal.c.stream == stream.c.name, isouter=True)
    .order_by(stream.c.name, journal.c.seq)
    .execution_options(yield_per=1_000)
)
_PATIENTS = _ALL.where(stream.c.name != SITE_STREAM)
_SITE = _ALL.where(stream.c.name == bindparam("name"))


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What was found: every wrong chain's first wrong entry, in order, then the projections that differ."""

    streams: int
    entries: int
    wrong: tuple[Wrong, ...]

    @property
    def ok(self) -> bool:
        """The record is as the ledger wrote it."""
        return not self.wrong

    @property
    def first(self) -> Wrong | None:
        """The first wrong entry, else the first projection that differs."""
        return self.wrong[0] if self.wrong else None


@dataclass(slots=True)
class _Count:
    streams: int = 0
    entries: int = 0


def verify(engine: Engine, *, most: int = 100) -> Verdict:
    """Looks at everything, one patient after the other, as of one moment; lists up to `most` things that are wrong."""
    count, broken, differing = _Count(), list[Wrong](), list[Wrong]()
    with _snapshot(engine) as connection:
        broken += _file(connection)
        if broken:  # nothing that is read from such a file means anything
            return Verdict(streams=0, entries=0, wrong=tuple(broken))
        broken += _triggers(connection)
        for wrong in _looked_through(connection, count):
            (differing if wrong.seq is None else broken).append(wrong)
            if len(broken) + len(differing) >= most:
                break
    return Verdict(streams=count.streams, entries=count.entries, wrong=(*broken, *differing))


def _snapshot(engine: Engine) -> Connection:
    connection = engine.connect()
    if connection.dialect.name == "postgresql":
        return connection.execution_options(isolation_level="REPEATABLE READ")
    return connection  # a transaction of SQLite sees one moment


def _file(connection: Connection) -> Iterator[Wrong]:
    """What SQLite itself finds: a page that was overwritten, an index that lacks a row."""
    if connection.dialect.name == "sqlite":
        for (said,) in connection.exec_driver_sql("PRAGMA integrity_check(5)"):
            if said != "ok":
                yield Wrong(stream=SITE_STREAM, seq=None, what=f"the file is damaged: {said.splitlines()[-1][:200]}")


def _triggers(connection: Connection) -> Iterator[Wrong]:
    for name in triggers.missing(connection):
        yield Wrong(stream=SITE_STREAM, seq=None, what=f"the trigger {name}, which protects the record, is missing")


def _looked_through(connection: Connection, count: _Count) -> Iterator[Wrong]:
    registered, planned, record = dict[str, int](), Planned(), SiteRecord()
    with connection.execute(_SITE, {"name": SITE_STREAM}) as rows:
        site_wrong = _chain(SITE_STREAM, rows, count)
    if site_wrong:
        yield site_wrong
    else:
        for seq, payload, effects in site_entries(connection):
            _note(payload, seq, registered)
            planned.take(effects)
            record.take(effects)
        yield from compare_site(connection, record)
    yield from strays(connection)
    yield from _patients(connection, count, None if site_wrong else registered, planned)


def _note(payload: Payload, seq: int, registered: dict[str, int]) -> None:
    if payload["kind"] == "registered":
        registered[payload["patient"]] = seq


def _patients(
    connection: Connection, count: _Count, registered: dict[str, int] | None, planned: Planned
) -> Iterator[Wrong]:
    """Every patient's chain; where it holds, the rows that follow from it; then who is missing altogether."""
    batch: list[Projected] = []
    with connection.execute(_PATIENTS) as rows:
        for name, group in groupby(rows, key=lambda row: row.name):
            entries = list(group)
            if registered is not None and registered.pop(name, None) is None:
                yield Wrong(stream=name, seq=1, what="the site's stream lists no such registration")
            if wrong := _chain(name, entries, count) or _read(name, entries, batch):
                yield wrong
            if len(batch) == BATCH:
                yield from compare(connection, batch, planned)
                batch.clear()
    yield from compare(connection, batch, planned)
    for name, seq in (registered or {}).items():
        what = f"the whole stream is missing; entry {seq} of {SITE_STREAM} registers it"
        yield Wrong(stream=name, seq=1, what=what)


def _read(name: str, entries: Iterable[Row[Any]], batch: list[Projected]) -> Wrong | None:
    try:
        batch.append(project(name, ((row.seq, row.payload, row.effects) for row in entries)))
    except AspsError as error:
        return Wrong(stream=name, seq=1, what=str(error))
    return None


def _chain(name: str, rows: Iterable[Row[Any]], count: _Count) -> Wrong | None:
    """The first wrong entry of one stream. There is at least one row, which is empty where there is no entry."""
    hashes, row = [""], None
    count.streams += 1
    for row in rows:
        if row.seq is None:
            break
        if not isinstance(row.length, int):
            return Wrong(stream=name, seq=None, what="the stream was altered: how many entries it has is no number")
        count.entries += 1
        if said := _entry(name, row, hashes):
            return said
        hashes.append(row.hash)
    found = len(hashes) - 1
    if row is None:
        return Wrong(stream=name, seq=None, what="the stream is missing")
    if found < row.length:
        return Wrong(stream=name, seq=found + 1, what=f"is missing: {row.length} were written")
    if row.head != hashes[-1]:
        return Wrong(stream=name, seq=found, what="was altered: the stream ends with another hash")
    return None


def _entry(name: str, row: Row[Any], hashes: list[str]) -> Wrong | None:
    """What is wrong with the next entry, given the hashes before it."""
    place = len(hashes)
    if not isinstance(row.seq, int):
        return Wrong(stream=name, seq=place, what="was altered: its number is none")
    if row.seq != place:
        return Wrong(stream=name, seq=min(row.seq, place), what="is missing" if row.seq > place else "was inserted")
    if place > row.length:
        return Wrong(stream=name, seq=place, what=f"was inserted: the ledger wrote {row.length}")
    fits = _fits(name, row)
    if row.prev == hashes[-1]:
        return None if fits else Wrong(stream=name, seq=place, what="was altered: its hash does not fit its content")
    if len(hashes) > 1 and row.prev == hashes[-2]:
        return Wrong(stream=name, seq=place - 1, what=f"was inserted: entry {place} follows the one before it")
    if fits and place > 1:
        return Wrong(stream=name, seq=place - 1, what=f"was altered: entry {place} followed another")
    return Wrong(stream=name, seq=place, what="was altered or moved: it does not follow the entry before it")


def _fits(name: str, row: Row[Any]) -> bool:
    """The hash is that of the content. What was altered may be of any type."""
    texts = all(isinstance(value, str) for value in (row.payload, row.effects, row.prev, row.hash))
    known = texts and row.at is not None
    return known and hash_of(name, row.seq, row.at, row.payload, row.effects, row.prev) == str(row.hash)
