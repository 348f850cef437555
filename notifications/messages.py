"""What may leave the building: how many tasks are at which stage, and a link. No patient, name, id or kind of task."""

from dataclasses import dataclass
from hashlib import sha256

from notifications.pressing import UNDATED
from workflow.plan import Stage

WORDS = {
    Stage.ESCALATED.value: "escalated",
    Stage.OVERDUE.value: "overdue",
    Stage.DUE.value: "due today",
    UNDATED: "without a date",
    Stage.UPCOMING.value: "coming up",
}
"""Most urgent first."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Content:
    """What a message says."""

    counts: dict[str, int]
    """By stage."""
    trouble: tuple[str, ...] = ()
    """What reaches nobody, a line each; told to administrators."""
    record: str = ""
    """How the record stood when it was last copied; told to administrators: their mailbox is not the database."""

    @property
    def pressing(self) -> int:
        """Tasks that ask for something today."""
        return sum(count for stage, count in self.counts.items() if stage != Stage.UPCOMING.value)

    @property
    def empty(self) -> bool:
        """There is nothing to say."""
        return not (sum(self.counts.values()) or self.trouble or self.record)


@dataclass(frozen=True, kw_only=True, slots=True)
class Letter:
    """A message as it goes out, the same through every channel."""

    id: str
    """The same at every attempt, so that a duplicate is known as one."""
    kind: str
    subject: str
    text: str
    counts: dict[str, int]
    link: str


def letter(key: str, kind: str, content: Content, link: str) -> Letter:
    """The words of a message."""
    body = [*lines(content), "", f"Open the worklist: {link}" if link else "Open the worklist to see them."]
    return Letter(
        id=sha256(key.encode()).hexdigest()[:32], kind=kind, subject=subject(content), text="\n".join(body) + "\n",
        counts={WORDS[stage]: content.counts[stage] for stage in WORDS if content.counts.get(stage)}, link=link,
    )  # fmt: skip


def subject(content: Content) -> str:
    """`2 pathway tasks due`."""
    if content.pressing:
        return f"{_tasks(content.pressing)} due"
    if ahead := content.counts.get(Stage.UPCOMING.value):
        return f"{_tasks(ahead)} coming up"
    return "pathway: messages could not be delivered" if content.trouble else "pathway: how the record stands"


def lines(content: Content) -> list[str]:
    """The stages, most urgent first."""
    found = [f"{content.counts[stage]} {word}" for stage, word in WORDS.items() if content.counts.get(stage)]
    found += content.trouble
    if content.record:
        found.append(f"the record: {content.record}")
    return found


def _tasks(count: int) -> str:
    return f"{count} pathway {'task' if count == 1 else 'tasks'}"
