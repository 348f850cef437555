"""Clicking on everything and typing a script into every field of every form: nothing breaks, and nothing of it runs."""

from collections import Counter
from collections.abc import Callable

import pytest

from storage.accounts import WebRole
from tests.web.clinic import CLINICIAN, Clinic, Visitor
from tests.web.crawl import Form, Page, walk

SCRIPT = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>"
LEAVING = {"/logout"}


def dangerous(text: str) -> list[str]:
    """What of the script would run."""
    return [part for part in ("<script>alert", "<img src=x", "onerror=alert(1)>") if part in text]


def sent(visitor: Visitor, form: Form, script: str) -> str:
    """Fills every field that one types into, presses the button, and returns what is shown then."""
    fields = form.fields | dict.fromkeys(form.typed, script)
    fields = fields | {"csrf": visitor.token} if form.method == "post" else fields
    if form.method == "post":
        answer = visitor.post(form.action, data=fields, follow_redirects=True)
    else:
        answer = visitor.get(form.action, params=fields, follow_redirects=True)
    assert answer.status_code < 500, (form.action, answer.status_code)
    return answer.text


LONG = pytest.param(WebRole.CLINICIAN, marks=pytest.mark.long)
"""Seventy forms."""


@pytest.mark.parametrize("role", [LONG, WebRole.COORDINATOR, WebRole.ADMINISTRATOR, WebRole.AUDITOR])
def test_a_script_in_every_text_field_is_shown_and_never_run(
    clinic: Clinic, client_as: Callable[[str], Visitor], role: WebRole
) -> None:
    clinic.ledger.register(
        id="P-7", born=clinic.now.date(), now=clinic.now, name=SCRIPT, contact=SCRIPT, sex_recorded=SCRIPT,
        author=CLINICIAN,
    )  # fmt: skip
    clinic.enter("P-7", "accept_referral", centre_role="reference_centre", reason=SCRIPT)
    visitor, forms = client_as(role), dict[tuple[str, frozenset[str]], Form]()
    for page, text in walk(visitor):
        assert dangerous(text) == [], page.address
        for form in page.forms:
            if form.action not in LEAVING and not form.files and form.typed:
                forms.setdefault((_shape(form.action), frozenset(form.typed)), form)
    for form in forms.values():
        assert dangerous(sent(visitor, form, SCRIPT)) == [], form.action
    shown = 0
    for page, text in walk(visitor, most=100, each=4):
        assert dangerous(text) == [], page.address
        shown += "&lt;script&gt;alert(1)" in text
    assert shown >= 2 or role is WebRole.ADMINISTRATOR, "otherwise there was nothing to see"
    assert len(forms) >= {WebRole.AUDITOR: 3}.get(role, 5), sorted(form.action for form in forms.values())


ODD = (
    "", " ", "x" * 5000, "９９９", "2026-02-30", "0001-01-01", "99999-01-01", "-1", "1,5", "nan", "1e999",
    "999999999999999999999", "a\r\nb", "😀\u202eabc", "ﷺ" * 300, "true", "null", "[]", "{}", "%s", "../..", "P-1",
)  # fmt: skip
"""What people and programs type that nobody thought of."""


@pytest.mark.long
@pytest.mark.parametrize("role", WebRole)
def test_nothing_odd_that_is_typed_breaks_a_page(
    clinic: Clinic, client_as: Callable[[str], Visitor], role: WebRole
) -> None:
    visitor = client_as(role)
    forms = {
        (_shape(form.action), frozenset(form.fields)): form
        for page, _ in walk(visitor, most=120, each=4)
        for form in page.forms
        if form.action not in LEAVING
    }
    for form in forms.values():
        for odd in ODD:
            everywhere = Form(form.action, form.method, form.fields, set(form.fields) - {"csrf"})
            for fields in (form, everywhere):
                sent(visitor if visitor.get("/account").status_code == 200 else client_as(role), fields, odd)


def _shape(action: str) -> str:
    """Forms for different patients are the same form."""
    parts = action.partition("?")[0].split("/")
    return "/".join("*" if len(part) > 24 else part for part in parts)


@pytest.mark.parametrize("role", WebRole)
def test_every_page_has_one_heading_no_id_twice_and_no_inline_code(
    client_as: Callable[[str], Visitor], role: WebRole
) -> None:
    wrong, seen = list[str](), 0
    for page, _ in walk(client_as(role)):
        seen += 1
        wrong += [f"{page.address}: {fault}" for fault in _faults(page)]
    assert wrong == []
    assert seen >= {WebRole.ADMINISTRATOR: 8}.get(role, 12)


def _faults(page: Page) -> list[str]:
    faults = [f"{page.titles} h1"] if page.titles != 1 else []
    faults += [f"id {id} twice" for id, count in Counter(page.ids).items() if count > 1]
    return faults + [f"inline {what}" for what in page.inline]


def test_no_address_names_a_patient(clinic: Clinic, client_as: Callable[[str], Visitor]) -> None:
    for page, _ in walk(client_as("clinician")):
        for link in (page.address, *page.links, *(form.action for form in page.forms)):
            for word in ("P-1", "P-2", "P-3", "Aalto", "Smit", "1990"):
                assert word not in link, (page.address, link)
