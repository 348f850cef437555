"""Finds room for blocks between the lines of a picture, on a canvas of the page's proportions."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import permutations, product

from diagrams.scene import Area

Shapes = Mapping[str, Mapping[int, tuple[float, float]]]
"""For each block the sizes it may have, by its number of columns; the first block has the first choice."""
Placed = dict[str, tuple[int, Area]]
"""For each block its number of columns and its place."""

_CELL = 8.0
_AIR = 16.0
_GROWTH = 1.01


class Canvas:
    """A sheet on which ground can be taken. Each row of cells is one number, a free cell a bit of it."""

    def __init__(self, width: float, height: float, taken: Iterable[Area] = ()) -> None:
        self.width, self.height = width, height
        self.columns = int(width / _CELL)
        self._rows = [(1 << self.columns) - 1] * int(height / _CELL)
        for area in taken:
            self.take(area)

    def copy(self) -> "Canvas":
        """Another with the same ground taken."""
        other = Canvas(self.width, self.height)
        other._rows = list(self._rows)
        return other

    def take(self, area: Area) -> None:
        """Nothing else may go there."""
        left, right = max(0, int(area.x / _CELL)), min(self.columns, int(area.right / _CELL) + 1)
        cells = ((1 << max(0, right - left)) - 1) << left
        for row in range(max(0, int(area.y / _CELL)), min(len(self._rows), int(area.bottom / _CELL) + 1)):
            self._rows[row] &= ~cells

    def free(self, width: float, height: float) -> Iterator[tuple[float, float]]:
        """In each row the leftmost and the rightmost place (upper left corner) where a block of this size fits."""
        wide, high = int(width / _CELL) + 1, int(height / _CELL) + 1
        for row, starts in enumerate(_starts(self._rows, wide, high)):
            if starts:
                yield ((starts & -starts).bit_length() - 1) * _CELL, row * _CELL
                yield (starts.bit_length() - 1) * _CELL, row * _CELL


def _starts(rows: Sequence[int], wide: int, high: int) -> list[int]:
    """For each row, the cells at which so many free columns and rows begin; found by doubling the reach."""
    if high > len(rows):
        return []
    reach, starts = 1, list(rows)
    while reach < wide:
        step = min(reach, wide - reach)
        starts, reach = [cells & (cells >> step) for cells in starts], reach + step
    reach = 1
    while reach < high:
        step = min(reach, high - reach)
        starts = [cells & starts[row + step] for row, cells in enumerate(starts[: len(starts) - step])]
        reach += step
    return starts


def pack(
    width: float, height: float, taken: Sequence[Area], shapes: Shapes, ratio: float
) -> tuple[float, Area, Placed]:
    """The smallest canvas that holds everything: its width, where the picture stands on it, and the blocks' places.

    `width` and `height` are the picture's, `taken` the ground it covers, `ratio` the canvas's width by its height.
    """
    wide = max(width, height * ratio)
    while True:
        for x, y in _stands(wide - width, wide / ratio - height):
            canvas = Canvas(wide, wide / ratio, _moved(taken, x, y))
            for order in _orders(shapes):
                placed = _place(canvas.copy(), {name: shapes[name] for name in order})
                if placed is not None:
                    return wide, Area(x, y, width, height), placed
        wide *= _GROWTH


def _orders(shapes: Shapes) -> Iterator[tuple[str, ...]]:
    """In which order blocks may choose; the first always comes first."""
    first, *others = shapes
    return ((first, *order) for order in permutations(others))


def _stands(spare_x: float, spare_y: float) -> list[tuple[float, float]]:
    """Where on the canvas the picture may stand."""
    return list(dict.fromkeys(product((0.0, spare_x, spare_x / 2), (0.0, spare_y, spare_y / 2))))


def _moved(areas: Iterable[Area], x: float, y: float) -> list[Area]:
    return [Area(a.x + x, a.y + y, a.width, a.height).grown(_AIR) for a in areas]


def _place(canvas: Canvas, shapes: Shapes) -> Placed | None:
    """Each block in its best place; None when one finds none."""
    placed: Placed = {}
    for name, sizes in shapes.items():
        spots = [
            (_badness(Area(x, y, *size), canvas, not placed), columns, Area(x, y, *size))
            for columns, size in sizes.items()
            for x, y in canvas.free(*size)
        ]
        if not spots:
            return None
        _, columns, area = min(spots, key=lambda spot: spot[0])
        placed[name] = columns, area
        canvas.take(area.grown(_AIR))
    return placed


def _badness(area: Area, canvas: Canvas, is_title: bool) -> float:
    """Far from the edges of the sheet is bad; a title belongs into an upper corner."""
    side = min(area.x, canvas.width - area.right)
    end = min(area.y, canvas.height - area.bottom)
    if is_title:
        return area.y * 100 + side * 10 + area.x * 0.1
    return min(side, end) * 4 + side + end
