"""Plays many story files, each on its own empty record in memory."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from cli.stories.checks import differences, misspelt
from cli.stories.format import Story, load
from cli.stories.player import Player
from cli.stories.reading import LARGEST
from storage.database import memory_database
from storage.ledger import Ledger
from workflow.errors import AspsError, Invalid
from workflow.pathway import Pathway


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """Something that is other than the story says."""

    step: int
    """Counted from 1; 0 for what is wrong before the first step."""
    what: str
    """The step, as written."""
    says: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """How one story went."""

    file: str
    title: str
    steps: int
    differences: tuple[Difference, ...]

    @property
    def good(self) -> bool:
        """Nothing differed."""
        return not self.differences


def run_file(pathway: Pathway, path: Path) -> Run:
    """Plays one file. Raises Invalid where it is no story."""
    if path.stat().st_size > 4 * LARGEST:
        raise Invalid(str(path), "is too large to be a story")
    try:
        text = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        raise Invalid(str(path), "is no text in UTF-8") from None
    try:
        story = load(text)
    except Invalid as error:
        raise Invalid(f"{path}: {error.field}", error.reason, allowed=error.allowed) from None
    return Run(file=str(path), title=story.story, steps=len(story.steps), differences=tuple(run(pathway, story)))


def run(pathway: Pathway, story: Story) -> Iterator[Difference]:
    """Plays a story to its end and tells what differs, step by step."""
    yield from (_difference(story, number, says) for number, says in misspelt(pathway, story))
    engine = memory_database()
    try:
        yield from _play(pathway, story, Ledger(engine, pathway))
    finally:
        engine.dispose()


def _play(pathway: Pathway, story: Story, ledger: Ledger) -> Iterator[Difference]:
    try:
        player = Player(ledger, story)
        player.begin()
    except AspsError as error:
        yield Difference(step=0, what="before the first step", says=str(error))
        return
    for number, step in enumerate(story.steps):
        try:
            found: Iterable[str] = differences(pathway, player.play(step))
        except AspsError as error:
            found = [str(error)]
        yield from (_difference(story, number, says) for says in found)


def _difference(story: Story, number: int, says: str) -> Difference:
    return Difference(step=number + 1, what=str(story.steps[number]), says=says)
