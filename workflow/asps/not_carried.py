"""Statements of the guide that no rule and no text carries, each with the reason."""

from typing import Final

NOT_CARRIED: Final[dict[str, str]] = {
    "S58": "It is about the guide, not about patients: its citation markers 1 to 4 point to a reference list that the "
    "guide does not contain. The markers stand beside each statement, with `reference list missing` (sources.PLACE, "
    "sources.REFERENCE_LIST).",
}
"""By the statement's number."""
