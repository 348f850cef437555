"""Where Tab goes: first to the way past the head of the page, then along the page, always in sight, and back again."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.web.browser.hands import SEEN
from tests.web.browser.served import Served

Opened = Callable[..., Page]
STOPS = """() => {
  const groups = new Map();
  const name = (one) => (one.type === "radio" ? one.name : one);
  for (const one of document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")) {
    if (!one.checkVisibility() || one.disabled || one.type === "hidden") continue;
    if (!groups.has(name(one))) groups.set(name(one), groups.size);
    one.dataset.stop = groups.get(name(one));
  }
  return [...groups.values()];
}"""
"""All that Tab should stop at, in the order of the page; several of which one is chosen are one stop."""
UNSEEN = f"() => ({SEEN})([document.activeElement]) ? [] : [document.activeElement.outerHTML.slice(0, 90)]"
HERE = "() => document.activeElement.dataset.stop === undefined ? -1 : Number(document.activeElement.dataset.stop)"


@pytest.mark.parametrize("width", [pytest.param(320, marks=pytest.mark.long), 1440])
@pytest.mark.parametrize("place", ["/worklist", "/patients/{}", "/patients/{}/record/imaging", "/site/settings"])
def test_tab_goes_along_the_page_in_sight(demo: Served, demo_opened: Opened, place: str, width: int) -> None:
    page = demo_opened("clinician", width=width)
    page.goto(place.format(demo.clinic.handle("DEMO-6")))
    stops = page.evaluate(STOPS)
    assert walked(page, "Tab", stops) == (stops, [])
    page.locator("[data-stop]").last.focus()
    assert walked(page, "Shift+Tab", stops[:-1]) == (stops[:-1][::-1], [])


def walked(page: Page, key: str, stops: list[int]) -> tuple[list[int], list[str]]:
    """Where a key leads to until the last stop, and where the focus cannot be seen. A date has several stops inside."""
    met, hidden = list[int](), list[str]()
    last = stops[-1] if key == "Tab" else stops[0]
    while last not in met and len(met) <= len(stops):
        page.keyboard.press(key)
        here = page.evaluate(HERE)
        if here not in met[-1:]:
            met.append(here)
            hidden += page.evaluate(UNSEEN)
    return met, hidden


COVERED = """(target) => {
  const parts = [target.labels?.[0], target].filter(Boolean);
  const over = (one) => {
    const box = one.getBoundingClientRect(), top = document.elementFromPoint(box.x + 5, box.y + 5);
    return top === null || top.closest(".who") !== null;
  };
  return parts.filter(over).map((one) => one.outerHTML.slice(0, 60));
}"""
"""What of a control and its label lies under the banner, or out of sight."""


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("width", [360, 1440])
def test_what_one_goes_to_stops_below_the_banner(demo: Served, demo_opened: Opened, width: int, scripts: bool) -> None:
    page = demo_opened("clinician", width=width, scripts=scripts)
    page.set_viewport_size({"width": width, "height": 740})
    patient = f"/patients/{demo.clinic.handle('DEMO-8')}"
    page.goto(f"{patient}/do/decide_local_therapy")
    page.locator("#sheet [value=save]").click()
    page.locator(".summary").get_by_role("link", name="Modality").click()
    expect(page.locator("#field-modality")).to_be_focused()
    assert page.locator("#field-modality").evaluate(COVERED) == []
    ring, said = page.locator("#field-modality").bounding_box(), page.locator("#wrong-modality").bounding_box()
    assert ring and said and said["y"] >= ring["y"] + ring["height"] + 5, "the ring leaves what is wrong legible"
    for part in ("now", "timeline"):
        page.goto(f"{patient}#{part}")
        assert page.locator(f"#{part}-title").evaluate(COVERED) == []


def test_the_first_stop_leads_past_the_head(demo_opened: Opened) -> None:
    page = demo_opened("clinician")
    page.goto("/board")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    expect(page.get_by_role("link", name="Skip to the content")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.querySelector('main').contains(document.activeElement)")
