"""Long lists, a slice at a time: `next` of one answer is the `cursor` of the next call."""

from typing import Annotated, Generic, TypeVar

from fastapi import Query

from web.api.strict import Told

T = TypeVar("T")

Limit = Annotated[int, Query(ge=1, le=500, description="At most so many")]
Cursor = Annotated[str, Query(pattern=r"^\d{0,5}$", description="`next` of the answer before")]
"""Where a list is read on that counts its rows."""
HandleCursor = Annotated[str, Query(max_length=200, description="`next` of the answer before")]
"""Where a list of patients is read on."""


class Slice(Told, Generic[T]):
    """A part of a long list."""

    items: list[T]
    next: str | None
    """The cursor of what follows; null: this was all."""


def slice_of(found: list[T], limit: int, cursor: str) -> Slice[T]:
    """What was read with one more than the limit; `cursor` leads to what follows it."""
    return Slice(items=found[:limit], next=cursor if len(found) > limit else None)
