"""Forms about a patient: what is wrong is led to, what others enter meanwhile is said, and nothing typed is lost."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.web.browser.axe import looked_at
from tests.web.browser.served import Served
from web import pulse

Opened = Callable[..., Page]


@pytest.fixture
def imaging(served: Served, opened: Opened) -> Page:
    """The form for imaging of P-1, in a tab whose clock the test moves."""
    page = opened("clinician")
    page.clock.install()
    page.goto(f"/patients/{served.clinic.handle('P-1')}/record/imaging")
    return page


def test_what_is_wrong_is_read_first_and_leads_to_the_field(imaging: Page) -> None:
    imaging.locator("#field-modality").select_option("ct_chest")
    imaging.locator("#field-lung_lesions_right").fill("many")
    imaging.get_by_role("button", name="Preview what follows").click()
    alert = imaging.get_by_role("alert").filter(has_text="Not saved")
    expect(alert).to_be_focused()
    expect(imaging).to_have_title("(2) Not saved: Record: Imaging - ASPS Pathway")
    for label, id in (("Report", "#field-report"), ("Lung lesions right", "#field-lung_lesions_right")):
        alert.get_by_role("link", name=label).click()
        field = imaging.locator(id)
        expect(field).to_be_focused()
        expect(field).to_have_attribute("aria-invalid", "true")
        told = (field.get_attribute("aria-describedby") or "").split()
        assert any(imaging.locator(f"#{one}").inner_text() for one in told)
    expect(imaging.locator("#field-lung_lesions_right")).to_have_value("many")
    assert looked_at(imaging) == []


def test_only_what_applies_is_asked(imaging: Page) -> None:
    brain = imaging.locator("[name=brain_metastases]").first
    expect(brain).to_be_hidden()
    imaging.locator("#field-modality").select_option("mri_brain")
    expect(brain).to_be_visible()
    expect(imaging.locator("#field-lung_lesions_right")).to_be_hidden()


def test_what_others_enter_is_said_without_losing_what_is_typed(
    served: Served, imaging: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pulse, "HOLDS", 0.0)
    imaging.locator("#field-modality").select_option("ct_chest")
    imaging.get_by_label("Preliminary").check()
    imaging.locator("#field-reason").fill("read by phone")
    served.clinic.enter("P-1", "histology", result="asps_confirmed")
    imaging.clock.run_for(16_000)
    said = imaging.get_by_role("status").filter(has_text="This patient was changed meanwhile by you, in another window")
    expect(said).to_be_visible()
    expect(imaging.locator("#field-reason")).to_have_value("read by phone")
    expect(imaging.locator("#field-reason")).to_be_focused()
    assert looked_at(imaging) == []
    save = imaging.locator("#sheet [value=save]")
    save.click()
    alert = imaging.get_by_role("alert").filter(has_text="Not saved: the patient was changed meanwhile")
    expect(alert).to_be_focused()
    expect(alert).to_contain_text("Histology")
    expect(imaging.locator("#field-reason")).to_have_value("read by phone")
    assert looked_at(imaging) == []
    save.click()
    expect(imaging.locator("#flash")).to_contain_text("Saved: Record: Imaging")


def test_the_worklist_says_so_as_well(served: Served, opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulse, "HOLDS", 0.0)
    page = opened("coordinator")
    page.clock.install()
    page.goto("/worklist")
    served.clinic.enter("P-2", "histology", result="asps_confirmed")
    page.clock.run_for(16_000)
    said = page.get_by_role("status").filter(has_text="The list has changed meanwhile")
    expect(said).to_be_visible()
    said.get_by_role("link", name="Show it").click()
    expect(page.locator("#row-P-2-confirm_histology-once-1")).to_have_count(0)


def test_a_draft_is_kept_and_brought_back(imaging: Page) -> None:
    address = imaging.url
    imaging.locator("#field-modality").select_option("mri_brain")
    imaging.get_by_label("Preliminary").check()
    imaging.locator("#field-reason").fill("waiting for the report")
    imaging.goto("/worklist")
    imaging.goto(address)
    box = imaging.locator(".draft")
    expect(box).to_contain_text("You began to fill this form before")
    assert looked_at(imaging) == []
    box.get_by_role("button", name="Bring it back").click()
    expect(imaging.locator("#field-modality")).to_have_value("mri_brain")
    expect(imaging.locator("#field-reason")).to_have_value("waiting for the report")
    imaging.locator("#sheet [value=save]").click()
    expect(imaging.locator("#flash")).to_contain_text("Saved: Record: Imaging")
    imaging.goto(address)
    expect(box).to_have_count(0)


def test_more_rows_come_without_sending_the_form(served: Served, opened: Opened) -> None:
    page = opened("clinician")
    page.goto(f"/patients/{served.clinic.handle('P-1')}/record/labs")
    rows = page.locator("[data-row]")
    before = rows.count()
    page.get_by_role("button", name="More rows").click()
    expect(rows).to_have_count(before + 1)
    expect(rows.last.locator("select").first).to_be_focused()
    assert looked_at(page) == []


@pytest.mark.parametrize("address", ["/patients/new", "/account/password"])
def test_other_forms_lead_to_their_fields_too(opened: Opened, address: str) -> None:
    page = opened("coordinator")
    page.goto(address)
    page.locator("main form").evaluate("(form) => { form.noValidate = true; }")
    page.locator("main form button").first.click()
    alert = page.get_by_role("alert")
    expect(alert).to_be_focused()
    link = alert.get_by_role("link").first
    wanted = (link.get_attribute("href") or "").removeprefix("#")
    link.click()
    expect(page.locator(f"[id='{wanted}']")).to_be_focused()
    assert looked_at(page) == []
