"""Several processes that keep the clock of one record, on SQLite and PostgreSQL: nothing twice, nothing lost."""

import io
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, event

from notifications.console import Console
from notifications.deliver import deliver
from scheduler.tick import tick
from storage.ledger import Ledger
from storage.queries import Reader
from storage.tables import delivery
from tests.scheduler.clinic import AUTHOR, START, Clinic
from workflow.asps import ASPS

CLOCKS = 4


@pytest.fixture
def clinic(both: Engine) -> Clinic:
    """Ten patients, two tasks of each overdue, and settings that changed since they were planned."""
    found = Clinic(engine=both)
    found.register(*(f"P-{number}" for number in range(10)))
    found.ledger.set_site({"brain_mri.due_days": "3"}, now=found.now, author=AUTHOR)
    found.later(days=15)
    return found


def test_many_ticks_at_once_do_everything_once(clinic: Clinic) -> None:
    with ThreadPoolExecutor(CLOCKS) as pool:
        reports = list(pool.map(lambda _: tick(Ledger(clinic.engine, ASPS), clinic.now), range(CLOCKS)))
    assert [report.failed for report in reports] == [[]] * CLOCKS
    assert sum(report.replanned for report in reports) == 10
    assert sum(report.notices for report in reports) == 20
    assert len(set(clinic.notices())) == 20
    assert clinic.tick().idle


def test_many_deliveries_at_once_note_each_notice_once(clinic: Clinic) -> None:
    clinic.tick()

    def tell(_: int) -> int:
        return deliver(Reader(clinic.engine, ASPS), Console(io.StringIO()), clinic.now)

    with ThreadPoolExecutor(CLOCKS) as pool:
        assert set(pool.map(tell, range(CLOCKS))) <= {0, 20}
    assert clinic.count(delivery) == 20
    assert tell(0) == 0


def test_a_task_that_somebody_enters_in_the_middle_of_a_look_is_noticed_by_the_next(clinic: Clinic) -> None:
    """Between the notices and the marks; only PostgreSQL lets anybody write there."""
    entered = list[str]()

    def meanwhile(_: object, __: object, statement: str, *more: object) -> None:
        if statement.startswith("INSERT INTO notice") and not entered:
            entered.append("P-late")
            with ThreadPoolExecutor(1) as pool:
                pool.submit(_enter_long_ago, clinic, *entered).result()

    if clinic.engine.dialect.name != "postgresql":
        _enter_long_ago(clinic, "P-late")
    else:
        event.listen(clinic.engine, "after_cursor_execute", meanwhile)
    assert (clinic.tick().notices, clinic.tick().notices) == ((20, 2) if entered else (22, 0))
    assert len({patient for patient, *_ in clinic.notices()}) == 11


def _enter_long_ago(clinic: Clinic, id: str) -> None:
    before, clinic.now = clinic.now, START
    clinic.register(id)
    clinic.now = before
