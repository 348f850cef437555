"""The pictures of the README: they can be taken anew, and each is light."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tools import pictures

README = Path(pictures.__file__).parent.parent / "README.md"


def test_the_readme_shows_what_is_there() -> None:
    shown = re.findall(r"\(docs/pictures/(\S+)\)", README.read_text(encoding="utf-8"))
    kept = {file.name: file.stat().st_size for file in pictures.INTO.iterdir()}
    assert sorted(shown) == sorted(kept) == ["patient.png", "refusal.png", "worklist.png"]
    assert max(kept.values()) < pictures.MOST


@pytest.mark.long
def test_they_are_taken_anew(browser: Browser, tmp_path: Path) -> None:
    pictures.all_of_them(browser, tmp_path)
    assert sorted(file.name for file in tmp_path.iterdir()) == sorted(file.name for file in pictures.INTO.iterdir())
