"""What one form about one patient asks, and what the ledger does with it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from storage.ledger import Answer, Author, Ledger
from web.forms.fields import FormField
from web.forms.typed import Typed
from workflow.fields import Fields


@dataclass(frozen=True, kw_only=True, slots=True)
class Terms:
    """Who enters something, when and why; `on` is None where the day of entry is meant."""

    patient: str
    now: datetime
    author: Author
    on: date | None = None
    reason: str = ""
    expect_version: int | None = None
    key: str | None = None

    def plain(self) -> dict[str, Any]:
        """As the ledger takes them, but for the patient and `on`."""
        return {
            "now": self.now, "author": self.author, "reason": self.reason, "expect_version": self.expect_version,
            "key": self.key,
        }  # fmt: skip


Write = Callable[[Ledger, Mapping[str, Any], Terms], Answer]


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One form about one patient."""

    patient: str
    name: str
    """The kind of record, the act, or what is done to an entry: what refusals are about."""
    title: str
    purpose: str
    """What it is for, in a sentence."""
    post: str
    """Where it is sent."""
    kind: type[Fields]
    fields: tuple[FormField, ...]
    write: Write
    dated: bool = True
    """A clinical date is asked."""
    reasoned: bool = True
    """A reason is asked beside the fields."""
    fixed: Mapping[str, Any] = field(default_factory=dict)
    """Fields that are not asked, as the page says already what they are."""
    typed: Typed = field(default_factory=dict)
    """How it is filled when it is first shown."""
    signer: str = ""
    """The field that names a second person, who signs with their own password on the same form."""
    verb: str = "Save"
    """What its button says."""
    may_break: bool = False
    """A hard stop in its way may be overridden by who is signed in."""
