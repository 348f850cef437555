"""Who is told, and the outbox. Nothing of it is in the chains."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Makes the tables of the people and of the messages to them."""
    _people()
    _outbox()


def _people() -> None:
    op.create_table(
        "staff",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("addresses", sa.Text(), nullable=False),
        sa.Column("digest_hour", sa.Integer(), nullable=False),
        sa.Column("quiet_from", sa.Integer(), nullable=False),
        sa.Column("quiet_until", sa.Integer(), nullable=False),
        sa.Column("absent_from", sa.Date(), nullable=True),
        sa.Column("absent_until", sa.Date(), nullable=True),
        sa.Column("deputy", sa.String(), nullable=False),
        sa.Column("feed_key", sa.String(), nullable=False),
        sa.Column("feed_hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_staff"),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_staff_site_id"),
    )
    op.create_table(
        "policy",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("user", sa.String(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_policy"),
    )


def _outbox() -> None:
    op.create_table(
        "message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("staff", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("route", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("since", sa.Integer(), nullable=False),
        sa.Column("upto", sa.Integer(), nullable=False),
        sa.Column("wanted_at", INSTANT, nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("next_at", INSTANT, nullable=False),
        sa.Column("lease", sa.String(), nullable=False),
        sa.Column("settled_at", INSTANT, nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_message"),
    )
    op.create_index("uq_message_key", "message", ["key"], unique=True)
    queued = sa.text("state = 'queued'")
    op.create_index("ix_message_next", "message", ["next_at"], sqlite_where=queued, postgresql_where=queued)
    op.create_index("ix_message_staff", "message", ["staff", "channel", "kind", "upto"])
    op.create_table(
        "outage",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("began", INSTANT, nullable=False),
        sa.Column("ended", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_outage"),
    )
