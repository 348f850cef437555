"""Encrypted SQLite files: SQLCipher in place of SQLite, where the installation has a key.

The key stands in ASPS_DATABASE_KEY, or in the file that ASPS_DATABASE_KEY_FILE names. 64 hexadecimal digits are the key
itself; anything else is a passphrase, out of which SQLCipher makes one at every opening, and takes its time for it.
"""

import os
import re
import sqlite3
from pathlib import Path
from typing import Any, Final

from workflow.errors import AspsError

KEY: Final = "ASPS_DATABASE_KEY"
KEY_FILE: Final = "ASPS_DATABASE_KEY_FILE"
SHORTEST: Final = 12
"""Characters of a passphrase."""
_PLAIN = b"SQLite format 3\x00"
"""How a file begins that is not encrypted; an encrypted one begins with noise."""


def key() -> str:
    """The key of this installation; empty where it has none. Raises AspsError; the key is in no message."""
    given, file = os.environ.get(KEY, ""), os.environ.get(KEY_FILE, "")
    if given and file:
        raise AspsError(f"both {KEY} and {KEY_FILE} are set; take one of them away")
    try:
        found = Path(file).read_text(encoding="utf-8").strip() if file else given
    except (OSError, UnicodeDecodeError) as error:
        raise AspsError(f"{KEY_FILE} names {file}, which cannot be read ({type(error).__name__})") from None
    if (file or found) and len(found) < SHORTEST:
        raise AspsError(
            f"the database key is shorter than {SHORTEST} characters; openssl rand -hex 32 makes a good one"
        )
    return found


def driver() -> Any:
    """The module that opens SQLite files here: `sqlite3`, or the one of SQLCipher. Raises AspsError."""
    if not key():
        return sqlite3
    try:
        from sqlcipher3 import dbapi2
    except ModuleNotFoundError:
        raise AspsError(
            f"{KEY} asks for an encrypted database, which needs: pip install 'asps-pathway[encrypted]'"
        ) from None
    return dbapi2


def is_plain(file: Path) -> bool:
    """Whether a file is a SQLite database that is not encrypted."""
    with file.open("rb") as stream:
        return stream.read(len(_PLAIN)) == _PLAIN


def unlock(connection: Any) -> None:
    """Gives a new connection of `driver` the key, if there is one; before anything else is asked of it."""
    if key():
        connection.execute("PRAGMA cipher_log_level = NONE")  # a wrong key is said by us, in one sentence
        connection.execute(f"PRAGMA key = {_quoted()}")


def connect(file: Path, address: str = "", **options: Any) -> Any:
    """A connection to a file, encrypted or not; a new one will be encrypted where there is a key."""
    connection = driver().connect(address or str(file), uri=bool(address), **options)
    if not is_plain(file):
        unlock(connection)
    return connection


def encrypt(plain: Any, target: Path) -> None:
    """Writes all that a connection sees of a plain file into a new, encrypted one."""
    plain.execute(f"ATTACH DATABASE ? AS encrypted KEY {_quoted()}", (str(target),))
    plain.execute("SELECT sqlcipher_export('encrypted')")
    plain.execute("DETACH DATABASE encrypted")


def _quoted() -> str:
    secret = key()
    raw = re.fullmatch("[0-9A-Fa-f]{64}", secret)
    return "'" + (f"x'{secret}'" if raw else secret).replace("'", "''") + "'"
