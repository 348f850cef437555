"""An invented clinic for the tests of the record: who acts, when, and patients on their way."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, select

from storage import tables
from storage.answer import Answer
from storage.ledger import Author, Ledger
from storage.tables import journal
from storage.verify import verify
from workflow.asps import ASPS
from workflow.vocabulary import Role

DOCTOR = Author(by=Role.CLINICIAN, user="dr-a")
COORDINATOR = Author(by=Role.COORDINATOR, user="co-1")
SETTINGS = {
    "timezone": "Europe/Amsterdam", "brain_mri.due_days": "14", "staging_ct.due_days": "14", "mdt.due_days": "7",
    "post_interval_mdt.days": "7", "palliative.offer_days": "56",
}  # fmt: skip
CT = {"modality": "ct_chest", "lung_lesions_right": 1, "lung_lesions_left": 1, "extrapulmonary": "absent"}
MRI = {"modality": "mri_brain", "brain_metastases": "no"}
LIMITED = {"limited": "yes", "resectability": "resectable", "checklist": "complete"}


def at(text: str) -> datetime:
    """A moment at the site in winter time (UTC+1)."""
    return datetime.fromisoformat(f"{text}+01:00").astimezone(UTC)


START = at("2026-11-02T09:00")


def opened(engine: Engine, **settings: str) -> Ledger:
    """A ledger of a site that has fixed its settings."""
    ledger = Ledger(engine, ASPS)
    ledger.set_site({**SETTINGS, **settings}, now=START, author=COORDINATOR)
    return ledger


def registered(ledger: Ledger, id: str = "P-1", **more: Any) -> Answer:
    """A patient born in 1991."""
    more = {"can_become_pregnant": "no", "name": "Ann Example", "author": COORDINATOR, **more}
    return ledger.register(id=id, born=date(1991, 2, 8), now=START, **more)


def clock() -> Iterator[datetime]:
    """One minute after the other."""
    return (START + timedelta(minutes=n) for n in range(1, 10_000))


def accepted(ledger: Ledger, id: str = "P-1") -> None:
    """A patient whose staging has begun, on 2 November 2026."""
    registered(ledger, id)
    ok(ledger.enter(id, "accept_referral", {"centre_role": "reference_centre"}, now=START, author=DOCTOR))


def staged(ledger: Ledger, id: str = "P-1") -> None:
    """A patient before the tumour board: CT `ct-0` of 30 October, MRI `mri-0` of 2 November, both final."""
    accepted(ledger, id)
    steps: tuple[tuple[str, dict[str, Any], date | None], ...] = (
        ("histology", {"result": "asps_confirmed", "sarcoma_pathology_review": "yes"}, None),
        ("primary_surgery", {"completeness": "R0"}, date(2023, 5, 16)),
        ("imaging", {"id": "ct-0", "report": "final", **CT}, date(2026, 10, 30)),
        ("imaging", {"id": "mri-0", "report": "final", **MRI}, date(2026, 11, 2)),
        ("complete_staging", {}, None),
        ("symptoms", {"symptomatic": "no"}, None),
    )
    for (name, given, on), now in zip(steps, clock(), strict=False):
        ok(ledger.enter(id, name, given, now=now, author=DOCTOR, on=on))


def waiting(ledger: Ledger, id: str = "P-1") -> None:
    """A patient in the interval wait; the interval CT is due on 30 January 2027."""
    staged(ledger, id)
    ok(ledger.enter(id, "decide_interval_scan", LIMITED, now=at("2026-11-02T16:00"), author=DOCTOR))


def ok(answer: Answer) -> Answer:
    """An accepted answer."""
    assert answer.accepted, answer.blockers
    return answer


def snapshot(engine: Engine, *without: str) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables, sorted, but those of some tables."""
    with engine.connect() as connection:
        return {
            name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
            for name, table in tables.Base.metadata.tables.items()
            if name not in without
        }


RECORD = ("journal", "stream")
"""What a refusal adds to."""


def entries(engine: Engine, stream: str = "P-1") -> list[dict[str, Any]]:
    """The payloads of a stream."""
    query = select(journal.c.payload).where(journal.c.stream == stream).order_by(journal.c.seq)
    with engine.connect() as connection:
        return [json.loads(payload) for payload in connection.execute(query).scalars()]


def tamper(engine: Engine, *statements: str) -> None:
    """What someone does who can write the file: past the triggers and the foreign keys."""
    raw = engine.raw_connection()
    connection = raw.driver_connection
    assert connection is not None
    connection.execute("PRAGMA foreign_keys = OFF")
    names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]
    made = [row[0] for row in connection.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger'")]
    for statement in (*(f"DROP TRIGGER {name}" for name in names), *statements, *made):
        connection.execute(statement)
    connection.execute("PRAGMA foreign_keys = ON")
    raw.close()


def first(engine: Engine) -> tuple[str, int | None]:
    """The first thing that is wrong."""
    wrong = verify(engine).first
    assert wrong is not None and str(wrong)
    return wrong.stream, wrong.seq
