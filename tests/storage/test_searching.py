"""Finding patients in both databases, and reading who several are at once."""

from datetime import date

import pytest
from sqlalchemy import Engine

from storage.queries import Person
from storage.searching import Hit, people, search
from tests.storage.clinic import COORDINATOR, DOCTOR, START, opened, registered
from workflow.vocabulary import State

NAMES = {"P-1": "Zoë Aalto-Öberg", "P-2": "Łukasz O'Neil", "N-7": "Nora Neil", "8-1": ""}


@pytest.fixture
def crowd(both: Engine) -> Engine:
    """Four patients, one without a name."""
    ledger = opened(both)
    for number, (id, name) in enumerate(NAMES.items()):
        ledger.register(id=id, born=date(1990 + number, 2, 8), now=START, author=COORDINATOR, name=name)
    return both


def found(engine: Engine, words: str, *born: date) -> list[str]:
    """The ids, best first."""
    with engine.connect() as connection:
        return [hit.patient for hit in search(connection, words, born)]


def test_words_in_any_order(crowd: Engine) -> None:
    cases: dict[str, list[str]] = {
        "zoe oberg": ["P-1"], "lukasz": ["P-2"], "neil": ["N-7", "P-2"], "eil": ["N-7", "P-2"], "n-7": ["N-7"],
        "p": ["P-1", "P-2"], "%": [], "\t": [], "": [], "zoe neil": [],
    }  # fmt: skip
    assert {words: found(crowd, words) for words in cases} == cases


def test_a_date_of_birth_alone_and_beside_words(crowd: Engine) -> None:
    assert found(crowd, "", date(1991, 2, 8)) == ["P-2"]
    assert found(crowd, "", date(1991, 2, 8), date(1993, 2, 8)) == ["8-1", "P-2"]
    assert found(crowd, "nora", date(1991, 2, 8)) == []
    assert found(crowd, "neil", date(1991, 2, 8)) == ["P-2"]


def test_a_hit_says_who_and_where(crowd: Engine) -> None:
    with crowd.connect() as connection:
        assert search(connection, "zoe") == [
            Hit(patient="P-1", name="Zoë Aalto-Öberg", born=date(1990, 2, 8), state=State.REFERRED,
                since=date(2026, 11, 2)),
        ]  # fmt: skip
        assert [hit.name for hit in search(connection, "8-1")] == [""]


def test_an_empty_record_has_nobody(both: Engine) -> None:
    opened(both)
    assert found(both, "zoe") == found(both, "", date(1990, 2, 8)) == []


def test_several_people_are_read_at_once_and_who_was_erased_is_left_out(crowd: Engine) -> None:
    opened(crowd).erase("P-2", now=START, author=DOCTOR, reason="asked for it")
    with crowd.connect() as connection:
        assert people(connection, {"P-1", "P-2", "nobody"}) == {"P-1": Person(name="Zoë Aalto-Öberg", contact="")}
        assert people(connection, set()) == {}


def test_an_id_found_whole_comes_first(both: Engine) -> None:
    ledger = opened(both)
    for id in ("A-11", "A-1", "B-A-1"):
        registered(ledger, id, name="Ann A-1")
    assert found(both, "a-1")[0] == "A-1"
