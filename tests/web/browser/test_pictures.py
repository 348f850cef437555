"""Pictures opened by themselves: the letters they were measured with, and nothing that runs."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.web.browser.looks import Watch
from tests.web.browser.served import Served

LETTERS = "async () => (await document.fonts.ready, [...document.fonts].map((face) => face.status))"
SCRIPT = """() => {
    const script = document.createElementNS("http://www.w3.org/2000/svg", "script");
    script.textContent = "document.documentElement.id = 'ran'";
    document.documentElement.append(script);
    return document.documentElement.id;
}"""


@pytest.mark.parametrize("of", ["/pathway", "/patients/{patient}"])
def test_a_picture_opened_by_itself_brings_its_letters_and_runs_nothing(
    of: str, served: Served, opened: Callable[..., Page]
) -> None:
    page = opened("clinician")
    watch = Watch(page)
    page.goto(of.format(patient=served.clinic.handle("P-1")) + "/picture.svg")
    assert page.evaluate(LETTERS) == ["loaded", "loaded"]
    assert watch.heard == []
    assert page.evaluate(SCRIPT) != "ran"
