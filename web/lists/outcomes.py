"""What became, or would become, of a patient who is taken over: in words for a page."""

from collections.abc import Iterable

from storage.effects import TaskChange
from storage.ledger import Answer

MISSING = "complete_missing_data"
"""The task that says what the rules had to read as unknown."""
_INSTEAD = (
    (", or say --dates day-first or month-first", ", or choose above how dates are written"),
    ("or give --reason TEXT for all rows", "or write one above for all rows"),
    ("one, or --reason TEXT for all rows", "one, or write a reason above for all rows"),
    ("or leave it out with --ignore NAME", "or name it above as a column that is not to be read"),
    ("the columns asps import --columns lists", "the columns of the empty sheet"),
    ("the names that asps import --columns lists; asps import --template starts one", "the columns of the empty sheet"),
    ("enter what is new with asps record or asps amend", "enter what is new on the patient's page"),
    ("try --encoding", "choose the encoding above"),
    ("--encoding", "the encoding"),
    ("; else --reason", ""), ("--by: ", "Role: "),
)  # fmt: skip
"""What the terminal advises, and what a page does."""


def for_a_page(text: str) -> str:
    """A sentence without what one would type at a terminal."""
    for typed, instead in _INSTEAD:
        text = text.replace(typed, instead)
    return text


def split(fault: str) -> tuple[str, str]:
    """The column and what is wrong with it."""
    column, _, why = for_a_page(fault).partition(": ")
    return column, why or column


def opened(answer: Answer | None) -> list[str]:
    """The tasks that open, each with its date."""
    return [_task(change) for change in _opened(answer)]


def missing(answer: Answer | None) -> list[str]:
    """What the rules had to read as unknown."""
    return [change.why for change in _opened(answer) if change.name == MISSING]


def _opened(answer: Answer | None) -> Iterable[TaskChange]:
    return [change for change in answer.changes if change.what == "opened"] if answer else []


def _task(change: TaskChange) -> str:
    return f"{change.title}, {f'due {change.new_due}' if change.new_due else 'no date'}"
