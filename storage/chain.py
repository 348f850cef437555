"""The chain: each entry's hash covers the entry and, through `prev`, all before it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from storage.codec import Payload, canonical, instant
from storage.tables import journal, stream
from workflow.errors import Stale

_HEAD = select(stream.c.head, stream.c.length).where(stream.c.name == bindparam("stream")).with_for_update()
_NEW = insert(stream)
_APPEND = insert(journal)
_ADVANCE = (
    update(stream)
    .where(stream.c.name == bindparam("stream"), stream.c.length == bindparam("was"))
    .values(head=bindparam("hash"), length=bindparam("seq"))
)


def hash_of(name: str, seq: int, at: datetime, payload: str, effects: str, prev: str) -> str:
    """The hash of an entry. The texts are JSON without line breaks, so the lines cannot run into each other."""
    return sha256("\n".join((prev, name, str(seq), instant(at), payload, effects)).encode()).hexdigest()


@dataclass(slots=True)
class Chain:
    """The end of one stream, while its writer holds it."""

    name: str
    head: str
    length: int

    @classmethod
    def begin(cls, connection: Connection, name: str, site_id: int) -> "Chain":
        """A new, empty stream."""
        connection.execute(_NEW, {"name": name, "site_id": site_id, "head": "", "length": 0})
        return cls(name=name, head="", length=0)

    @classmethod
    def held(cls, connection: Connection, name: str) -> "Chain | None":
        """The stream of that name, locked against other writers; None where there is none."""
        row = connection.execute(_HEAD, {"stream": name}).first()
        return cls(name=name, head=row.head, length=row.length) if row else None

    def append(self, connection: Connection, at: datetime, payload: Payload, effects: dict[str, Any]) -> int:
        """Adds one entry and answers with its position, from 1."""
        return self.extend(connection, at, [(payload, effects)])

    def extend(self, connection: Connection, at: datetime, entries: Iterable[tuple[Payload, dict[str, Any]]]) -> int:
        """Adds entries, each with its effects, and answers with the position of the last."""
        seq, head, rows = self.length, self.head, []
        for payload, effects in entries:
            seq, content, follows = seq + 1, canonical(payload), canonical(effects)
            row = {"stream": self.name, "seq": seq, "at": at, "payload": content, "effects": follows, "prev": head}
            head = hash_of(self.name, seq, at, content, follows, head)
            rows.append(row | {"hash": head})
        if rows:
            self._write(connection, rows)
            self.head, self.length = head, seq
        return seq

    def _write(self, connection: Connection, rows: list[dict[str, Any]]) -> None:
        connection.execute(_APPEND, rows)
        end = {"stream": self.name, "was": self.length, "hash": rows[-1]["hash"], "seq": rows[-1]["seq"]}
        if connection.execute(_ADVANCE, end).rowcount != 1:
            raise Stale(self.name)
