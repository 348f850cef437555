"""Calendar arithmetic on civil dates (rules R2 to R5). No time zones and no clock here."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache


def add_months(anchor: date, months: int) -> date:
    """The same day `months` calendar months later, clamped to the end of the month (R2).

    30 Nov 2025 + 3 = 28 Feb 2026. Always add to the original anchor, never to a clamped result.
    """
    years, month0 = divmod(anchor.month - 1 + months, 12)
    year = anchor.year + years
    return date(year, month0 + 1, min(anchor.day, monthrange(year, month0 + 1)[1]))


def anniversary(anchor: date, years: int) -> date:
    """The day on which `years` full years have passed (R3): 29 February falls on 1 March in a common year."""
    year = anchor.year + years
    if (anchor.month, anchor.day) == (2, 29) and monthrange(year, 2)[1] == 28:
        return date(year, 3, 1)
    return anchor.replace(year=year)


def completed_years(born: date, on: date) -> int:
    """Age in completed years on a day (R3)."""
    years = on.year - born.year
    return years if on >= anniversary(born, years) else years - 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """A length of time in calendar months and days: what a timer adds to its anchor."""

    months: int = 0
    days: int = 0

    def after(self, anchor: date, times: int = 1) -> date:
        """The anchor plus `times` this span (R2: occurrence n counts from the anchor, not from n - 1)."""
        start = add_months(anchor, self.months * times) if self.months else anchor
        return start + timedelta(days=self.days * times)

    def before(self, anchor: date) -> date:
        """The anchor minus this span."""
        return self.after(anchor, -1)

    def __str__(self) -> str:
        return _in_words(self.months, self.days)


@cache
def _in_words(months: int, days: int) -> str:
    """Few lengths are ever used, and each is shown hundreds of times in one plan."""
    parts = [(months, "calendar month"), (days, "day")]
    return " and ".join(f"{n} {unit}{'s' if abs(n) != 1 else ''}" for n, unit in parts if n) or "0 days"


def months(n: int) -> Span:
    """A span of `n` calendar months."""
    return Span(months=n)


def days(n: int) -> Span:
    """A span of `n` days."""
    return Span(days=n)
