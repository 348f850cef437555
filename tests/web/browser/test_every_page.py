"""Every page, found by its links: axe-core finds nothing in light and dark, it fits 320 px, and it is light."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.web.browser.looks import Watch, faults, open_all
from tests.web.browser.places import Place, asked_for, places
from tests.web.browser.served import Served

Opened = Callable[..., Page]
ROLES = ("clinician", "administrator", "auditor", "coordinator")
DIFFER = {"worklist", "patient"}
"""Pages that say other things to other roles."""


def wrong_with(demo: Served, demo_opened: Opened, role: str, chosen: list[Place]) -> list[str]:
    """What is wrong with these pages."""
    page = demo_opened(role)
    watch, wrong = Watch(page), list[str]()
    for place in chosen:
        watch.heard.clear()
        answer = page.goto(place.address)
        assert answer and answer.ok and page.url == demo.address + place.address, place
        open_all(page)
        wrong += [f"{place}: {line}" for line in faults(page, answer, watch)]
    return wrong


@pytest.mark.timeout(600)
@pytest.mark.parametrize("role", ROLES)
def test_one_of_each_page(demo: Served, demo_opened: Opened, role: str) -> None:
    app, before = demo.clinic.app, ROLES[: ROLES.index(role)]
    seen = {name for other in before for name in asked_for(app, other)} - DIFFER
    found = places(demo.clinic, role, each=1)
    assert {place.route for place in found} == asked_for(app, role), "links lead to every page of the table of roles"
    chosen = [place for place in found if place.route not in seen]
    assert wrong_with(demo, demo_opened, role, chosen) == []


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("role", ROLES)
def test_many_of_each_page(demo: Served, demo_opened: Opened, role: str) -> None:
    assert wrong_with(demo, demo_opened, role, places(demo.clinic, role, each=8)) == []


def test_what_is_wrong_is_found(demo_opened: Opened) -> None:
    page = demo_opened("clinician")
    watch = Watch(page)
    page.goto("/board")
    page.evaluate("""() => {
      document.querySelector("h1").outerHTML =
        '<p id="faint">Board</p><div id="wide">wide</div><a id="off" href="/">b</a>';
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(`#faint { color: #eee; } #wide { min-width: 1500px; } #off { position: absolute; left: -30px; }
        #search::placeholder { color: #ccc; }
        #search { border-color: #ddd !important; } @media (prefers-color-scheme: dark) { #wide { color: #333; } }`);
      document.adoptedStyleSheets.push(sheet);
      console.error("refused by the policy");
      document.title = " - ASPS Pathway";
    }""")
    wrong = "\n".join(faults(page, None, watch))
    for part in (
        "titled '- ASPS Pathway'", "0 h1", "at 320 px: the page is 15", "b is out of sight", "refused by the policy",
        "color-contrast: #faint", "placeholder: search: a contrast of 1", "edge: search: a contrast of 1",
        "page-has-heading-one", "in the dark: color-contrast: #wide",
    ):  # fmt: skip
        assert part in wrong
