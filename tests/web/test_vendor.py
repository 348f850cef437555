"""Other people's files are what they were when they were taken in."""

import json
from hashlib import sha256

from web.app import STATIC

VENDOR = STATIC / "vendor"
LISTED = json.loads((VENDOR / "MANIFEST.json").read_text(encoding="utf-8"))


def test_every_file_has_the_checksum_of_the_manifest() -> None:
    assert {entry["file"]: entry["sha256"] for entry in LISTED} == {
        entry["file"]: sha256((VENDOR / entry["file"]).read_bytes()).hexdigest() for entry in LISTED
    }


def test_every_file_is_listed_with_version_and_licence() -> None:
    files = {file.name for file in VENDOR.iterdir()} - {"MANIFEST.json"}
    assert files == {name for entry in LISTED for name in (entry["file"], entry["license_file"])}
    assert all(entry["version"] and entry["license"] and entry["from"].startswith("https://") for entry in LISTED)


def test_no_page_asks_another_server_for_anything() -> None:
    from web.rendering import FOLDER

    pages = [*FOLDER.rglob("*.html"), *STATIC.glob("*.css"), *STATIC.glob("js/*.js")]
    assert len(pages) > 10
    for page in pages:
        text = page.read_text(encoding="utf-8").replace("http://www.w3.org/", "")
        assert "http://" not in text and "https://" not in text and "//cdn" not in text, page
