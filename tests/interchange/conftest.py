"""What the tests of the interchange share."""

from collections.abc import Iterator

import pytest

from storage.database import memory_database
from storage.ledger import Ledger
from storage.queries import Reader
from tests.storage.clinic import opened
from workflow.asps import ASPS


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    """A ledger in memory, of a site that has fixed its settings."""
    engine = memory_database()
    yield opened(engine)
    engine.dispose()


@pytest.fixture
def reader(ledger: Ledger) -> Reader:
    """Reads what `ledger` writes."""
    return Reader(ledger.engine, ASPS)
