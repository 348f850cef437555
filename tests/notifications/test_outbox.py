"""The outbox: once for each key, leased, sent at least once, put off with growing pauses, parked and retried."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import Engine

from notifications import outbox, people
from notifications.deliver import DeliveryError
from notifications.outages import outages
from notifications.people import Duty
from notifications.planning import plan_messages
from notifications.sending import send_due
from tests.notifications.office import AMSTERDAM, Office
from tests.scheduler.conftest import both, postgres_server, postgres_url, url
from workflow.asps import ASPS
from workflow.errors import NotFound

__all__ = ["both", "postgres_server", "postgres_url", "url"]
LATER = DeliveryError("try later", permanent=False)
NEVER = DeliveryError("no such mailbox", permanent=True)


def queued(office: Office, *ids: str) -> Office:
    """One message waiting for each."""
    for id in ids or ("kim",):
        office.person(id, Duty.COORDINATOR, quiet=(0, 0))
    office.register("WHO-IS-THIS")
    office.later(days=14)
    office.tick()
    plan_messages(office.engine, ASPS, office.now)
    return office


def test_planning_again_changes_nothing() -> None:
    office = queued(Office(), "kim", "lou")
    before = office.box()
    assert (len(before), plan_messages(office.engine, ASPS, office.now), office.box()) == (2, 0, before)


def test_many_planners_and_senders_at_once_tell_everyone_once(both: Engine) -> None:
    office = Office(engine=both)
    for id in (ids := [f"k{n}" for n in range(8)]):
        office.person(id, Duty.COORDINATOR)
    office.register("P-1")
    office.later(days=14)
    office.tick()
    with ThreadPoolExecutor(4) as pool:
        made = sum(pool.map(lambda _: plan_messages(both, ASPS, office.now), range(4)))
        sent = sum(report.sent for report in pool.map(lambda _: office.send(), range(4)))
    assert (made, sent) == (8, 8)
    assert sorted(who for who, *_ in office.told()) == ids
    assert {m.state for m in office.box()} == {"sent"}


def test_a_lease_is_one_s_own_until_it_ends_and_whoever_comes_late_changes_nothing() -> None:
    office = queued(Office())
    first = outbox.claim(office.engine, office.now)
    assert first is not None
    assert outbox.claim(office.engine, office.now) is None
    office.now += outbox.LEASE
    second = outbox.claim(office.engine, office.now)
    assert second is not None and second.id == first.id and second.key == first.key
    assert not outbox.settle(office.engine, first, office.now, "sent")
    assert not outbox.put_off(office.engine, first, office.now, "late")
    assert outbox.settle(office.engine, second, office.now, "sent")
    assert not outbox.settle(office.engine, second, office.now, "parked"), "settled is settled"


def test_what_fails_for_now_is_tried_again_with_growing_pauses_until_it_is_given_up() -> None:
    office = queued(Office())
    pauses = []
    while office.box("queued"):
        office.post.fails = [LATER]
        before = office.now
        office.send()
        (waiting,) = office.box()
        if waiting.state == "queued":
            pauses.append((waiting.next_at - before).total_seconds())
            office.now = waiting.next_at - timedelta(seconds=1)
            assert office.send().sent == 0, "not before its time"
            office.now = waiting.next_at
    assert all(15 <= pause <= 3600 for pause in pauses)
    assert all(later > earlier / 2 for earlier, later in pairwise(pauses))
    (given_up,) = office.box("parked")
    assert given_up.detail.startswith(f"given up after {len(pauses) + 1} attempts") and "try later" in given_up.detail


def test_pauses_differ_from_message_to_message() -> None:
    office = queued(Office(), *(f"k{n}" for n in range(6)))
    office.post.fails = [LATER] * 6
    assert office.send().put_off == 6
    assert len({m.next_at for m in office.box()}) > 3


def test_what_fails_for_good_is_parked_shown_and_retried() -> None:
    office = queued(Office())
    office.post.fails = [NEVER]
    assert office.send().parked == 1
    (parked,) = office.box("parked")
    assert parked.detail == "no such mailbox"
    with pytest.raises(NotFound):
        outbox.retry(office.engine, office.now, [parked.id, 99])
    assert len(office.box("parked")) == 1
    assert outbox.retry(office.engine, office.now, [parked.id]) == 1
    assert office.send().sent == 1


def test_a_way_that_is_down_is_left_alone_and_the_others_go_on() -> None:
    office = queued(Office(), "kim", "lou", "max")
    office.post.fails = [DeliveryError("refused", permanent=False, everyone=True)]
    report = office.send()
    assert (report.put_off, report.sent) == (1, 0)
    assert sorted(m.attempt for m in office.box("queued")) == [0, 0, 1]
    office.later(minutes=1)
    assert office.send().sent == 3


def test_the_digest_of_the_next_day_takes_the_place_of_one_that_did_not_get_through() -> None:
    office = queued(Office())
    office.post.fails = [NEVER]
    office.send()
    office.later(days=1)
    office.look()
    assert [m.state for m in office.box()] == ["replaced", "sent"]
    assert office.box()[1].since == office.box()[0].since, "it tells of all that the other did"


def test_an_administrator_is_told_of_what_reached_nobody() -> None:
    office = queued(Office())
    office.person("ada", Duty.ADMINISTRATOR)
    office.person("lou", addresses={})
    office.post.fails = [NEVER]
    office.look()
    office.later(minutes=1)
    office.look()
    (told,) = [letter for address, letter in office.post.sent if address.startswith("ada")]
    assert told.text.splitlines()[:2] == [
        "1 message could not be delivered, for an administrator: asps outbox list --state parked",
        "nothing can reach lou: asps person change ID --email ADDRESS",
    ]


def test_nothing_that_leaves_names_a_patient_or_a_kind_of_task() -> None:
    office = queued(Office())
    office.send()
    ((_, letter),) = office.post.sent
    said = f"{letter}"
    assert letter.subject == "4 pathway tasks due"
    assert letter.text == "2 due today\n2 without a date\n\nOpen the worklist: https://asps.example.org/\n"
    for secret in ("WHO-IS-THIS", "MRI", "brain", "CT", "1990", "sarcoma"):
        assert secret not in said


def test_somebody_taken_off_the_list_is_not_told() -> None:
    office = queued(Office())
    people.remove(office.engine, "kim")
    assert office.send().suppressed == 1
    assert office.box()[0].detail == "kim is no longer on the list"


def test_a_clock_that_was_a_year_ahead_and_goes_back_holds_nobody_up() -> None:
    office = queued(Office())
    right = office.now
    office.later(days=365)
    office.post.fails = [LATER]
    office.look()
    office.now = right
    office.look()
    assert len(office.post.sent) >= 1
    office.later(days=1)
    before = len(office.post.sent)
    office.look()
    assert len(office.post.sent) == before + 1, "overdue is told of on its day"


@pytest.mark.parametrize(("back", "hours"), [(0.5, 1), (3, 0), (24 * 365, 0)])
def test_a_clock_that_went_back_tries_no_message_again_and_again(back: float, hours: float) -> None:
    office = queued(Office())
    office.later(hours=-back)
    office.post.fails = [LATER] * 3
    assert office.send().put_off == (0 if hours else 1)
    office.later(hours=hours)
    assert office.send().put_off == (1 if hours else 0)
    assert len(office.post.fails) == 2


def test_a_clock_that_goes_back_into_the_night_leaves_messages_until_the_morning() -> None:
    office = queued(Office())
    people.change(office.engine, "kim", quiet=(20, 7))
    office.later(hours=-5)
    assert (office.send().waiting, office.send().waiting) == (1, 0)
    office.later(hours=5)
    assert office.send().sent == 1


def test_a_clock_that_goes_back_ends_nobody_s_lease() -> None:
    office = queued(Office())
    assert outbox.claim(office.engine, office.now)
    assert outbox.claim(office.engine, office.now - timedelta(minutes=10)) is None


def test_the_report_says_what_went_late_and_why() -> None:
    office = queued(Office(), "kim", "lou")
    office.post.fails = [LATER, NEVER]
    office.send()
    office.later(hours=2)
    office.send()
    with office.engine.connect() as connection:
        found = outages(connection, office.now, office.now - timedelta(days=30))
    assert sorted((held.what, held.why) for held in found.held) == [
        ("late", "2 attempts"), ("parked", "no such mailbox"),
    ]  # fmt: skip


def test_nothing_is_late_that_could_not_have_gone_earlier() -> None:
    """A person who was added in the afternoon; two days later, a patient whose tasks are overdue when entered."""
    office = Office()
    office.register("P-1")
    office.later(days=14, hours=5)
    office.tick()
    office.person("kim", Duty.COORDINATOR)
    for _ in range(4 * 44):
        office.look()
        office.later(minutes=15)
    long_ago, now = office.now - timedelta(days=30), office.now
    office.now = long_ago
    office.register("P-2")
    office.now = now
    office.look()
    assert [m.wanted_at.strftime("%d %H") for m in office.box()] == ["16 13", "17 06", "18 09"]
    with office.engine.connect() as connection:
        assert outages(connection, office.now, office.now - timedelta(days=1)).held == ()


def test_who_is_added_long_after_the_notices_is_not_told_late() -> None:
    office = queued(Office())
    office.send()
    office.later(days=3, hours=5)
    office.person("lou", Duty.COORDINATOR)
    office.look()
    assert [m.wanted_at for m in office.box() if m.staff == "lou"] == [office.now]


@pytest.mark.parametrize(("hour", "minute"), [(2, 0), (7, 45)])
def test_an_outage_days_before_there_was_anything_to_tell_makes_nothing_late(hour: int, minute: int) -> None:
    """The machine started anew, once in the night and once at the hour of the digest; the tasks are due on the 16th."""
    office = Office()
    office.person("kim", Duty.COORDINATOR)
    office.register("P-1")
    while office.now < datetime(2026, 3, 18, 12, tzinfo=UTC):
        office.look()
        office.later(minutes=15)
        if office.now == datetime(2026, 3, 12, hour, minute, tzinfo=AMSTERDAM):
            office.later(minutes=45)
    with office.engine.connect() as connection:
        found = outages(connection, office.now, office.now - timedelta(days=30))
    assert (len(found.stood), found.held) == (1, ())


def test_what_waits_for_another_attempt_does_not_come_in_the_night() -> None:
    office = queued(Office())
    people.change(office.engine, "kim", quiet=(20, 7))
    office.post.fails = [LATER]
    office.send()
    office.later(hours=14)  # 23:00
    assert (office.send().waiting, office.post.sent) == (1, [])
    office.later(hours=9)
    assert office.send().sent == 1
    assert office.box()[0].attempt == 2


def test_whoever_is_told_to_stop_begins_no_further_message() -> None:
    office = queued(Office(), "kim", "lou", "max")
    send_due(office.engine, ASPS, {"email": office.post}, "", lambda: office.now, lambda: len(office.post.sent) == 1)
    assert sorted((m.state, m.attempt) for m in office.box()) == [("queued", 0), ("queued", 0), ("sent", 1)]
