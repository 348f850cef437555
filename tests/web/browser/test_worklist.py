"""The worklist without leaving it: what is done to a task, where the focus is then, and ten seconds to undo it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, Route, expect

from tests.web.browser.axe import looked_at
from tests.web.browser.hands import Hand, Keyboard, Mouse
from tests.web.browser.served import Served
from tests.web.clinic import NOW

Opened = Callable[..., Page]
MRI, CT = "#row-P-1-baseline_brain_mri-once-1", "#row-P-1-staging_ct-once-1"
HANDS = pytest.mark.parametrize("hand_of", [Mouse, Keyboard])


@HANDS
def test_claiming_leaves_the_focus_where_it_was(opened: Opened, hand_of: Callable[[Page], Hand]) -> None:
    page = opened("coordinator")
    hand = hand_of(page)
    page.goto("/worklist")
    hand.press(page.locator(MRI).get_by_role("button", name="Claim"))
    back = page.locator(MRI).get_by_role("button", name="Hand back")
    expect(back).to_be_focused()
    expect(page.locator("#flash")).to_contain_text("baseline brain MRI: yours now.")
    expect(page.locator("#flash")).to_have_attribute("aria-live", "polite")
    hand.press(back)
    expect(page.locator(MRI).get_by_role("button", name="Claim")).to_be_focused()
    assert page.url.endswith("/worklist"), "nobody has left it"


def test_the_second_click_of_a_double_click_presses_nothing(opened: Opened) -> None:
    """The list has moved under the pointer meanwhile: it would take back what was done, or meet another patient."""
    page = opened("coordinator")
    page.goto("/worklist")
    page.locator(MRI).get_by_role("button", name="Claim").hover()
    page.mouse.down()
    page.mouse.up()
    back = page.locator(MRI).get_by_role("button", name="Hand back")
    expect(back).to_be_visible()
    back.hover()
    page.mouse.down(click_count=2)
    page.mouse.up(click_count=2)
    page.wait_for_timeout(500)
    expect(back).to_be_visible()
    expect(page.locator("#flash")).to_contain_text("yours now.")
    back.click()
    expect(page.locator("#flash")).to_contain_text("handed back.")


@HANDS
def test_what_has_to_be_said_is_asked_under_the_row(opened: Opened, hand_of: Callable[[Page], Hand]) -> None:
    page = opened("coordinator")
    hand = hand_of(page)
    page.goto("/worklist")
    expect(page).to_have_title("(2) Worklist - ASPS Pathway")
    hand.press(page.locator(f"{MRI} details.menu > summary"))
    hand.press(page.locator(MRI).get_by_role("link", name="Not done"))
    reason = page.locator("#asking").get_by_label("Reason")
    expect(reason).to_be_focused()
    send = page.locator("#asking").get_by_role("button", name="Not done")
    hand.press(send)
    expect(page.locator("#asking [role=alert]")).to_have_text("Reason is needed: a few words for whoever asks later")
    expect(reason).to_have_attribute("aria-invalid", "true")
    expect(reason).to_be_focused()
    assert looked_at(page) == []
    hand.write(reason, "done elsewhere")
    hand.press(send)
    expect(page.locator(MRI)).to_have_count(0)
    expect(page.locator(f"{CT} .do > *").first).to_be_focused()
    expect(page).to_have_title("(1) Worklist - ASPS Pathway")


def test_escape_gives_up_and_goes_back(opened: Opened) -> None:
    page = opened("coordinator")
    hand = Keyboard(page)
    page.goto("/worklist")
    more = page.locator(f"{MRI} details.menu > summary")
    hand.press(more)
    page.keyboard.press("Escape")
    expect(more).to_be_focused()
    expect(page.locator(f"{MRI} details.menu")).not_to_have_attribute("open", "")
    hand.press(more)
    hand.press(page.locator(MRI).get_by_role("link", name="Put off"))
    expect(page.locator("#asking").get_by_label("Until")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#asking")).to_have_count(0)
    expect(more).to_be_focused()


def test_escape_before_the_form_has_come_calls_it_off(opened: Opened) -> None:
    page = opened("coordinator")
    held: list[Route] = []
    page.route("**/tasks/**", lambda route: held.append(route))
    page.goto("/worklist")
    page.locator(f"{MRI} details.menu > summary").click()
    with page.expect_request("**/tasks/**"):
        page.locator(MRI).get_by_role("link", name="Put off").click()
    page.keyboard.press("Escape")
    with page.expect_response("**/tasks/**"):
        held[0].continue_()
    page.wait_for_timeout(200)
    expect(page.locator("#asking")).to_have_count(0)
    expect(page.locator(f"{MRI} details.menu > summary")).to_be_focused()


def test_undo_is_there_for_ten_seconds(opened: Opened) -> None:
    page = opened("coordinator")
    page.clock.install(time=NOW)
    page.goto("/worklist")
    page.clock.pause_at(NOW + timedelta(minutes=1))
    page.locator(MRI).get_by_role("button", name="Claim").click()
    undo = page.get_by_role("button", name="Undo")
    expect(undo).to_be_visible()
    page.clock.run_for(9_900)
    expect(undo).to_be_visible()
    page.clock.run_for(200)
    expect(undo).to_have_count(0)
    expect(page.locator("#flash")).to_contain_text("yours now")


def test_what_was_done_is_undone_and_later_no_more(served: Served, opened: Opened) -> None:
    page = opened("coordinator", scripts=False)
    page.goto("/worklist")
    for seconds, claimed, says in ((59, False, "Undone."), (61, True, "can no longer be undone here")):
        page.locator(MRI).get_by_role("button", name="Claim").click()
        served.clinic.later(seconds=seconds)
        page.get_by_role("button", name="Undo").click()
        expect(page.locator("body")).to_contain_text(says)
        page.goto("/worklist")
        assert page.locator(MRI).get_by_role("button", name="Hand back").is_visible() is claimed


@HANDS
def test_several_at_once(opened: Opened, hand_of: Callable[[Page], Hand]) -> None:
    page = opened("coordinator")
    hand = hand_of(page)
    page.goto("/worklist?view=all")
    for row in (MRI, CT):
        chosen = page.locator(f"{row} input[type=checkbox]")
        hand.pick(chosen)
        expect(chosen).to_be_checked()
    give = page.get_by_role("button", name="Give", exact=True)
    hand.choose(page.get_by_label("Give the chosen rows to"), "clinician-1")
    hand.press(give)
    expect(page.locator("#flash")).to_contain_text("Give: 2 of 2 tasks")
    expect(page.locator(f"{MRI} .whose strong")).to_have_text("Clin Ician")


def test_filters_are_chips_that_can_be_taken_away(opened: Opened) -> None:
    page = opened("coordinator")
    hand = Keyboard(page)
    page.goto("/worklist?view=all")
    hand.press(page.get_by_text("Filter and sort"))
    hand.choose(page.get_by_label("State"), "referred")
    hand.press(page.get_by_role("button", name="Show"))
    chip = page.locator(".chips li", has_text="referred")
    expect(page.locator("table.work tbody tr")).to_have_count(2)
    assert "state=referred" in page.url and "P-3" not in page.url
    hand.press(chip.get_by_role("link"))
    expect(page.locator("table.work tbody tr")).to_have_count(10)


def test_a_slash_goes_to_the_search_unless_one_is_typing(opened: Opened) -> None:
    page = opened("coordinator")
    page.goto("/board")
    page.keyboard.press("/")
    search = page.get_by_label("Search for a patient")
    expect(search).to_be_focused()
    page.keyboard.type("aalto-oberg/")
    expect(search).to_have_value("aalto-oberg/")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="1 patient.")).to_be_visible()
    expect(page.locator("table.hits")).to_contain_text("Zoë Aalto-Öberg")
    assert "aalto" not in page.url
    page.goto("/patients/new")
    page.locator("#name").press("/")
    expect(page.locator("#name")).to_have_value("/")
