"""The first tables."""

import sqlalchemy as sa
from alembic import op

from storage import triggers

revision = "0001"
down_revision = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Makes the site, the chains, the projections and the clock's tables; the one site is there from the start."""
    _record()
    _projections()
    _clock()
    op.execute(sa.text("INSERT INTO site (id, revision, settings, pathway_version) VALUES (1, 0, '{}', '')"))
    op.execute(sa.text("INSERT INTO stream (name, site_id, head, length) VALUES ('@site', 1, '', 0)"))
    triggers.create(op.get_bind())


def _record() -> None:
    op.create_table(
        "site",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("settings", sa.Text(), nullable=False),
        sa.Column("pathway_version", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_site"),
    )
    op.create_table(
        "stream",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("head", sa.String(), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_stream"),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_stream_site_id"),
    )
    op.create_table(
        "journal",
        sa.Column("stream", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("effects", sa.Text(), nullable=False),
        sa.Column("prev", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("stream", "seq", name="pk_journal"),
        sa.ForeignKeyConstraint(["stream"], ["stream.name"], name="fk_journal_stream"),
    )
    op.create_table(
        "person",
        sa.Column("patient", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("patient", name="pk_person"),
        sa.ForeignKeyConstraint(["patient"], ["stream.name"], name="fk_person_patient"),
    )


def _projections() -> None:
    op.create_table(
        "patient",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("pathway_version", sa.String(), nullable=False),
        sa.Column("settings_revision", sa.Integer(), nullable=False),
        sa.Column("wake_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_patient"),
        sa.ForeignKeyConstraint(["id"], ["stream.name"], name="fk_patient_id"),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_patient_site_id"),
    )
    op.create_index("ix_patient_state", "patient", ["state", "id"])
    op.create_index("ix_patient_settings", "patient", ["settings_revision"])
    op.create_index("ix_patient_pathway", "patient", ["pathway_version"])
    _partial("ix_patient_wake", "patient", ["wake_at"], "wake_at IS NOT NULL")
    _task()


def _task() -> None:
    op.create_table(
        "task",
        sa.Column("patient", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("occurrence", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("opened", sa.Date(), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("target", sa.Date(), nullable=True),
        sa.Column("not_before", sa.Date(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("done", sa.Date(), nullable=True),
        sa.Column("done_by", sa.String(), nullable=False),
        sa.Column("snoozed_until", sa.Date(), nullable=True),
        sa.Column("claimed_by", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("remind_at", INSTANT, nullable=True),
        sa.Column("due_at", INSTANT, nullable=True),
        sa.Column("overdue_at", INSTANT, nullable=True),
        sa.Column("escalate_at", INSTANT, nullable=True),
        sa.Column("wake_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("patient", "name", "subject", "occurrence", name="pk_task"),
        sa.ForeignKeyConstraint(["patient"], ["patient.id"], name="fk_task_patient"),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_task_site_id"),
        sqlite_with_rowid=False,
    )
    _partial("ix_task_target", "task", ["target", "priority", "name", "patient", "owner"], "status = 'open'")
    _partial("ix_task_priority", "task", ["priority", "target", "name", "patient", "owner"], "status = 'open'")
    _partial("ix_task_claimed", "task", ["claimed_by"], "status = 'open' AND claimed_by <> ''")
    _partial("ix_task_wake", "task", ["wake_at"], "wake_at IS NOT NULL")


def _clock() -> None:
    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("patient", sa.String(), nullable=False),
        sa.Column("task", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("occurrence", sa.Integer(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_notice"),
        sa.ForeignKeyConstraint(["patient"], ["stream.name"], name="fk_notice_patient"),
    )
    key = ["patient", "task", "subject", "occurrence", "due", "stage"]
    op.create_index("uq_notice_task", "notice", key, unique=True)
    op.create_table(
        "delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("notice", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_delivery"),
        sa.ForeignKeyConstraint(["notice"], ["notice.id"], name="fk_delivery_notice"),
    )
    op.create_index("uq_delivery_attempt", "delivery", ["notice", "channel", "attempt"], unique=True)
    op.create_table(
        "heartbeat",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_heartbeat"),
    )


def _partial(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
