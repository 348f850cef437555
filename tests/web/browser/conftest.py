"""One browser for the tests of this folder, and a desk for each test."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect, sync_playwright

from scheduler.tick import tick
from tests.web.browser.chromium import started
from tests.web.browser.served import AGENT, LOCAL, Served, demo_clinic, serving
from tests.web.clinic import Clinic

PATIENCE = 20_000
"""Milliseconds until what a page should say is missing: a machine may be busy."""


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """The browser. It goes when the tests of this folder are through, for its loop would be in the way of others."""
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        opened = started(playwright)
        yield opened
        opened.close()


@pytest.fixture
def served(clinic: Clinic) -> Iterator[Served]:
    """The desk behind a server, while somebody keeps the clock."""
    tick(clinic.ledger, clinic.now)
    clinic.secure, clinic.hosts = False, LOCAL
    with serving(clinic) as place:
        yield place


@pytest.fixture(scope="package")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The clinic of the demo behind a server, for tests that only look."""
    made = demo_clinic(tmp_path_factory.mktemp("demo"))
    with serving(made) as place:
        yield place
    made.ledger.engine.dispose()


@pytest.fixture
def contexts(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Fresh profiles of the browser, closed after the test."""
    made: list[BrowserContext] = []

    def make(place: Served, width: int = 1440, **how: bool) -> BrowserContext:
        screen = ViewportSize(width=width, height=900)
        made.append(browser.new_context(
            base_url=place.address, viewport=screen, locale="en-GB", user_agent=AGENT, java_script_enabled=how.get(
                "scripts", True
            ),
        ))  # fmt: skip
        return made[-1]

    yield make
    for context in made:
        context.close()


@pytest.fixture
def opened(contexts: Callable[..., BrowserContext], served: Served) -> Callable[..., Page]:
    """`opened("clinician", width=320, scripts=False)`: a tab in which the clinician is signed in."""
    return lambda role, **how: _signed_in(contexts(served, **how), served, role)


@pytest.fixture
def demo_opened(contexts: Callable[..., BrowserContext], demo: Served) -> Callable[..., Page]:
    """The same, in the clinic of the demo."""
    return lambda role, **how: _signed_in(contexts(demo, **how), demo, role)


def _signed_in(context: BrowserContext, place: Served, role: str) -> Page:
    context.add_cookies([{"name": "sid", "value": place.session(role), "url": place.address}])
    return context.new_page()
