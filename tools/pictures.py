"""Takes the pictures of the desk for the README, from the clinic of the demo: `make pictures`."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Page, sync_playwright

from cli.demo.clinic import fill
from cli.demo.people import let_in
from storage.database import open_database
from storage.ledger import Ledger
from tests.web.browser.chromium import started
from tests.web.browser.served import listening
from web.app import create_app
from web.desk import Desk
from workflow.asps import ASPS

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
INTO = Path(__file__).parent.parent / "docs" / "pictures"
MOST = 200_000
"""Bytes of a picture."""


@contextmanager
def desk() -> Iterator[tuple[Desk, str, str]]:
    """The desk of the demo, its address, and the password of everybody."""
    with TemporaryDirectory() as folder:
        ledger = Ledger(open_database(f"sqlite:///{folder}/demo.db"), ASPS)
        fill(ledger, NOW)
        password = let_in(ledger.engine, NOW)
        made = Desk(ledger=ledger, clock=lambda: NOW, secure=False, demo=True, hosts=("127.0.0.1",))
        with listening(create_app(made)) as address:
            yield made, address, password
        ledger.engine.dispose()


def sign_in(page: Page, id: str, password: str) -> None:
    """As one of the people of the demo."""
    page.goto("/login")
    page.get_by_label("User name").fill(id)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/worklist")


def take(page: Page, into: Path, name: str) -> None:
    """Keeps what is in sight."""
    page.mouse.move(0, 0)
    picture = page.screenshot(path=into / f"{name}.png")
    assert len(picture) < MOST, f"{name} has {len(picture)} bytes"


def all_of_them(browser: Browser, into: Path) -> None:
    """The worklist, a patient, and a refusal."""
    into.mkdir(parents=True, exist_ok=True)
    with desk() as (made, address, password):
        page = browser.new_page(base_url=address, viewport={"width": 1280, "height": 560})
        sign_in(page, "coordinator-1", password)
        take(page, into, "worklist")
        page.context.clear_cookies()
        sign_in(page, "clinician-1", password)
        page.goto(f"/patients/{made.handles.of('DEMO-3')}")
        take(page, into, "patient")
        page.goto(f"/patients/{made.handles.of('DEMO-1')}/do/complete_staging")
        page.get_by_role("button", name="Do it").click()
        page.get_by_role("heading", name="Refused: nothing changed").wait_for()
        take(page, into, "refusal")
        page.close()


if __name__ == "__main__":
    with sync_playwright() as playwright:
        all_of_them(started(playwright), INTO)
