"""Opens the record for a command. Imported by commands when they run, never for their help."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine

from cli.options import database_url, user_name
from storage.address import file_of
from storage.database import SMALLEST, open_database
from storage.ledger import Author, Ledger
from storage.queries import Reader
from workflow.asps import ASPS
from workflow.errors import AspsError
from workflow.moments import instant
from workflow.site import Site
from workflow.vocabulary import Role


@dataclass(frozen=True, kw_only=True)
class Record:
    """An open record: who writes to it, who reads it, and the settings in force."""

    ledger: Ledger
    reader: Reader
    site: Site

    def moment(self, at: str | None) -> datetime:
        """The moment asked for, else now."""
        return instant(at, self.site.zone) if at else datetime.now(UTC)


@contextmanager
def opened(database: str | None) -> Iterator[Record]:
    """The record of an installation that was set up. Raises AspsError with what to do where there is none."""
    url = database_url(database)
    _must_exist(url)
    with ledger_on(url) as ledger:
        site = ledger.site()
        if site.word("timezone") is None:
            raise AspsError(f"{shown(url)} is not set up yet; run: asps init")
        yield Record(ledger=ledger, reader=Reader(ledger.engine, ASPS), site=site)


@contextmanager
def as_it_is(database: str | None) -> Iterator[Engine]:
    """The database of a record that is to be looked after: no row of it has to be legible."""
    url = database_url(database)
    _must_exist(url)
    with ledger_on(url) as ledger:
        yield ledger.engine


@contextmanager
def ledger_on(url: str) -> Iterator[Ledger]:
    """A ledger on a database, which is made if it is missing."""
    engine = open_database(url)
    try:
        yield Ledger(engine, ASPS)
    finally:
        engine.dispose()


def author(by: Role, user: str | None) -> Author:
    """Who acts, and in which role."""
    return Author(by=by, user=user_name(user))


def shown(url: str) -> str:
    """A database as people call it: the file's path, or the address without its password."""
    return str(file_of(url) or _without_password(url))


def backups_of(database: str | None) -> Path:
    """Where copies and anchors go that nobody gave a place: ASPS_BACKUPS, else `backups` beside the record."""
    if given := os.environ.get("ASPS_BACKUPS"):
        return Path(given)
    file = file_of(database_url(database))
    return (file.parent if file else Path()) / "backups"


def _without_password(url: str) -> str:
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}"


def _must_exist(url: str) -> None:
    file = file_of(url)
    if file is not None and not file.exists():
        raise AspsError(f"there is no record at {file}; run: asps init (or name another with --database)")
    if file is not None and file.is_file() and file.stat().st_size < SMALLEST:
        raise AspsError(f"{file} holds no record, it is empty; put a copy in its place with asps restore, or asps init")
