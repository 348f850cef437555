"""The tumour board's list: who and why; and the page per patient, with suggestions only for those who may see them."""

from collections.abc import Callable
from datetime import date

import pytest

from notifications.policy import decide
from storage.access_log import looks
from tests.web.clinic import Clinic, Visitor
from tests.web.pages import link, rows, words


@pytest.fixture
def staged(clinic: Clinic) -> Clinic:
    """P-1 waits for the tumour board since today: two lung lesions, the brain clear, no symptoms."""
    clinic.enter("P-1", "histology", result="asps_confirmed", sarcoma_pathology_review="yes")
    clinic.enter("P-1", "primary_surgery", on=date(2023, 5, 16), completeness="R0")
    clinic.enter("P-1", "imaging", on=date(2026, 11, 20), id="ct-1", modality="ct_chest", report="final",
                 lung_lesions_right=1, lung_lesions_left=1, extrapulmonary="absent")  # fmt: skip
    clinic.enter("P-1", "imaging", on=date(2026, 11, 21), modality="mri_brain", report="final", brain_metastases="no")
    clinic.enter("P-1", "symptoms", symptomatic="no")
    clinic.enter("P-1", "complete_staging")
    return clinic


def page_of(visitor: Visitor, clinic: Clinic, patient: str = "P-1") -> str:
    """The words of a patient's page."""
    return words(visitor.get(f"/patients/{clinic.handle(patient)}/board").text)


def test_who_is_to_be_discussed_and_why(staged: Clinic, client_as: Callable[[str], Visitor]) -> None:
    page = client_as("coordinator").get("/board").text
    assert list(rows(page)) == ["P-1"]
    assert rows(page)["P-1"] == (
        "no date set 2026-12-01 Zoë Aalto-Öberg P-1 tumour board review metastasectomy criteria checklist "
        "lung metastases on ct-1; surgery is an open question MDT decision "
        "tumour board review since 2026-11-24 + 7 days = 2026-12-01"
    )
    assert link(page, "Page") == f"/patients/{staged.handle('P-1')}/board"


def test_nobody_waits(clinic: Clinic, client_as: Callable[[str], Visitor]) -> None:
    page = client_as("coordinator").get("/board").text
    assert rows(page) == {} and "Nobody waits for the tumour board." in page


def test_what_is_due_later_is_left_for_later(staged: Clinic, client_as: Callable[[str], Visitor]) -> None:
    cora = client_as("coordinator")
    staged.enter("P-1", "resectability", limited="yes", resectability="resectable", checklist="complete")
    for within, found in (("7", ["P-1"]), ("14", ["P-1"]), ("all", ["P-1"])):
        assert list(rows(cora.get(f"/board?within={within}").text)) == found
    staged.later(days=-1)
    assert rows(cora.get("/board?within=7").text) == {}
    answer = cora.get("/board?within=1000")
    assert answer.status_code == 422 and "within" in answer.text


def test_the_page_says_what_a_board_needs(staged: Clinic, client_as: Callable[[str], Visitor]) -> None:
    said = page_of(client_as("clinician"), staged)
    for part in (
        "Zoë Aalto-Öberg P-1 born 1990-01-01",
        "MDT decision , by 2026-12-01",
        "Histology ASPS confirmed 2026-11-24",
        "Lung lesions 1 right, 1 left 2026-11-20",
        "ECOG not recorded",
        "✓ met disease-free interval of at least 1 year (2023-05-16 to 2026-11-20)",
        "? unknown limited lung disease (not recorded)",
        "Systemic treatment None on record.",
        "2026-11-21 MRI brain: brain metastases no",
        "not known: limited lung disease",
        "Overrides on record None.",
    ):
        assert part in said, part


def test_suggestions_are_for_those_who_may_see_them(staged: Clinic, client_as: Callable[[str], Visitor]) -> None:
    for role in ("clinician", "auditor"):
        said = page_of(client_as(role), staged)
        assert "Suggested, in order; the board decides" in said and "Decide on immunotherapy" in said, role
    cora = client_as("coordinator")
    assert "Suggested" not in page_of(cora, staged) and "Decide on" not in page_of(cora, staged)
    decide(staged.desk.engine, {"desk.options": "coordinators_too"}, now=staged.now, user="administrator-1")
    assert "Decide on immunotherapy" in page_of(cora, staged)


def test_overrides_are_on_the_page(staged: Clinic, client_as: Callable[[str], Visitor]) -> None:
    staged.enter("P-2", "override", guard="baseline_brain_imaging", action="complete_staging",
                 reason_code="emergency", text="agreed by telephone", signer_2="dr-b")  # fmt: skip
    said = page_of(client_as("clinician"), staged, "P-2")
    assert (
        "2026-11-24: Baseline brain imaging, for complete staging, by clinician-1 and dr-b. "
        "emergency: agreed by telephone"
    ) in said


def test_all_pages_in_one_go_for_the_printer(staged: Clinic, client_as: Callable[[str], Visitor]) -> None:
    staged.enter("P-2", "imaging", modality="mri_brain", report="final", brain_metastases="yes")
    page = client_as("clinician").get("/board/pages").text
    assert page.count('class="boardpage') == 2 and page.count("pagebreak") == 1


def test_no_address_names_a_patient_and_every_look_is_logged(
    staged: Clinic, client_as: Callable[[str], Visitor]
) -> None:
    doctor = client_as("clinician")
    page = doctor.get("/board").text + doctor.get(f"/patients/{staged.handle('P-1')}/board").text
    addresses = [part.partition('"')[0] for part in page.split('href="')[1:]]
    assert not [a for a in addresses if "P-1" in a or "Aalto" in a]
    with staged.desk.engine.connect() as connection:
        assert {(look.patient, look.what) for look in looks(connection)} >= {("P-1", "board"), ("P-1", "board_page")}
