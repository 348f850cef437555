"""Which column of a sheet is which, and which mean nothing here."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from interchange.columns import COLUMNS, REQUIRED, named
from interchange.encoding import FILE
from interchange.rejected import OURS
from interchange.values import plain
from workflow.errors import Invalid

_CLOSE, _LONGEST = 0.85, 60


@dataclass(frozen=True, kw_only=True, slots=True)
class Heading:
    """A header that was understood."""

    places: Mapping[str, int]
    """Where each known column stands, from 0."""
    ignored: tuple[str, ...]
    """The header cells that mean nothing here: what stands below them is not read."""

    def cells(self, row: Sequence[str]) -> dict[str, str]:
        """A row's cells by column; a row may be shorter than its header."""
        return {name: row[place] for name, place in self.places.items() if place < len(row)}


def heading(header: Sequence[str], ignore: Collection[str] = (), reason: bool = False) -> Heading:
    """The heading of a sheet; `reason`: one is given for all rows.

    Raises Invalid for a column that is there twice, is missing, or is spelled nearly like one that is known: what is
    under it would be lost silently. `ignore` names those that are meant otherwise.
    """
    left_out = {plain(name) for name in ignore}
    places: dict[str, int] = {}
    ignored: list[str] = []
    for place, cell in enumerate(header):
        name = None if plain(cell) in left_out else named(cell)
        if name is None:
            ignored += [cell[:_LONGEST]] if cell and plain(cell) not in OURS else []
        elif name in places:
            raise Invalid(FILE, f"the columns {header[places[name]]!r} and {cell!r} both mean {name}", allowed=_ONE)
        else:
            places[name] = place
    _complete(places, reason)
    _spelled(ignored, left_out, places)
    return Heading(places=places, ignored=tuple(ignored))


_ONE = "rename one, or leave it out with --ignore NAME"


def _complete(places: Mapping[str, int], reason: bool) -> None:
    missing = [name for name in REQUIRED if name not in places]
    if missing:
        raise Invalid(
            FILE, f"there is no column {', '.join(missing)}", allowed="the columns asps import --columns lists"
        )
    if not reason and "reason" not in places:
        raise Invalid(FILE, "there is no column reason", allowed="one, or --reason TEXT for all rows")


def _spelled(ignored: Collection[str], left_out: Collection[str], places: Mapping[str, int]) -> None:
    free = {plain(name): name for name in COLUMNS if name not in places}
    for cell in ignored:
        close = [] if plain(cell) in left_out else get_close_matches(plain(cell), free, n=1, cutoff=_CLOSE)
        if close:
            allowed = f"{free[close[0]]}, or leave it out with --ignore NAME"
            raise Invalid(FILE, f"the column {cell!r} is not known", allowed=allowed)
