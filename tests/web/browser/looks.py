"""Looking at a page as it stands: what axe-core finds, whether it fits a narrow screen, how heavy it is."""

from playwright.sync_api import ConsoleMessage, Page, Response

from tests.web.browser.axe import looked_at

WIDTHS = (320, 768, 1440)
HEAVIEST = 100_000
"""Bytes of a page, without pictures."""
BESIDE = """() => {
  const wide = innerWidth, scrolls = (e) => e && (["auto", "scroll"].includes(getComputedStyle(e).overflowX)
    && e.scrollWidth > e.clientWidth || scrolls(e.parentElement));
  const { scrollWidth } = document.documentElement;
  const told = scrollWidth > wide ? [`the page is ${scrollWidth} wide`] : [];
  for (const one of document.querySelectorAll("a, button, input, select, textarea, summary")) {
    const box = one.getBoundingClientRect();
    const away = !one.checkVisibility() || one.closest(".sr, .skip") || box.width <= 1 || scrolls(one.parentElement);
    const beside = !away && (box.left < 0 || box.right > wide + 0.5);
    if (beside) told.push(`${one.textContent || one.name || one.id} is out of sight`);
  }
  return told;
}"""
"""What lies beside the window: one has to scroll sideways for it. A table may scroll in a frame of its own."""


class Watch:
    """Notes what a tab complains about: scripts that fail, code that the policy forbids, answers that never came."""

    def __init__(self, page: Page) -> None:
        self.heard: list[str] = []
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.heard.append(f"script: {error}"))

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and "status of 4" not in message.text:
            self.heard.append(f"console: {message.text}")


def faults(page: Page, answer: Response | None = None, watch: Watch | None = None) -> list[str]:
    """All that is wrong with the open page, a line each."""
    page.wait_for_load_state()  # what it says can be there before its style is
    wrong = [*weight(answer), *named(page), *(watch.heard if watch else ())]
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        wrong += [f"at {width} px: {line}" for line in page.evaluate(BESIDE)]
    return wrong + looked_at(page)


def weight(answer: Response | None) -> list[str]:
    """A page that is too heavy."""
    size = len(answer.body()) if answer else 0
    return [f"{size} bytes"] if size > HEAVIEST else []


def named(page: Page) -> list[str]:
    """A page without a name of its own, or with more than one."""
    title, heads = page.title(), page.locator("h1").count()
    wrong = [] if title.endswith(" - ASPS Pathway") and len(title) > len(" - ASPS Pathway") else [f"titled {title!r}"]
    return wrong + ([] if heads == 1 else [f"{heads} h1"])


def open_all(page: Page) -> None:
    """Opens whatever can be opened, but menus, of which one covers the next."""
    page.evaluate("document.querySelectorAll('details:not(.menu)').forEach((one) => { one.open = true; })")
