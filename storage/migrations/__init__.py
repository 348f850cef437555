"""Migrations: how a database reaches the present tables.

To change a table: write `versions/NNNN_what.py` with `upgrade`, add its number to `storage.database.REVISIONS`, and
end with `storage.triggers.create` where a table of `storage.triggers.KEYS` was copied. There is no way down: restore a
backup.
Alembic is imported only here, and this package only when there is something to migrate.
"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from storage import triggers
from workflow.errors import AspsError


def config(connection: Connection) -> Config:
    """Alembic's settings, without a file: the scripts here, on a connection that is already open."""
    settings = Config()
    settings.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    settings.attributes["connection"] = connection
    return settings


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Migrates within the caller's transaction, so that a migration cut short leaves nothing behind."""
    command.upgrade(config(connection), revision)
    if gone := triggers.missing(connection):
        raise AspsError(f"the migration lost the triggers {', '.join(gone)}; nothing was changed")
