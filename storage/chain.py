"""The chain: each entry's hash covers the entry and, through `prev`, all before it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from storage.codec import Payload, canonical, instant
from storage.tables import journal, stream
from workflow.errors import AspsError, Stale

_HEAD = select(stream.c.head, stream.c.length).where(stream.c.name == bindparam("stream")).with_for_update()
_NEW = insert(stream)
_APPEND = insert(journal)
_ADVANCE = (
    update(stream)
    .where(stream.c.name == bindparam("stream"), stream.c.length == bindparam("was"))
    .values(head=bindparam("hash"), length=bindparam("seq"))
)
_OCCUPIED = "the journal has an entry where the next one belongs; nothing was written: run asps journal verify"


def hash_of(name: str, seq: int, at: datetime, payload: str, effects: str, prev: str) -> str:
    """The hash of an entry. The texts are JSON without line breaks, so the lines cannot run into each other."""
    return sha256("\n".join((prev, name, str(seq), instant(at), payload, effects)).encode()).hexdigest()


@dataclass(slots=True)
class Chain:
    """The end of one stream, while its writer holds it."""

    name: str
    head: str
    length: int

    def __post_init__(self) -> None:
        """Raises AspsError where the file was altered: nothing is written on what cannot be read."""
        if not isinstance(self.head, str) or not isinstance(self.length, int):
            raise AspsError(f"the end of the stream {self.name} cannot be read; run asps journal verify")

    @classmethod
    def held(cls, connection: Connection, name: str) -> "Chain | None":
        """The stream of that name, locked against other writers; None where there is none."""
        row = connection.execute(_HEAD, {"stream": name}).first()
        return cls(name=name, head=row.head, length=row.length) if row else None

    def append(self, connection: Connection, at: datetime, payload: Payload, effects: dict[str, Any]) -> int:
        """Adds one entry and answers with its position, from 1."""
        write(connection, [self.growth(at, [(payload, effects)])])
        return self.length

    def growth(self, at: datetime, entries: Iterable[tuple[Payload, dict[str, Any]]]) -> "Growth":
        """The rows of entries, each with its effects, for `write`; the next ones follow them."""
        was, rows = self.length, []
        for payload, effects in entries:
            content, follows, prev = canonical(payload), canonical(effects), self.head
            self.length += 1
            self.head = hash_of(self.name, self.length, at, content, follows, prev)
            rows.append({
                "stream": self.name, "seq": self.length, "at": at, "payload": content, "effects": follows,
                "prev": prev, "hash": self.head,
            })  # fmt: skip
        return Growth(was=was, end=self, rows=rows)


@dataclass(frozen=True, kw_only=True, slots=True)
class Growth:
    """Entries that are not written yet."""

    was: int
    """How many there were before."""
    end: Chain
    rows: list[dict[str, Any]]


def begin(connection: Connection, names: Iterable[str], site_id: int) -> None:
    """New, empty streams."""
    connection.execute(_NEW, [{"name": name, "site_id": site_id, "head": "", "length": 0} for name in names])


def write(connection: Connection, growths: Sequence[Growth]) -> None:
    """Writes the entries of several streams, each stream once. Raises Stale where one has grown meanwhile."""
    rows = [row for growth in growths for row in growth.rows]
    if not rows:
        return
    try:
        connection.execute(_APPEND, rows)
    except IntegrityError as error:
        raise AspsError(_OCCUPIED) from error
    ends: list[dict[str, Any]] = [
        {"stream": g.end.name, "was": g.was, "hash": g.end.head, "seq": g.end.length} for g in growths if g.rows
    ]
    if connection.execute(_ADVANCE, ends).rowcount != len(ends):
        raise Stale(" or ".join(end["stream"] for end in ends[:3]))
