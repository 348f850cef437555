"""The worklist of one role, and how long it is, each from one index alone."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

OPEN = sa.text("status = 'open'")


def upgrade() -> None:
    """An index by owner; and the status in the indexes, without which SQLite looks every task up to count them."""
    op.drop_index("ix_task_target", "task")
    _index("ix_task_target", "target", "priority", "name", "patient", "owner", "status")
    _index("ix_task_owner", "owner", "target", "priority", "name", "patient", "status")


def _index(name: str, *columns: str) -> None:
    op.create_index(name, "task", list(columns), sqlite_where=OPEN, postgresql_where=OPEN)
