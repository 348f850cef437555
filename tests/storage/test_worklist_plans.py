"""The worklist and the numbers beside it are read from indexes alone, however many tasks there are."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import event

from storage.asking import Asked
from storage.ledger import Ledger
from storage.worklist_counts import numbers
from workflow.vocabulary import Role

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize("owner", [None, Role.COORDINATOR])
def test_counting_looks_no_task_up(three: Ledger, owner: Role | None) -> None:
    asked: list[tuple[str, Any]] = []
    event.listen(three.engine, "before_cursor_execute", lambda c, cur, text, values, *_: asked.append((text, values)))
    with three.engine.connect() as connection:
        numbers(connection, Asked(today=TODAY, owner=owner), 14)
        counts = [one for one in asked if one[0].startswith("SELECT count")]
        plans = [str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {q}", v).fetchall()) for q, v in counts]
    index = "ix_task_owner" if owner else "ix_task_target"
    assert len(plans) == 4
    assert all(f"SEARCH task USING COVERING INDEX {index}" in plan for plan in plans), plans
