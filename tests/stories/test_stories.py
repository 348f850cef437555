"""Every story in this folder plays as told."""

from pathlib import Path

import pytest

from cli.stories.runner import run_file
from tests.stories import HERE, STORIES
from workflow.asps import ASPS


@pytest.mark.parametrize("file", STORIES, ids=lambda file: str(file.relative_to(HERE).with_suffix("")))
def test_a_story_plays_as_told(file: Path) -> None:
    run = run_file(ASPS, file)
    assert [f"step {d.step}: {d.what}: {d.says}" for d in run.differences] == []


def test_there_are_stories() -> None:
    assert len(STORIES) >= 11
