"""The one place where what goes wrong becomes one sentence and an exit code, never a traceback.

0 done, 1 refused or failed, 2 wrong usage, 3 something is overdue (`worklist --check`). ASPS_DEBUG=1 shows tracebacks.
"""

import errno
import os
import sys
import traceback
from collections.abc import Sequence
from typing import Any

import typer
from typer.core import TyperGroup

from cli.screen import plain, say, words
from workflow.errors import AspsError, Invalid, NotFound

DONE, FAILED, USAGE, OVERDUE, INTERRUPTED = 0, 1, 2, 3, 130


class Terminal(TyperGroup):
    """The group of all commands. A command returns its exit code, or None when it is done."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        """Runs a command and leaves with its exit code."""
        _never_fail_to_print()
        args = _database_last(list(sys.argv[1:] if args is None else args))
        try:
            code = super().main(args, prog_name, complete_var, False, windows_expand_args, **extra)
        except Exception as error:
            code = report(error)
        sys.exit(code if isinstance(code, int) else DONE)


def report(error: Exception) -> int:
    """Says what went wrong on standard error; the exit code."""
    if os.environ.get("ASPS_DEBUG") == "1":
        traceback.print_exception(error)
    if isinstance(error, typer.TyperException):
        return _usage(error)
    if isinstance(error, OSError) and error.errno == errno.EPIPE:
        return FAILED
    if isinstance(error, typer.Abort):
        _sentence("Stopped; nothing was written.")
        return FAILED
    _sentence(explain(error))
    return USAGE if isinstance(error, Invalid) else FAILED


def explain(error: Exception) -> str:
    """An error in one sentence."""
    if isinstance(error, (AspsError, NotFound)):
        return str(error)
    if isinstance(error, OSError):
        return f"{error.filename or 'system'}: {error.strerror or error}"
    if "sqlalchemy" in sys.modules:
        from sqlalchemy.exc import DBAPIError

        if isinstance(error, DBAPIError):
            return f"the database says: {_first_line(error.orig)}"
    return f"this should not have happened ({type(error).__name__}: {_first_line(error)}); ASPS_DEBUG=1 shows where"


def _database_last(args: list[str]) -> list[str]:
    """`asps --database FILE worklist` means `asps worklist --database FILE`."""
    if args and args[0] == "--database" and len(args) > 2:
        return args[2:] + args[:2]
    return args[1:] + args[:1] if args and args[0].startswith("--database=") else args


def _usage(error: typer.TyperException) -> int:
    context = getattr(error, "ctx", None)
    message = error.format_message()
    if message:
        _sentence(message)
    if context is not None:
        say(words(f"See {context.command_path} --help", "dim"), error=True)
    return error.exit_code


def _sentence(text: str) -> None:
    say(words("✗ ", "bold red") + words(text), error=True)


def _first_line(error: object) -> str:
    return plain((str(error).strip().splitlines() or [type(error).__name__])[0][:300])


def _never_fail_to_print() -> None:
    """A terminal that cannot show a sign gets a question mark instead."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
