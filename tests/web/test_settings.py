"""The site's settings: what is in force, what waits for a decision, what a change would do, and the change."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from storage.inputs import ADMINISTRATOR
from storage.ledger import Author
from tests.storage.clinic import snapshot
from tests.web.clinic import Clinic, Visitor
from tests.web.pages import facts, section, table, words

As = Callable[[str], Visitor]
MRI = "/site/settings/brain_mri.due_days"
OTHER = Author(by=ADMINISTRATOR, user="administrator-2")


def change(visitor: Visitor, address: str = MRI, **given: str) -> Any:
    """Sends the form of a setting, as it stands on the page."""
    page = visitor.get(address).text
    revision = re.search(r'name="revision" value="(\d+)"', page)
    assert revision
    return visitor.form(address, **{"revision": revision[1], "do": "save", "reason": ""} | given)


# looking --------------------------------------------------------------------------------------------------------------


def test_every_setting_with_its_value_and_where_that_comes_from(client_as: As, clinic: Clinic) -> None:
    found = {row[0].split()[-1]: row[1:] for row in table(client_as("coordinator").get("/site/settings").text)}
    assert list(found) == list(clinic.desk.pathway.keys)
    assert found["mdt.due_days"] == ["7", "clinician-1, clinician 2026-09-25 11:00", "EXTRAP"]
    assert found["interval_ct.months"] == ["3", "the sourced default", "S24, S52, EXTRAP"]
    assert found["io_response.first_days"] == ["open published: 63", "", "TRIAL"]
    assert found["brain_mri.lookback_days"] == ["not set: 0", "", "EXTRAP, S33, S54"]


def test_an_offer_is_shown_as_an_offer(client_as: As) -> None:
    said = facts(client_as("coordinator").get("/site/settings/io_response.first_days").text)
    assert said["Value"] == "open nobody has decided; tasks that depend on it have no date"
    assert said["Published"] == "63 an offer: it holds only once the site takes it"
    assert said["Read by"] == "task response_imaging"


def test_a_setting_that_is_not_there(client_as: As) -> None:
    assert client_as("coordinator").get("/site/settings/nothing").status_code == 404


def test_open_decisions_say_what_stands_undated_because_of_them(client_as: As, clinic: Clinic) -> None:
    page = client_as("coordinator").get("/site/decisions").text
    found = {row[0].split()[-1]: row[1:] for row in table(page)}
    assert next(iter(found)) == "referral.due_days", "what holds up most comes first"
    assert set(found) == {key.name for key in clinic.ledger.site().open_decisions()}
    assert found["referral.due_days"] == [
        "Gives the date of accept the referral or pass it on. "
        "[EXTRAP] neither the guide nor a public source gives this number; the site decides",
        "1", "whole days, 0 to 3650",
    ]  # fmt: skip
    assert found["io_response.first_days"][1:] == [
        "0", "whole days, 1 to 3650 published: 63; holds only once the site takes it",
    ]  # fmt: skip
    assert "Read by guard pregnancy_test" in found["pregnancy_test.max_age_days"][0]
    assert "1 open task stands without a date because of that" in words(page)


def test_a_decision_that_was_taken_is_no_longer_open(client_as: As, clinic: Clinic) -> None:
    change(client_as("administrator"), "/site/settings/referral.due_days", value="3", reason="three days, as agreed")
    page = client_as("coordinator").get("/site/decisions").text
    assert ">referral.due_days<" not in page and ">re_review.due_days<" in page


# changing -------------------------------------------------------------------------------------------------------------


def test_an_administrator_changes_one_with_a_reason_and_it_stands_in_the_history(client_as: As, clinic: Clinic) -> None:
    ada = client_as("administrator")

    answer = change(ada, value="21", reason="the MRI is three weeks away here")

    assert (answer.status_code, answer.headers["location"]) == (303, MRI)
    page = ada.get(MRI).text
    assert "brain_mri.due_days is now 21." in words(page)
    assert facts(page)["Value"] == "21"
    assert table(page, "<h2>History") == [
        ["2026-11-24 10:00", "21", "administrator-1, administrator", "the MRI is three weeks away here", "2"],
        ["2026-09-25 11:00", "14", "clinician-1, clinician", "", "1"],
    ]
    assert clinic.ledger.site().get("brain_mri.due_days") == 21


def test_unset_opens_it_again(client_as: As, clinic: Clinic) -> None:
    change(client_as("administrator"), value="UNSET", reason="to be discussed")
    assert clinic.ledger.site().get("brain_mri.due_days") is None


@pytest.mark.parametrize(("given", "field", "says"), [
    ({"value": "soon", "reason": "x"}, "value", "New value: 'soon' is not possible (whole days, 0 to 3650)"),
    ({"value": "", "reason": "x"}, "value", "New value is required: a value, or UNSET to open it again"),
    ({"value": "21"}, "reason", "Reason is required: a sentence that explains it to those who come later"),
    ({"value": "21", "reason": "a\x07b"}, "reason", "Reason holds a character that cannot be seen"),
])  # fmt: skip
def test_what_is_not_right_is_said_at_its_field_and_nothing_is_saved(
    client_as: As, clinic: Clinic, given: dict[str, str], field: str, says: str
) -> None:
    before = snapshot(clinic.ledger.engine, "session")
    answer = change(client_as("administrator"), **given)
    assert answer.status_code == 422
    assert f'<a href="#{field}">' in answer.text and says in words(answer.text)
    assert f'value="{given["value"]}"' in answer.text
    for table_ in ("site", "journal", "task"):
        assert snapshot(clinic.ledger.engine)[table_] == before[table_]


def test_what_was_changed_meanwhile_is_told_and_not_written_over(client_as: As, clinic: Clinic) -> None:
    ada = client_as("administrator")
    ada.get(MRI)
    clinic.ledger.set_site({"brain_mri.due_days": "10"}, now=clinic.now, author=OTHER)

    answer = ada.form(MRI, revision="1", do="save", value="21", reason="three weeks")

    assert answer.status_code == 409
    assert "administrator-2 set brain_mri.due_days to 10. Look again" in section(answer.text, "errors")
    assert clinic.ledger.site().get("brain_mri.due_days") == 10


@pytest.mark.parametrize("role", ["coordinator", "clinician", "auditor"])
@pytest.mark.parametrize("do", ["save", "preview"])
def test_nobody_else_changes_settings_or_tries_them_out(client_as: As, clinic: Clinic, role: str, do: str) -> None:
    other = client_as(role)
    assert "New value" not in other.get(MRI).text
    assert other.form(MRI, revision="1", do=do, value="21", reason="x").status_code == 403
    assert clinic.ledger.site().revision == 1


# what it would do -----------------------------------------------------------------------------------------------------


def test_before_it_is_saved_one_can_see_what_it_would_do(client_as: As, clinic: Clinic) -> None:
    before = snapshot(clinic.ledger.engine)

    answer = change(client_as("administrator"), value="7", do="preview")

    assert answer.status_code == 200
    assert "It would change something for 2 of 3 patients. Nothing was saved." in section(answer.text, "preview")
    assert table(answer.text, 'id="preview"') == [["baseline brain MRI", "moved", "2", "2026-10-22 to 2026-11-24"]]
    assert not any(name in answer.text for name in ("P-1", "Zoë")), "an administrator sees no patients"
    after = snapshot(clinic.ledger.engine)
    assert {name: after[name] for name in ("site", "journal", "task", "patient")} == {
        name: before[name] for name in ("site", "journal", "task", "patient")
    }


def test_to_open_it_again_would_take_the_dates_away(client_as: As) -> None:
    answer = change(client_as("administrator"), value="UNSET", do="preview")
    assert table(answer.text, 'id="preview"') == [["baseline brain MRI", "moved", "2", "no date"]]


def test_a_change_that_does_nothing_says_so(client_as: As) -> None:
    answer = change(client_as("administrator"), "/site/settings/ltfu.attempts", value="5", do="preview")
    assert "Nothing would change for the 3 patients that were looked at." in section(answer.text, "preview")
