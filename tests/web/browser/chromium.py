"""Finding and starting the browser. It comes from the system's packages; nothing is downloaded here."""

import shutil

from playwright.sync_api import Browser, Playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
MACOS = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
MISSING = "The browser tests need Chromium, and there is none: `make chromium` installs it, or says how to"
ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--force-color-profile=srgb",
    "--lang=en-US",
)  # fmt: skip


def found() -> str | None:
    """Where it is."""
    return next((path for name in (*NAMES, MACOS) if (path := shutil.which(name))), None)


def started(playwright: Playwright) -> Browser:
    """A headless browser. Raises AssertionError, with what to do, where there is none: no test is skipped."""
    path = found()
    assert path, MISSING
    return playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
