"""How things look in the terminal. Nothing that a person once typed reaches the terminal raw."""

import os
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache

from rich.box import ROUNDED, SIMPLE_HEAD
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

_UNSHOWABLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_NARROWEST, _PIPED_WIDTH = 20, 160
"""Columns where nobody looks: wide enough that a table keeps its lines together."""
FRAME = ROUNDED
WIDEST = 100
"""Columns of a framed text: longer lines are hard to read."""


def plain(text: object) -> str:
    """A text as one line that moves no cursor and hides nothing: control characters are written out."""
    return "".join(_shown(c) if unicodedata.category(c) in _UNSHOWABLE else c for c in str(text))


def _shown(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def words(text: object, style: str = "") -> Text:
    """A text to be shown as it is: markup in it means nothing. Added to another, each keeps its own style."""
    return Text(overflow="fold").append(plain(text), style)


class Command(Text):
    """A command to be copied: on one line, however long."""


def command(text: str) -> Command:
    """A command as people will type it."""
    return Command(plain(text), style="cyan")


@cache
def _console(error: bool, width: int | None) -> Console:
    return Console(stderr=error, highlight=False, width=width)


def console(error: bool = False) -> Console:
    """Where to print: as wide as COLUMNS says or the terminal is, and wide where the output is piped."""
    told = os.environ.get("COLUMNS", "")
    if told.isdecimal() and int(told) >= _NARROWEST:
        return _console(error, int(told))
    stream = sys.stderr if error else sys.stdout
    return _console(error, None if stream.isatty() else _PIPED_WIDTH)


def say(*parts: RenderableType, error: bool = False) -> None:
    """Prints lines, tables and panels. Strings are shown as they are, never read as markup."""
    target = console(error)
    for part in parts:
        shown = words(part) if isinstance(part, str) else part
        if target.is_terminal:
            target.print(shown, soft_wrap=isinstance(shown, Command))
        else:
            _print_trimmed(target, shown)


def _print_trimmed(target: Console, part: RenderableType) -> None:
    """In a file or a pipe, without the blanks that fill a line up."""
    with target.capture() as captured:
        target.print(part, soft_wrap=isinstance(part, Command))
    for line in captured.get().splitlines():
        print(line.rstrip(), file=target.file)


def table(*columns: str, rows: Iterable[Sequence[RenderableType]]) -> Table:
    """A table whose cells wrap but are never cut off."""
    found = Table(box=SIMPLE_HEAD, pad_edge=False, header_style="bold", show_edge=False)
    for column in columns:
        found.add_column(column, overflow="fold")
    for row in rows:
        found.add_row(*(words(cell) if isinstance(cell, str) else cell for cell in row))
    return found


def shortly(value: object) -> str:
    """A field's value as people read it: `ALT 22 U/L, AST 19 U/L`."""
    if isinstance(value, (list, tuple)):
        return ", ".join(shortly(inner) for inner in value)
    if isinstance(value, dict):
        return " ".join(str(inner) for inner in value.values())
    return str(value)


def two(top: RenderableType | str, below: RenderableType | str) -> RenderableType:
    """A cell of two lines: what counts, and beneath it, dim, what belongs to it."""
    first = words(top) if isinstance(top, str) else top
    if not below:
        return first
    return Group(first, words(below, "dim") if isinstance(below, str) else below)


def lines(parts: Iterable[RenderableType]) -> RenderableType:
    """A cell of as many lines as there are parts."""
    return Group(*parts)


def facts(rows: Iterable[tuple[str, RenderableType | Iterable[str]]]) -> Table:
    """Names with their values, one below the other; what has no value is left out."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for name, value in rows:
        shown = _lines(value)
        if shown is not None:
            grid.add_row(name, shown)
    return grid


def _lines(value: RenderableType | Iterable[str]) -> RenderableType | None:
    if isinstance(value, str):
        return words(value) if value else None
    if isinstance(value, (tuple, list)):
        return Text("\n").join(words(line) for line in value) if value else None
    return value  # type: ignore[return-value]  # already something rich can show
