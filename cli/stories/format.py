"""What a story file may contain. `asps story schema` prints the JSON Schema of these models, so it stays true."""

import json
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from cli.stories.reading import read
from workflow.acts import ACTS
from workflow.errors import Invalid
from workflow.fields import YNU
from workflow.records import KINDS
from workflow.vocabulary import Role, State

Name = Annotated[str, StringConstraints(min_length=1, max_length=64)]
Said = Annotated[str, StringConstraints(min_length=1, max_length=4000)]
Instant = Annotated[
    str,
    StringConstraints(max_length=40),
    Field(description="Local time of the site, such as 2026-10-06T12:00", examples=["2026-10-06T12:00"]),
]
ClinicalDay = Annotated[
    str,
    StringConstraints(max_length=40),
    Field(description="A clinical date, such as 2026-10-05", examples=["2026-10-05"]),
]
VERBS = ("record", "do", "amend", "retract", "override", "tick")
ANSWERS = ("refused_by", "warned_by", "invalid", "denied")


class Part(BaseModel):
    """A part of a story: nothing unknown is accepted."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Patient(Part):
    """What is known at registration."""

    id: Name
    born: date
    name: str = ""
    contact: str = ""
    sex_recorded: Literal["female", "male", "other", "unknown"] = "unknown"
    can_become_pregnant: YNU = "unknown"


class Expect(Part):
    """What must be true after a step. What is not mentioned is not checked."""

    state: State | None = Field(default=None, description="Where the patient stands")
    tracks: dict[Name, str | dict[Name, str]] = Field(default={}, description="Tracks; `hold` by agent")
    open: dict[Name, date | list[date | None] | None] = Field(
        default={}, description="Open tasks: the due date, a list where several stand open, null where there is no date"
    )
    overdue: list[Name] = Field(default=[], description="Open tasks whose date has passed")
    done: list[Name] = Field(default=[], description="Tasks that were done")
    absent: list[Name] = Field(default=[], description="Tasks of which none is open")
    cancelled: dict[Name, Said] = Field(default={}, description="Cancelled tasks, with (part of) the reason")
    options: list[Name] = Field(default=[], description="The first suggestions, in order")
    notices: int | None = Field(default=None, ge=0, description="How many new notices arose")
    says: list[Said] = Field(default=[], description="Text that must appear in the answer")


class Step(Part):
    """One step: something entered, or the clock running to a moment. Exactly one of the six verbs."""

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": [{"required": [verb]} for verb in VERBS],
            "anyOf": [{"required": ["at"]}, {"required": ["tick"]}],
        }
    )

    record: Name | None = Field(default=None, description="A fact: the kind of record", examples=sorted(KINDS))
    do: Name | None = Field(default=None, description="A decision or act", examples=sorted(ACTS))
    amend: Name | None = Field(default=None, description="The id of what is superseded; only the fields given change")
    retract: Name | None = Field(default=None, description="The id of what was entered in error")
    override: Name | None = Field(default=None, description="The guard for which a break-glass is granted")
    tick: Instant | None = Field(default=None, description="The clock runs to this moment and delivers what is due")
    at: Instant | None = Field(default=None, description="When it was entered")
    on: ClinicalDay | None = Field(default=None, description="The clinical date; left out: the date of `at`")
    fields: dict[Name, Any] = Field(default={}, alias="with", description="The fields")
    by: Role = Field(default=Role.CLINICIAN, description="In which role")
    user: Name | None = Field(default=None, description="Who; left out: one invented person per role")
    reason: Said | None = Field(default=None, description="Answers soft guards")
    expect: Expect = Field(default=Expect(), description="What must be true afterwards")
    refused_by: list[Name] | None = Field(
        default=None, description="Must be refused by exactly these hard guards; [] where the state alone forbids it"
    )
    warned_by: list[Name] | None = Field(
        default=None, min_length=1, description="Accepted only for its reason; without it exactly these guards refuse"
    )
    invalid: Name | None = Field(default=None, description="The input itself must be refused, naming this field")
    denied: Literal[True] | None = Field(default=None, description="The role may not do this")

    @model_validator(mode="after")
    def _one_thing(self) -> Self:
        verbs = [verb for verb in VERBS if getattr(self, verb) is not None]
        if len(verbs) != 1:
            raise ValueError(f"a step is exactly one of {', '.join(VERBS)}; this one is {', '.join(verbs) or 'none'}")
        answers = [answer for answer in ANSWERS if getattr(self, answer) is not None]
        if len(answers) > 1:
            raise ValueError(f"{' and '.join(answers)} exclude one another")
        if self.tick is None and self.at is None:
            raise ValueError("at is required: when it was entered")
        if self.tick is not None and self.model_fields_set - {"tick", "expect"}:
            raise ValueError("a tick takes expect and nothing else")
        if self.warned_by and not self.reason:
            raise ValueError("warned_by needs a reason: without one the step would be refused")
        return self

    @property
    def verb(self) -> str:
        """Which of the six it is."""
        return next(verb for verb in VERBS if getattr(self, verb) is not None)

    @property
    def object(self) -> str:
        """The kind, act, id or guard; for a tick the moment."""
        return str(getattr(self, self.verb))

    @property
    def moment(self) -> str:
        """When it happens, as written."""
        return self.tick or self.at or ""

    def __str__(self) -> str:
        return f"{self.moment} tick" if self.tick else f"{self.moment} {self.verb} {self.object}"


class Story(Part):
    """One invented patient's course as a dated script."""

    story: Said = Field(description="What it tells, in a sentence")
    site: dict[Name, str | int | None] = Field(default={}, description="Settings of the invented centre")
    patient: Patient = Field(description="What is known at registration")
    steps: list[Step] = Field(min_length=1, max_length=1000)


def load(text: str) -> Story:
    """The story of a YAML text. Raises Invalid, saying where it is wrong."""
    return build(read(text))


def build(raw: Any) -> Story:
    """The story of plain values. Raises Invalid."""
    try:
        return Story.model_validate_json(json.dumps(raw), strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        raise Invalid(_place(first["loc"]), first["msg"].removeprefix("Value error, ")) from None


def _place(loc: tuple[int | str, ...]) -> str:
    """`steps.3.expect.open` as people count: `step 4: expect.open`."""
    if len(loc) > 1 and loc[0] == "steps" and isinstance(loc[1], int):
        rest = ".".join(str(part) for part in loc[2:])
        return f"step {loc[1] + 1}" + (f": {rest}" if rest else "")
    return ".".join(str(part) for part in loc) or "file"


def schema() -> dict[str, Any]:
    """The JSON Schema of the format."""
    named = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "ASPS Pathway story"}
    return {**Story.model_json_schema(by_alias=True), **named}
