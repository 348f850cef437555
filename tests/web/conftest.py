"""What the tests of the pages share."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from tests.web.clinic import Clinic, Visitor
from tests.web.program import As, Program
from web import passwords
from web.desk import Desk


@pytest.fixture(scope="session", autouse=True)
def real_hasher() -> Iterator[PasswordHasher]:
    """Passwords are hashed quickly in these tests; this is how they are hashed in earnest."""
    real = passwords._hasher
    passwords._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    yield real
    passwords._hasher = real


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Clinic]:
    """A record with a few patients, four people who may sign in, and a clock that the test sets."""
    made = Clinic.made(tmp_path)
    yield made
    made.ledger.engine.dispose()


@pytest.fixture
def desk(clinic: Clinic) -> Desk:
    """The desk of the clinic."""
    return clinic.desk


@pytest.fixture
def nobody(clinic: Clinic) -> Visitor:
    """A browser in which nobody is signed in."""
    return clinic.visitor()


@pytest.fixture
def client_as(clinic: Clinic) -> Callable[[str], Visitor]:
    """A browser in which someone of a role is signed in."""
    return clinic.signed_in


@pytest.fixture
def program(clinic: Clinic) -> As:
    """A program with the session of someone of a role."""
    return lambda role: Program(clinic.signed_in(role))


@pytest.fixture
def one(clinic: Clinic) -> str:
    """The address of P-1 in the API."""
    return f"/patients/{clinic.handle('P-1')}"
