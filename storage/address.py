"""A SQLite file as the address of a database, and the file of an address. The help imports this: it stays light."""

from pathlib import Path
from urllib.parse import unquote


def of_file(path: str | Path) -> str:
    """The address of a file, whose name may hold what means something else in an address."""
    return f"sqlite:///{str(path).replace('%', '%25').replace('?', '%3F')}"


def file_of(address: str) -> Path | None:
    """The file of an address; None where it names none: another kind of database, or one in memory."""
    scheme, _, path = address.partition(":///")
    name = unquote(path.partition("?")[0], errors="surrogateescape")
    return Path(name) if scheme.partition("+")[0] == "sqlite" and name else None
