"""`asps person`, `policy`, `outbox` and `report outages`, and the red lines above the worklist."""

from pathlib import Path

import icalendar
import pytest

from notifications.console import Console
from notifications.deliver import DeliveryError
from tests.cli.asps import Asps

DUE = "2026-10-15T09:00"


@pytest.fixture
def staffed(asps: Asps) -> Asps:
    """A record with one coordinator who has no address."""
    asps.ok("person", "add", "kim", "--role", "coordinator", "--name", "Kim Example")
    return asps


def test_people_are_added_changed_and_listed(staffed: Asps) -> None:
    assert "has no address" in staffed.ok("person", "list").out
    staffed.ok("person", "change", "kim", "--email", "kim@example.org", "--hour", "9", "--quiet", "18-8")
    staffed.ok("person", "add", "ann", "--role", "clinician", "--webhook", "https://hooks.example.org/x")
    staffed.ok("person", "absent", "kim", "--from", "2026-10-01", "--until", "2026-10-20", "--deputy", "ann")
    kim = next(found for found in staffed.ok("person", "list", "--json").json if found["id"] == "kim")
    assert kim == {
        "id": "kim", "name": "Kim Example", "role": "coordinator", "addresses": {"email": "kim@example.org"},
        "digest_hour": 9, "quiet": [18, 8], "absent": ["2026-10-01", "2026-10-20"], "deputy": "ann", "calendar": False,
    }  # fmt: skip
    staffed.ok("person", "absent", "kim", "--back")
    staffed.ok("person", "change", "kim", "--email", "")
    kim = next(found for found in staffed.ok("person", "list", "--json").json if found["id"] == "kim")
    assert (kim["absent"], kim["addresses"]) == (None, {})
    staffed.ok("person", "remove", "ann")
    assert "ann" not in staffed.ok("person", "list").out


@pytest.mark.parametrize(
    "args",
    [
        "person add x", "person add x --role king", "person add kim --role clinician",
        "person add x --role clinician --email nonsense", "person add x --role clinician --webhook nonsense",
        "person change kim --quiet evening", "person change kim --hour 23", "person absent kim",
        "person absent kim --until 2026-02-30", "person absent kim --until 2027-01-01 --deputy nobody",
        "policy urgent=everything", "policy nonsense=1",
    ],
)  # fmt: skip
def test_what_is_impossible_is_wrong_usage_and_changes_nothing(staffed: Asps, args: str) -> None:
    before = staffed.content()
    assert staffed(*args.split()).code == 2
    assert staffed.content() == before


def test_the_address_of_a_service_is_kept_secret(staffed: Asps) -> None:
    result = staffed.ok("person", "change", "kim", "--apprise", "twilio://account:token@31612345678/31687654321")
    for shown in (result.out, staffed.ok("person", "list").out, staffed.ok("person", "list", "--json").out):
        assert "twilio://" in shown and "token" not in shown


def test_somebody_unknown(staffed: Asps) -> None:
    for args in ("person change ann --name x", "person remove ann", "person calendar ann", "person address ann"):
        assert "asps person list" in staffed(*args.split()).err


def test_the_policy_is_shown_and_decided(staffed: Asps) -> None:
    assert staffed.ok("policy", "--json").json["urgent"] == "safety"
    staffed.ok("policy", "urgent=escalated", "escalation.to=clinician", "escalation.mode=transfers")
    assert staffed.ok("policy", "--json").json == {
        "urgent": "escalated", "escalation.to": "clinician", "escalation.mode": "transfers", "digest.repeat_days": "7",
        "desk.options": "clinicians", "desk.idle_minutes": "30", "desk.session_hours": "12",
    }  # fmt: skip
    assert "transfers" in staffed.ok("policy").out


def test_a_log_that_is_full_holds_up_no_message(staffed: Asps, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise DeliveryError("the console is closed", permanent=False)

    monkeypatch.setattr(Console, "send", full)
    assert staffed("tick", "--at", DUE).code == 1
    assert [message["to"] for message in staffed.ok("outbox", "list", "--json").json] == ["kim"]


def test_a_number_that_is_no_message_s_is_wrong_usage(staffed: Asps) -> None:
    for number in ("0", "99999999999999999999"):
        assert staffed("outbox", "retry", number).code == 2


def test_a_tick_puts_messages_into_the_outbox_and_what_reaches_nobody_stands_in_red(staffed: Asps) -> None:
    staffed.ok("tick", "--at", DUE)
    (message,) = staffed.ok("outbox", "list", "--json").json
    assert (message["to"], message["state"], message["kind"]) == ("kim", "parked", "digest")
    assert "kim has no address" in staffed.ok("outbox", "list", "--state", "parked").out
    above = staffed.ok("worklist").out
    assert "1 message could not be delivered" in above and "nothing can reach kim" in above
    assert "kim has no address" in staffed.ok("report", "outages", "--at", DUE).out
    (held,) = staffed.ok("report", "outages", "--at", DUE, "--json").json["messages"]
    assert (held["what"], held["to"]) == ("parked", "kim")
    assert "1 message queued" in staffed.ok("outbox", "retry", str(message["id"])).out
    assert staffed("outbox", "retry", str(message["id"])).code == 1
    assert staffed.ok("outbox", "list", "--state", "queued", "--json").json[0]["attempts"] == 0


def test_tasks_that_nobody_is_told_of_stand_in_red(staffed: Asps) -> None:
    assert "nobody is told" not in staffed.ok("worklist").out
    staffed.ok("person", "change", "kim", "--role", "administrator", "--email", "kim@example.org")
    staffed.ok("person", "add", "ann", "--role", "clinician", "--email", "ann@example.org")
    staffed.ok("person", "absent", "kim", "--until", "2036-01-01")
    assert "tasks are due and nobody is told" in staffed.ok("worklist").out


def test_a_clock_that_nobody_looks_at_stands_in_red_above_the_worklist(asps: Asps) -> None:
    assert "nobody has looked at the clock so far" in asps.ok("worklist").out
    asps.ok("tick", "--at", DUE)
    assert "asps worker" not in asps.ok("worklist", "--at", DUE).out, "another moment says nothing about now"
    asps.ok("tick")
    assert "nobody has looked" not in asps.ok("worklist").out


def test_a_clock_that_stood_is_reported(asps: Asps) -> None:
    assert "went out in time" in asps.ok("report", "outages").out
    asps.ok("tick", "--at", "2026-10-01T09:00")
    asps.ok("tick", "--at", DUE)
    assert "from 2026-10-01 09:00 to 2026-10-15 09:00" in asps.ok("report", "outages", "--at", DUE).out


def test_a_calendar_as_a_file_and_its_address(staffed: Asps, tmp_path: Path) -> None:
    file = tmp_path / "kim.ics"
    staffed.ok("person", "calendar", "kim", "--out", str(file), "--link", "https://asps.example.org/")
    found = icalendar.Calendar.from_ical(file.read_bytes()).walk("VEVENT")
    assert [str(event.decoded("DTSTART")) for event in found] == ["2026-10-15", "2026-10-15"]
    assert staffed.ok("person", "calendar", "kim").out.startswith("BEGIN:VCALENDAR")
    first, second = (staffed.ok("person", "address", "kim").out for _ in range(2))
    assert first != second and "calendar/" in first and ".ics" in first
    with_link = staffed.ok("person", "address", "kim", "--link", "https://asps.example.org/worklist").out
    assert "\nhttps://asps.example.org/calendar/" in with_link
    staffed.ok("person", "address", "kim", "--revoke")
    assert not staffed.ok("person", "list", "--json").json[0]["calendar"]
