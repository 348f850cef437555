"""What an open page asks by itself, programs that read calendars, and whoever watches over the server."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from sqlalchemy.exc import IntegrityError

from notifications import people
from notifications.people import Duty, Member
from scheduler.tick import tick
from storage.access_log import note
from tests.storage.clinic import waiting
from tests.web.clinic import Clinic, Visitor
from web import pulse


@pytest.fixture(autouse=True)
def no_holding(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pulse is asked anew each time."""
    monkeypatch.setattr(pulse, "HOLDS", 0.0)


class TestOpenPages:
    """They learn that something changed, and lose nothing that is being typed."""

    def test_nothing_is_said_while_nothing_changes(self, clinic: Clinic, client_as: Callable[[str], Visitor]) -> None:
        version = clinic.desk.reader.patient("P-1").version
        address = f"/live/patients/{clinic.handle('P-1')}?version={version}&opened_by=coordinator-1"
        answer = client_as("coordinator").get(address)
        assert (answer.status_code, answer.text.strip()) == (200, "")

    def test_who_changed_the_patient_is_named(self, clinic: Clinic, client_as: Callable[[str], Visitor]) -> None:
        visitor, version = client_as("coordinator"), clinic.desk.reader.patient("P-1").version
        clinic.enter("P-1", "imaging", modality="ct_chest", report="final")
        address = f"/live/patients/{clinic.handle('P-1')}?version={version}&opened_by="
        assert "This patient was changed meanwhile by Clin Ician." in visitor.get(f"{address}coordinator-1").text
        assert "by you, in another window" in client_as("clinician").get(f"{address}clinician-1").text

    def test_the_clock_is_named_too(self, clinic: Clinic, client_as: Callable[[str], Visitor]) -> None:
        waiting(clinic.ledger, "P-9")
        version = clinic.desk.reader.patient("P-9").version
        clinic.later(days=80)
        tick(clinic.ledger, clinic.now)
        address = f"/live/patients/{clinic.handle('P-9')}?version={version}&opened_by=coordinator-1"
        answer = client_as("coordinator").get(address)
        assert "This patient was changed meanwhile by the clock." in answer.text

    def test_a_list_learns_of_any_entry(self, clinic: Clinic, client_as: Callable[[str], Visitor]) -> None:
        visitor, before = client_as("coordinator"), pulse.fresh(clinic.desk)
        address = f"/live/worklist?pulse_seen={before}&opened_by=coordinator-1"
        assert visitor.get(address).text.strip() == ""
        clinic.enter("P-2", "imaging", modality="ct_chest", report="final")
        assert "The list has changed meanwhile." in visitor.get(address).text

    def test_asking_is_no_look_at_a_patient(self, clinic: Clinic, client_as: Callable[[str], Visitor]) -> None:
        client_as("coordinator").get(f"/live/patients/{clinic.handle('P-1')}")
        assert clinic.noted() == []

    def test_it_brings_the_token_of_the_present_session_and_the_time(
        self, clinic: Clinic, client_as: Callable[[str], Visitor]
    ) -> None:
        """So that a form which was opened before signing in again can still be sent."""
        visitor = client_as("coordinator")
        headers = visitor.get("/live/worklist?opened_by=coordinator-1").headers
        assert (headers["x-csrf-token"], headers["x-site-time"]) == (visitor.token, "10:00")

    @pytest.mark.parametrize("page", ["/worklist", "/patients/{handle}", "/patients/{handle}/record/symptoms"])
    def test_the_page_of_another_person_gets_no_token(
        self, clinic: Clinic, client_as: Callable[[str], Visitor], page: str
    ) -> None:
        """On a shared computer: what one typed would else be saved under the name of who signed in after them."""
        shown = client_as("coordinator").get(page.format(handle=clinic.handle("P-1"))).text
        asks = unescape(shown.partition('id="checked" hx-get="')[2].partition('"')[0])
        assert "x-csrf-token" in client_as("coordinator").get(asks).headers, "the same person, signed in again"
        answer = client_as("clinician").get(asks)
        assert "x-csrf-token" not in answer.headers
        assert "Clin Ician signed in meanwhile, in another tab." in answer.text

    def test_it_leaves_what_the_next_page_in_another_tab_is_to_say(self, client_as: Callable[[str], Visitor]) -> None:
        visitor = client_as("coordinator")
        visitor.form("/account/sessions/end-others")
        visitor.get("/live/worklist?opened_by=coordinator-1")
        assert "Everywhere else you were signed out." in visitor.get("/account").text

    def test_an_address_that_was_made_up(self, client_as: Callable[[str], Visitor]) -> None:
        assert client_as("coordinator").get("/live/patients/AAAA").status_code == 404


class TestCalendar:
    """At a secret address, for programs that cannot sign in."""

    @pytest.fixture
    def address(self, clinic: Clinic) -> str:
        """The path of the coordinator's calendar."""
        people.add(clinic.desk.engine, Member(id="coordinator-1", name="Cora", role=Duty.COORDINATOR))
        return f"/calendar/{people.new_feed(clinic.desk.engine, 'coordinator-1')}.ics"

    def test_it_holds_dates_and_no_patient(self, clinic: Clinic, nobody: Visitor, address: str) -> None:
        answer = nobody.get(address)
        assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
        assert answer.text.count("BEGIN:VEVENT") > 0
        assert "URL:https://desk.test/" in answer.text
        for name in ("P-1", "P-2", "Aalto", "Smit", "MRI"):
            assert name not in answer.text

    def test_a_program_that_has_it_already_is_told_so(self, clinic: Clinic, nobody: Visitor, address: str) -> None:
        tag = nobody.get(address).headers["etag"]
        clinic.later(hours=4)
        weak = nobody.get(address, headers={"if-none-match": f'"of-long-ago", W/{tag}'})
        assert weak.status_code == 304, "a proxy that packs the answer makes its tag a weak one"
        again = nobody.get(address, headers={"if-none-match": tag})
        assert (again.status_code, again.content) == (304, b"")
        clinic.enter("P-1", "imaging", modality="mri_brain", report="final", brain_metastases="no")
        assert nobody.get(address, headers={"if-none-match": tag}).status_code == 200

    def test_whoever_is_on_the_list_makes_and_revokes_the_address_at_the_desk(
        self, clinic: Clinic, client_as: Callable[[str], Visitor], nobody: Visitor, address: str
    ) -> None:
        visitor = client_as("coordinator")
        page = visitor.form("/account/calendar").text
        new = page.partition('<code class="secret">https://desk.test')[2].partition("<")[0]
        assert nobody.get(address).status_code == 404, "the one before has ended"
        assert nobody.get(new).status_code == 200
        assert new not in visitor.get("/account").text, "it is shown once"
        visitor.form("/account/calendar/revoke")
        assert nobody.get(new).status_code == 404
        assert clinic.noted()[-1][1] == "calendar_address_revoked"

    def test_who_is_not_on_the_list_has_none(self, client_as: Callable[[str], Visitor]) -> None:
        visitor = client_as("auditor")
        assert "you are not on the list" in visitor.get("/account").text.lower()
        assert visitor.form("/account/calendar").status_code == 404


class TestWatching:
    """For whoever looks after the server."""

    def test_it_lives(self, nobody: Visitor) -> None:
        answer = nobody.get("/healthz")
        assert (answer.status_code, answer.text) == (200, "ok\n")
        assert [nobody.head(path).status_code for path in ("/healthz", "/readyz")] == [200, 503], "for watchdogs"

    def test_it_is_ready_while_somebody_keeps_the_clock(self, clinic: Clinic, nobody: Visitor) -> None:
        answer = nobody.get("/readyz")
        assert (answer.status_code, answer.json()) == (
            503, {"ready": False, "checks": {"database": "ok", "tables": "ok", "clock": "wrong"}},
        )  # fmt: skip
        tick(clinic.ledger, clinic.now)
        assert nobody.get("/readyz").json() == {
            "ready": True, "checks": {"database": "ok", "tables": "ok", "clock": "ok"},
        }  # fmt: skip


def test_every_look_at_a_patient_is_written_down_and_auditors_see_it(
    clinic: Clinic, client_as: Callable[[str], Visitor]
) -> None:
    clinician, coordinator = client_as("clinician"), client_as("coordinator")
    assert clinician.get(f"/patients/{clinic.handle('P-1')}").status_code == 200
    clinic.later(hours=16)
    clinician, coordinator = client_as("clinician"), client_as("coordinator")
    for patient in ("P-1", "P-2"):
        assert coordinator.get(f"/patients/{clinic.handle(patient)}").status_code == 200
    assert clinic.noted() == [
        ("clinician-1", "patient", "P-1"), ("coordinator-1", "patient", "P-1"), ("coordinator-1", "patient", "P-2"),
    ]  # fmt: skip
    auditor = client_as("auditor")
    asked: dict[str, dict[str, str]] = {
        "all": {}, "P-1": {"patient": "P-1"}, "of the coordinator": {"account": "coordinator-1"},
        "yesterday": {"day": "2026-11-24"}, "both": {"patient": "P-1", "account": "coordinator-1"},
        "nobody": {"patient": "P-9"},
    }  # fmt: skip
    nothing = {"patient": "", "account": "", "day": ""}
    rows = {name: rows_in(auditor.form("/access-log", **nothing | given).text) for name, given in asked.items()}
    assert rows == {"all": 3, "P-1": 2, "of the coordinator": 2, "yesterday": 1, "both": 1, "nobody": 0}
    assert rows_in(auditor.get("/access-log").text) == 2, "today's"
    for day in ("24 November", "2026-02-30", "0001-01-01", "9999-12-31"):
        answer = auditor.form("/access-log", **nothing | {"day": day})
        assert (answer.status_code, "This is no date." in answer.text) == (422, True), day


def test_a_long_access_log_comes_in_parts(clinic: Clinic, client_as: Callable[[str], Visitor]) -> None:
    """Light enough for a page, and to the first entry of what was asked for."""
    patients = [f"{'X' * 58}{number:06}" for number in range(450)]
    note(clinic.desk.engine, clinic.now, account="c" * 64, role="coordinator", session="s" * 64, what="patient",
         patients=patients)  # fmt: skip
    auditor, sent, seen = client_as("auditor"), {"patient": "", "account": "c" * 64, "day": ""}, list[str]()
    for rows in (200, 200, 50):
        page = auditor.form("/access-log", **sent).text
        assert rows_in(page) == rows
        seen += re.findall(r">(X+\d{6})</a>", page)
        sent = dict(re.findall(r'name="(patient|account|day|before)" value="([^"]*)"', page.rpartition("</table>")[2]))
    assert (seen, sent) == (patients[::-1], {})


def rows_in(page: str) -> int:
    """How many entries a page of the access log shows."""
    return page.count('<tr><td data-label="When"')


def test_the_access_log_cannot_be_changed(clinic: Clinic, client_as: Callable[[str], Visitor]) -> None:
    client_as("clinician").get(f"/patients/{clinic.handle('P-1')}")
    for statement in (
        "UPDATE access SET patient = 'P-2'",
        "DELETE FROM access",
        "REPLACE INTO access SELECT * FROM access",
    ):
        with pytest.raises(IntegrityError, match="access is append-only"), clinic.desk.engine.begin() as connection:
            connection.exec_driver_sql(statement)
    assert len(clinic.noted()) == 1
