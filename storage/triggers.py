"""The triggers that keep the journal, the notices and the access log append-only.

They refuse UPDATE, DELETE and an INSERT on an existing key (`INSERT OR REPLACE` deletes without asking a DELETE
trigger). Every migration ends by asking `missing`: Alembic's batch mode copies a table and silently drops its triggers.
"""

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, inspect, text

KEYS = {
    "journal": ("stream", "seq"),
    "notice": ("patient", "task", "subject", "occurrence", "due", "stage"),
    "access": ("id",),
}
"""The append-only tables, with the columns that identify a row."""

_FUNCTION = """
CREATE OR REPLACE FUNCTION asps_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$
"""


def create(connection: Connection) -> None:
    """Makes the triggers anew."""
    kept = _there(connection)
    statements = _sqlite(kept) if connection.dialect.name == "sqlite" else _postgresql(kept)
    for statement in statements:
        connection.execute(text(statement))


def _there(connection: Connection) -> dict[str, tuple[str, ...]]:
    """Those of the append-only tables that this revision has: earlier ones have fewer."""
    found = set(inspect(connection).get_table_names())
    return {table: key for table, key in KEYS.items() if table in found}


def missing(connection: Connection) -> list[str]:
    """The triggers that should be there and are not, or are switched off."""
    kept = _there(connection)
    if connection.dialect.name == "sqlite":
        found = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
        wanted = [f"{table}_no_{what}" for table in kept for what in ("update", "delete", "again")]
    else:
        found = connection.execute(text("SELECT tgname FROM pg_trigger WHERE tgenabled IN ('O', 'A')"))
        wanted = [f"{table}_no_{what}" for table in kept for what in ("change", "truncate")]
    names = {row[0] for row in found}
    return [name for name in wanted if name not in names]


def _sqlite(kept: Mapping[str, tuple[str, ...]]) -> list[str]:
    statements = []
    for table, key in kept.items():
        says = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        same = " AND ".join(f"{column} = NEW.{column}" for column in key)
        again = f"EXISTS (SELECT 1 FROM {table} WHERE {same})"
        statements += [f"DROP TRIGGER IF EXISTS {table}_no_{what}" for what in ("update", "delete", "again")]
        statements += [
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {says}",
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {says}",
            f"CREATE TRIGGER {table}_no_again BEFORE INSERT ON {table} WHEN {again} {says}",
        ]
    return statements


def _postgresql(kept: Iterable[str]) -> list[str]:
    """The key itself refuses a second INSERT; `ON CONFLICT DO UPDATE` meets the UPDATE trigger."""
    statements = [_FUNCTION]
    for table in kept:
        run = "EXECUTE FUNCTION asps_append_only()"
        statements += [f"DROP TRIGGER IF EXISTS {table}_no_{what} ON {table}" for what in ("change", "truncate")]
        statements += [
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW {run}",
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {run}",
        ]
    return statements
