"""The worklist, and how many patients stand where."""

from typing import Annotated, Literal

from fastapi import Query

from storage.asking import Asked
from storage.worklist import worklist as read
from web.api.routing import READ
from web.api.routing import router as new_router
from web.api.shapes import Work
from web.api.slices import Cursor, Limit, Slice, slice_of
from web.here import Now
from workflow.vocabulary import Role, State

router = new_router("worklist")

Stage = Literal["escalated", "overdue", "undated", "due", "upcoming"]


@router.get("/worklist", name="api.worklist", responses=READ)
def worklist(
    here: Now, owner: Role | None = None, state: State | None = None, stage: Stage | None = None,
    claimed_by: Annotated[str | None, Query(max_length=64, description="Only what this person has claimed")] = None,
    upcoming_days: Annotated[int | None, Query(ge=0, le=36_500, description="How far ahead; else everything")] = None,
    limit: Limit = 100, cursor: Cursor = "",
) -> Slice[Work]:  # fmt: skip
    """What is to be done: most overdue first, then what has no date, then by priority and date.

    A cursor counts rows: what is done meanwhile moves up what follows it.
    """
    offset = int(cursor or 0)
    asked = Asked(
        today=here.today, owner=owner, state=state, stage=stage or "", user=claimed_by, upcoming_days=upcoming_days,
        limit=limit + 1, offset=offset,
    )  # fmt: skip
    with here.desk.engine.connect() as connection:
        rows = read(connection, asked, here.pathway.tasks, here.site.number("escalation.after_days"))
    here.saw(dict.fromkeys(row.patient for row in rows[:limit]))
    return slice_of([Work.of(here, row) for row in rows], limit, str(offset + limit))
