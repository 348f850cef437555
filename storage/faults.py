"""What a database's own errors mean for the person at the keyboard: one sentence, and what to do."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import disk_usage

from sqlalchemy import URL, Engine, event
from sqlalchemy.engine import ExceptionContext

from workflow.errors import AspsError

SQLITE = {
    "SQLITE_NOTADB": "{where} is not an ASPS Pathway database; name another file, or its key if it is encrypted",
    "SQLITE_BUSY": "{where} is locked by another program; nothing was written, try again",
    "SQLITE_LOCKED": "{where} is locked by another program; nothing was written, try again",
    "SQLITE_READONLY": "{where} cannot be written: the file or its folder is read-only",
    "SQLITE_FULL": "there is no space left for {where}; nothing was written",
    "SQLITE_CORRUPT": "{where} is damaged; restore a backup, then run asps journal verify",
    "SQLITE_CANTOPEN": "{where} cannot be opened; look at its folder and permissions",
    "SQLITE_IOERR": "{where} cannot be read or written: the disk reports an error; nothing was written",
    "SQLITE_PERM": "{where} may not be opened by this user",
    "SQLITE_AUTH": "{where} may not be opened by this user",
    "SQLITE_TOOBIG": "the entry is too large; nothing was written",
}
"""By SQLite's primary result code."""

_LACKS = "{where} lacks tables of ASPS Pathway; restore a backup"
_OTHER_TABLES = "{where} is damaged: its tables are not those of the version that it names; restore a backup"

SQLITE_SAYS = {
    "no such table": _LACKS,
    "no such column": _OTHER_TABLES,
    "has no column named": _OTHER_TABLES,
    "already exists": _OTHER_TABLES,
}
"""By what an error says that has no code of its own."""

POSTGRESQL = {
    "55P03": "{where} is locked by another program; nothing was written, try again",
    "57014": "{where} did not answer in time; nothing was written, try again",
    "40P01": "another program changed the same rows of {where}; nothing was written, try again",
    "40001": "another program changed the same rows of {where}; nothing was written, try again",
    "25006": "{where} cannot be written: it is read-only",
    "53100": "there is no space left for {where}; nothing was written",
    "42501": "this user may not do that in {where}",
    "42P01": _LACKS,
    "42P07": _OTHER_TABLES,
    "42703": _OTHER_TABLES,
}
"""By SQLSTATE; anything else of class 08, 28, 3D, 53 or 57 is a failed connection."""

ROOM = 65_536
"""Bytes without which SQLite cannot open a record: its index of the write-ahead log takes half of them."""

_UNREACHABLE = ("", "08", "28", "3D", "53", "57")


def sentence(error: BaseException, where: str) -> str:
    """What to say about a driver's error; empty where it is not one of these."""
    if name := getattr(error, "sqlite_errorname", ""):
        primary = "_".join(str(name).split("_")[:2])
        if primary in ("SQLITE_IOERR", "SQLITE_CANTOPEN") and _is_full(where):
            primary = "SQLITE_FULL"
        if primary == "SQLITE_ERROR":
            return next((said for text, said in SQLITE_SAYS.items() if text in str(error)), "").format(where=where)
        return SQLITE.get(primary, "").format(where=where)
    if hasattr(error, "sqlstate") and type(error).__module__.startswith("psycopg"):
        state = error.sqlstate or ""
        if said := POSTGRESQL.get(state):
            return said.format(where=where)
        if type(error).__name__ == "OperationalError" or state[:2] in _UNREACHABLE[1:]:
            return f"{where} cannot be reached: {str(error).strip().splitlines()[0][:200]}"
    return ""


def _is_full(where: str) -> bool:
    """No room is left even for the small files beside the record: SQLite says only that they failed."""
    try:
        return disk_usage(Path(where).parent).free < ROOM
    except OSError:
        return False


@contextmanager
def legible() -> Iterator[None]:
    """Says that a row cannot be read, where reading it fails: its file was damaged or written by something else."""
    try:
        yield
    except UnicodeEncodeError as error:  # of a parameter: what was read is text
        raise AspsError("what was typed is no text in UTF-8; look at the settings of the terminal") from error
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        first = (str(error).strip().splitlines() or [""])[0][:120]
        raise AspsError(f"a row cannot be read ({type(error).__name__}: {first}); run asps journal verify") from error


def place(url: URL) -> str:
    """How a database is called in messages: its file, or host and name; never a password."""
    if url.get_backend_name() == "sqlite":
        return url.database or "the database in memory"
    return f"the database {url.database} on {url.host or 'this machine'}"


def explain(engine: Engine) -> None:
    """Lets every use of the engine raise AspsError with such a sentence instead of the driver's error."""
    where = place(engine.url)

    @event.listens_for(engine, "handle_error")
    def _handle(context: ExceptionContext) -> None:
        if said := sentence(context.original_exception, where):
            raise AspsError(said) from context.original_exception
