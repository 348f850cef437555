"""What comes out of the printer, by the browser's own command as well: no list is left out, and no button is in."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.web.browser.served import Served

TABLES = """() => [...document.querySelectorAll("main table")]
    .filter((one) => one.checkVisibility() && !one.closest(".noprint"))
    .map((one) => [...one.querySelectorAll("tbody tr")].filter((row) => row.checkVisibility()).length)"""
BUTTONS = """() => [...document.querySelectorAll("main button, main [role=button], main input")]
    .filter((one) => one.checkVisibility()).length"""


@pytest.mark.parametrize(
    ("role", "address"),
    [
        ("coordinator", "/worklist?view=all"), ("coordinator", "/patients/{patient}"),
        ("clinician", "/patients/{patient}/board"), ("auditor", "/reports"), ("administrator", "/site/settings"),
        ("administrator", "/accounts"),
    ],
)  # fmt: skip
def test_a_printed_page_has_every_table_of_the_screen_and_no_buttons(
    role: str, address: str, served: Served, opened: Callable[..., Page]
) -> None:
    page = opened(role)
    page.goto(address.format(patient=served.clinic.handle("P-1")))
    shown = page.evaluate(TABLES)
    assert any(shown)
    page.emulate_media(media="print")
    assert page.evaluate(TABLES) == shown
    assert page.evaluate(BUTTONS) == 0
