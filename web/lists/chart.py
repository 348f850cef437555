"""A bar chart as SVG: legible in black and white, without scripts, and with a table beside it for those who hear it."""

from collections.abc import Sequence
from dataclasses import dataclass

from web.lists.weeks import SHOWN, Weeks
from workflow.asps.completing import Demand

WIDTH, HEIGHT = 1000, 260
LEFT, BOTTOM, TOP = 40, 40, 16
GAP = 0.25
POWERS = (1, 10, 100, 1_000, 10_000, 100_000)
LABELS = {Demand.SCAN: "scans", Demand.VISIT: "visits", Demand.DECISION: "decisions"}


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its place and what it says."""

    x: float
    y: float
    width: float
    height: float
    demand: Demand
    count: int
    says: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of the scale, or a week of it."""

    at: float
    says: str


@dataclass(frozen=True, slots=True)
class Chart:
    """What the template draws."""

    bars: tuple[Bar, ...]
    scale: tuple[Tick, ...]
    weeks: tuple[Tick, ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    base: int = HEIGHT - BOTTOM


def chart(weeks: Weeks) -> Chart:
    """Three bars for each week: scans, visits, decisions."""
    most = top_of(max((n for demand in SHOWN for n in weeks.of(demand)), default=0))
    step = (WIDTH - LEFT) / weeks.number
    height = HEIGHT - BOTTOM - TOP
    bars = [_bar(weeks, week, place, step, height / most) for week in range(weeks.number) for place in range(3)]
    every = 1 if weeks.number <= 14 else 2
    return Chart(
        bars=tuple(bar for bar in bars if bar.count),
        scale=tuple(Tick(HEIGHT - BOTTOM - n * height / most, str(n)) for n in _marks(most)),
        weeks=tuple(
            Tick(LEFT + (week + 0.5) * step, f"{weeks.monday(week):%-d %b}") for week in range(0, weeks.number, every)
        ),
    )


def _bar(weeks: Weeks, week: int, place: int, step: float, unit: float) -> Bar:
    demand = SHOWN[place]
    count = weeks.of(demand)[week]
    width = step * (1 - GAP) / 3
    says = f"week of {weeks.monday(week)}: {count} {LABELS[demand]}"
    x = LEFT + week * step + step * GAP / 2 + place * width
    return Bar(round(x, 1), round(HEIGHT - BOTTOM - count * unit, 1), round(width - 1, 1), round(count * unit, 1),
               demand, count, says)  # fmt: skip


def top_of(most: int) -> int:
    """A round number, not below the highest bar."""
    round_ones = (factor * power for power in POWERS for factor in (2, 4, 5, 10))
    return next((n for n in round_ones if n >= most), most)


def _marks(most: int) -> Sequence[int]:
    return [most // 2, most] if most > 1 else [most]
