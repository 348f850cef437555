"""Which message goes to whom on which day: walked day by day and hour by hour through the windows of tasks."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from notifications import people
from notifications.deliver import DeliveryError
from notifications.people import Duty
from notifications.planning import plan_messages
from storage.ledger import Author
from storage.tables import outage
from tests.notifications.office import AMSTERDAM, Office
from tests.scheduler.clinic import AUTHOR
from workflow.asps import ASPS
from workflow.vocabulary import Role

DUE = date(2026, 3, 16)
"""Of the staging CT and the brain MRI of patients who were accepted on 2 March."""


def staffed(*patients: str, **settings: str) -> Office:
    """A clinic with one clinician and one coordinator."""
    office = Office()
    office.decide(urgent="nothing")
    if settings:
        office.ledger.set_site({k.replace("__", "."): v for k, v in settings.items()}, now=office.now, author=AUTHOR)
    office.person("ann")
    office.person("kim", Duty.COORDINATOR)
    office.register(*patients)
    return office


def walk(office: Office, first: date, days: int, hours: tuple[int, ...] = (0, 7, 8, 12, 23)) -> dict[str, Any]:
    """Looks at the clock at some hours of every day; what was sent of tasks with a date, by day and hour."""
    found: dict[str, Any] = {}
    for day in (first + timedelta(days=n) for n in range(days)):
        for hour in hours:
            office.at(day, hour)
            before = len(office.post.sent)
            office.look()
            new = office.told()[before:]
            assert len({who for who, *_ in new}) == len(new), "one message at a time"
            found |= {f"{day} {hour} {who}": (kind, dated(counts)) for who, kind, counts in new if dated(counts)}
    return found


def dated(counts: dict[str, int]) -> dict[str, int]:
    """What a message says, but for the tasks without a date, of which every patient in staging has two."""
    return {stage: count for stage, count in counts.items() if stage != "without a date"}


def test_every_day_of_a_task_s_window_from_reminder_to_escalation() -> None:
    office = staffed("P-1", reminder__before_days="3", escalation__after_days="5", mdt__due_days="90")
    found = {key: value for key, value in walk(office, date(2026, 3, 3), 32).items() if "kim" in key}
    assert found == {
        "2026-03-13 8 kim": ("digest", {"coming up": 2}),
        "2026-03-16 8 kim": ("digest", {"due today": 2}),
        "2026-03-17 8 kim": ("digest", {"overdue": 2}),
        "2026-03-22 8 kim": ("digest", {"escalated": 2}),
        "2026-03-29 8 kim": ("repeat", {"escalated": 2}),
    }


def test_what_is_urgent_comes_before_the_digest_hour_but_never_at_night_and_only_once() -> None:
    office = staffed("P-1", escalation__after_days="2")
    office.decide(urgent="escalated")
    found = {key: kind for key, (kind, _) in walk(office, DUE, 4, hours=(0, 3, 7, 8, 12, 22)).items() if "kim" in key}
    assert found == {"2026-03-16 8 kim": "digest", "2026-03-17 8 kim": "digest", "2026-03-19 7 kim": "digest"}


def escalated_patient(office: Office, id: str) -> None:
    """Enters somebody whose two tasks are escalated already."""
    now = office.now
    office.now = now - timedelta(days=17)
    office.register(id)
    office.now = now


def at_nine_with_everything_escalated() -> Office:
    """The digest of the day has gone out."""
    office = staffed("P-1", escalation__after_days="2")
    office.decide(urgent="escalated")
    office.at(date(2026, 3, 19), 9)
    office.look()
    office.now += timedelta(hours=1)
    office.post.sent.clear()
    return office


def test_what_becomes_urgent_during_the_day_goes_at_once_by_itself() -> None:
    office = at_nine_with_everything_escalated()
    escalated_patient(office, "P-2")
    office.look()
    office.look()
    assert [told for told in office.told() if told[0] == "kim"] == [("kim", "urgent", {"escalated": 2})]


def test_what_is_urgent_goes_before_the_digests() -> None:
    office = at_nine_with_everything_escalated()
    office.person("abe", Duty.COORDINATOR)
    escalated_patient(office, "P-2")
    office.look()
    kinds = [kind for _, kind, _ in office.told()]
    assert kinds == sorted(kinds, reverse=True) and set(kinds) == {"urgent", "digest"}


def test_what_an_urgent_message_could_not_tell_is_in_the_next_one() -> None:
    office = at_nine_with_everything_escalated()
    escalated_patient(office, "P-2")
    office.post.fails = [DeliveryError("no such mailbox", permanent=True)] * 2
    office.look()
    assert office.told() == []
    escalated_patient(office, "P-3")
    office.look()
    assert [told for told in office.told() if told[0] == "kim"] == [("kim", "urgent", {"escalated": 4})]


@pytest.mark.parametrize("answer", ["done", "snoozed", "left", "waived"])
def test_what_is_settled_between_the_queue_and_the_sending_is_silent(answer: str) -> None:
    office = staffed("P-1")
    office.at(DUE, 8)
    office.tick()
    plan_messages(office.engine, ASPS, office.now)
    settle(office, answer)
    office.send()
    assert [m.state for m in office.box() if m.staff == "kim"] == ["suppressed"]
    (why,) = {m.detail for m in office.box() if m.staff == "kim"}
    assert why == {
        "done": "2 done", "snoozed": "2 put off", "left": "2 cancelled (transferred)", "waived": "2 waived",
    }[answer]  # fmt: skip
    assert "kim" not in [who for who, *_ in office.told()]


def test_tasks_without_a_date_are_told_of_at_once_and_then_every_week() -> None:
    office = staffed("P-1")
    days = list[int]()
    for day in (date(2026, 3, 2) + timedelta(days=n) for n in range(14)):
        office.at(day, 9)
        office.look()
        days += [day.day] * (len(office.post.sent) - len(days))
    assert days == [2, 9]
    assert office.told()[0] == ("kim", "repeat", {"without a date": 2})


def settle(office: Office, how: str) -> None:
    if how == "left":
        office.enter("P-1", "transfer")
    elif how == "done":
        office.enter("P-1", "imaging", modality="mri_brain", report="final", brain_metastases="no")
        office.enter(
            "P-1", "imaging", modality="ct_chest", report="final", lung_lesions_right=1, lung_lesions_left=0,
            extrapulmonary="absent",
        )  # fmt: skip
    else:
        more: dict[str, Any] = {"until": "2026-04-01"} if how == "snoozed" else {}
        act = "snooze_task" if how == "snoozed" else "waive_task"
        for task in ("baseline_brain_mri", "staging_ct"):
            office.enter("P-1", act, reason="the scanner is away", task=task, **more)


def test_a_task_put_off_is_told_of_on_its_new_day_and_not_before() -> None:
    office = staffed("P-1")
    for task in ("baseline_brain_mri", "staging_ct"):
        office.enter("P-1", "snooze_task", reason="the scanner is away", task=task, until="2026-03-25")
    found = walk(office, date(2026, 3, 10), 17)
    assert [key for key in found if "kim" in key] == ["2026-03-25 8 kim", "2026-03-26 8 kim"]


@pytest.mark.parametrize("night", [date(2026, 3, 29), date(2026, 10, 25)])
def test_the_nights_in_which_the_clocks_change(night: date) -> None:
    """A patient whose tasks fall due on the day of the change; looked at every ten minutes of three days."""
    office = Office()
    office.decide(urgent="nothing")
    office.person("kim", Duty.COORDINATOR, digest_hour=2, quiet=(0, 0))
    office.now = datetime.combine(night - timedelta(days=14), datetime.min.time(), AMSTERDAM).astimezone(UTC)
    office.register("P-1")
    start = datetime.combine(night - timedelta(days=1), datetime.min.time(), AMSTERDAM).astimezone(UTC)
    sent: list[tuple[str, Any]] = []
    for step in range(3 * 24 * 6 + 6):
        office.now = start + timedelta(minutes=10 * step)
        before = len(office.post.sent)
        office.look()
        local = office.now.astimezone(AMSTERDAM)
        sent += [(f"{local:%m-%d %H}", dated(c)) for _, _, c in office.told()[before:] if dated(c)]
    hour = "03" if night.month == 3 else "02"
    assert sent == [
        (f"{night:%m-%d} {hour}", {"due today": 2}),
        (f"{night + timedelta(days=1):%m-%d} 02", {"overdue": 2}),
    ]


def test_six_months_down_then_one_digest_for_each_and_nothing_else() -> None:
    office = staffed(*(f"P-{n}" for n in range(5)), escalation__after_days="5")
    office.decide(urgent="safety")
    office.at(date(2026, 3, 15), 9)
    office.look()
    found = walk(office, date(2026, 9, 15), 2, hours=(3, 7, 8, 9, 15, 23))
    kim = {key: value for key, value in found.items() if "kim" in key}
    assert list(kim.values()) == [("digest", {"escalated": 10})]
    assert all(n == 1 for n in Counter(key.rpartition(" ")[2] for key in found).values())
    for who in ("ann", "kim"):  # she had never been told of anything before
        *_, held = (m for m in office.box() if m.staff == who)
        assert held.wanted_at.astimezone(AMSTERDAM).date() == date(2026, 3, 16), "when it should have gone"
    with office.engine.connect() as connection:
        stood = connection.execute(select(outage.c.began, outage.c.ended).order_by(outage.c.id)).first()
    assert stood is not None and (stood.ended - stood.began).days == 183


def test_an_absent_person_s_digest_goes_to_the_deputy() -> None:
    office = staffed("P-1")
    office.person("dan", Duty.ADMINISTRATOR)
    people.change(office.engine, "kim", absent=(DUE, DUE + timedelta(days=3)), deputy="dan")
    found = walk(office, DUE, 2)
    assert {key.rpartition(" ")[2] for key in found if found[key][1] == {"due today": 2}} == {"dan"}


def test_tasks_that_were_taken_over_are_told_of_the_next_morning_though_nothing_is_new() -> None:
    """Two coordinators; Kim claimed two of the four overdue tasks, and was told of them before she left.

    Told of twice: had she left in the course of the first day, its digest would have come too early.
    """
    office = staffed("P-1", "P-2")
    office.person("lou", Duty.COORDINATOR)
    kim = Author(by=Role.COORDINATOR, user="kim")
    for task in ("baseline_brain_mri", "staging_ct"):
        office.ledger.enter("P-1", "claim_task", {"task": task}, now=office.now, author=kim)
    walk(office, DUE - timedelta(days=1), 3)
    away = DUE + timedelta(days=2)
    people.change(office.engine, "kim", absent=(away, away + timedelta(days=20)), deputy="lou")
    found = walk(office, away, 4)
    assert found == {f"{day} 8 lou": ("repeat", {"overdue": 4}) for day in (away, away + timedelta(days=1))}


def test_the_claimed_tasks_of_somebody_away_without_a_deputy_are_told_to_the_others_of_the_role() -> None:
    """Before, only Kim was told of those of P-1."""
    office = staffed("P-1", "P-2")
    office.person("lou", Duty.COORDINATOR)
    kim = Author(by=Role.COORDINATOR, user="kim")
    for task in ("baseline_brain_mri", "staging_ct"):
        office.ledger.enter("P-1", "claim_task", {"task": task}, now=office.now, author=kim)
    walk(office, DUE, 3)
    away = DUE + timedelta(days=3)
    people.change(office.engine, "kim", absent=(away, away + timedelta(days=20)))
    found = walk(office, away, 4)
    assert found == {f"{day} 8 lou": ("repeat", {"overdue": 4}) for day in (away, away + timedelta(days=1))}


def test_whoever_left_before_a_message_could_be_sent_is_told_of_it_on_their_return() -> None:
    """The mail server was down on the day the tasks became overdue; the next day Kim is away."""
    office = staffed("P-1")
    walk(office, DUE, 1)
    office.post.fails = [DeliveryError("down", permanent=False, everyone=True)] * 2
    assert walk(office, DUE + timedelta(days=1), 1) == {}
    away = DUE + timedelta(days=2)
    people.change(office.engine, "kim", absent=(away, away))
    assert walk(office, away, 1) == {}
    assert office.box()[-1].detail == "kim is away, and is told of it afterwards"
    assert walk(office, away + timedelta(days=1), 3) == {"2026-03-19 8 kim": ("digest", {"overdue": 2})}


def test_the_deputy_of_an_administrator_is_told_of_what_reached_nobody() -> None:
    office = staffed("P-1")
    office.person("lou", Duty.COORDINATOR, addresses={})
    office.person("ada", Duty.ADMINISTRATOR, absent=(DUE, DUE + timedelta(days=9)), deputy="ann")
    walk(office, DUE, 2)
    told = [letter.text for address, letter in office.post.sent if address.startswith("ann")]
    assert told and all("nothing can reach lou" in text for text in told)


def test_a_task_that_somebody_else_gave_is_told_of_with_the_next_digest() -> None:
    """Overdue for days, and told of to both coordinators; then Kim gives one task to Lou, and keeps the other."""
    office = staffed("P-1")
    office.person("lou", Duty.COORDINATOR)
    walk(office, DUE, 3)
    sent = len(office.post.sent)
    kim = Author(by=Role.COORDINATOR, user="kim")
    for task, user in (("baseline_brain_mri", "lou"), ("staging_ct", "kim")):
        office.ledger.enter("P-1", "claim_task", {"task": task, "user": user}, now=office.now, author=kim)
    walk(office, DUE + timedelta(days=3), 3)
    assert office.told()[sent:] == [("lou", "repeat", {"overdue": 1, "without a date": 2})]


def test_someone_without_an_address_is_parked_once_a_day_until_there_is_one() -> None:
    office = staffed("P-1")
    people.change(office.engine, "kim", addresses={})
    walk(office, DUE, 2)
    assert [m.detail for m in office.box("parked")] == ["kim has no address; add one with asps person change"]
    people.change(office.engine, "kim", addresses={"email": "kim@example.org"})
    assert [key for key in walk(office, DUE + timedelta(days=2), 1) if "kim" in key] == ["2026-03-18 8 kim"]
