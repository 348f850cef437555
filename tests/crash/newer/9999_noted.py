"""A migration that only the tests know: it copies the whole journal, as Alembic does to change a SQLite table."""

import sqlalchemy as sa
from alembic import op

from storage import triggers
from storage.database import REVISIONS

revision = "9999"
down_revision = next(known for known in reversed(REVISIONS) if known != revision)


def upgrade() -> None:
    """A column for every table that grows, and the journal's triggers, which the copy lost."""
    with op.batch_alter_table("journal", recreate="always") as table:
        table.add_column(sa.Column("noted", sa.Text(), nullable=True))
    op.add_column("task", sa.Column("noted", sa.Text(), nullable=True))
    op.execute(sa.text("UPDATE task SET noted = why"))
    op.create_index("ix_task_noted", "task", ["noted"])
    triggers.create(op.get_bind())
