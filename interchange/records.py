"""Text taken apart into rows of cells, in bounded memory. A row that cannot be read is given with the reason."""

import csv
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TextIO

LONGEST_ROW = 50_000
"""Characters of one row."""
MOST_LINES = 100
"""Lines of one row, where cells have line breaks."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One row of a sheet."""

    number: int
    """As the spreadsheet counts: the header is 1."""
    cells: tuple[str, ...] = ()
    fault: str = ""
    """Why it cannot be read; empty where it can."""

    @property
    def blank(self) -> bool:
        """Nothing stands in it."""
        return not self.fault and not any(cell.strip() for cell in self.cells)


class _TooLong(Exception):
    """A row went on for too long."""


class _Lines:
    """The lines of a text, of which the last ones taken can be given back."""

    def __init__(self, stream: TextIO) -> None:
        self._stream, self._back = stream, deque[str]()
        self._taken, self._size = list[str](), 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._back.popleft() if self._back else self._stream.readline(LONGEST_ROW + 1)
        if not line:
            raise StopIteration
        self._taken.append(line)
        self._size += len(line)
        if self._size > LONGEST_ROW or len(self._taken) > MOST_LINES:
            raise _TooLong
        return line

    def begin(self) -> None:
        """A new row begins here."""
        self._taken, self._size = [], 0

    def give_back(self) -> None:
        """All lines of this row but its first: they may be rows of their own."""
        first, *others = self._taken
        self._back.extendleft(reversed(others))
        while not self._back and first and not first.endswith(("\n", "\r")):
            first = self._stream.readline(LONGEST_ROW)  # the rest of a line that is too long


def records(stream: TextIO, delimiter: str) -> Iterator[Row]:
    """The rows of a text, blank ones included. Memory stays small whatever comes."""
    lines = _Lines(stream)
    reader, number = csv.reader(lines, delimiter=delimiter, strict=True), 0
    while True:
        number += 1
        lines.begin()
        try:
            yield _row(number, next(reader))
        except StopIteration:
            return
        except (csv.Error, _TooLong) as error:
            yield Row(number=number, fault=_why(error))
            lines.give_back()


def _row(number: int, cells: list[str]) -> Row:
    if any("\0" in cell for cell in cells):
        return Row(number=number, fault="the row holds a NUL character: it is no text")
    return Row(number=number, cells=tuple(cells))


def _why(error: Exception) -> str:
    if isinstance(error, _TooLong):
        return (
            f"the row is longer than {LONGEST_ROW:,} characters or {MOST_LINES} lines: is a quotation mark left open?"
        )
    return "a quotation mark is left open or stands where it should not: double it inside a quoted cell"
