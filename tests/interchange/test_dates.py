"""Dates are read where they can mean one day, and else come back with the reason."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interchange.dates import Order, day_in
from workflow.fields import EARLIEST_DATE, LATEST_DATE

DAYS = st.dates(EARLIEST_DATE, LATEST_DATE)
MARCH = date(2026, 3, 4)


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-04", "2026-3-4", "2026/03/04", "2026.03.04", "20260304", "04.03.2026", "4.3.2026", "4. 3. 2026",
        "2026-03-04 00:00", "2026-03-04T00:00:00", "04.03.2026 00:00:00", "2026-03-04T00:00:00.000Z", "4 Mar 2026",
        "04-Mar-2026", "4 March 2026", "4. März 2026", "4th March 2026", "March 4, 2026", "Mar 4 2026", "4.Mrz.2026",
    ],
)  # fmt: skip
def test_usual_formats_that_mean_one_day(text: str) -> None:
    assert day_in(text, None) == MARCH
    assert day_in(text, "month-first") == MARCH


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("3/4/2026", "day-first", date(2026, 4, 3)),
        ("3/4/2026", "month-first", date(2026, 3, 4)),
        ("03-04-2026", "day-first", date(2026, 4, 3)),
        ("13/4/2026", None, date(2026, 4, 13)),
        ("4/13/2026", None, date(2026, 4, 13)),
        ("4/4/2026", None, date(2026, 4, 4)),
    ],
)
def test_the_order_is_declared_or_beyond_doubt(text: str, order: Order | None, day: date) -> None:
    assert day_in(text, order) == day


@pytest.mark.parametrize(
    ("text", "order", "says"),
    [
        ("3/4/2026", None, "3/4/2026 may be 3 April or 4 March: write it like 2026-03-04 or 04.03.2026"),
        ("04-03-2026", None, "may be 4 March or 3 April"),
        ("13/4/2026", "month-first", "13/4/2026, read month-first, is no date"),
        ("31.02.2026", None, "31.02.2026 is no date"),
        ("32/13/2026", None, "32/13/2026 is no date"),
        ("2026-02-30", None, "2026-02-30 is no date"),
        ("04.03.26", None, "the year needs four digits"),
        ("3/4/26", "day-first", "the year needs four digits"),
        ("03/2026", None, "the day is missing"),
        ("March 2026", None, "the day is missing"),
        ("2026", None, "a year alone"),
        ("46085", None, "day number"),
        ("2026-03-04 10:30", None, "a time of day"),
        ("1850-01-01", None, "outside 1900-01-01"),
        ("last spring", None, "this is no date"),
        ("４.３.２０２６", None, "this is no date"),
    ],
)
def test_what_is_no_day_says_why_and_what_would_do(text: str, order: Order | None, says: str) -> None:
    with pytest.raises(ValueError, match=re.escape(says)):
        day_in(text, order)


def test_what_stands_in_a_wrong_column_is_not_repeated() -> None:
    for text in ("Ann Example", "Ann 2026", "4 Ann 2026", "Ann 4, 2026", "Ann 10:30"):
        with pytest.raises(ValueError, match="like 2026-03-04") as error:
            day_in(text, None)
        assert "Ann" not in str(error.value)


@given(DAYS)
def test_every_day_is_read_back_from_every_format_that_is_beyond_doubt(day: date) -> None:
    for written in (f"{day:%Y-%m-%d}", f"{day:%d.%m.%Y}", f"{day:%Y/%m/%d}", f"{day:%Y%m%d}", f"{day:%d %b %Y}"):
        assert day_in(written, None) == day
    assert day_in(f"{day.day}/{day.month}/{day.year}", "day-first") == day
    assert day_in(f"{day.month}/{day.day}/{day.year}", "month-first") == day


@given(DAYS)
def test_a_day_is_never_read_as_another(day: date) -> None:
    text = f"{day.day}/{day.month}/{day.year}"
    try:
        assert day_in(text, None) == day
    except ValueError:
        assert day.day <= 12 and day.day != day.month


@given(st.text() | st.from_regex(r"[0-9./ -]{1,12}"), st.sampled_from([None, "day-first", "month-first"]))
def test_any_text_is_a_day_or_a_reason(text: str, order: Order | None) -> None:
    try:
        day = day_in(text, order)
    except ValueError as error:
        assert str(error)
    else:
        assert EARLIEST_DATE <= day <= LATEST_DATE
