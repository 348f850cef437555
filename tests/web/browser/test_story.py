"""The way of a recurrence that waits three months and is resected, at the desk: by mouse, and by keyboard alone."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext

from cli.stories.format import load
from cli.stories.player import Player
from storage.database import memory_database, open_database
from storage.ledger import Ledger
from tests.stories import HERE
from tests.web.browser.hands import Keyboard, Mouse
from tests.web.browser.served import serving
from tests.web.browser.walking import Walk
from tests.web.test_stories import told
from workflow.asps import ASPS

STORY = HERE / "interval-scan-then-surgery.yaml"


@pytest.mark.timeout(600)
@pytest.mark.parametrize("hand", [Mouse, pytest.param(Keyboard, marks=pytest.mark.long)])
def test_the_whole_way(hand: type[Mouse | Keyboard], contexts: Callable[..., BrowserContext], tmp_path: Path) -> None:
    """After each step the page says what the story expects; at the end the journal is that of the terminal."""
    story = load(STORY.read_text(encoding="utf-8"))
    walk = Walk(Ledger(open_database(f"sqlite:///{tmp_path / 'asps.db'}"), ASPS), story)
    with serving(walk.clinic) as place:
        walk.hand = hand(contexts(place).new_page())
        walk.register()
        for number, step in enumerate(story.steps, 1):
            walk.take(step)
            assert walk.seen(step) == step.expect.model_dump(exclude_unset=True), f"step {number}: {step}"
    terminal = Player(Ledger(memory_database(), ASPS), story)
    terminal.begin()
    for step in story.steps:
        terminal.play(step)
    assert told(walk.player, {own: spelled for spelled, own in walk.ids.items()}) == told(terminal)
    walk.ledger.engine.dispose()
