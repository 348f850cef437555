"""An answer in plain words: all that it tells, as lines of text."""

from collections.abc import Iterator

from storage.ledger import Answer
from workflow.vocabulary import Blocker


def in_words(answer: Answer) -> str:
    """Everything an answer tells."""
    return "\n".join(_lines(answer))


def _lines(answer: Answer) -> Iterator[str]:
    for blocker in (*answer.blockers, *answer.warned, *answer.overridden):
        yield from about(blocker)
    if answer.before != answer.after:
        yield f"{answer.before.title} -> {answer.after.title}"
    for change in answer.changes:
        yield " ".join(
            str(part) for part in (change.what, change.name, change.title, change.new_due, change.why) if part
        )


def about(blocker: Blocker) -> Iterator[str]:
    """One unmet guard."""
    yield f"{blocker.guard} ({blocker.level}): {blocker.why}"
    for name, values in (("looked at", blocker.looked_at), ("missing", blocker.missing), ("source", blocker.source)):
        yield from (f"{name}: {value}" for value in values)
    if blocker.cleared_by:
        yield f"cleared by: {blocker.cleared_by}"
