"""The two ways of using a page: with a mouse, and with nothing but the keyboard."""

from typing import Protocol

from playwright.sync_api import Locator, Page

FARTHEST = 300
"""Presses of Tab after which what one looks for is not reachable."""


class Hand(Protocol):
    """What people do with controls."""

    page: Page

    def press(self, control: Locator) -> None:
        """Follows a link, presses a button, opens what is folded."""

    def write(self, field: Locator, text: str) -> None:
        """Types into a field in place of what was there."""

    def choose(self, field: Locator, value: str) -> None:
        """Chooses from a list."""

    def pick(self, choice: Locator) -> None:
        """One of several."""

    def search(self, text: str) -> None:
        """Looks for a patient, from any page."""


class Mouse:
    """Clicks; types only where text is asked for."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, control: Locator) -> None:
        control.click()

    def write(self, field: Locator, text: str) -> None:
        field.click()
        field.fill(text)

    def choose(self, field: Locator, value: str) -> None:
        field.select_option(value)

    def pick(self, choice: Locator) -> None:
        choice.click()

    def search(self, text: str) -> None:
        self.write(self.page.get_by_label("Search for a patient"), text)
        self.page.keyboard.press("Enter")


class Keyboard:
    """Goes on with Tab from where the focus is, and never touches the mouse."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, control: Locator) -> None:
        self.reach(control)
        self.page.keyboard.press("Enter")

    def write(self, field: Locator, text: str) -> None:
        self.reach(field)
        if field.get_attribute("type") == "date":
            year, month, day = text.split("-")
            self.page.keyboard.type(month + day + year)
        else:
            self.page.keyboard.press("Control+A")
            self.page.keyboard.type(text)
        assert field.input_value() == text

    def choose(self, field: Locator, value: str) -> None:
        """With the arrows."""
        self.reach(field)
        values = field.evaluate("(list) => [...list.options].map((one) => one.value)")
        steps = values.index(value) - values.index(field.input_value())
        for _ in range(abs(steps)):
            self.page.keyboard.press("ArrowDown" if steps > 0 else "ArrowUp")

    def pick(self, choice: Locator) -> None:
        """Tab goes to a group of which one can be chosen, the arrows within it."""
        if choice.get_attribute("type") == "checkbox":
            self.reach(choice)
            self.page.keyboard.press("Space")
            return
        group = self.page.locator(f'[name="{choice.get_attribute("name")}"]')
        self.reach(group)
        for _ in range(group.count()):
            if choice.is_checked():
                return
            self.page.keyboard.press("ArrowDown")
        self.page.keyboard.press("Space")

    def search(self, text: str) -> None:
        self.page.wait_for_load_state()  # the key is heard by a script
        self.page.keyboard.press("/")
        self.page.keyboard.type(text)
        self.page.keyboard.press("Enter")

    def reach(self, control: Locator) -> None:
        """Presses Tab until the focus is there, which must be seen. Raises AssertionError where it never gets there."""
        self.page.wait_for_load_state()
        control.first.wait_for(state="attached")
        met = list[str]()
        for _ in range(FARTHEST):
            if control.evaluate_all("(all) => all.includes(document.activeElement)"):
                assert control.evaluate_all(SEEN), f"the focus on {met[-1:]} cannot be seen"
                return
            self.page.keyboard.press("Tab")
            met.append(self.page.evaluate("() => document.activeElement.outerHTML.slice(0, 60)"))
        raise AssertionError(f"Tab never gets to {control}: {met}")


SEEN = """(all) => {
  const one = all.find((each) => each === document.activeElement), style = getComputedStyle(one);
  const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  const box = one.getBoundingClientRect(), x = box.x + Math.min(box.width / 2, 20), y = box.y + box.height / 2;
  const top = document.elementFromPoint(x, y);
  return ring && top !== null && (one.contains(top) || top.contains(one) || top.closest("label")?.control === one);
}"""
"""It has a ring around it, and nothing lies over it."""
