"""Other people's files are what they were when they were taken in."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from web.app import STATIC

FOLDERS = (STATIC / "vendor", Path(__file__).parent / "browser" / "vendor")


def listed(folder: Path) -> list[dict[str, Any]]:
    """What the manifest of a folder names."""
    found: list[dict[str, Any]] = json.loads((folder / "MANIFEST.json").read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.parent.name)
def test_every_file_has_the_checksum_of_the_manifest(folder: Path) -> None:
    assert {entry["file"]: entry["sha256"] for entry in listed(folder)} == {
        entry["file"]: sha256((folder / entry["file"]).read_bytes()).hexdigest() for entry in listed(folder)
    }


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.parent.name)
def test_every_file_is_listed_with_version_and_licence(folder: Path) -> None:
    files, entries = {file.name for file in folder.iterdir()} - {"MANIFEST.json"}, listed(folder)
    assert files == {name for entry in entries for name in (entry["file"], entry["license_file"])}
    assert all(entry["version"] and entry["license"] and entry["from"].startswith("https://") for entry in entries)


def test_no_page_asks_another_server_for_anything() -> None:
    from web.rendering import FOLDER

    pages = [*FOLDER.rglob("*.html"), *STATIC.glob("*.css"), *STATIC.glob("js/*.js")]
    assert len(pages) > 10
    for page in pages:
        text = page.read_text(encoding="utf-8").replace("http://www.w3.org/", "")
        assert "http://" not in text and "https://" not in text and "//cdn" not in text, page
