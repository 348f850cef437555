"""Break-glass: two clinicians, each with their own sign-in, override one hard stop for one act, once."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from storage import accounts
from storage.accounts import WebRole
from tests.web.clinic import NOW, PASSWORD, Clinic, Visitor
from tests.web.test_entering import Form, form, hidden, journal
from tests.web.test_patient import page, text
from web import passwords

As = Callable[[str], Visitor]
WAY = ("override", "complete_staging", "baseline_brain_imaging")
GIVEN = {"reason_code": "emergency", "text": "The scanner is broken.", "signer_2": "clinician-2"}


@pytest.fixture(autouse=True)
def second(clinic: Clinic) -> None:
    """Another clinician."""
    engine, kept = clinic.ledger.engine, passwords.hashed(PASSWORD)
    accounts.add(engine, id="clinician-2", name="Sec Ond", role=WebRole.CLINICIAN, password=kept, now=NOW)
    accounts.set_password(engine, "clinician-2", kept, NOW, must_change=False)


def granting(clinic: Clinic, client_as: As) -> Form:
    return form(clinic, client_as("clinician"), "P-1", *WAY)


def test_from_the_refused_act_through_the_override_to_the_act(clinic: Clinic, client_as: As) -> None:
    """What was typed for the act is still there at the end, without scripts."""
    visitor = client_as("clinician")
    clinic.enter("P-1", "histology", result="asps_confirmed")
    clinic.enter("P-1", "imaging", modality="ct_chest", report="final")
    act = form(clinic, visitor, "P-1", "do", "complete_staging")
    refused = act.send(reason="agreed by phone")
    assert "Break the glass: override this stop" in text(refused.text)
    glass = f"/patients/{clinic.handle('P-1')}/{'/'.join(WAY)}"
    assert f'formaction="{glass}"' in refused.text
    shown = visitor.form(glass, go="break", reason="agreed by phone", **hidden(refused.text))
    assert "Override Baseline brain imaging for: complete staging" in text(shown.text)
    granted = visitor.form(glass, go="save", password=PASSWORD, **GIVEN, **hidden_with_kept(shown.text))
    assert granted.status_code == 200
    assert "Granted" in text(granted.text)
    assert ">agreed by phone</textarea>" in granted.text
    done = visitor.form(act.address, go="save", reason="agreed by phone", **hidden(granted.text))
    assert done.status_code == 303
    rows = journal(clinic, "P-1")[-2:]
    assert [(r.kind, r.name, r.overridden) for r in rows] == [
        ("override", "override", ()), ("act", "complete_staging", ("baseline_brain_imaging",)),
    ]  # fmt: skip
    assert dict(rows[0].fields) == {"guard": "baseline_brain_imaging", "action": "complete_staging", **GIVEN}
    assert PASSWORD not in str(rows)
    banner = text(page(clinic, visitor, "P-1"))
    assert "overridden, not satisfied: baseline brain imaging, for complete staging of 2026-11-24" in banner


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"password": "not my password"}, "Name or password is wrong"),
        ({"password": ""}, "Name or password is wrong"),
        ({"signer_2": "clinician-1"}, "Must be another person than you"),
        ({"signer_2": "coordinator-1"}, "May not confirm this"),
        ({"signer_2": "nobody-1"}, "Name or password is wrong"),
        ({"signer_2": ""}, "This is needed"),
        ({"text": " "}, "This is needed"),
        ({"reason_code": "boredom"}, "is not accepted"),
        ({"expires": "2026-11-24T08:00"}, "Must be a later instant"),
        ({"expires": "2026-03-29T02:30"}, "the clocks skip it"),
    ],
)
def test_without_all_of_it_nothing_is_granted(
    changed: dict[str, str], says: str, clinic: Clinic, client_as: As
) -> None:
    before = journal(clinic, "P-1")
    answer = granting(clinic, client_as).send(**{"password": PASSWORD, **GIVEN, **changed})
    assert answer.status_code == 422
    assert says in text(answer.text)
    assert journal(clinic, "P-1") == before
    assert PASSWORD not in answer.text


def test_guessing_the_second_password_gets_slow(clinic: Clinic, client_as: As) -> None:
    here = granting(clinic, client_as)
    for _ in range(6):
        here.send(password="a guess", **GIVEN)
    assert "too many failed attempts" in text(here.send(password=PASSWORD, **GIVEN).text).lower()
    clinic.later(hours=1)
    visitor = client_as("clinician")
    assert form(clinic, visitor, "P-1", *WAY).send(password=PASSWORD, **GIVEN).status_code == 200


def test_a_preview_asks_for_no_password(clinic: Clinic, client_as: As) -> None:
    before = journal(clinic, "P-1")
    answer = granting(clinic, client_as).send("preview", **GIVEN)
    assert answer.status_code == 200
    assert "What would follow: nothing is saved yet" in text(answer.text)
    assert journal(clinic, "P-1") == before


@pytest.mark.parametrize(
    ("guard", "why"), [("possible_dates", "nothing overrides it"), ("symptomatic_patient", "soft")]
)
def test_only_hard_stops_are_overridden(guard: str, why: str, clinic: Clinic, client_as: As) -> None:
    here = form(clinic, client_as("clinician"), "P-1", "override", "complete_staging", guard)
    answer = here.send(password=PASSWORD, **GIVEN)
    assert answer.status_code == 422
    assert "Refused: nothing changed" in text(answer.text)
    assert why in text(answer.text)


@pytest.mark.parametrize("role", ["coordinator", "auditor", "administrator"])
def test_only_clinicians_break_the_glass(role: str, clinic: Clinic, client_as: As) -> None:
    visitor, address = client_as(role), f"/patients/{clinic.handle('P-1')}/{'/'.join(WAY)}"
    assert visitor.get(address).status_code == 403
    assert visitor.form(address, go="save", password=PASSWORD, **GIVEN).status_code == 403


def test_an_override_is_used_once(clinic: Clinic, client_as: As) -> None:
    here = granting(clinic, client_as)
    assert here.send(password=PASSWORD, **GIVEN).status_code == 200
    assert here.send(password=PASSWORD, **GIVEN).status_code == 200  # a double click
    assert [row.kind for row in journal(clinic, "P-1")].count("override") == 1
    clinic.now += timedelta(hours=73)
    refused = form(clinic, client_as("clinician"), "P-1", "do", "complete_staging").send()
    assert "Baseline brain imaging" in text(refused.text)  # it has expired


def hidden_with_kept(html: str) -> dict[str, Any]:
    """What the form carries unseen, the act's own fields among it."""
    sheet = html.partition('<form id="sheet"')[2]
    kept = dict(re.findall(r'<input type="hidden" name="(kept\.[^"]+)" value="([^"]*)">', sheet))
    assert kept
    return {**hidden(html), **kept}
