"""One run: where its files go, how large it is, and whom to tell how far it is."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Run:
    """The circumstances of a run."""

    folder: Path
    """For databases; deleted at the end."""
    quick: bool
    tell: Callable[[str], None] = lambda what: None
    """Called with what is being measured."""

    def size(self, full: int, quick: int) -> int:
        """A number of things, in a full run or a quick one."""
        return quick if self.quick else full

    @property
    def rounds(self) -> int:
        """How often each thing is measured."""
        return self.size(9, 5)

    def file(self, name: str) -> Path:
        """A database file."""
        return self.folder / f"{name}.db"
