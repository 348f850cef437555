"""What comes in: nothing unknown, and nothing that is only nearly right. A bool is no number, a moment is no date."""

import re
from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from workflow.fields import EARLIEST_DATE, LATEST_DATE

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class Given(BaseModel):
    """A request's body."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Told(BaseModel):
    """A part of an answer."""

    model_config = ConfigDict(frozen=True)


def _day(value: Any) -> date:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise ValueError("is no date; it is written YYYY-MM-DD")
    day = date.fromisoformat(value)
    if not EARLIEST_DATE <= day <= LATEST_DATE:
        raise ValueError(f"{day} is outside {EARLIEST_DATE} to {LATEST_DATE}")
    return day


GivenDay = Annotated[
    date,
    BeforeValidator(_day),
    WithJsonSchema({"type": "string", "format": "date", "description": f"From {EARLIEST_DATE} to {LATEST_DATE}"}),
]
"""A civil date as JSON has it."""

_TEXT = {"pattern": r"^[^\x00-\x09\x0b-\x1f\x7f-\x9f]*$"}
Text = Annotated[str, Field(max_length=4000, json_schema_extra=_TEXT)]
"""Text that the record checks itself."""
Reason = Annotated[Text, Field(description="Why; kept in the record. It answers what is only a warning")]
