"""The head of every stream, kept outside the database: against it even a tail shows that was cut off without a trace.

A text file: a heading with the moment, a line per stream (name, length, head), and at the end how many streams and
entries there are, and a hash of all lines before: short enough for a log, a mail or a notebook.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import TextIO

from sqlalchemy import Connection, Engine, bindparam, select, tuple_

from storage.codec import instant
from storage.compare import Wrong
from storage.faults import legible
from storage.tables import heartbeat, journal, stream
from workflow.errors import AspsError

HEADING, END = "asps-anchor-1", "end"
NIGHTLY = "nightly"
"""The heartbeat of the nightly copy: when it was last made, and in words what `said` says of its anchor."""
_COUNT = re.compile(r"[0-9]{1,15}")
BATCH = 500
"""Streams looked up at a time."""

_HEADS = (
    select(stream.c.name, stream.c.length, stream.c.head).order_by(stream.c.name).execution_options(yield_per=1_000)
)
_LENGTHS = select(stream.c.name, stream.c.length).where(stream.c.name.in_(bindparam("names", expanding=True)))
_ENTRIES = select(journal.c.stream, journal.c.seq, journal.c.hash).where(
    tuple_(journal.c.stream, journal.c.seq).in_(bindparam("ends", expanding=True))
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Anchor:
    """What an anchor file comes to."""

    at: str
    """The moment it was written, in UTC."""
    streams: int
    entries: int
    mark: str
    """The hash of all its lines."""

    @property
    def said(self) -> str:
        """All that is needed to know it again, for a log, a mail or a notebook; no patient is in it."""
        return f"{self.entries} entries in {self.streams} streams, mark {self.mark}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Nightly:
    """The latest nightly copy."""

    at: datetime
    said: str


def nightly(connection: Connection) -> Nightly | None:
    """The latest nightly copy; None before the first."""
    row = connection.execute(select(heartbeat.c.at, heartbeat.c.detail).where(heartbeat.c.name == NIGHTLY)).first()
    return Nightly(at=row.at, said=row.detail) if row else None


@dataclass(frozen=True, slots=True)
class _Head:
    name: str
    length: int
    hash: str


def write(engine: Engine, file: Path, now: datetime) -> Anchor:
    """Writes the heads of all streams as of one moment; the file is there whole or not at all."""
    unfinished = file.with_name(f"{file.name}.unfinished")
    handle = os.open(unfinished, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as out, engine.connect() as connection:
        anchor = _written(out, connection, instant(now))
        out.flush()
        os.fsync(handle)
    unfinished.replace(file)
    return anchor


@legible()
def _written(out: TextIO, connection: Connection, at: str) -> Anchor:
    hashed, streams, entries = sha256(), 0, 0

    def line(text: str) -> None:
        hashed.update(f"{text}\n".encode())
        out.write(f"{text}\n")

    line(f"{HEADING} {at}")
    with connection.execute(_HEADS) as rows:
        for name, length, head in rows:
            line(f"{name} {length} {head}")
            streams, entries = streams + 1, entries + length
    mark = hashed.hexdigest()
    out.write(f"{END} {streams} {entries} {mark}\n")
    return Anchor(at=at, streams=streams, entries=entries, mark=mark)


def read(file: Path) -> Anchor:
    """What an anchor file comes to. Raises AspsError where it is none, was cut off or altered."""
    hashed, heading, end = sha256(), "", ""
    with file.open(encoding="utf-8", errors="replace", newline="\n") as lines:
        for line in lines:
            hashed.update(end.encode())
            heading, end = heading or line, line
    try:
        (kind, at), (last, streams, entries, mark) = heading.split(), end.split()
    except ValueError:
        raise _spoilt(file) from None
    if (kind, last, mark) != (HEADING, END, hashed.hexdigest()):
        raise _spoilt(file)
    return Anchor(at=at, streams=_count(streams, file), entries=_count(entries, file), mark=mark)


def _count(text: str, file: Path) -> int:
    """A number of entries. Raises AspsError: whoever altered it may have made the mark fit."""
    if not _COUNT.fullmatch(text):
        raise _spoilt(file)
    return int(text)


def _spoilt(file: Path) -> AspsError:
    return AspsError(f"{file} is no anchor file, or was altered or cut off; take another one")


def against(engine: Engine, file: Path) -> Iterator[Wrong]:
    """The streams that no longer have what they had when the file was written. Raises AspsError as `read`."""
    at = read(file).at
    with file.open(encoding="utf-8") as lines, engine.connect() as connection:
        next(lines)
        heads = (_Head(name, _count(length, file), hash) for name, length, hash in _three(lines))
        while batch := list(islice(heads, BATCH)):
            yield from _differing(connection, batch, at[:16])


def _three(lines: Iterator[str]) -> Iterator[list[str]]:
    for line in lines:
        parts = line.rstrip("\n").split(" ")  # an empty stream has an empty head
        if len(parts) == 3:
            yield parts


def _gone(head: _Head, now: int, at: str) -> Wrong:
    """The end that the anchor knows is not there: the stream says it is shorter, or still counts what it lacks."""
    if now >= head.length:
        return Wrong(stream=head.name, seq=head.length, what=f"is missing: at {at} UTC the stream had it")
    cut = f"was cut off: at {at} UTC the stream had {head.length} entries, now it has {now}"
    return Wrong(stream=head.name, seq=now + 1, what=cut)


def _differing(connection: Connection, batch: list[_Head], at: str) -> Iterator[Wrong]:
    there = connection.execute(_LENGTHS, {"names": [head.name for head in batch]})
    lengths = {row.name: row.length for row in there}
    ends = [(head.name, head.length) for head in batch]
    hashes = {(name, seq): hash for name, seq, hash in connection.execute(_ENTRIES, {"ends": ends})}
    for head in batch:
        found, now = hashes.get((head.name, head.length)), lengths.get(head.name, 0)
        if found is None and head.length:
            yield _gone(head, now, at)
        elif found is not None and found != head.hash:
            altered = f"was written anew, or one before it: at {at} UTC it had another hash"
            yield Wrong(stream=head.name, seq=head.length, what=altered)
