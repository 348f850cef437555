"""Whether this installation can do its work: for `/readyz`, and for whoever watches over the machine."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from scheduler.late import late
from storage.database import HEAD
from workflow.errors import AspsError


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """One thing that has to be well."""

    name: str
    """`database`: it answers. `tables`: they are those of this version. `clock`: it is kept, and messages go out."""
    wrong: str = ""
    """What is not, for operators: it may name the database, and never a patient. Empty: all is well."""

    @property
    def ok(self) -> bool:
        """It is well."""
        return not self.wrong


@dataclass(frozen=True, kw_only=True, slots=True)
class Ready:
    """What was looked at, up to the first thing without which the rest cannot be asked."""

    checks: tuple[Check, ...]

    @property
    def ok(self) -> bool:
        """All is well."""
        return all(check.ok for check in self.checks)


def ready(engine: Engine, now: datetime) -> Ready:
    """Looks at database, tables and clock. Never raises."""
    return Ready(checks=tuple(_checks(engine, now)))


def _checks(engine: Engine, now: datetime) -> Iterator[Check]:
    try:
        found = _revision(engine)
    except (AspsError, SQLAlchemyError) as error:
        yield Check(name="database", wrong=str(error).splitlines()[0])
        return
    yield Check(name="database")
    if found != HEAD:
        yield Check(name="tables", wrong=f"they are of revision {found}, and this version needs {HEAD}")
        return
    yield Check(name="tables")
    yield Check(name="clock", wrong=_clock(engine, now))


def _revision(engine: Engine) -> str | None:
    with engine.connect() as connection:
        found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def _clock(engine: Engine, now: datetime) -> str:
    found = late(engine, now)
    if found is None:
        return ""
    last = f"since {found.last:%Y-%m-%d %H:%M} UTC" if found.last else "so far"
    return f"no reminder goes out: {found.why} {last}"
