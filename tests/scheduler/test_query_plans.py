"""A tick with little due finds it through an index: it must not read all patients or all tasks."""

import re
from typing import Any

import pytest
from sqlalchemy import event

from scheduler.tick import tick
from tests.scheduler.clinic import Clinic


@pytest.fixture
def asked() -> list[tuple[str, Any]]:
    """The statements of one idle tick."""
    clinic = Clinic()
    clinic.register("P-1", "P-2")
    clinic.tick()
    found: list[tuple[str, Any]] = []
    event.listen(clinic.engine, "before_cursor_execute", lambda c, cur, text, values, *_: found.append((text, values)))
    tick(clinic.ledger, clinic.now)
    plans = []
    with clinic.engine.connect() as connection:
        for text, values in [one for one in found if re.match("SELECT|INSERT|UPDATE", one[0])]:
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", values)
            plans.append((text, [row[3] for row in rows]))
    return plans


def test_no_statement_of_a_tick_reads_a_whole_table(asked: list[tuple[str, Any]]) -> None:
    scans = [
        (text, step) for text, plan in asked for step in plan if re.match(r"SCAN (patient|task|notice|journal)", step)
    ]
    assert scans == []


def test_what_is_due_is_found_by_its_mark(asked: list[tuple[str, Any]]) -> None:
    steps = " ".join(step for _, plan in asked for step in plan)
    for index in ("ix_patient_wake", "ix_patient_settings", "ix_patient_pathway", "ix_task_wake"):
        assert index in steps, steps


def test_a_tick_with_nothing_due_asks_once_and_says_that_it_looked(asked: list[tuple[str, Any]]) -> None:
    assert [text.split()[0] for text, _ in asked] == ["SELECT", "UPDATE"]
    assert asked[1][0].startswith("UPDATE heartbeat")
