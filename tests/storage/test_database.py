"""Opening a database: made, migrated, or refused with one clear sentence."""

import os
import sqlite3
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, text

from storage import database, migrations, triggers
from storage.database import HEAD, REVISIONS, memory_database, open_database, writing
from storage.ledger import Ledger
from storage.tables import Base
from storage.verify import verify
from tests.storage.clinic import DOCTOR, START, opened, registered, snapshot, waiting
from workflow.asps import ASPS
from workflow.errors import AspsError


def test_a_new_file_is_readable_by_its_owner_only(tmp_path: Path, file_engine: Engine) -> None:
    registered(opened(file_engine))
    found = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert found == {"asps.db": 0o600, "asps.db-wal": 0o600, "asps.db-shm": 0o600}


def test_what_was_written_is_there_when_it_is_opened_again(url: str) -> None:
    engine = open_database(url)
    waiting(opened(engine))
    before = snapshot(engine)
    engine.dispose()
    again = open_database(url)
    assert snapshot(again) == before
    again.dispose()


def test_opening_a_current_database_imports_no_alembic(url: str) -> None:
    open_database(url).dispose()
    code = f"from storage.database import open_database; open_database({url!r})"
    code += "; import sys; print('alembic' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_every_connection_is_set_up_to_lose_nothing(file_engine: Engine) -> None:
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": database.PATIENCE_MS}
    with file_engine.connect() as first, file_engine.connect() as second:
        for connection in (first, second):
            assert {name: connection.execute(text(f"PRAGMA {name}")).scalar() for name in wanted} == wanted


def test_a_writer_takes_the_lock_at_once(file_engine: Engine) -> None:
    other = sqlite3.connect(str(file_engine.url.database), timeout=0)
    with writing(file_engine).begin(), pytest.raises(sqlite3.OperationalError, match="locked"):
        other.execute("BEGIN IMMEDIATE")
    other.close()


def test_a_database_in_memory_takes_less_than_15_ms() -> None:
    memory_database().dispose()  # the first one migrates
    started = time.perf_counter()
    for _ in range(10):
        memory_database().dispose()
    assert (time.perf_counter() - started) / 10 < 0.015


def test_databases_in_memory_are_apart() -> None:
    one, other = memory_database(), memory_database()
    registered(opened(one))
    assert snapshot(other)["patient"] == []
    one.dispose()
    other.dispose()


def test_an_address_without_a_file_is_a_database_in_memory() -> None:
    engine = open_database("sqlite://")
    assert snapshot(engine)["site"] == [(1, 0, "{}", "")]
    engine.dispose()


# what is no database of ours ------------------------------------------------------------------------------------------


def refusal(url: str) -> str:
    """What is said on opening it."""
    with pytest.raises(AspsError) as caught:
        open_database(url)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("not a database at all, but long enough to be read as one\n" * 50)
    assert (
        refusal(f"sqlite:///{path}")
        == f"{path} is not an ASPS Pathway database; name another file, or its key if it is encrypted"
    )
    assert path.read_text().startswith("not a database")


def test_somebody_elses_database_is_left_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE songs (title TEXT)")
    connection.close()
    before = path.read_bytes()
    assert "holds something else" in refusal(f"sqlite:///{path}")
    assert path.read_bytes() == before


def test_a_newer_version_s_database_is_refused_with_what_to_do(url: str, file_engine: Engine) -> None:
    registered(opened(file_engine))
    with writing(file_engine).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    before = snapshot(file_engine)
    said = refusal(url)
    assert "newer version" in said and "9999" in said and HEAD in said and "install that version" in said
    assert snapshot(file_engine) == before


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    assert refusal(f"sqlite:///{tmp_path}/nowhere/asps.db").endswith("cannot be made: No such file or directory")


def test_a_folder_instead_of_a_file(tmp_path: Path) -> None:
    assert "cannot be opened" in refusal(f"sqlite:///{tmp_path}")


@pytest.mark.parametrize("url", ["", "asps.db", "mysql://root@localhost/asps", "http://example.org"])
def test_what_is_no_address(url: str) -> None:
    assert "database" in refusal(url)


def test_a_server_that_does_not_answer_is_named_without_the_password() -> None:
    said = refusal("postgresql+psycopg://ann:secret@localhost:1/asps")
    assert said.startswith("the database asps on localhost cannot be reached") and "secret" not in said


def test_a_read_only_file_can_be_read_but_not_written(url: str, file_engine: Engine) -> None:
    registered(opened(file_engine))
    path = file_engine.url.database
    engine = open_database(f"sqlite:///file:{path}?mode=ro&uri=true")
    assert len(snapshot(engine)["patient"]) == 1
    with pytest.raises(AspsError, match="cannot be written"):
        registered(opened(engine, **{"mdt.due_days": "9"}), "P-2")
    engine.dispose()
    assert len(snapshot(file_engine)["patient"]) == 1


def test_a_locked_database_is_said_to_be_locked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(database, "PRAGMAS", tuple(p.replace("5000", "50") for p in database.PRAGMAS))
    engine = open_database(f"sqlite:///{tmp_path / 'asps.db'}")
    ledger = opened(engine)
    other = sqlite3.connect(tmp_path / "asps.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(AspsError, match="locked by another program; nothing was written"):
        registered(ledger)
    other.execute("ROLLBACK")
    other.close()
    registered(ledger)
    engine.dispose()


def test_a_postgresql_lock_is_said_to_be_one(monkeypatch: pytest.MonkeyPatch, postgres_url: str) -> None:
    monkeypatch.setattr(database, "PATIENCE_MS", 50)
    engine = open_database(postgres_url)
    ledger = opened(engine)
    registered(ledger)
    with engine.begin() as other:
        other.execute(text("SELECT * FROM patient FOR UPDATE"))
        with pytest.raises(AspsError, match="locked by another program; nothing was written"):
            ledger.enter("P-1", "weight", {"kg": 70}, now=START, author=DOCTOR)
    engine.dispose()


def test_a_full_disk_is_said_to_be_full_and_nothing_is_lost(file_engine: Engine) -> None:
    ledger = opened(file_engine)
    registered(ledger)
    with file_engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    before = snapshot(file_engine)
    with pytest.raises(AspsError, match=r"no space left for .*; nothing was written"):
        for n in range(200):
            before = snapshot(file_engine)
            registered(ledger, f"Q-{n}")
    assert snapshot(file_engine) == before and verify(file_engine).ok
    with file_engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
    registered(ledger, "P-2")


def test_a_damaged_file_is_said_to_be_damaged(url: str) -> None:
    engine = open_database(url)
    ledger = opened(engine)
    for n in range(30):
        registered(ledger, f"P-{n}")
    engine.dispose()
    path = Path(str(engine.url.database))
    content = bytearray(path.read_bytes())
    content[8192:-4096] = os.urandom(len(content) - 12288)
    path.write_bytes(content)
    with pytest.raises(AspsError, match=r"is damaged|is not an ASPS"):
        registered(opened(open_database(url), **{"mdt.due_days": "9"}), "P-99")


# migrations -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM alembic_version",
        "UPDATE alembic_version SET version_num = '0001'",
        "ALTER TABLE person DROP COLUMN contact",
    ],
)
def test_tables_that_are_not_those_of_their_version_are_called_damage(url: str, change: str) -> None:
    engine = open_database(url)
    opened(engine)
    with engine.begin() as connection:
        connection.execute(text(change))
    engine.dispose()
    before = Path(str(engine.url.database)).read_bytes()
    with pytest.raises(AspsError, match=r"is damaged: its tables are not those.*restore a backup"):
        registered(Ledger(open_database(url), ASPS), "P-1")
    assert Path(str(engine.url.database)).read_bytes() == before


def test_the_known_revisions_are_the_scripts() -> None:
    with memory_database().connect() as connection:
        scripts = ScriptDirectory.from_config(migrations.config(connection))
        assert [script.revision for script in scripts.walk_revisions()][::-1] == list(REVISIONS)


def test_the_migrations_make_what_the_tables_declare(both: Engine) -> None:
    with both.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_the_migrated_schema_is_the_declared_one_to_the_letter() -> None:
    def statements(engine: Engine) -> set[str]:
        with engine.connect() as connection:
            query = "SELECT sql FROM sqlite_master WHERE type IN ('table', 'index') AND sql IS NOT NULL"
            found = {" ".join(row[0].split()) for row in connection.execute(text(query))}
        return {sql for sql in found if "alembic_version" not in sql}

    declared = create_engine("sqlite://")
    Base.metadata.create_all(declared)
    assert statements(memory_database()) == statements(declared)
    declared.dispose()


@pytest.mark.parametrize("revision", REVISIONS)
def test_the_triggers_are_there_after_every_migration(revision: str, tmp_path: Path) -> None:
    engine = database._engine(database._parsed(f"sqlite:///{tmp_path / 'asps.db'}"))
    with writing(engine).begin() as connection:
        migrations.upgrade(connection, revision)
        assert triggers.missing(connection) == []
    engine.dispose()


def test_a_migration_that_loses_a_trigger_is_undone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(triggers, "create", lambda connection: None)
    assert "lost the triggers" in refusal(f"sqlite:///{tmp_path / 'asps.db'}")
    monkeypatch.undo()
    open_database(f"sqlite:///{tmp_path / 'asps.db'}").dispose()


def test_processes_that_make_the_same_database_at_once_all_get_it(url: str) -> None:
    code = f"from storage.database import open_database; open_database({url!r}).dispose()"
    processes = [subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE, text=True) for _ in range(4)]
    assert [process.communicate()[1] for process in processes] == [""] * 4
