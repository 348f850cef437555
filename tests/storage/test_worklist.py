"""The worklist narrowed, in another order, a page at a time, and counted: always the same rows as the whole of it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from storage.asking import Asked, Part, Sort
from storage.worklist import WorkRow, worklist
from storage.worklist_counts import MOST, numbers
from tests.storage.clinic import opened
from tests.storage.test_queries import TODAY, many
from workflow.asps import ASPS
from workflow.errors import Invalid
from workflow.plan import Stage
from workflow.rules import Priority
from workflow.vocabulary import Role, State

ESCALATION = 10
WHOLE = Asked(today=TODAY, limit=10_000)


@pytest.fixture
def crowd(engine: Engine) -> Engine:
    """Forty patients with ten tasks each, half of them open."""
    opened(engine)
    many(engine, 40)
    return engine


@pytest.fixture
def crowds(both: Engine) -> Engine:
    """The same in each kind of database."""
    opened(both)
    many(both, 40)
    return both


def listed(engine: Engine, asked: Asked = WHOLE, escalation: int | None = ESCALATION, **narrowed: Any) -> list[WorkRow]:
    """The rows of a worklist."""
    with engine.connect() as connection:
        return worklist(connection, replace(asked, **narrowed), ASPS.tasks, escalation)


def stage(row: WorkRow) -> str:
    """As the filter calls it."""
    return row.stage.value if row.target else "undated"


def test_each_filter_leaves_the_rows_that_it_names_in_the_same_order(crowds: Engine) -> None:
    whole = listed(crowds)
    filters: dict[str, tuple[dict[str, Any], Any]] = {
        "owner": ({"owner": Role.CLINICIAN}, lambda r: r.owner is Role.CLINICIAN),
        "tasks": ({"tasks": ("task_3", "task_7")}, lambda r: r.task in ("task_3", "task_7")),
        "priority": ({"priority": Priority.IMAGING}, lambda r: r.priority is Priority.IMAGING),
        "state": ({"state": State.STAGING}, lambda r: True),
        "no such state": ({"state": State.TKI}, lambda r: False),
        "claimed": ({"user": "co-1"}, lambda r: r.claimed_by == "co-1"),
        "week": ({"upcoming_days": 7}, lambda r: r.target is None or r.target <= TODAY + timedelta(days=7)),
        "late": ({"parts": frozenset({Part.OVERDUE})}, lambda r: r.days_late > 0),
        "undated": ({"parts": frozenset({Part.UNDATED})}, lambda r: r.target is None),
        "ahead": ({"parts": frozenset({Part.AHEAD})}, lambda r: r.target is not None and r.target >= TODAY),
        "both": ({"owner": Role.CLINICIAN, "tasks": ("task_3",), "user": "co-2"},
                 lambda r: (r.owner, r.task, r.claimed_by) == (Role.CLINICIAN, "task_3", "co-2")),
    }  # fmt: skip
    for name, (narrowed, wanted) in filters.items():
        assert listed(crowds, **narrowed) == [row for row in whole if wanted(row)], name


@pytest.mark.parametrize("wanted", ["escalated", "overdue", "undated", "due", "upcoming"])
@pytest.mark.parametrize("escalation", [ESCALATION, 0, None])
def test_one_stage_alone(crowd: Engine, wanted: str, escalation: int | None) -> None:
    whole = listed(crowd, escalation=escalation)
    assert listed(crowd, escalation=escalation, stage=wanted) == [row for row in whole if stage(row) == wanted]
    assert listed(crowd, escalation=escalation, stage=wanted, user="co-1") == [
        row for row in whole if stage(row) == wanted and row.claimed_by == "co-1"
    ]


def test_escalated_is_worse_than_overdue(crowd: Engine) -> None:
    assert {row.stage for row in listed(crowd, stage="escalated")} == {Stage.ESCALATED}
    assert min(row.days_late for row in listed(crowd, stage="escalated")) == ESCALATION + 1
    assert {row.days_late for row in listed(crowd, stage="overdue")} <= set(range(1, ESCALATION + 1))


@pytest.mark.parametrize("narrowed", [{}, {"user": "co-1"}, {"sort": Sort.DUE}, {"priority": Priority.IMAGING}])
def test_page_after_page_is_the_whole(crowd: Engine, narrowed: dict[str, Any]) -> None:
    whole = listed(crowd, **narrowed)
    for size in (1, 7, 50) if len(whole) < 60 else (7, 50):
        assert list(_paged(crowd, size, narrowed)) == whole
    assert listed(crowd, **narrowed, offset=len(whole)) == listed(crowd, **narrowed, offset=9_999) == []


def _paged(engine: Engine, size: int, narrowed: dict[str, Any]) -> Iterator[WorkRow]:
    offset = 0
    while page := listed(engine, **narrowed, limit=size, offset=offset):
        yield from page
        offset += size


def test_another_order_has_the_same_rows(crowds: Engine) -> None:
    whole = listed(crowds)
    keys: dict[Sort, Any] = {
        Sort.DUE: lambda r: (r.target is None, r.target or TODAY), Sort.PATIENT: lambda r: r.patient,
        Sort.TASK: lambda r: r.task, Sort.STATE: lambda r: r.state,
    }  # fmt: skip
    for sort, key in keys.items():
        found = listed(crowds, sort=sort)
        assert [key(row) for row in found] == sorted(key(row) for row in whole), sort
        assert sorted(found, key=repr) == sorted(whole, key=repr), sort


@pytest.mark.parametrize(
    "narrowed", [{}, {"owner": Role.COORDINATOR}, {"state": State.STAGING}, {"state": State.TKI}, {"user": "co-2"},
                 {"stage": "overdue"}, {"stage": "due"}],
)  # fmt: skip
def test_the_numbers_are_those_of_the_rows(crowd: Engine, narrowed: dict[str, Any]) -> None:
    with crowd.connect() as connection:
        found = numbers(connection, replace(WHOLE, limit=1, **narrowed), ESCALATION)
    rows = listed(crowd, **narrowed)
    soon = [r for r in rows if r.target and TODAY <= r.target <= TODAY + timedelta(days=7)]
    assert (found.overdue, found.undated, found.soon) == (
        sum(r.days_late > 0 for r in rows), sum(r.target is None for r in rows), len(soon),
    )  # fmt: skip
    assert (found.all, found.now) == (len(rows), found.overdue + found.undated + len(soon))
    assert found.all < MOST


def test_an_empty_page_is_refused(crowd: Engine) -> None:
    with pytest.raises(Invalid, match="limit"):
        listed(crowd, limit=0)
