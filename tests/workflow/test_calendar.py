"""Calendar arithmetic (R2, R3): months are clamped, counted from the anchor, never chained; anniversaries are full."""

from calendar import monthrange
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflow.build import day
from workflow.calendar import Span, add_months, anniversary, completed_years, days, months

DATES = st.dates(date(1900, 1, 1), date(2150, 12, 31))
MONTHS = st.integers(-600, 600)
LEAP_DAYS = DATES.map(lambda on: date(on.year - on.year % 4 or 4, 2, 29) if on.year % 100 > 3 else date(2000, 2, 29))


@pytest.mark.parametrize(
    ("anchor", "number", "expected"),
    [
        ("2025-11-30", 3, "2026-02-28"),
        ("2025-11-29", 3, "2026-02-28"),
        ("2025-11-28", 3, "2026-02-28"),
        ("2027-11-30", 3, "2028-02-29"),
        ("2026-10-05", 3, "2027-01-05"),
        ("2026-01-31", 1, "2026-02-28"),
        ("2026-01-31", 2, "2026-03-31"),
        ("2026-03-31", -1, "2026-02-28"),
        ("2026-01-15", -1, "2025-12-15"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2026-12-31", 0, "2026-12-31"),
    ],
)
def test_months_are_added_and_clamped_to_the_end_of_the_month(anchor: str, number: int, expected: str) -> None:
    assert add_months(day(anchor), number) == day(expected)


@given(anchor=DATES, number=MONTHS)
def test_the_day_is_that_of_the_anchor_or_the_last_of_the_month(anchor: date, number: int) -> None:
    later = add_months(anchor, number)
    assert (later.year * 12 + later.month) - (anchor.year * 12 + anchor.month) == number
    assert later.day == min(anchor.day, monthrange(later.year, later.month)[1])


@given(first=DATES, second=DATES, number=MONTHS)
def test_an_earlier_anchor_never_gives_a_later_date(first: date, second: date, number: int) -> None:
    early, late = sorted([first, second])
    assert add_months(early, number) <= add_months(late, number)


@given(anchor=DATES, every=st.integers(1, 12), times=st.integers(1, 40))
def test_occurrence_n_counts_from_the_anchor(anchor: date, every: int, times: int) -> None:
    assert months(every).after(anchor, times) == add_months(anchor, every * times)


def test_chaining_would_lose_days_for_good() -> None:
    anchor = day("2026-01-31")
    chained = add_months(add_months(anchor, 1), 1)
    assert (chained, months(1).after(anchor, 2)) == (day("2026-03-28"), day("2026-03-31"))


@given(anchor=DATES, number=st.integers(0, 3650), times=st.integers(0, 20))
def test_days_are_days(anchor: date, number: int, times: int) -> None:
    assert days(number).after(anchor, times) == anchor + timedelta(days=number * times)
    assert days(number).before(anchor) == anchor - timedelta(days=number)


def test_a_span_of_months_and_days_adds_the_months_first() -> None:
    assert Span(months=1, days=1).after(day("2026-01-31")) == day("2026-03-01")


@pytest.mark.parametrize(
    ("span", "shown"),
    [
        (months(3), "3 calendar months"),
        (months(1), "1 calendar month"),
        (days(21), "21 days"),
        (days(1), "1 day"),
        (Span(months=2, days=1), "2 calendar months and 1 day"),
        (days(0), "0 days"),
    ],
)
def test_a_span_in_words(span: Span, shown: str) -> None:
    assert str(span) == shown


@pytest.mark.parametrize(
    ("anchor", "years", "expected"),
    [
        ("2024-02-29", 1, "2025-03-01"),
        ("2024-02-29", 4, "2028-02-29"),
        ("1996-02-29", 104, "2100-03-01"),
        ("2024-02-28", 1, "2025-02-28"),
        ("2023-05-16", 1, "2024-05-16"),
    ],
)
def test_an_anniversary_of_the_29th_of_february_falls_on_1_march(anchor: str, years: int, expected: str) -> None:
    assert anniversary(day(anchor), years) == day(expected)


@given(born=st.one_of(DATES, LEAP_DAYS), years=st.integers(0, 110))
def test_an_age_begins_on_its_anniversary_and_not_a_day_before(born: date, years: int) -> None:
    turned = anniversary(born, years)
    assert completed_years(born, turned) == years
    assert completed_years(born, turned - timedelta(days=1)) == years - 1


@given(born=DATES, first=DATES, second=DATES)
def test_nobody_grows_younger(born: date, first: date, second: date) -> None:
    early, late = sorted([first, second])
    assert completed_years(born, early) <= completed_years(born, late)


@given(born=LEAP_DAYS, years=st.integers(1, 100))
def test_leap_day_birthdays_are_strict(born: date, years: int) -> None:
    """Adding twelve months clamps to 28 February; an anniversary does not."""
    clamped, turned = add_months(born, 12 * years), anniversary(born, years)
    in_leap_year = monthrange(turned.year, 2)[1] == 29
    assert (turned == clamped, turned - clamped) == (in_leap_year, timedelta(days=0 if in_leap_year else 1))
