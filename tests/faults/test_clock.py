"""A clock that jumps: entries keep their order, nobody stays moved too early, and every day is told of in its time."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from scheduler.gone_back import take_back
from storage.queries import Reader
from storage.tables import journal
from storage.verify import verify
from tests.scheduler.clinic import Clinic
from tests.storage.clinic import START, waiting
from workflow.asps import ASPS
from workflow.vocabulary import State


@pytest.fixture
def clinic() -> Clinic:
    """A patient in the interval wait, and one in staging."""
    found = Clinic(now=START)
    waiting(found.ledger, "P-1")
    found.later(hours=8)
    found.register("P-2")
    assert found.tick().notices == 0
    return found


def test_entries_of_an_hour_that_comes_twice_keep_their_order(clinic: Clinic) -> None:
    reader = Reader(clinic.engine, ASPS)
    clinic.enter("P-2", "weight", id="first", kg=70.0)
    clinic.later(hours=-1)
    clinic.enter("P-2", "weight", id="second", kg=71.0)
    assert [row.id for row in reader.timeline("P-2")][-2:] == ["first", "second"]
    assert [entry.id for entry in reader.chart("P-2").ordered][-2:] == ["first", "second"]
    assert verify(clinic.engine).ok
    assert "2026-11-02 15:00" in take_back(clinic.ledger, clinic.now)
    assert clinic.tick().idle


def test_what_a_clock_a_year_ahead_brought_about_is_planned_anew(clinic: Clinic) -> None:
    reader, right = Reader(clinic.engine, ASPS), clinic.now
    before = (reader.patient("P-1").state, reader.patient("P-1").since, reader.tasks("P-1"))
    clinic.later(days=365)
    assert clinic.tick().moved == 1
    assert reader.patient("P-1").state is not State.INTERVAL_WAIT
    clinic.now = right
    assert "1 patient planned anew" in take_back(clinic.ledger, clinic.now)
    assert (reader.patient("P-1").state, reader.patient("P-1").since, reader.tasks("P-1")) == before
    assert clinic.tick().idle
    assert verify(clinic.engine).wrong == ()
    assert take_back(clinic.ledger, clinic.now + timedelta(minutes=1)) == ""


def test_days_that_a_clock_ahead_skipped_are_told_of_when_they_come(clinic: Clinic) -> None:
    right = clinic.now
    clinic.later(days=365)
    clinic.tick()
    early = clinic.notices()
    assert {stage for *_, stage in early} == {"overdue"}
    clinic.now = right
    take_back(clinic.ledger, clinic.now)
    for _ in range(120):
        clinic.later(days=1)
        clinic.tick()
    assert len(clinic.notices()) == len(set(clinic.notices()))
    told = {(patient, task, due) for patient, task, due, stage in clinic.notices() if stage == "due"}
    assert told >= {
        (patient, task, due) for patient, task, due, _ in early if patient == "P-2" and due < clinic.now.date()
    }
    assert Reader(clinic.engine, ASPS).patient("P-1").state is not State.INTERVAL_WAIT
    assert timed(clinic) == 1, "journaled once, although the day came twice"
    assert verify(clinic.engine).wrong == ()


def timed(clinic: Clinic) -> int:
    """Timed moves on record."""
    with clinic.engine.connect() as connection:
        return sum(json.loads(p)["kind"] == "timed" for p in connection.execute(select(journal.c.payload)).scalars())
