"""The tables. Column names are the words of `workflow`; what is derived says from what.

site      one row: the settings in force           projection of the site's stream
stream    one row per chain: its head and length   kept with every entry
journal   the record: append-only, chained         guarded by triggers (`storage.triggers`)
person    name and contact, outside the chain      so that a person can be erased and the chain still verifies
patient   where each patient stands                projection
task      the care tasks                           projection; a partial index for every way of reading it
notice    what fell due, once per stage            append-only, guarded by triggers
delivery  attempts to tell someone                 append-only
heartbeat when a job last ran
staff     who is told, where and when              beside the record, outside the chains
policy    what the site decided about messages     beside the record
message   the outbox: what is to be told to whom   one row per message, by its unique key
outage    when nobody kept the clock               append-only
account   who may sign in to the pages             beside the record
session   who is signed in                         one row per browser, until it ends
attempt   failed sign-ins, for the delay           one row per account and per address
access    who looked at whom, who signed in        append-only, guarded by triggers
secret    keys made by the server itself           beside the record
"""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect, ForeignKeyConstraint, Index, MetaData, Table, Text, TypeDecorator, text
from sqlmodel import Field, SQLModel

SITE = 1
"""The one site of an installation. A column, so that several sites need no new keys."""

SITE_STREAM = "@site"
"""The site's own chain: settings, registrations, upgrades. No patient's id can begin with `@`."""


class Instant(TypeDecorator[datetime]):
    """A moment: aware in Python, UTC in the database. A naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC; without its zone for SQLite, which would drop it silently."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Aware, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(SQLModel):
    """What all tables share: names for their constraints, so that migrations can address them."""

    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ix": "ix_%(table_name)s_%(column_0_name)s",
        }
    )


def _only(where: str) -> dict[str, Any]:
    """A partial index, in both databases."""
    return {"sqlite_where": text(where), "postgresql_where": text(where)}


class Site(Base, table=True):
    """The site's settings in force, as texts: `{"mdt.due_days": "7"}`."""

    id: int = Field(primary_key=True)
    revision: int
    settings: str = Field(sa_type=Text)
    pathway_version: str


class Stream(Base, table=True):
    """A chain: the hash of its last entry, and how many there are."""

    name: str = Field(primary_key=True)
    site_id: int = Field(foreign_key="site.id")
    head: str
    length: int


class Journal(Base, table=True):
    """One entry. `hash` covers all other columns and, through `prev`, every entry before it."""

    stream: str = Field(primary_key=True, foreign_key="stream.name")
    seq: int = Field(primary_key=True)
    at: datetime = Field(sa_type=Instant)
    payload: str = Field(sa_type=Text)
    effects: str = Field(sa_type=Text)
    prev: str
    hash: str


class Person(Base, table=True):
    """Who the patient is. Never in the journal, a log or a message."""

    patient: str = Field(primary_key=True, foreign_key="stream.name")
    name: str
    contact: str = Field(sa_type=Text)


class Patient(Base, table=True):
    """Where a patient stands, and under which rules and settings that was worked out."""

    __table_args__ = (
        Index("ix_patient_state", "state", "id"),
        Index("ix_patient_wake", "wake_at", **_only("wake_at IS NOT NULL")),
        Index("ix_patient_settings", "settings_revision"),
        Index("ix_patient_pathway", "pathway_version"),
    )
    id: str = Field(primary_key=True, foreign_key="stream.name")
    site_id: int = Field(foreign_key="site.id")
    state: str
    since: date
    version: int
    pathway_version: str
    settings_revision: int
    wake_at: datetime | None = Field(default=None, sa_type=Instant)


OPEN = "status = 'open'"


class Task(Base, table=True):
    """A care task. `remind_at` to `escalate_at` are the instants at which its stages begin (00:00 at the site, in UTC).

    `wake_at` is the clock's mark: the next of them at which a notice is due; null when there is none.
    """

    __table_args__ = (
        # the worklist: overdue by date (and undated, where target is null), then by priority and date
        # and how long it is: with the status in them, the indexes alone tell
        Index("ix_task_target", "target", "priority", "name", "patient", "owner", "status", **_only(OPEN)),
        Index("ix_task_owner", "owner", "target", "priority", "name", "patient", "status", **_only(OPEN)),
        Index("ix_task_priority", "priority", "target", "name", "patient", "owner", **_only(OPEN)),
        Index("ix_task_claimed", "claimed_by", **_only(f"{OPEN} AND claimed_by <> ''")),
        Index("ix_task_wake", "wake_at", **_only("wake_at IS NOT NULL")),
        {"sqlite_with_rowid": False},
    )
    patient: str = Field(primary_key=True, foreign_key="patient.id")
    name: str = Field(primary_key=True)
    subject: str = Field(primary_key=True)
    occurrence: int = Field(primary_key=True)
    site_id: int = Field(foreign_key="site.id")
    status: str
    priority: int
    owner: str
    opened: date
    due: date | None = None
    target: date | None = None
    not_before: date | None = None
    why: str = Field(sa_type=Text)
    done: date | None = None
    done_by: str
    snoozed_until: date | None = None
    claimed_by: str
    reason: str = Field(sa_type=Text)
    remind_at: datetime | None = Field(default=None, sa_type=Instant)
    due_at: datetime | None = Field(default=None, sa_type=Instant)
    overdue_at: datetime | None = Field(default=None, sa_type=Instant)
    escalate_at: datetime | None = Field(default=None, sa_type=Instant)
    wake_at: datetime | None = Field(default=None, sa_type=Instant)


class Notice(Base, table=True):
    """A stage that began for a task due on a date: at most once, by its unique key.

    No reference to `task`, whose rows a rebuild writes anew. Insert only what is not there (`WHERE NOT EXISTS`): the
    trigger refuses an existing key before SQLite looks at `ON CONFLICT`.
    """

    __table_args__ = (Index("uq_notice_task", "patient", "task", "subject", "occurrence", "due", "stage", unique=True),)
    id: int | None = Field(default=None, primary_key=True)
    patient: str = Field(foreign_key="stream.name")
    task: str
    subject: str
    occurrence: int
    due: date
    stage: str
    at: datetime = Field(sa_type=Instant)


class Delivery(Base, table=True):
    """One attempt to deliver a notice through a channel."""

    __table_args__ = (
        Index("uq_delivery_attempt", "notice", "channel", "attempt", unique=True),
        ForeignKeyConstraint(["notice"], ["notice.id"]),
    )
    id: int | None = Field(default=None, primary_key=True)
    notice: int
    channel: str
    attempt: int
    at: datetime = Field(sa_type=Instant)
    outcome: str
    detail: str = Field(sa_type=Text)


class Heartbeat(Base, table=True):
    """When a job last ran to its end, and what it did."""

    name: str = Field(primary_key=True)
    at: datetime = Field(sa_type=Instant)
    detail: str = Field(default="", sa_type=Text)


class Staff(Base, table=True):
    """Someone who is told what is due: where, at which hour of the site, and who stands in meanwhile."""

    id: str = Field(primary_key=True)
    site_id: int = Field(foreign_key="site.id")
    name: str
    role: str
    addresses: str = Field(sa_type=Text)
    """JSON, by channel: `{"email": "ann@example.org"}`."""
    digest_hour: int
    quiet_from: int
    quiet_until: int
    absent_from: date | None = None
    absent_until: date | None = None
    deputy: str
    feed_key: str
    """Makes the calendar entries' ids, which must not be guessable from a patient's."""
    feed_hash: str
    """SHA-256 of the secret address of the calendar; empty: there is none."""


class Policy(Base, table=True):
    """One decision of the site about messages; what is not here is as `notifications.policy` has it."""

    name: str = Field(primary_key=True)
    value: str
    user: str
    at: datetime = Field(sa_type=Instant)


class Message(Base, table=True):
    """One message to one person through one channel. Its words are made at the moment of sending, and not kept."""

    __table_args__ = (
        Index("uq_message_key", "key", unique=True),
        Index("ix_message_next", "next_at", **_only("state = 'queued'")),
        Index("ix_message_staff", "staff", "channel", "kind", "upto"),
    )
    id: int | None = Field(default=None, primary_key=True)
    key: str
    staff: str
    channel: str
    route: str
    """What fails together: the mail server, or the host of a webhook."""
    kind: str
    day: date
    since: int
    upto: int
    """It tells of the notices after `since`, up to this one."""
    wanted_at: datetime = Field(sa_type=Instant)
    made_at: datetime = Field(sa_type=Instant)
    state: str
    attempt: int
    next_at: datetime = Field(sa_type=Instant)
    """When it may be sent; while it is being sent, when its lease ends."""
    lease: str
    settled_at: datetime | None = Field(default=None, sa_type=Instant)
    detail: str = Field(sa_type=Text)


class Outage(Base, table=True):
    """A time in which nobody kept the clock."""

    id: int | None = Field(default=None, primary_key=True)
    began: datetime = Field(sa_type=Instant)
    ended: datetime = Field(sa_type=Instant)


class Account(Base, table=True):
    """Who may sign in. Whoever is in `staff` under the same id gets messages too; an auditor need not be there."""

    id: str = Field(primary_key=True)
    site_id: int = Field(foreign_key="site.id")
    name: str
    role: str
    kind: str
    """How they sign in: `password`. The place for OpenID Connect."""
    password: str
    """Its argon2 hash."""
    must_change: bool
    """The password was given by somebody else, and must be changed at the first sign-in."""
    second_factor: str
    """The place for a second factor; empty: none."""
    created_at: datetime = Field(sa_type=Instant)
    changed_at: datetime = Field(sa_type=Instant)
    """Of the password."""
    revoked_at: datetime | None = Field(default=None, sa_type=Instant)


class Session(Base, table=True):
    """Someone who is signed in. `id` is the SHA-256 of what the cookie holds; `kind` is the place for API tokens."""

    __table_args__ = (Index("ix_session_account", "account"),)
    id: str = Field(primary_key=True)
    account: str = Field(foreign_key="account.id")
    kind: str
    created_at: datetime = Field(sa_type=Instant)
    seen_at: datetime = Field(sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant)
    address: str
    """From where."""
    agent: str = Field(sa_type=Text)
    """With which browser."""
    flash: str = Field(sa_type=Text)
    """What the next page says once, as JSON; empty: nothing."""


class Attempt(Base, table=True):
    """How often in a row a sign-in failed; `key` is a hash of the account's or the address's name."""

    key: str = Field(primary_key=True)
    failures: int
    at: datetime = Field(sa_type=Instant)


class Access(Base, table=True):
    """Someone looked at a patient, or signed in or out, or failed to (then `patient` is empty)."""

    __table_args__ = (Index("ix_access_patient", "patient", "id"), Index("ix_access_account", "account", "id"))
    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=Instant)
    account: str
    role: str
    patient: str
    what: str
    session: str
    """The first digits of the session's id."""


class Secret(Base, table=True):
    """A key of the server's own, in hexadecimal digits."""

    name: str = Field(primary_key=True)
    value: str


def _table(name: str) -> Table:
    return Base.metadata.tables[name]


site, stream, journal, person = _table("site"), _table("stream"), _table("journal"), _table("person")
patient, task, notice = _table("patient"), _table("task"), _table("notice")
delivery, heartbeat = _table("delivery"), _table("heartbeat")
staff, policy, message, outage = _table("staff"), _table("policy"), _table("message"), _table("outage")
account, session, attempt = _table("account"), _table("session"), _table("attempt")
access, secret = _table("access"), _table("secret")
