"""With JavaScript off: every action is a form that leads to a page and back."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from storage import accounts
from storage.accounts import WebRole
from tests.web.browser.served import Served
from tests.web.clinic import NOW, PASSWORD
from web import passwords

Opened = Callable[..., Page]
MRI = "#row-P-1-baseline_brain_mri-once-1"


def test_a_task_is_claimed_booked_and_left(opened: Opened) -> None:
    page = opened("coordinator", width=320, scripts=False)
    page.goto("/worklist")
    page.locator(MRI).get_by_role("button", name="Claim").click()
    expect(page.locator("#flash")).to_contain_text("baseline brain MRI: yours now.")
    page.locator(f"{MRI} details.menu > summary").click()
    page.locator(MRI).get_by_role("link", name="Booked").click()
    page.get_by_role("button", name="Booked").click()
    expect(page.get_by_role("alert")).to_contain_text("is needed")
    page.get_by_role("alert").get_by_role("link").click()
    page.get_by_label("Day of the appointment").fill("2026-12-01")
    page.get_by_role("button", name="Booked").click()
    expect(page.locator("#flash")).to_contain_text("baseline brain MRI: booked for 2026-12-01")
    page.get_by_role("button", name="Undo").click()
    page.locator(f"{MRI} details.menu > summary").click()
    page.locator(MRI).get_by_role("link", name="Not done").click()
    page.get_by_label("Reason").fill("done elsewhere")
    page.get_by_role("button", name="Not done").click()
    expect(page.locator(MRI)).to_have_count(0)


def test_a_form_is_previewed_and_saved(served: Served, opened: Opened) -> None:
    page = opened("clinician", scripts=False)
    page.goto(f"/patients/{served.clinic.handle('P-1')}")
    page.locator('#record a[href$="/record/imaging"]').click()
    page.get_by_label("Modality").select_option("mri_brain")
    page.get_by_label("Final").check()
    page.get_by_role("group", name="Brain metastases").get_by_label("No", exact=True).check()
    page.get_by_role("button", name="Preview what follows").click()
    expect(page.get_by_role("status").filter(has_text="nothing is saved yet")).to_contain_text("baseline brain MRI")
    page.locator("#sheet [value=save]").click()
    expect(page.locator("#flash")).to_contain_text("Saved: Record: Imaging")
    expect(page.locator(".tracks")).to_contain_text("brain: clear")


def test_a_stop_is_overridden_by_two(served: Served, opened: Opened) -> None:
    clinic, kept = served.clinic, passwords.hashed(PASSWORD)
    accounts.add(clinic.ledger.engine, id="clinician-2", name="Sec Ond", role=WebRole.CLINICIAN, password=kept, now=NOW)
    accounts.set_password(clinic.ledger.engine, "clinician-2", kept, NOW, must_change=False)
    clinic.enter("P-1", "histology", result="asps_confirmed")
    clinic.enter("P-1", "imaging", modality="ct_chest", report="final")
    page = opened("clinician", scripts=False)
    page.goto(f"/patients/{clinic.handle('P-1')}/do/complete_staging")
    page.get_by_label("Reason").fill("agreed by phone")
    page.locator("#sheet [value=save]").click()
    expect(page.get_by_role("alert").filter(has_text="Refused: nothing changed")).to_contain_text("No final brain MRI")
    page.get_by_role("button", name="Break the glass: override this stop").click()
    page.get_by_label("Kind of reason").select_option("emergency")
    page.get_by_label("Why").fill("The scanner is broken.")
    page.get_by_label("Second signer").select_option("clinician-2")
    page.get_by_label("Their password").fill("not theirs")
    page.get_by_role("button", name="Grant the override").click()
    expect(page.get_by_role("alert").filter(has_text="Not saved")).to_be_visible()
    page.get_by_label("Their password").fill(PASSWORD)
    page.get_by_role("button", name="Grant the override").click()
    expect(page.get_by_role("status").filter(has_text="Granted")).to_be_visible()
    expect(page.get_by_label("Reason")).to_have_value("agreed by phone")
    page.locator("#sheet [value=save]").click()
    expect(page.locator(".who .state")).to_contain_text("Tumour board review")
    expect(page.locator(".who .alerts")).to_contain_text("overridden, not satisfied: baseline brain imaging")
