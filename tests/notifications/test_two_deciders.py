"""Two people who decide at the same moment who is told, on SQLite and PostgreSQL: both decisions stand."""

import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from sqlalchemy import Engine

from notifications import people
from notifications.people import Duty, Member
from notifications.policy import decided
from tests.notifications.office import Office
from tests.scheduler.conftest import both, postgres_server, postgres_url, url
from workflow.errors import Invalid

__all__ = ["both", "postgres_server", "postgres_url", "url"]


@pytest.fixture
def office(both: Engine, monkeypatch: pytest.MonkeyPatch) -> Office:
    """An office in which everything that is decided about a person takes a while."""
    found, check = Office(engine=both), people._check

    def slowly(member: Member, known: Mapping[str, Member]) -> None:
        time.sleep(0.3)
        check(member, known)

    monkeypatch.setattr(people, "_check", slowly)
    return found


def test_an_absence_and_an_address_that_are_entered_at_once(office: Office) -> None:
    office.person("kim")
    away = (date(2026, 3, 1), date(2026, 3, 9))
    with ThreadPoolExecutor(2) as pool:
        for done in (
            pool.submit(people.change, office.engine, "kim", absent=away),
            pool.submit(people.new_feed, office.engine, "kim"),
        ):
            done.result()
    with office.engine.connect() as connection:
        kim = people.member(connection, "kim")
    assert (kim.absent, bool(kim.feed_hash)) == (away, True)


def test_somebody_who_is_added_twice_at_once(office: Office) -> None:
    with ThreadPoolExecutor(2) as pool:
        errors = [done.exception() for done in [pool.submit(office.person, "kim", Duty.CLINICIAN) for _ in range(2)]]
    assert [type(error) for error in errors if error] == [Invalid]


def test_the_same_decision_by_many_at_once(office: Office) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: office.decide(urgent="nothing"), range(8)))
    with office.engine.connect() as connection:
        assert decided(connection)["urgent"] == "nothing"
