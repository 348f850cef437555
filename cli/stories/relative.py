"""Dates of a packaged story, counted from the day on which it is played: `-33d` and `-33dT09:00`.

So the invented patients are always in the middle of something. Stories that people write have plain dates.
"""

import re
from datetime import date, timedelta
from typing import Any

_AGO = re.compile(r"([-+][0-9]{1,4})d(T[0-9:]{5})?")


def resolve(value: Any, today: date) -> Any:
    """The same values with every relative date written out."""
    if isinstance(value, dict):
        return {key: resolve(inner, today) for key, inner in value.items()}
    if isinstance(value, list):
        return [resolve(inner, today) for inner in value]
    found = _AGO.fullmatch(value) if isinstance(value, str) else None
    return f"{today + timedelta(days=int(found[1]))}{found[2] or ''}" if found else value
