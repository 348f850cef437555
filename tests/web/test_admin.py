"""What an administrator looks after: who is told, how messages are sent, what became of them; and the reports."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from notifications import people
from notifications.people import Duty, Member
from notifications.planning import plan_messages
from notifications.policy import decide, decided
from scheduler.late import note_outage
from scheduler.tick import tick
from tests.web.clinic import CLINICIAN, Clinic, Visitor
from tests.web.pages import section, table, words

As = Callable[[str], Visitor]
ANN = {"id": "co-1", "name": "Ann Example", "role": "coordinator", "email": "ann@example.org", "webhook": "",
       "apprise": "", "hour": "8", "quiet_from": "20", "quiet_until": "7"}  # fmt: skip


def on_file(clinic: Clinic) -> dict[str, Member]:
    with clinic.ledger.engine.connect() as connection:
        return people.everyone(connection)


def add(clinic: Clinic, id: str, **more: Any) -> None:
    people.add(clinic.ledger.engine, Member(**{"id": id, "name": id, "role": Duty.COORDINATOR} | more))


def change(visitor: Visitor, **given: str) -> Any:
    """Sends the form of co-1 as it was shown."""
    seen = re.search(r'name="seen" value="(\w+)"', visitor.get("/admin/people/co-1").text)
    assert seen
    return visitor.form("/admin/people/co-1", **ANN | {"seen": seen[1]} | given)


# people ---------------------------------------------------------------------------------------------------------------


def test_somebody_is_added_and_told_from_now_on(client_as: As, clinic: Clinic) -> None:
    ada = client_as("administrator")
    assert "Nobody is told anything yet." in words(ada.get("/admin/people").text)

    answer = ada.form("/admin/people", **ANN)

    assert (answer.status_code, answer.headers["location"]) == (303, "/admin/people")
    assert table(ada.get("/admin/people").text) == [
        ["Ann Example co-1", "coordinator", "ann@example.org", "at 8:00 quiet 20 to 7", ""]
    ]
    found = on_file(clinic)["co-1"]
    assert (found.role, found.addresses, found.quiet) == (Duty.COORDINATOR, {"email": "ann@example.org"}, (20, 7))


@pytest.mark.parametrize(("wrong", "field", "says"), [
    ({"id": "two words"}, "id", "Id is not accepted: letters, digits, . _ and -"),
    ({"id": ""}, "id", "Id is not accepted: letters, digits, . _ and -"),
    ({"role": "king"}, "role", "Role is required: clinician, coordinator, administrator"),
    ({"email": "ann"}, "email", "Email is no address: one address, without blanks, like ann@example.org"),
    ({"webhook": "ftp://x"}, "webhook", "Webhook is no address"),
    ({"hour": "22"}, "hour", "Hour lies in the quiet hours"),
    ({"hour": "later"}, "hour", "Hour is no hour: 0 to 23"),
    ({"quiet_from": "99"}, "quiet_from", "Quiet from is no hour: 0 to 23"),
])  # fmt: skip
def test_what_is_not_right_is_said_at_its_field(
    client_as: As, clinic: Clinic, wrong: dict[str, str], field: str, says: str
) -> None:
    answer = client_as("administrator").form("/admin/people", **ANN | wrong)
    assert answer.status_code == 422
    assert f'<a href="#{field}">' in answer.text and says in section(answer.text, "errors")
    assert 'value="Ann Example"' in answer.text, "what was typed stays"
    assert on_file(clinic) == {}


def test_somebody_goes_away_and_comes_back(client_as: As, clinic: Clinic) -> None:
    add(clinic, "co-1")
    add(clinic, "co-2")
    ada = client_as("administrator")

    away = {"from": "2026-11-23", "until": "2026-12-04", "deputy": "co-2"}
    assert ada.form("/admin/people/co-1/away", **away).status_code == 303
    assert "2026-11-23 to 2026-12-04, so now; co-2 is told meanwhile." in words(ada.get("/admin/people/co-1").text)
    assert table(ada.get("/admin/people").text)[0][4] == "2026-11-23 to 2026-12-04 now deputy co-2"

    ada.form("/admin/people/co-1/away", back="yes", deputy="co-2")
    assert "Not away." in words(ada.get("/admin/people/co-1").text) and on_file(clinic)["co-1"].absent is None


@pytest.mark.parametrize(("given", "says"), [
    ({"from": "2026-12-04", "until": "2026-11-23"}, "Until lies before the first day"),
    ({"from": "soon", "until": "2026-11-23"}, "From is no date: YYYY-MM-DD"),
    ({"from": "2026-11-23", "until": "2026-12-04", "deputy": "co-1"}, "Deputy is nobody else on the list"),
])  # fmt: skip
def test_an_absence_that_cannot_be(client_as: As, clinic: Clinic, given: dict[str, str], says: str) -> None:
    add(clinic, "co-1")
    answer = client_as("administrator").form("/admin/people/co-1/away", **given)
    assert answer.status_code == 422 and says in section(answer.text, "errors")
    assert on_file(clinic)["co-1"].absent is None


def test_somebody_is_changed_and_taken_off_the_list(client_as: As, clinic: Clinic) -> None:
    add(clinic, "co-1", addresses={"email": "old@example.org"})
    ada = client_as("administrator")
    change(ada, role="clinician", email="new@example.org")
    found = on_file(clinic)["co-1"]
    assert (found.name, found.role, found.addresses) == ("Ann Example", Duty.CLINICIAN, {"email": "new@example.org"})
    assert ada.form("/admin/people/co-1/remove").headers["location"] == "/admin/people"
    assert on_file(clinic) == {}
    assert ada.get("/admin/people/co-1").status_code == 404


def test_the_address_of_a_service_is_not_shown_and_stays_until_it_is_taken_away(client_as: As, clinic: Clinic) -> None:
    secret = "workflows://host/workflow/secret-signature"
    add(clinic, "co-1", addresses={"apprise": secret})
    ada = client_as("administrator")
    assert "secret-signature" not in ada.get("/admin/people/co-1").text + ada.get("/admin/people").text
    change(ada, email="")
    assert on_file(clinic)["co-1"].addresses == {"apprise": secret}
    change(ada, without_apprise="yes")
    assert on_file(clinic)["co-1"].addresses == {"email": "ann@example.org"}


def test_what_somebody_else_changed_meanwhile_is_not_written_over(client_as: As, clinic: Clinic) -> None:
    add(clinic, "co-1", addresses={"email": "old@example.org"})
    ada = client_as("administrator")
    answer = change(ada, seen="what was shown before")
    assert answer.status_code == 409 and "Somebody changed this meanwhile" in section(answer.text, "errors")
    assert on_file(clinic)["co-1"].addresses == {"email": "old@example.org"}


# policies -------------------------------------------------------------------------------------------------------------


def test_policies_are_decided_together_or_not_at_all(client_as: As, clinic: Clinic) -> None:
    ada = client_as("administrator")
    answer = ada.form("/admin/policies", **{"escalation.mode": "transfers", "digest.repeat_days": "0"})
    assert answer.status_code == 422 and 'href="#digest.repeat_days"' in answer.text
    assert _decided(clinic)["escalation.mode"] == "informs"

    assert ada.form("/admin/policies", **{"escalation.mode": "transfers"}).status_code == 303

    assert "Saved." in words(ada.get("/admin/policies").text)
    assert (_decided(clinic)["escalation.mode"], _decided(clinic)["digest.repeat_days"]) == ("transfers", "7")
    ada.form("/admin/policies", **{"escalation.mode": "transfers"})
    assert "Nothing was changed." in words(ada.get("/admin/policies").text)


def test_policies_are_not_written_over_what_somebody_decided_meanwhile(client_as: As, clinic: Clinic) -> None:
    ada = client_as("administrator")
    shown = {"was.escalation.mode": "informs", "was.digest.repeat_days": "7"}
    decide(clinic.ledger.engine, {"escalation.mode": "transfers"}, now=clinic.now, user="administrator-2")

    ada.form("/admin/policies", **shown, **{"escalation.mode": "informs", "digest.repeat_days": "14"})
    found = _decided(clinic)
    assert (found["escalation.mode"], found["digest.repeat_days"]) == ("transfers", "14"), "only what was changed"

    shown = {"was.digest.repeat_days": "7"}
    answer = ada.form("/admin/policies", **shown, **{"digest.repeat_days": "21"})
    assert answer.status_code == 409 and "somebody decided 14 meanwhile" in section(answer.text, "errors")
    assert _decided(clinic)["digest.repeat_days"] == "14"


def test_the_switch_that_shows_options_to_coordinators_works_at_once(client_as: As) -> None:
    cora = client_as("coordinator")
    assert cora.get("/pathway/option/1").status_code == 404
    client_as("administrator").form("/admin/policies", **{"desk.options": "coordinators_too"})
    assert cora.get("/pathway/option/1").status_code == 200


def _decided(clinic: Clinic) -> dict[str, str]:
    with clinic.ledger.engine.connect() as connection:
        return decided(connection)


# messages -------------------------------------------------------------------------------------------------------------


def test_what_could_not_be_delivered_is_seen_and_queued_again(client_as: As, clinic: Clinic) -> None:
    add(clinic, "co-1")
    queue(clinic)
    ada = client_as("administrator")
    page = ada.get("/admin/outbox?state=parked").text
    assert {row[0] for row in table(page)} == {"co-1 none"}
    assert all(row[3].startswith("parked") for row in table(page))
    assert "could not be delivered: look at" in words(page) and "Nothing can reach co-1" in words(page)

    count = len(table(page))
    ada.form("/admin/outbox/retry")

    assert f"{count} message{'s are' if count > 1 else ' is'} queued again." in words(ada.get("/admin/outbox").text)
    assert "There are no messages that are parked." in words(ada.get("/admin/outbox?state=parked").text)
    assert len(table(ada.get("/admin/outbox?state=queued").text)) == count


def test_one_message_that_is_not_parked_is_left_alone(client_as: As, clinic: Clinic) -> None:
    ada = client_as("administrator")
    ada.form("/admin/outbox/retry", id="7")
    assert "That message is not parked any more" in words(ada.get("/admin/outbox").text)
    assert ada.form("/admin/outbox/retry", id="all; drop").status_code == 422
    assert ada.get("/admin/outbox?state=lost").status_code == 422


def queue(clinic: Clinic) -> None:
    """What is due is queued, and what cannot go is parked."""

    tick(clinic.ledger, clinic.now)
    plan_messages(clinic.ledger.engine, clinic.desk.pathway, clinic.now)


# reports --------------------------------------------------------------------------------------------------------------


def test_how_the_guards_fare(client_as: As, clinic: Clinic) -> None:
    assert not clinic.ledger.enter("P-1", "complete_staging", {}, now=clinic.now, author=CLINICIAN).accepted
    page = client_as("auditor").get("/reports").text
    found = {row[0]: row[1:] for row in table(page, 'id="guards"')}
    assert found["baseline_brain_imaging"] == ["1", "0", "0", "0", ""]
    assert "override.flag_share" in section(page, "guards")


def test_whom_nobody_would_be_reminded_of_is_for_those_who_see_patients(client_as: As, clinic: Clinic) -> None:
    for_care = client_as("coordinator").get("/reports").text
    assert table(for_care, 'id="stalled"')[0][:3] == ["P-3", "referred", "2026-11-24"]
    assert clinic.handle("P-3") in for_care
    for_the_administrator = client_as("administrator").get("/reports").text
    assert "P-3" not in for_the_administrator and 'id="stalled"' not in for_the_administrator


def test_a_clock_that_stood_is_told(client_as: As, clinic: Clinic) -> None:
    tick(clinic.ledger, clinic.now - timedelta(hours=5))
    note_outage(clinic.ledger.engine, clinic.now)
    page = words(client_as("auditor").get("/reports").text)
    assert "Nobody kept the clock from 2026-11-24 05:00 to 2026-11-24 10:00." in page


def test_all_is_well(client_as: As) -> None:
    page = words(client_as("auditor").get("/reports").text)
    assert "No guard has stood in anyone's way yet." in page and "Everything went out in time." in page
    assert "Somebody has to see to this" not in page


def test_an_auditor_reads_and_changes_nothing(client_as: As, clinic: Clinic) -> None:
    add(clinic, "co-1")
    audi = client_as("auditor")
    for address in ("/admin/people", "/admin/people/co-1", "/admin/policies", "/admin/outbox"):
        page = audi.get(address)
        assert page.status_code == 200 and "<button>" not in page.text.partition("<main")[2], address
    for address in ("/admin/people", "/admin/people/co-1", "/admin/people/co-1/away", "/admin/people/co-1/remove",
                    "/admin/policies", "/admin/outbox/retry"):  # fmt: skip
        assert audi.form(address, **ANN).status_code == 403, address
    assert list(on_file(clinic)) == ["co-1"]
