"""One rule: what it says here, where it comes from, and who has signed it."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from storage.inputs import ADMINISTRATOR
from storage.ledger import Author
from storage.signing import signatures
from tests.web.clinic import Clinic, Visitor
from tests.web.pages import facts, section, table, words

As = Callable[[str], Visitor]
CT = "/pathway/guard/interval_ct"


def content(page: str) -> str:
    """The hash that a page would sign."""
    found = re.search(r'name="content" value="([0-9a-f]{64})"', page)
    assert found
    return found[1]


def sign(visitor: Visitor, address: str = CT, **given: str) -> Any:
    """Opens a rule and signs it as it is shown."""
    return visitor.form(address, **{"content": content(visitor.get(address).text), "reason": ""} | given)


def signed(clinic: Clinic) -> list[tuple[str, str, str]]:
    """Rule, person and note of every signature."""
    return [(one.rule, one.user, one.reason) for one in signatures(clinic.desk.engine)]


# what it says ---------------------------------------------------------------------------------------------------------


def test_a_guard_with_this_sites_numbers(client_as: As, clinic: Clinic) -> None:
    clinic.ledger.set_site({"interval_ct.months": "4"}, now=clinic.now, author=Author(by=ADMINISTRATOR, user="a"))
    page = client_as("coordinator").get(CT).text
    assert "a final chest CT at least 4 calendar months after the index CT" in page
    assert facts(page) == {
        "Level": "hard stop: only an override by two clinicians passes it",
        "Cleared by": "a coordinator: have the interval CT done on or after its date, and record the final report",
        "Asked at": "X11 , X12 , X13 , X24.schedule_lung",
        "Site settings": "interval_ct.months = 4 (set by the site) interval_ct.early_tolerance_days = 0 (default) "
        "interval_ct.valid_for_days = UNSET (means: no limit)",
    }


def test_its_sources_with_the_sentence_of_the_guide_and_how_well_it_was_read(client_as: As) -> None:
    page = client_as("auditor").get(CT).text
    said = section(page, "sources")
    assert "S24 Perform interval CT scan at 3 months before proceeding with surgery source guide, line 21" in said
    assert "H: the wording was read at its owner or in a faithful copy; no independent source found" in said
    assert "EXTRAP counted from the index CT: the guide names no anchor design decision: no source says so; L" in said


def test_what_it_names_is_a_way_there(client_as: As) -> None:
    cora = client_as("coordinator")
    for address in re.findall(r"<dd>.*?</dd>", cora.get(CT).text, re.DOTALL):
        for link in re.findall(r'href="([^"]+)"', address):
            assert cora.get(link).status_code == 200, link
    assert 'href="/pathway/transition/X11"' in cora.get(CT).text
    assert 'href="/site/settings/interval_ct.months"' in cora.get(CT).text


@pytest.mark.parametrize(
    "address", ["/pathway/state/staging", "/pathway/move/X14", "/pathway/task/baseline_brain_mri",
                "/pathway/setting/mdt.due_days", "/pathway/text/D-PURPOSE", "/pathway/transition/X11"],
)  # fmt: skip
def test_every_kind_of_rule_has_its_page(client_as: As, address: str) -> None:
    page = client_as("coordinator").get(address)
    assert page.status_code == 200 and section(page.text, "sources") and "not signed" in section(page.text, "sign-off")


@pytest.mark.parametrize(("address", "role", "status"), [
    ("/pathway/option/1", "coordinator", 404), ("/pathway/option/1", "clinician", 200),
    ("/pathway/text/T-SURVIVAL-ASPS", "coordinator", 404), ("/pathway/text/T-SURVIVAL-ASPS", "administrator", 404),
    ("/pathway/text/T-SURVIVAL-ASPS", "auditor", 200), ("/pathway/topics/suggestions", "coordinator", 404),
    ("/pathway/guard/nothing", "clinician", 404), ("/pathway/nothing/interval_ct", "clinician", 422),
])  # fmt: skip
def test_suggestions_and_prognosis_are_for_clinicians(client_as: As, address: str, role: str, status: int) -> None:
    assert client_as(role).get(address).status_code == status


# signing --------------------------------------------------------------------------------------------------------------


def test_a_clinician_signs_it_as_it_stands(client_as: As, clinic: Clinic) -> None:
    clara = client_as("clinician")
    before = content(clara.get(CT).text)

    answer = sign(clara, reason="read with the board")

    assert (answer.status_code, answer.headers["location"]) == (303, CT)
    page = clara.get(CT).text
    assert "guard:interval_ct is signed by you." in words(page)
    assert "signed by clinician-1, 2026-11-24" in section(page, "sign-off")
    assert table(page, 'id="sign-off"') == [
        ["clinician-1", "2026-11-24 10:00", f"{before[:12]} as it stands", "read with the board"]
    ]
    assert "Sign this rule" not in page and "You have signed it as it stands." in page
    assert signed(clinic) == [("guard:interval_ct", "clinician-1", "read with the board")]


def test_sent_twice_it_is_signed_once(client_as: As, clinic: Clinic) -> None:
    clara = client_as("clinician")
    read = content(clara.get(CT).text)
    for _ in range(2):
        clara.form(CT, content=read, reason="")
    assert signed(clinic) == [("guard:interval_ct", "clinician-1", "")]


def test_what_has_changed_since_it_was_read_is_not_signed(client_as: As, clinic: Clinic) -> None:
    clara = client_as("clinician")
    read = content(clara.get(CT).text)
    clinic.ledger.set_site({"interval_ct.months": "4"}, now=clinic.now, author=Author(by=ADMINISTRATOR, user="a"))

    answer = clara.form(CT, content=read, reason="my note")

    assert answer.status_code == 409
    assert "The rule has changed since you opened this page" in section(answer.text, "errors")
    assert "at least 4 calendar months" in answer.text and 'value="my note"' in answer.text
    assert content(answer.text) != read and signed(clinic) == []
    clara.form(CT, content=content(answer.text), reason="my note")
    assert signed(clinic) == [("guard:interval_ct", "clinician-1", "my note")]


def test_a_signature_ends_with_the_setting_that_the_rule_reads(client_as: As, clinic: Clinic) -> None:
    clara = client_as("clinician")
    sign(clara)
    clinic.ledger.set_site({"interval_ct.months": "4"}, now=clinic.now, author=Author(by=ADMINISTRATOR, user="a"))
    page = clara.get(CT).text
    assert "changed since it was signed by clinician-1, 2026-11-24" in section(page, "sign-off")
    assert table(page, 'id="sign-off"')[0][2].endswith("before it changed")
    assert "Sign this rule as it stands" in page


@pytest.mark.parametrize("role", ["coordinator", "administrator", "auditor"])
def test_nobody_else_signs(client_as: As, clinic: Clinic, role: str) -> None:
    read = content(client_as("clinician").get(CT).text)
    other = client_as(role)
    assert "Sign this rule" not in other.get(CT).text
    assert other.form(CT, content=read, reason="").status_code == 403
    assert signed(clinic) == []


def test_a_note_that_cannot_be_kept_is_said_at_its_field(client_as: As, clinic: Clinic) -> None:
    answer = sign(client_as("clinician"), reason="a\x07b")
    assert answer.status_code == 422 and 'href="#reason"' in answer.text and signed(clinic) == []


def test_a_note_is_text_and_nothing_else(client_as: As) -> None:
    clara = client_as("clinician")
    sign(clara, reason="<script>alert(1)</script>")
    assert "&lt;script&gt;" in clara.get(CT).text and "<script>alert" not in clara.get(CT).text
