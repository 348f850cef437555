"""Builds the invented clinic: all stories at once, step after step in the order of their dates."""

from collections.abc import Iterator
from datetime import datetime
from heapq import merge
from pathlib import Path

from cli.stories.checks import differences
from cli.stories.format import Step, Story, build
from cli.stories.player import COORDINATOR, Player
from cli.stories.reading import read
from cli.stories.relative import resolve
from scheduler.tick import tick
from storage.ledger import Ledger
from workflow.errors import AspsError
from workflow.site import Site

HERE = Path(__file__).parent
EXAMPLES = "example values of an invented centre, not clinical advice"


def settings() -> dict[str, str]:
    """The invented centre's settings."""
    return {key: str(value) for key, value in read((HERE / "site.yaml").read_text(encoding="utf-8")).items()}


def stories(site: Site, now: datetime) -> list[Story]:
    """The packaged stories, with their dates counted from today at the site."""
    zone, today = site.word("timezone"), site.today(now)
    raw = [read(file.read_text(encoding="utf-8")) for file in sorted(HERE.glob("[0-9]*.yaml"))]
    return [build({**resolve(story, today), "site": {"timezone": zone}}) for story in raw]


def fill(ledger: Ledger, now: datetime) -> list[Story]:
    """Plays all stories on an empty record and lets the clock run to now. Raises AspsError where one goes wrong."""
    texts = settings()
    zone = Site(keys=ledger.pathway.keys, values={"timezone": texts["timezone"]})
    told = stories(zone, now)
    players = [Player(ledger, story) for story in told]
    ledger.set_site(texts, now=min(p.start for p in players), author=COORDINATOR, reason=EXAMPLES)
    for _, number, step in merge(*(_steps(number, player) for number, player in enumerate(players))):
        _play(players[number], players[number].story.steps[step])
    tick(ledger, now)
    return told


def _steps(number: int, player: Player) -> Iterator[tuple[datetime, int, int]]:
    """When each step of a story happens."""
    yield from ((player.moment(step), number, place) for place, step in enumerate(player.story.steps))


def _play(player: Player, step: Step) -> None:
    if step is player.story.steps[0]:
        player.register()
    wrong = differences(player.ledger.pathway, player.play(step))
    if wrong:
        raise AspsError(f"the demo story of {player.patient} goes wrong at {step}: {'; '.join(wrong)}")
