"""Copies of a SQLite record, each checked before it counts; and one of them back in its place."""

import os
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote

from sqlalchemy import Engine

from storage import cipher, faults
from storage.address import of_file
from storage.database import SMALLEST, open_database
from storage.verify import Verdict, verify
from workflow.errors import AspsError

KEPT = 14
"""Copies that are kept, where nobody says how many."""

PATTERN = "asps-????????T??????Z.db"
"""The names of copies, by the second (UTC) at which they were made; in a folder, oldest first."""

_UNFINISHED = ".asps-unfinished-"


@dataclass(frozen=True, kw_only=True, slots=True)
class Restored:
    """What came back."""

    verdict: Verdict
    aside: Path | None
    """Where the record is that stood there before; None where there was none."""


def backup(engine: Engine, folder: Path, now: datetime, *, keep: int = KEPT) -> Path:
    """A verified copy of the record as of one moment, while others go on writing; where it is. Only `keep` stay.

    Raises AspsError where the copy does not verify: no copy is then made and no older one removed.
    """
    if engine.dialect.name != "sqlite":
        raise AspsError(
            "PostgreSQL is backed up with its own tools (pg_dump, or its archive); asps copies SQLite files"
        )
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _tidy(folder, now)
    final = folder / f"asps-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}.db"
    with TemporaryDirectory(prefix=_UNFINISHED, dir=folder) as unfinished:
        copy = Path(unfinished) / "asps.db"
        source = engine.raw_connection()
        try:
            _copy(source.driver_connection, copy, faults.place(engine.url))
        finally:
            source.close()
        _verified(copy, faults.place(engine.url))
        copy.replace(final)
    _settle(folder)
    _rotate(folder, final, keep)
    return final


def check(file: Path, beside: Path) -> Verdict:
    """Whether a copy could be restored; it is only read. `beside`: a folder with room for it. Raises AspsError."""
    with _prepared(file, beside) as (_, verdict):
        return verdict


def restore(file: Path, place: Path, now: datetime) -> Restored:
    """Puts a copy, once it is verified, in the place of the record, which is put aside and never overwritten.

    Cut short, either the former record is in its place or the new one. Raises AspsError where the copy does not
    verify, or the record is in use.
    """
    place.parent.mkdir(parents=True, exist_ok=True)
    with _prepared(file, place.parent) as (copy, verdict):
        aside = _put_aside(place, now)
        copy.replace(place)
    _settle(place.parent)
    return Restored(verdict=verdict, aside=aside)


@contextmanager
def _prepared(file: Path, folder: Path) -> Iterator[tuple[Path, Verdict]]:
    """A verified copy of a copy, brought to the present tables; gone at the end unless it was moved."""
    if not file.is_file():
        raise AspsError(f"there is no file {file}")
    if file.stat().st_size < SMALLEST:
        raise AspsError(f"{file} is no copy of a record: it is empty")
    beside = file.with_name(f"{file.name}-wal").exists()
    with TemporaryDirectory(prefix=_UNFINISHED, dir=folder) as unfinished:
        copy = Path(unfinished) / "asps.db"
        with _told(str(file)), closing(cipher.connect(file, _read_only(file, alone=not beside))) as source:
            _copy(source, copy, str(file), encrypt=bool(cipher.key()) and cipher.is_plain(file))
        yield copy, _verified(copy, str(file))


def _read_only(file: Path, alone: bool) -> str:
    """As a file that nobody changes, so that it may lie where nothing can be written."""
    return f"file:{quote(str(file.absolute()))}?mode=ro{'&immutable=1' if alone else ''}"


def _copy(source: Any, target: Path, where: str, *, encrypt: bool = False) -> None:
    """All of it as of one moment; readable by the owner only, and encrypted where there is a key."""
    target.touch(mode=0o600)
    with _told(where):
        source.execute("PRAGMA schema_version").fetchone()  # the copying itself would not tell what is wrong with it
        if encrypt:
            cipher.encrypt(source, target)
            return
        with closing(cipher.connect(target)) as made:
            source.backup(made)


def _verified(copy: Path, where: str) -> Verdict:
    """Raises AspsError where the record in a file is not as the ledger wrote it."""
    try:
        engine = open_database(of_file(copy))
        try:
            verdict = verify(engine)
        finally:
            engine.dispose()
    except AspsError as error:
        raise AspsError(str(error).replace(str(copy), where)) from error
    if verdict.first:
        raise AspsError(f"{where} does not verify: {verdict.first}")
    return verdict


@contextmanager
def _told(where: str) -> Iterator[None]:
    try:
        yield
    except cipher.driver().Error as error:
        raise AspsError(faults.sentence(error, where) or f"{where} cannot be copied: {error}") from error


def _put_aside(place: Path, now: datetime) -> Path | None:
    """A second name for the record, if there is one; a log without its record is put aside as well."""
    aside = place.with_name(f"{place.name}.before-{now.astimezone(UTC):%Y%m%dT%H%M%S.%f}")
    found = place.exists()
    if found:
        _leave_the_log(place)
        _second_name(place, aside)
    for end in ("-wal", "-shm"):  # of a lost record, or one too damaged to be opened: they would spoil another file
        left = place.with_name(place.name + end)
        if left.exists():
            _second_name(left, aside.with_name(aside.name + end))
            left.unlink()
    return aside if found else None


def _leave_the_log(place: Path) -> None:
    """Brings what is in the write-ahead log into the file. Raises AspsError where somebody has it open."""
    with closing(cipher.connect(place, timeout=0, isolation_level=None)) as connection:
        try:
            connection.execute("PRAGMA journal_mode = DELETE")  # possible only while nobody else has it open
        except cipher.driver().DatabaseError as error:
            if "locked" in str(error):
                raise AspsError(
                    f"{place} is in use; stop the worker and the pages first. Nothing was changed"
                ) from None


def _second_name(file: Path, other: Path) -> None:
    try:
        os.link(file, other)
    except OSError:  # a file system without links, or the name is taken
        if other.exists():
            raise
        shutil.copy2(file, other)


def _rotate(folder: Path, newest: Path, keep: int) -> None:
    """Removes all but the latest copies. The one just made stays, whatever the clock says."""
    older = sorted(file for file in folder.glob(PATTERN) if file != newest)
    for file in older[: max(0, len(older) - keep + 1)]:
        file.unlink(missing_ok=True)


def _tidy(folder: Path, now: datetime) -> None:
    """Removes what a copy left that was cut short more than a day ago."""
    for left in folder.glob(f"{_UNFINISHED}*"):
        with suppress(FileNotFoundError):
            if now - datetime.fromtimestamp(left.stat().st_mtime, UTC) > timedelta(days=1):
                shutil.rmtree(left)


def _settle(folder: Path) -> None:
    """Waits until a new name is on the disk."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
