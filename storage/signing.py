"""Signatures of rules: who has signed which rule, as it stood then. Entries of the site's own stream."""

import json
import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Engine, select

from storage import inputs
from storage.answer import Desk
from storage.inputs import Circumstances
from storage.site_stream import site_stream
from storage.tables import SITE_STREAM, journal
from workflow.errors import Invalid
from workflow.vocabulary import Role

KIND = "signature"
_HASH = re.compile(r"[0-9a-f]{64}")
_SIGNED = (
    select(journal.c.seq, journal.c.payload)
    .where(journal.c.stream == SITE_STREAM, journal.c.payload.contains(f'"kind":"{KIND}"', autoescape=True))
    .order_by(journal.c.seq)
)
"""Entries that may be signatures: a fraction of a long stream."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Signature:
    """A clinician's signature of one rule."""

    seq: int
    """Its place on the site's stream."""
    rule: str
    """The id of the rule, such as `guard:interval_ct`."""
    content: str
    """The hash of the rule as it was signed."""
    user: str
    at: datetime
    day: date
    """The civil date at the site."""
    reason: str
    pathway: str
    """The version of the rule set then."""


def sign(desk: Desk, rule: str, content: str, about: Circumstances) -> Signature:
    """Journals a signature; the same one again writes nothing. Raises Invalid for anyone but a clinician."""
    if about.author.by is not Role.CLINICIAN:
        raise Invalid("by", "only a clinician may sign a rule", allowed=Role.CLINICIAN.value)
    if not _HASH.fullmatch(content):
        raise Invalid("content", "is not the hash of a rule", allowed="64 hexadecimal digits")
    chain = site_stream(desk.connection)
    before = [s for s in _signatures(desk.connection) if s.rule == rule]
    if before and (before[-1].content, before[-1].user) == (content, about.author.user):
        return before[-1]
    stamp = about.stamp(desk.pathway, desk.settings.read(desk.connection))
    payload = stamp.payload(KIND, rule=inputs.line("rule", rule), content=content)
    return _signature(chain.append(desk.connection, stamp.at, payload, {}), payload)


def signatures(engine: Engine) -> list[Signature]:
    """Every signature, oldest first, those of rules that have changed since included."""
    with engine.connect() as connection:
        return _signatures(connection)


def _signatures(connection: Connection) -> list[Signature]:
    found = ((row.seq, json.loads(row.payload)) for row in connection.execute(_SIGNED))
    return [_signature(seq, payload) for seq, payload in found if payload["kind"] == KIND]


def _signature(seq: int, payload: dict[str, Any]) -> Signature:
    return Signature(
        seq=seq, rule=payload["rule"], content=payload["content"], user=payload["user"],
        at=datetime.fromisoformat(payload["at"]), day=date.fromisoformat(payload["day"]),
        reason=payload.get("reason", ""), pathway=payload["pathway"],
    )  # fmt: skip
