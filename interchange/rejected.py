"""The rows that did not come in, as a file of their own: as they were, with the reason beside them."""

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import TextIO

from interchange.out import Write, new_file, writer
from interchange.values import plain
from workflow.errors import AspsError

ROW, BECAUSE = "rejected_row", "rejected_because"
"""The two columns in front of the others."""
OURS = frozenset({plain(ROW), plain(BECAUSE)})
"""As header cells are compared. Importing the file again ignores them."""


def place_of(path: Path, kept: bool = False) -> Path:
    """Where the rejected rows of a file go: beside it; `kept`: those of the import before."""
    return path.with_name(f"{path.stem}.rejected{'.old' if kept else ''}.csv")


class Rejects:
    """Writes rejected rows. The file is there when this is left, if there was one row at all.

    The file of an earlier import is kept under another name, for somebody may have mended rows in it.
    """

    def __init__(self, path: Path, header: Sequence[str], delimiter: str) -> None:
        self.path, self.count = place_of(path), 0
        self._former = place_of(path, kept=True)
        self._places = [place for place, cell in enumerate(header) if plain(cell) not in OURS]
        self._header, self._delimiter = header, delimiter
        self._stack = ExitStack()
        self._write: Write | None = None

    def add(self, number: int, cells: Sequence[str], because: str) -> None:
        """One row."""
        if self._write is None:
            self._write = writer(self._opened(), self._delimiter)
            self._write((ROW, BECAUSE, *self._kept(self._header)))
        self._write((number, because, *self._kept(cells)))
        self.count += 1

    def _opened(self) -> TextIO:
        try:
            return self._stack.enter_context(new_file(self.path))
        except OSError as error:
            raise AspsError(
                f"the rejected rows cannot be written to {self.path} ({error.strerror}): "
                "copy the sheet into a folder of your own, and import it from there"
            ) from None

    def _kept(self, cells: Sequence[str]) -> list[str]:
        beyond = range(len(self._header), len(cells))
        return [cells[place] for place in (*self._places, *beyond) if place < len(cells)]

    def __enter__(self) -> "Rejects":
        if self.path.exists():
            self.path.replace(self._former)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.__exit__(kind, error, trace)
