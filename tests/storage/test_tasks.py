"""Task rows: what is written when the plan changes, and when the clock will look at them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from storage.effects import TaskChange
from storage.ledger import Ledger
from storage.queries import Reader
from storage.reconcile import midnight, stage_instants
from storage.tables import task
from tests.storage.clinic import COORDINATOR, CT, DOCTOR, accepted, at, ok, registered, staged, waiting
from workflow.asps import ASPS
from workflow.errors import Invalid
from workflow.plan import Status, stage_of
from workflow.site import Site

LATER = at("2026-11-03T10:00")


def row(ledger: Ledger, name: str) -> Any:
    """The row of a patient's task."""
    with ledger.engine.connect() as connection:
        return connection.execute(select(task).where(task.c.patient == "P-1", task.c.name == name)).one()


def change(changes: tuple[TaskChange, ...], name: str) -> TaskChange:
    """What happened to a task; only one thing."""
    (found,) = [one for one in changes if one.name == name]
    return found


def act(ledger: Ledger, name: str, now: datetime = LATER, reason: str = "", **given: Any) -> tuple[TaskChange, ...]:
    """The changes that an accepted act brings."""
    return ok(ledger.enter("P-1", name, given, now=now, author=COORDINATOR, reason=reason)).changes


def test_an_opened_task_says_what_who_when_and_why(ledger: Ledger) -> None:
    registered(ledger)
    given = {"centre_role": "reference_centre"}
    answer = ok(ledger.enter("P-1", "accept_referral", given, now=at("2026-11-02T09:00"), author=DOCTOR))
    told = change(answer.changes, "staging_ct")
    assert (told.what, told.subject, told.occurrence, told.old_due) == ("opened", "once", 1, None)
    assert told.new_due == date(2026, 11, 16) and told.why == "start of staging 2026-11-02 + 14 days = 2026-11-16"
    found = row(ledger, "staging_ct")
    assert (found.status, found.opened, found.due, found.target) == (
        "open", date(2026, 11, 2), date(2026, 11, 16), date(2026, 11, 16),
    )  # fmt: skip
    assert (found.due_at, found.overdue_at) == (at("2026-11-16T00:00"), at("2026-11-17T00:00"))
    assert (found.remind_at, found.escalate_at, found.wake_at) == (None, None, found.due_at)


def test_a_task_without_a_date_is_never_looked_at_by_the_clock(ledger: Ledger) -> None:
    registered(ledger)
    found = row(ledger, "confirm_histology")
    assert (found.due, found.target, found.due_at, found.overdue_at, found.wake_at) == (None,) * 5


def test_a_completed_task_names_what_completed_it(ledger: Ledger) -> None:
    accepted(ledger)
    answer = ok(ledger.enter("P-1", "imaging", {"id": "ct-0", "report": "final", **CT}, now=LATER, author=DOCTOR))
    told = change(answer.changes, "staging_ct")
    assert (told.what, told.why) == ("completed", "ct-0 of 2026-11-03")
    found = row(ledger, "staging_ct")
    assert (found.status, found.done, found.done_by, found.wake_at) == ("done", date(2026, 11, 3), "ct-0", None)


def test_a_reopened_task_is_looked_at_again(ledger: Ledger) -> None:
    test_a_completed_task_names_what_completed_it(ledger)
    told = change(ok(ledger.retract("P-1", "ct-0", now=LATER, author=DOCTOR)).changes, "staging_ct")
    assert told.what == "reopened"
    found = row(ledger, "staging_ct")
    assert (found.status, found.done, found.done_by, found.wake_at) == ("open", None, "", found.due_at)


def test_a_snoozed_task_keeps_its_date_and_moves_its_target(ledger: Ledger) -> None:
    accepted(ledger)
    told = change(act(ledger, "snooze_task", task="staging_ct", until="2026-11-30", reason="on holiday"), "staging_ct")
    assert (told.what, told.old_due, told.new_due, told.why) == (
        "snoozed", date(2026, 11, 16), date(2026, 11, 30), "on holiday",
    )  # fmt: skip
    found = row(ledger, "staging_ct")
    assert (found.due, found.target, found.wake_at) == (date(2026, 11, 16), date(2026, 11, 30), at("2026-11-30T00:00"))


def test_a_claimed_task_names_who_claimed_it(ledger: Ledger) -> None:
    accepted(ledger)
    assert change(act(ledger, "claim_task", task="staging_ct"), "staging_ct").what == "claimed"
    assert row(ledger, "staging_ct").claimed_by == "co-1"


def test_a_waived_task_keeps_the_reason(ledger: Ledger) -> None:
    staged(ledger)
    told = change(act(ledger, "waive_task", task="palliative_care_offer", reason="declined"), "palliative_care_offer")
    assert (told.what, told.why) == ("waived", "declined")
    found = row(ledger, "palliative_care_offer")
    assert (found.status, found.reason, found.wake_at) == ("waived", "declined", None)


def test_a_closed_task_cannot_be_claimed(ledger: Ledger) -> None:
    test_a_waived_task_keeps_the_reason(ledger)
    with pytest.raises(Invalid, match="not open"):
        act(ledger, "claim_task", task="palliative_care_offer")


def test_leaving_the_pathway_cancels_what_is_open_with_the_exit_as_reason(ledger: Ledger, reader: Reader) -> None:
    accepted(ledger)
    told = act(ledger, "declare_death")
    assert (change(told, "staging_ct").what, change(told, "staging_ct").why) == ("cancelled", "deceased")
    assert change(told, "death_administration").what == "opened"
    assert [(t.name, t.status) for t in reader.tasks("P-1")] == [("death_administration", Status.OPEN)]
    assert row(ledger, "staging_ct").wake_at is None


def test_another_state_cancels_with_the_state_as_reason(ledger: Ledger) -> None:
    waiting(ledger)
    answer = ok(ledger.enter("P-1", "decide_observation", {}, now=LATER, author=DOCTOR))
    told = change(answer.changes, "interval_ct")
    assert (told.what, told.why) == ("cancelled", "state is now observation")


def test_what_a_changed_fact_makes_pointless_is_cancelled_with_that_reason(ledger: Ledger) -> None:
    staged(ledger)
    told = ok(ledger.retract("P-1", "ct-0", now=LATER, author=DOCTOR)).changes
    assert (change(told, "palliative_care_offer").what, change(told, "palliative_care_offer").why) == (
        "cancelled", "the facts changed",
    )  # fmt: skip


def test_a_stopped_regimen_cancels_its_tasks_with_that_reason(ledger: Ledger) -> None:
    staged(ledger)
    labs = [("ALT", "U/L"), ("AST", "U/L"), ("bilirubin", "umol/L"), ("creatinine", "umol/L"), ("TSH", "mIU/L")]
    results = [{"analyte": name, "value": 20, "unit": unit} for name, unit in labs]
    drug = {"agents": ["atezolizumab"], "class": "ici_pdl1", "schedule": "1200_q3w"}
    for name, fields in (
        ("symptoms", {"symptomatic": "yes"}),
        ("immunotherapy_screen", {"findings": ["none"]}),
        ("labs", {"status": "final", "results": results}),
        ("start_regimen", {"id": "io", **drug}),
    ):
        ok(ledger.enter("P-1", name, fields, now=LATER, author=DOCTOR, reason="agreed"))
    answer = ok(ledger.enter("P-1", "stop_regimen", {"stop_reason": "toxicity"}, now=LATER, author=DOCTOR))
    told = change(answer.changes, "immunotherapy_dose")
    assert (told.what, told.subject, told.why) == ("cancelled", "io", "the regimen ended")


def test_the_clock_s_mark_stays_where_it_was_unless_a_date_moves(ledger: Ledger) -> None:
    accepted(ledger)
    with ledger.engine.begin() as connection:
        connection.execute(task.update().where(task.c.name == "staging_ct").values(wake_at=at("2026-11-17T00:00")))
    act(ledger, "claim_task", now=at("2026-11-16T10:00"), task="staging_ct")
    assert row(ledger, "staging_ct").wake_at == at("2026-11-17T00:00")
    act(ledger, "snooze_task", now=at("2026-11-16T11:00"), task="staging_ct", until="2026-11-20", reason="full")
    assert row(ledger, "staging_ct").wake_at == at("2026-11-20T00:00")


def test_reminder_and_escalation_exist_only_where_the_site_asks(ledger: Ledger) -> None:
    ledger.set_site({"reminder.before_days": "3", "escalation.after_days": "7"}, now=LATER, author=DOCTOR)
    accepted(ledger)
    found = row(ledger, "staging_ct")
    assert (found.remind_at, found.escalate_at) == (at("2026-11-13T00:00"), at("2026-11-24T00:00"))
    assert found.wake_at == found.remind_at


# instants -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "zone", "utc"),
    [
        (date(2026, 3, 29), "Europe/Amsterdam", "2026-03-28T23:00"),  # the clocks go forward that night
        (date(2026, 3, 30), "Europe/Amsterdam", "2026-03-29T22:00"),
        (date(2026, 10, 26), "Europe/Amsterdam", "2026-10-25T23:00"),
        (date(2026, 9, 6), "America/Santiago", "2026-09-06T04:00"),  # there is no midnight: the day begins at 01:00
        (date(2026, 1, 1), "Pacific/Kiritimati", "2025-12-31T10:00"),
        (date(2026, 1, 1), "UTC", "2026-01-01T00:00"),
    ],
)
def test_a_day_begins_at_midnight_of_the_site(day: date, zone: str, utc: str) -> None:
    assert midnight(day, ZoneInfo(zone)) == datetime.fromisoformat(utc).replace(tzinfo=UTC)


@given(
    target=st.dates(date(2020, 1, 1), date(2060, 1, 1)), zone=st.sampled_from(["Europe/Lisbon", "America/New_York"]),
    before=st.none() | st.integers(1, 30), after=st.none() | st.integers(0, 30),
)  # fmt: skip
def test_a_stage_begins_when_the_rules_say_so(target: date, zone: str, before: int | None, after: int | None) -> None:
    values = {"timezone": zone, "reminder.before_days": before, "escalation.after_days": after}
    site = Site(keys=ASPS.keys, values={name: value for name, value in values.items() if value is not None})
    remind, due, overdue, escalate = stage_instants(target, site)
    assert (remind is None, escalate is None) == (before is None, after is None)
    instants = [instant for instant in (due, overdue, escalate) if instant is not None]
    moment = timedelta(seconds=1)
    for instant in instants:
        earlier, now = (stage_of(target, site.today(when), after) for when in (instant - moment, instant))
        assert earlier is not now or instants.count(instant) > 1
    assert remind is None or due is None or remind < due


def test_a_task_without_a_target_has_no_instants() -> None:
    assert stage_instants(None, Site(keys=ASPS.keys)) == (None,) * 4


def test_another_time_zone_moves_every_instant(ledger: Ledger) -> None:
    accepted(ledger)
    ledger.set_site({"timezone": "America/New_York"}, now=LATER, author=DOCTOR)
    ledger.replan(["P-1"], LATER)
    assert row(ledger, "staging_ct").due_at == datetime(2026, 11, 16, 5, tzinfo=UTC)
    assert row(ledger, "staging_ct").due == date(2026, 11, 16)
