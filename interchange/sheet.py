"""A CSV file as a sheet: its encoding, its delimiter, its header, and its rows one after the other."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from interchange.encoding import FILE, Encoding, codec_of
from interchange.records import Row, records
from workflow.errors import Invalid

MOST_ROWS = 100_000
MOST_COLUMNS = 300
DELIMITERS = (",", ";", "\t")
_HINT = "sep="
"""What Excel writes and reads above the header: `sep=;`."""

Known = Callable[[str], bool]
"""Whether a header cell names a column."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """A file that was found to be a sheet."""

    path: Path
    codec: str
    delimiter: str
    header: tuple[str, ...]
    first: int
    """The number of the header's row."""

    def rows(self) -> Iterator[Row]:
        """The rows below the header but the blank ones. Raises Invalid where there are too many or the file changes."""
        try:
            with _opened(self.path, self.codec) as stream:
                yield from (self._fitting(row) for row in records(stream, self.delimiter) if self._counts(row))
        except UnicodeError:
            raise Invalid(FILE, f"{self.path.name} was changed while it was read", allowed="import it again") from None

    def _counts(self, row: Row) -> bool:
        if row.number > MOST_ROWS:
            raise Invalid(FILE, f"{self.path.name} has more than {MOST_ROWS:,} rows", allowed="part it into several")
        return row.number > self.first and not row.blank

    def _fitting(self, row: Row) -> Row:
        """A row with cells beyond the header is none: a delimiter may stand unquoted inside a cell."""
        if not any(cell.strip() for cell in row.cells[len(self.header) :]):
            return row
        many = f"the row has {len(row.cells)} cells and the header {len(self.header)}"
        return Row(number=row.number, cells=row.cells, fault=f"{many}: quote a cell that holds the delimiter")


def open_sheet(path: Path, known: Known, encoding: Encoding | None = None) -> Sheet:
    """The sheet in a file: the delimiter is the one that gives most columns. Raises Invalid."""
    codec = codec_of(path, encoding)
    found = [sheet for d in DELIMITERS if (sheet := _with(path, codec, d))]
    best = max(found, key=lambda sheet: sum(map(known, sheet.header)), default=None)
    if best is None or not any(map(known, best.header)):
        why = f"no column of the first row of {path.name} is known"
        raise Invalid(
            FILE, why, allowed="the names that asps import --columns lists; asps import --template starts one"
        )
    if len(best.header) > MOST_COLUMNS:
        raise Invalid(FILE, f"{path.name} has more than {MOST_COLUMNS} columns")
    return best


def _with(path: Path, codec: str, delimiter: str) -> Sheet | None:
    """The sheet if this is its delimiter; None where no header can be read."""
    with _opened(path, codec) as stream:
        for row in records(stream, delimiter):
            if row.fault:
                return None
            if row.blank or _is_hint(row, delimiter):
                continue
            header = tuple(cell.strip() for cell in row.cells)
            return Sheet(path=path, codec=codec, delimiter=delimiter, header=header, first=row.number)
    return None


def _is_hint(row: Row, delimiter: str) -> bool:
    return row.number == 1 and delimiter.join(row.cells).strip().lower().startswith(_HINT) and len(row.cells) < 3


@contextmanager
def _opened(path: Path, codec: str) -> Iterator[TextIO]:
    with path.open(encoding=codec, newline="") as stream:
        yield stream
