"""Another name or contact in place of the one on file, on both databases."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Engine

from storage.ledger import Author, Ledger
from storage.naming import rename
from storage.queries import Person, Reader
from storage.verify import verify
from workflow.asps import ASPS
from workflow.errors import Invalid, NotFound
from workflow.vocabulary import Role

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
CLINICIAN = Author(by=Role.CLINICIAN, user="clinician-1")


@pytest.fixture
def ledger(both: Engine) -> Ledger:
    found = Ledger(both, ASPS)
    found.register(id="N-1", born=date(1990, 1, 1), name="Ann Exmaple", contact="555", now=NOW, author=CLINICIAN)
    return found


def who(ledger: Ledger) -> Person:
    return Reader(ledger.engine, ASPS).person("N-1")


def test_one_is_changed_and_the_other_stays_and_the_record_knows_of_neither(ledger: Ledger) -> None:
    assert rename(ledger.engine, "N-1", name="Ann Example")
    assert who(ledger) == Person(name="Ann Example", contact="555")
    assert rename(ledger.engine, "N-1", contact="")
    assert who(ledger) == Person(name="Ann Example", contact="")
    assert not rename(ledger.engine, "N-1", name="Ann Example")
    assert len(Reader(ledger.engine, ASPS).timeline("N-1")) == 1
    assert verify(ledger.engine).ok


@pytest.mark.parametrize("name", ["two\nlines", "x" * 201, "a\0b"])
def test_what_is_no_name_changes_nothing(ledger: Ledger, name: str) -> None:
    with pytest.raises(Invalid, match="name"):
        rename(ledger.engine, "N-1", name=name, contact="other")
    assert who(ledger) == Person(name="Ann Exmaple", contact="555")


def test_whoever_was_erased_stays_so(ledger: Ledger) -> None:
    ledger.erase("N-1", now=NOW, author=CLINICIAN, reason="asked for it")
    with pytest.raises(Invalid, match="erased for good"):
        rename(ledger.engine, "N-1", name="Ann Example")
    with pytest.raises(NotFound):
        rename(ledger.engine, "N-2", name="Ann Example")
