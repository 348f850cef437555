"""axe-core on an open page, in light and in dark; what it cannot decide counts as found, too."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

HERE = Path(__file__).parent
AXE = (HERE / "vendor" / "axe.min.js").read_text(encoding="utf-8")
ASK = (HERE / "axe.js").read_text(encoding="utf-8")
OF_COLOURS = ["color-contrast", "link-in-text-block"]
"""Rules whose answer depends on the scheme."""


def looked_at(page: Page) -> list[str]:
    """What axe-core finds on the page as it is, a line each; empty where all is well."""
    page.wait_for_load_state()
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    page.evaluate(AXE)
    light = _ask(page, None)
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    dark = _ask(page, OF_COLOURS)
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    return light + [f"in the dark: {line}" for line in dark]


def _ask(page: Page, rules: list[str] | None) -> list[str]:
    found: list[Any] = page.evaluate(ASK, rules)
    return [str(line) for line in found]
