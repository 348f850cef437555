"""Killed at whatever it does, a process leaves a record that verifies: nothing is lost, and nothing happens twice."""

import shutil
from pathlib import Path

import pytest

from tests.crash.killing import endure
from tests.crash.work import WORKS, made

LIVES = 5
"""Of each work: with eleven works 55 kills in `make test`, and in `make test-long` ten times as many."""


@pytest.fixture(scope="session")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The record that all works begin with."""
    place = tmp_path_factory.mktemp("crash") / "begun"
    made(place)
    return place


@pytest.mark.parametrize("name", WORKS)
def test_a_killed_process_leaves_the_record_whole(name: str, begun: Path, tmp_path: Path) -> None:
    shutil.copytree(begun, tmp_path / "place")
    assert endure(name, tmp_path / "place", LIVES) >= LIVES


@pytest.mark.long
@pytest.mark.parametrize("round", range(10))
@pytest.mark.parametrize("name", WORKS)
def test_500_killed_processes_leave_the_record_whole(name: str, round: int, begun: Path, tmp_path: Path) -> None:
    shutil.copytree(begun, tmp_path / "place")
    assert endure(name, tmp_path / "place", LIVES) >= LIVES
