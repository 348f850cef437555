"""Dates and instants as people type them."""

import contextlib
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.errors import Invalid
from workflow.moments import day, instant

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-10-06T12:00", datetime(2026, 10, 6, 10, 0, tzinfo=UTC)),
        ("2026-10-06 12:00", datetime(2026, 10, 6, 10, 0, tzinfo=UTC)),
        ("2026-01-06T12:00:30", datetime(2026, 1, 6, 11, 0, 30, tzinfo=UTC)),
        ("2026-10-06T12:00-05:00", datetime(2026, 10, 6, 17, 0, tzinfo=UTC)),
        ("2026-10-06T12:00Z", datetime(2026, 10, 6, 12, 0, tzinfo=UTC)),
        ("2026-10-06", datetime(2026, 10, 6, 21, 59, tzinfo=UTC)),
        ("2026-10-25T02:30", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),  # twice in that night: the first
    ],
)
def test_local_time_at_the_site_unless_an_offset_is_given(text: str, utc: datetime) -> None:
    assert instant(text, AMSTERDAM) == utc


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("yesterday", "is no moment"),
        ("2026-02-30T09:00", "is no moment"),
        ("2026-10-06T25:00", "is no moment"),
        ("", "is no moment"),
        ("2026-03-29T02:30", "the clocks skip it"),
        ("0001-01-01T00:00", "out of reach"),
        ("9999-12-31T23:59", "out of reach"),
        ("9999-12-31T23:59-12:00", "out of reach"),
    ],
)
def test_what_is_no_moment_is_refused(text: str, says: str) -> None:
    with pytest.raises(Invalid, match=says):
        instant(text, AMSTERDAM)


@pytest.mark.parametrize(
    "text", ["2026-02-30", "2025-02-29", "06-10-2026", "20261006", "2026-W10-1", "1066-10-14", "x"]
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="on"):
        day(text)


def test_a_date_is_a_date() -> None:
    assert day("2028-02-29") == date(2028, 2, 29)


@given(st.text(max_size=40))
def test_any_text_is_a_moment_or_refused(text: str) -> None:
    with contextlib.suppress(Invalid):
        assert instant(text, AMSTERDAM).tzinfo is not None
    with contextlib.suppress(Invalid):
        assert day(text).isoformat() == text
