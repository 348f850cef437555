"""What pages look like when something was typed into them: errors, refusals, previews, hits, what is shown once."""

from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.web.browser.looks import Watch, faults, open_all
from tests.web.browser.served import Served
from tests.web.test_import import BAD, GOOD, sheet

Opened = Callable[..., Page]


class Look:
    """Brings pages into a state, and collects what is wrong with them there."""

    def __init__(self, page: Page, served: Served) -> None:
        self.page, self.wrong, self.watch = page, list[str](), Watch(page)
        self.patient = f"/patients/{served.clinic.handle('P-1')}"

    def at(self, address: str) -> None:
        """Opens a page."""
        self.page.goto(address)

    def press(self, name: str) -> None:
        """Presses a button of the page itself, whatever its fields hold."""
        self.page.locator("main form").evaluate_all("(all) => { for (const one of all) one.noValidate = true; }")
        self.page.locator("main").get_by_role("button", name=name, exact=True).first.click()

    def shows(self, text: str, within: Locator | None = None) -> None:
        """Waits until the page says something, and looks at it. What an open menu covers cannot be seen, of course."""
        expect(within or self.page.locator("body")).to_contain_text(text)
        open_all(self.page)
        found = faults(self.page, None, self.watch)
        covered = self.page.locator("details.menu[open]").count() > 0
        self.wrong += [f"{text!r}: {line}" for line in found if not (covered and "overlapped by another" in line)]
        self.page.set_viewport_size({"width": 1440, "height": 900})


def test_before_signing_in(contexts: Callable[..., object], served: Served, opened: Opened) -> None:
    page = opened("coordinator")
    page.context.clear_cookies()
    look = Look(page, served)
    look.at("/worklist")
    look.shows("Sign in")
    page.get_by_label("User name").fill("nobody")
    page.get_by_label("Password").fill("wrong")
    look.press("Sign in")
    look.shows("Name or password is wrong")
    look.at("/healthz/nothing")
    look.shows("ASPS Pathway")
    assert look.wrong == []


def test_a_clinicians_forms(served: Served, opened: Opened) -> None:
    page = opened("clinician")
    look = Look(page, served)
    look.at(f"{look.patient}/record/imaging")
    page.get_by_label("Modality").select_option("mri_brain")
    look.press("Save")
    look.shows("Not saved: 1 thing is not right")
    page.get_by_label("Final").check()
    look.press("Preview what follows")
    look.shows("What would follow: nothing is saved yet")
    look.press("Save")
    look.shows("Saved: Record: Imaging", page.locator("#flash"))
    look.at(f"{look.patient}/do/complete_staging")
    look.press("Preview what follows")
    look.shows("This would be refused")
    page.locator("#sheet [value=save]").click()
    look.shows("Refused: nothing changed")
    look.press("Break the glass: override this stop")
    look.press("Grant the override")
    look.shows("Not saved:")
    look.at("/patients/adopt")
    look.press("Take over")
    look.shows("not right")
    assert look.wrong == []


def test_a_clinicians_import(served: Served, opened: Opened) -> None:
    page = opened("clinician")
    look = Look(page, served)
    look.at("/import")
    look.press("See what it would do")
    look.shows("nothing was saved")
    page.locator("#file").set_input_files({"name": "a.csv", "mimeType": "text/csv", "buffer": sheet(GOOD, BAD)})
    look.press("See what it would do")
    look.shows("Nothing is entered yet")
    look.press("Enter 1 patient")
    look.shows("Entered. Patients who came in: 1;")
    assert look.wrong == []


def test_a_coordinators_lists(served: Served, opened: Opened) -> None:
    page = opened("coordinator")
    look = Look(page, served)
    look.at("/worklist")
    page.locator("#row-P-1-staging_ct-once-1 details.menu > summary").click()
    look.shows("Put off")
    page.locator("#row-P-1-staging_ct-once-1").get_by_role("link", name="Put off").click()
    look.shows("Until", page.locator("#asking"))
    page.locator("#asking").get_by_label("Until").fill("2026-12-01")
    page.locator("#asking").get_by_label("Reason").fill("holidays")
    look.press("Put off")
    look.shows("put off until 2026-12-01", page.locator("#flash"))
    look.at("/worklist?view=overdue&task=staging_ct")
    look.shows("Nothing is to be done")
    look.at("/worklist?view=nonsense")
    look.shows("view")
    look.at("/board")
    for text, says in (("aalto", "1 patient."), ("nobody at all", "Nobody was found")):
        page.get_by_label("Search for a patient").fill(text)
        page.keyboard.press("Enter")
        look.shows(says)
    look.at("/patients/new")
    look.press("Register")
    look.shows("Some things are not right")
    page.locator("#id").fill("P-9")
    page.locator("#name").fill("Zoe Aalto Oberg")
    page.locator("#born").fill("1990-01-01")
    look.press("Register")
    look.shows("Is this the same person?")
    look.at("/accounts")
    look.shows("ASPS Pathway")
    assert look.wrong == []


def test_an_administrators_forms(served: Served, opened: Opened) -> None:
    page = opened("administrator")
    look = Look(page, served)
    look.at("/accounts")
    look.press("Add")
    look.shows("not right")
    page.locator("#id").fill("new-1")
    page.locator("#name").fill("New One")
    look.press("Add")
    look.shows("new-1")
    look.at("/site/settings/mdt.due_days")
    page.locator("#value").fill("20")
    look.press("What would it do?")
    look.shows("What 20 would do")
    look.press("Save")
    look.shows("not right")
    look.at("/admin/people")
    look.press("Add")
    look.shows("not right")
    look.at("/account/password")
    look.press("Change the password")
    look.shows("not right")
    assert look.wrong == []


def test_the_banners(served: Served, opened: Opened) -> None:
    """The scheduler is late; the session has ended while a page was open."""
    served.clinic.later(hours=3)
    page = opened("coordinator")
    look = Look(page, served)
    look.at("/worklist")
    look.shows("Reminders do not go out")
    served.clinic.later(days=2)
    page.locator("#row-P-1-staging_ct-once-1").get_by_role("button", name="Claim").click()
    look.shows("Sign in")
    assert look.wrong == []
