"""Opening a database: made or migrated when it is due, refused when it is a newer version's."""

import os
import sqlite3
from functools import cache
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Connection, Dialect, Engine, StaticPool, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from storage import cipher, faults
from workflow.errors import AspsError

REVISIONS: Final = ("0001", "0002", "0003", "0004")
"""The migrations this version knows, oldest first. Kept here so that opening a current database imports no Alembic."""

HEAD: Final = REVISIONS[-1]

SMALLEST: Final = 512
"""Bytes of the smallest file of SQLite; it takes a shorter one for a new database."""

PATIENCE_MS: Final = 5_000
"""How long to wait for another writer, in milliseconds."""

PRAGMAS: Final = (
    f"PRAGMA busy_timeout = {PATIENCE_MS}",
    "PRAGMA synchronous = FULL",  # a commit that was answered for survives a power cut
    "PRAGMA foreign_keys = ON",
)


def open_database(url: str) -> Engine:
    """An engine on a database with the present tables.

    `sqlite:///file.db` (made if missing, readable by its owner only, encrypted where there is a key: `storage.cipher`)
    or `postgresql+psycopg://user@host/name`.
    Raises AspsError with one sentence where that is not possible; the database is then as it was.
    """
    place = _parsed(url)
    if place.get_backend_name() == "sqlite" and place.database in (None, "", ":memory:"):
        return memory_database()
    if place.get_backend_name() == "sqlite":
        _make_private(place)
    engine = _engine(place)
    try:
        _bring_to_head(engine)
    except BaseException:
        engine.dispose()
        raise
    return engine


def memory_database() -> Engine:
    """An empty database in memory, copied from one that was migrated once per process."""
    connection = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
    _template().backup(connection)
    connection.execute("PRAGMA foreign_keys = ON")
    engine = create_engine("sqlite://", creator=lambda: connection, poolclass=StaticPool, hide_parameters=True)
    return _ready(engine)


def writing(engine: Engine) -> Engine:
    """The same engine, whose transactions take SQLite's write lock at once: one upgraded later could deadlock."""
    return engine.execution_options(asps_writing=True)


@cache
def _template() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
    _bring_to_head(_ready(create_engine("sqlite://", creator=lambda: connection, poolclass=StaticPool)))
    return connection


def _parsed(url: str) -> URL:
    try:
        place = make_url(url)
    except ArgumentError:
        raise AspsError(
            "that is no database address; like sqlite:///asps.db or postgresql+psycopg://user@host/name"
        ) from None
    if place.get_backend_name() not in {"sqlite", "postgresql"}:
        raise AspsError(
            f"databases of the kind {place.get_backend_name()!r} are not supported; SQLite and PostgreSQL are"
        )
    return place


def _make_private(place: URL) -> None:
    """Makes the file before SQLite would, with no rights for others; its -wal and -shm files follow it."""
    path = Path(place.database or "")
    if cipher.driver() is not sqlite3 and path.is_file() and cipher.is_plain(path):
        raise AspsError(
            f"{path} is not encrypted, but a key is given: asps restore makes an encrypted record of a copy "
            f"(docs/security.md); without {cipher.KEY} it is opened as it is"
        )
    if path.exists() or "uri" in place.query:
        return
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        return
    except OSError as error:
        raise AspsError(f"{path} cannot be made: {error.strerror}") from None


def _engine(place: URL) -> Engine:
    try:
        if place.get_backend_name() == "sqlite":
            # an error's text must name nobody
            engine = create_engine(place, module=cipher.driver(), hide_parameters=True)
            event.listen(engine, "do_connect", _connect)
            event.listen(engine, "connect", lambda dbapi, _: _set_pragmas(dbapi, faults.place(place)))
        else:
            options = {} if "options" in place.query else {"options": f"-c lock_timeout={PATIENCE_MS}"}
            engine = create_engine(place, connect_args=options, hide_parameters=True)
    except (ModuleNotFoundError, NoSuchModuleError) as error:
        raise AspsError(f"{error}; PostgreSQL needs: pip install 'asps-pathway[postgres]'") from None
    except TypeError as error:
        raise AspsError(f"the database address has an option that is not known: {error}") from None
    return _ready(engine)


def _ready(engine: Engine) -> Engine:
    faults.explain(engine)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "begin", _begin)
    return engine


def _connect(dialect: Dialect, record: object, args: tuple[Any, ...], options: dict[str, Any]) -> Any:
    connection = dialect.connect(*args, **options)
    cipher.unlock(connection)
    return connection


def _set_pragmas(dbapi: Any, where: str) -> None:
    dbapi.isolation_level = None  # transactions are begun by `_begin`, not by the driver
    for pragma in PRAGMAS:
        _run(dbapi, pragma, where)


def _run(dbapi: Any, pragma: str, where: str) -> Any:
    """One pragma on the driver's own connection, where SQLAlchemy does not see its errors."""
    try:
        return dbapi.execute(pragma).fetchone()
    except cipher.driver().Error as error:
        raise AspsError(faults.sentence(error, where) or f"{where} cannot be opened: {error}") from error


def _begin(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("asps_writing")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def _bring_to_head(engine: Engine) -> None:
    with engine.connect() as connection:
        found = _revision(connection)
    _use_wal(engine)
    if found == HEAD:
        return
    from storage.migrations import upgrade

    with writing(engine).begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(7217736)"))  # one migrates, the others wait
        if _revision(connection) != HEAD:
            upgrade(connection)


def _use_wal(engine: Engine) -> None:
    """Readers beside the writer. The file remembers it; set only once the file is known to be ours."""
    if engine.dialect.name != "sqlite":
        return
    where = faults.place(engine.url)
    with engine.connect() as connection:
        driver = connection.connection.driver_connection  # no transaction has begun here, as the pragma needs
        if _run(driver, "PRAGMA journal_mode", where) == ("delete",):
            _run(driver, "PRAGMA journal_mode = WAL", where)


def _revision(connection: Connection) -> str | None:
    """The revision of a database, None for an empty one. Raises AspsError for a newer or a foreign one."""
    where = faults.place(connection.engine.url)
    tables = set(inspect(connection).get_table_names())
    if "alembic_version" not in tables:
        if tables and (connection.dialect.name == "sqlite" or "journal" in tables):
            raise AspsError(f"{where} holds something else than an ASPS Pathway database; name another")
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if found is not None and found not in REVISIONS:
        raise AspsError(
            f"{where} was written by a newer version of asps (its revision is {found}, this one knows up to {HEAD}): "
            "install that version, or restore a backup. Nothing was changed"
        )
    return found
