"""The bodies of what is entered: one shape per kind of record and per act, made from the classes that check them.

So the description of the API lists every field with all it allows, and cannot differ from what is accepted.
"""

from typing import TYPE_CHECKING, Annotated, Any, Literal, Union

from pydantic import BeforeValidator, Field, create_model

from storage.codec import FIELDS
from web.api.strict import Given, GivenDay, Reason, Text
from web.second_person import CONFIRMED
from workflow.acts import ACTS
from workflow.fields import Fields, Id, Line
from workflow.records import KINDS


class Confirmed(Given):
    """A second person, who confirms with their own password."""

    account: Id
    password: Annotated[str, Field(min_length=1, max_length=1000)]


class Entering(Given):
    """What comes with everything that is entered."""

    name: str
    fields: Fields
    id: Id | None = Field(default=None, description="An id of your choosing, else one is given")
    on: GivenDay | None = Field(default=None, description="The clinical date, else today at the site")
    reason: Reason = ""

    @property
    def second(self) -> Confirmed | None:
        """Who confirms, of the two bodies that have such a field."""
        found: Confirmed | None = getattr(self, "confirmed_by", None)
        return found


def _strictly(kind: type[Fields]) -> BeforeValidator:
    """Reads fields as the record does: raises Invalid, which names the field and what it allows."""
    return BeforeValidator(lambda value: kind.accept(value) if isinstance(value, dict) else value)


def _body(name: str, kind: type[Fields]) -> Any:
    """The body that enters one kind of record or one act."""
    fields: dict[str, Any] = {
        "name": (Literal[name], ...),
        "fields": (Annotated[kind, _strictly(kind)], ... if kind.required() else Field(default_factory=kind)),
    }
    if name in CONFIRMED:
        fields["confirmed_by"] = (Confirmed, ...)
    title = "".join(part.capitalize() for part in name.split("_"))
    verb = "Record" if name in KINDS else "Override" if name not in ACTS else "Do"
    what = ACTS[name].title if name in ACTS else kind.__doc__
    return create_model(f"{verb}{title}", __base__=Entering, __doc__=what, **fields)


BODIES: dict[str, Any] = {name: _body(name, kind) for name, kind in FIELDS.items()}
if TYPE_CHECKING:
    EntryIn = Entering
else:
    EntryIn = Annotated[Union[tuple(BODIES.values())], Field(discriminator="name")]  # noqa: UP007  # of a tuple
    """A record, an act or an override, told apart by its name."""


class AmendIn(Given):
    """A correction: only what is given changes."""

    fields: dict[str, Any] = Field(default_factory=dict, description="As in the entry; only those that change")
    on: GivenDay | None = Field(default=None, description="The clinical date, where it changes")
    reason: Reason = ""


class RetractIn(Given):
    """Entered in error."""

    reason: Reason = ""


class ClaimIn(Given):
    """Who will do a task: oneself, or the person named."""

    act: Literal["claim"]
    user: Id | None = None
    reason: Reason = ""


class SnoozeIn(Given):
    """Put off; the original date stays visible."""

    act: Literal["snooze"]
    until: GivenDay
    reason: Reason


class WaiveIn(Given):
    """Not to be done, and why."""

    act: Literal["waive"]
    reason: Reason


class CompleteIn(Given):
    """Done."""

    act: Literal["complete"]
    reason: Reason = ""


TaskActIn = Annotated[ClaimIn | SnoozeIn | WaiveIn | CompleteIn, Field(discriminator="act")]
"""Something done to a task."""


class RegisterIn(Given):
    """A new patient. Name and contact stay outside the journal."""

    id: Id
    born: GivenDay
    name: Annotated[Text, Field(max_length=200)] = ""
    contact: Text = ""
    sex_recorded: Line = "unknown"
    can_become_pregnant: Literal["yes", "no", "unknown"] = "unknown"


class PersonIn(Given):
    """Who a patient is, outside the journal. What is left out stays as it is on file; an empty text takes it away."""

    name: Annotated[Text, Field(max_length=200)] | None = None
    contact: Text | None = None


class SearchIn(Given):
    """Words of a name, or an id. In a body, so that no name stands in an address."""

    text: Annotated[str, Field(min_length=1, max_length=200)]
