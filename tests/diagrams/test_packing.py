"""Blocks find room without covering anything."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from diagrams.packing import Canvas, pack
from diagrams.scene import Area

_PLACES = st.builds(
    Area,
    st.floats(0, 700),
    st.floats(0, 500),
    st.floats(1, 100),
    st.floats(1, 100),
)


@given(st.lists(_PLACES, max_size=12), st.floats(40, 500), st.floats(40, 300))
def test_nothing_is_covered(taken: list[Area], wide: float, high: float) -> None:
    shapes = {"title": {1: (200.0, 50.0)}, "legend": {1: (wide, high), 2: (high, wide)}, "exits": {1: (150.0, 90.0)}}
    width, stand, placed = pack(800, 600, taken, shapes, 1.4)
    ground = [Area(area.x + stand.x, area.y + stand.y, area.width, area.height) for area in taken]
    blocks = [area for _, area in placed.values()]
    assert not [pair for pair in combinations(blocks, 2) if pair[0].overlaps(pair[1])]
    assert not [block for block in blocks if any(block.overlaps(area) for area in ground)]
    page = Area(0, 0, width, width / 1.4)
    assert all(page.x <= b.x and page.y <= b.y and b.right <= page.right and b.bottom <= page.bottom for b in blocks)
    assert stand.right <= width + 0.001


def test_an_empty_canvas_offers_its_corners() -> None:
    spots = list(Canvas(100, 60, ()).free(20, 20))
    assert (0.0, 0.0) in spots
    assert max(x for x, _ in spots) >= 64


def test_nothing_fits_where_all_is_taken() -> None:
    assert not list(Canvas(100, 60, [Area(0, 0, 100, 60)]).free(10, 10))
    assert not list(Canvas(100, 60, ()).free(10, 80))
