"""The page of a patient: where they stand, what is to be done, what can be done and what blocks it, how it came."""

import re
from collections.abc import Callable
from datetime import date, timedelta

from tests.web.clinic import NOW, Clinic, Visitor
from web.patients.banner import age

As = Callable[[str], Visitor]


def text(html: str) -> str:
    """The words of a page, with single spaces."""
    whole = re.sub(r'<span class="nowrap">(.*?)</span>', r"\1", html.partition("<main")[2])
    return " ".join(re.sub(r"<[^>]+>", " ", whole).split())


def page(clinic: Clinic, visitor: Visitor, patient: str, **query: int) -> str:
    answer = visitor.get(f"/patients/{clinic.handle(patient)}", params=query)
    assert answer.status_code == 200, answer.text
    return answer.text


def test_two_identifiers_the_state_and_the_alerts_stand_on_top(clinic: Clinic, client_as: As) -> None:
    shown = text(page(clinic, client_as("coordinator"), "P-1"))
    assert "Zoë Aalto-Öberg P-1 born 1990-01-01 (36) sex not recorded Staging since 2026-10-15" in shown
    assert "‼ overdue: 2, the oldest staging CT since 2026-10-29" in shown


def test_each_task_shows_its_window_and_the_arithmetic_of_its_date(clinic: Clinic, client_as: As) -> None:
    shown = text(page(clinic, client_as("coordinator"), "P-1"))
    assert "26 days late baseline brain MRI start of staging 2026-10-15 + 14 days = 2026-10-29" in shown
    assert "Put off Not done 2026-10-29 coordinator" in shown


def test_a_blocked_act_says_everything_that_its_guards_found(clinic: Clinic, client_as: As) -> None:
    shown = text(page(clinic, client_as("clinician"), "P-1"))
    assert "Complete staging ✗ Baseline brain imaging ✗ Staging CT ✗ Confirmed ASPS" in shown
    assert "No final brain MRI performed on or after 2026-10-15." in shown
    assert "Missing imaging MRI brain, report = final Cleared by a coordinator: have the brain MRI done" in shown
    assert "Record: Imaging" in shown
    assert "[S33] Baseline brain MRI should be performed at staging" in shown


def test_what_a_guard_looked_at_is_named_with_its_date(clinic: Clinic, client_as: As) -> None:
    clinic.enter("P-1", "imaging", on=date(2026, 11, 20), modality="mri_brain", report="preliminary")
    shown = text(page(clinic, client_as("clinician"), "P-1"))
    assert "Looked at imaging MRI brain of 2026-11-20 (preliminary)" in shown


def test_the_timeline_tells_the_newest_first_with_who_and_what_followed(clinic: Clinic, client_as: As) -> None:
    shown = text(page(clinic, client_as("coordinator"), "P-2")).partition("entries, newest first")[2]
    assert shown.index("Accept the referral") < shown.index("Registered")
    assert "2026-11-17 10:00 Accept the referral clinician-1, clinician · a2" in shown
    assert "Role of this centre reference centre referred → staging" in shown
    assert "opened baseline brain MRI, due 2026-12-01 (start of staging 2026-11-17 + 14 days = 2026-12-01)" in shown


def test_a_long_timeline_comes_in_parts(clinic: Clinic, client_as: As) -> None:
    for day in range(40):
        clinic.enter("P-3", "weight", on=(NOW - timedelta(days=day)).date(), kg=60.0 + day)
    newest = page(clinic, client_as("coordinator"), "P-3")
    assert "41 entries" in text(newest)
    assert [int(n) for n in re.findall(r'id="entry-(\d+)"', newest)] == list(range(41, 16, -1))
    older = page(clinic, client_as("coordinator"), "P-3", before=17)
    assert [int(n) for n in re.findall(r'id="entry-(\d+)"', older)] == list(range(16, 0, -1))


def test_coordinators_see_their_own_acts_and_no_treatment_options(clinic: Clinic, client_as: As) -> None:
    ready_for_the_board(clinic)
    clinician, coordinator = (text(page(clinic, client_as(role), "P-2")) for role in ("clinician", "coordinator"))
    assert "Suggested for the tumour board, which decides" in clinician
    assert "Decide on immunotherapy" in clinician
    assert "Suggested" not in coordinator
    assert "immunotherapy" not in coordinator.partition("What can be done now")[2].partition("Record")[0].lower()
    assert "Transfer to another centre ✓ possible" in coordinator
    assert "Decisions about treatment are shown to clinicians." in coordinator


def test_what_an_open_task_asks_for_stands_first(clinic: Clinic, client_as: As) -> None:
    """Even where something stands in its way: that is what somebody has to know."""
    ready_for_the_board(clinic)
    referred, board = (doable_acts(page(clinic, client_as("clinician"), id)) for id in ("P-3", "P-2"))
    assert list(referred) == ["Asked for", "Anything else"]
    assert referred["Asked for"] == ["Accept the referral"]
    assert list(board) == ["One of these is asked for", "Anything else"]
    assert set(board["One of these is asked for"]) == {
        "Decide on observation", "Decide on an interval CT", "Decide on immunotherapy", "Decide on a clinical trial",
        "Decide on local therapy", "Decide on supportive care", "Decide on lung surgery", "Decide on a TKI",
        "Decide on TKI plus checkpoint inhibitor", "Decide on another systemic treatment",
    }  # fmt: skip
    assert board["One of these is asked for"][-1] == "Decide on lung surgery", "what is blocked stands last"


def test_what_is_asked_of_others_is_not_asked_of_oneself(clinic: Clinic, client_as: As) -> None:
    assert list(doable_acts(page(clinic, client_as("auditor"), "P-3"))) == [""], "and one group needs no title"


def doable_acts(shown: str) -> dict[str, list[str]]:
    """The acts in their order, by the titles above them."""
    part = shown.partition('id="now"')[2].partition("</section>")[0]
    lists = re.findall(r'(?:<h3>([^<]*)</h3>\s*)?<ul class="acts">(.*?)\n</ul>\n', part, re.DOTALL)
    titles = [re.findall(r'<(?:a|span) class="do"[^>]*>([^<]*)<', acts) for _, acts in lists]
    return {head: [title.strip() for title in found] for (head, _), found in zip(lists, titles, strict=True)}


def test_auditors_read_everything_and_are_offered_nothing(clinic: Clinic, client_as: As) -> None:
    shown = page(clinic, client_as("auditor"), "P-1")
    assert "Complete staging (clinician or coordinator)" in text(shown)
    assert not re.findall(r'href="[^"]*/(record|do|amend|retract|override)/', shown)


def test_what_someone_typed_is_never_markup(clinic: Clinic, client_as: As) -> None:
    clinic.enter("P-3", "toxicity", term="<script>alert(1)</script>", grade=2, reason="<img src=x>")
    shown = page(clinic, client_as("clinician"), "P-3")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    assert "&lt;b&gt;Bo&lt;/b&gt; &amp; Co" in shown
    assert "<script>alert" not in shown
    assert "<img src=x" not in shown


def test_nothing_that_identifies_stands_in_an_address_or_the_title(clinic: Clinic, client_as: As) -> None:
    shown = page(clinic, client_as("clinician"), "P-1")
    addresses = re.findall(r'(?:href|src|action|hx-get|formaction)="([^"]*)"', shown)
    assert addresses
    assert [a for a in addresses if "P-1" in a or "1990" in a or "Aalto" in a] == []
    assert re.search("<title>(.*?)</title>", shown).group(1).endswith("Patient - ASPS Pathway")  # type: ignore[union-attr]


def test_every_look_goes_to_the_access_log(clinic: Clinic, client_as: As) -> None:
    from storage.access_log import looks

    page(clinic, client_as("coordinator"), "P-2")
    with clinic.ledger.engine.connect() as connection:
        seen = [(look.account, look.what) for look in looks(connection, patient="P-2")]
    assert seen == [("coordinator-1", "patient")]


def test_nobody_is_found_under_another_handle(clinic: Clinic, client_as: As) -> None:
    assert client_as("coordinator").get("/patients/AAAAAAAAAAAAAAAAAAAAAAAA").status_code == 404


def test_the_picture_is_an_image_without_what_only_clinicians_see(clinic: Clinic, client_as: As) -> None:
    ready_for_the_board(clinic)
    address = f"/patients/{clinic.handle('P-2')}/picture.svg"
    clinician, coordinator = client_as("clinician").get(address), client_as("coordinator").get(address)
    assert clinician.headers["content-type"] == coordinator.headers["content-type"] == "image/svg+xml"
    assert "What is blocked, and by what" in clinician.text
    assert "blocked" not in coordinator.text.lower()
    assert "Patient P-2" in coordinator.text
    assert "Smit" not in clinician.text


def test_age_is_in_completed_years() -> None:
    born = date(2000, 2, 29)
    assert [age(born, day) for day in (date(2026, 2, 28), date(2026, 3, 1))] == [25, 26]


def ready_for_the_board(clinic: Clinic) -> None:
    """P-2 has completed staging."""
    clinic.enter("P-2", "histology", result="asps_confirmed")
    clinic.enter("P-2", "imaging", modality="mri_brain", report="final", brain_metastases="no")
    clinic.enter("P-2", "imaging", modality="ct_chest", report="final", lung_lesions_right=2, lung_lesions_left=1)
    clinic.enter("P-2", "complete_staging")
