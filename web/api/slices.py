"""Long lists, a slice at a time: `next` of one answer is the `cursor` of the next call."""

from typing import Annotated, Generic, TypeVar

from fastapi import Query

from web.api.problems import ProblemRaised, problem
from web.api.strict import Told

T = TypeVar("T")
FARTHEST = 100_000
"""Rows after which a list is to be filtered rather than read on."""

Limit = Annotated[int, Query(ge=1, le=500, description="At most so many")]
Cursor = Annotated[str, Query(max_length=200, pattern=r"^[A-Za-z0-9_-]*$", description="`next` of the answer before")]


class Slice(Told, Generic[T]):
    """A part of a long list."""

    items: list[T]
    next: str | None
    """The cursor of what follows; null: this was all."""


def slice_of(found: list[T], limit: int, cursor: str) -> Slice[T]:
    """What was read with one more than the limit; `cursor` leads to what follows it."""
    return Slice(items=found[:limit], next=cursor if len(found) > limit else None)


def position(cursor: str) -> int:
    """Where a cursor stands that counts rows. Raises a problem for one that was made up."""
    if cursor and not (cursor.isascii() and cursor.isdigit() and int(cursor[:9]) <= FARTHEST and len(cursor) < 9):
        raise ProblemRaised(problem(422, "is no cursor of this list", field="cursor", allowed="`next` of an answer"))
    return int(cursor or 0)
