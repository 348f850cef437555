"""The committed generated files are those that the rules give, and a version stands for one set of rules."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from diagrams import fresh
from workflow.asps import ASPS


def test_the_version_stands_for_the_rules_as_they_are() -> None:
    """When this fails: do what it says."""
    fresh.check_version(ASPS)


@pytest.mark.parametrize("name", ["asps.md", "asps.mmd", "asps.svg"])
def test_the_committed_files_are_fresh(name: str) -> None:
    made = next(content for file, content in fresh.made(ASPS) if file.name == name)
    assert made == (fresh.ROOM / name).read_bytes(), f"diagrams/{name} is not what the rules give: run make fresh"


@pytest.fixture
def pins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place of its own for what the versions stand for."""
    file = tmp_path / "version.json"
    monkeypatch.setattr(fresh, "VERSIONS", file)
    return file


OTHER = replace(ASPS, options=ASPS.options[:-1])


def test_rules_that_change_need_a_new_version(pins: Path) -> None:
    fresh.pin(ASPS, again=False)
    fresh.check_version(ASPS)
    with pytest.raises(fresh.Unpinned, match=r"raise `version`.*make fresh"):
        fresh.check_version(OTHER)
    with pytest.raises(fresh.Unpinned):
        fresh.pin(OTHER, again=False)
    fresh.check_version(ASPS)


def test_a_new_version_is_pinned_beside_the_former(pins: Path) -> None:
    fresh.pin(ASPS, again=False)
    newer = replace(OTHER, version="2099.1")
    with pytest.raises(fresh.Unpinned, match="not pinned yet"):
        fresh.check_version(newer)
    fresh.pin(newer, again=False)
    assert list(json.loads(pins.read_text(encoding="utf-8"))) == [ASPS.version, "2099.1"]
    fresh.check_version(ASPS)
    fresh.check_version(newer)


def test_a_version_that_nobody_has_used_may_be_pinned_again(pins: Path) -> None:
    fresh.pin(ASPS, again=False)
    fresh.pin(OTHER, again=True)
    fresh.check_version(OTHER)
