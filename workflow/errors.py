"""The few errors that cross a boundary. A refused step is a value (`Refused`), not an error.

AspsError
├── Invalid     the input itself is wrong: names the field and what is allowed
├── NotFound    no such patient, record, task or key
└── Stale       someone else changed the patient meanwhile: look again
"""

LONGEST_FIELD, LONGEST_REASON = 200, 600
"""Characters: what was typed is repeated in part, never whole."""


class AspsError(Exception):
    """Anything we tell a user in one sentence, without a traceback."""


class Invalid(AspsError):
    """The input is wrong. `field` says where, `reason` why, `allowed` what would be right."""

    def __init__(self, field: str, reason: str, *, allowed: str = "") -> None:
        self.field, self.reason, self.allowed = cut(field, LONGEST_FIELD), cut(reason, LONGEST_REASON), allowed
        super().__init__(f"{self.field}: {self.reason}" + (f" (allowed: {allowed})" if allowed else ""))


class NotFound(AspsError):
    """There is nothing by that name."""

    def __init__(self, what: str, name: str, hint: str = "") -> None:
        super().__init__(f"no {what} {name!r}" + (f"; {hint}" if hint else ""))
        self.what, self.name = what, name


class Stale(AspsError):
    """The patient was changed meanwhile."""

    def __init__(self, patient: str) -> None:
        super().__init__(f"patient {patient} was changed meanwhile by someone else; look again, then repeat")


def cut(text: str, longest: int) -> str:
    """A text of at most so many characters; the dots at its end say that there was more."""
    return text if len(text) <= longest else f"{text[: longest - 3]}..."
