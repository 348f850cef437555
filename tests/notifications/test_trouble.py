"""What stands in red until an administrator has seen to it, and goes when it is mended."""

import pytest

from notifications import outbox, people
from notifications.deliver import DeliveryError
from notifications.people import Duty
from notifications.trouble import Trouble, trouble, words
from tests.notifications.office import Office
from workflow.asps import ASPS

LATER = DeliveryError("try later", permanent=False)
NEVER = DeliveryError("no such mailbox", permanent=True)


@pytest.fixture
def office() -> Office:
    """A coordinator whose digest is due: two tasks without a date."""
    found = Office()
    found.person("kim", Duty.COORDINATOR)
    found.register("P-1")
    return found


def seen(office: Office) -> Trouble:
    with office.engine.connect() as connection:
        return trouble(connection, ASPS, office.now)


def test_all_is_well_once_the_messages_are_out(office: Office) -> None:
    office.look()
    assert not seen(office) and list(words(seen(office))) == []


def test_what_was_given_up(office: Office) -> None:
    office.post.fails = [NEVER]
    office.look()
    assert seen(office) == Trouble(parked=1)
    outbox.retry(office.engine, office.now)
    office.send()
    assert not seen(office)


def test_a_way_that_fails_for_long(office: Office) -> None:
    office.post.fails = [LATER] * 20
    office.look()
    assert not seen(office), "once is nothing"
    for _ in range(7):
        office.later(minutes=10)
        office.send()
    assert seen(office) == Trouble(waiting=1)
    office.post.fails = []
    office.later(hours=1)
    office.send()
    assert not seen(office)


def test_a_person_without_an_address_and_what_was_kept_for_them(office: Office) -> None:
    people.change(office.engine, "kim", addresses={})
    office.look()
    assert seen(office) == Trouble(parked=1, silent=("kim",))
    outbox.retry(office.engine, office.now)
    office.send()
    assert [m.detail for m in office.box("parked")] == ["kim has no address; add one with asps person change"]
    people.change(office.engine, "kim", addresses={"email": "kim@example.org"})
    office.look()
    assert not seen(office)
    assert [who for who, *_ in office.told()] == ["kim"]


def test_an_address_that_was_taken_away_leaves_nothing_behind(office: Office) -> None:
    office.post.fails = [NEVER]
    office.look()
    people.change(office.engine, "kim", addresses={"webhook": "https://hooks.example.org/"})
    office.look()
    assert [(m.channel, m.state) for m in office.box()] == [("email", "replaced"), ("webhook", "queued")]
    assert office.box()[0].detail == "kim has this address no longer"


def test_what_an_address_that_comes_back_was_never_told_is_told_then(office: Office) -> None:
    office.post.fails = [NEVER]
    office.look()
    people.change(office.engine, "kim", addresses={})
    office.look()
    people.change(office.engine, "kim", addresses={"email": "kim@example.org"})
    office.later(days=1)
    office.look()
    assert office.told() == [("kim", "repeat", {"without a date": 2})]


@pytest.mark.parametrize("fails", [[], [NEVER]])
def test_somebody_taken_off_the_list_leaves_nothing_behind(office: Office, fails: list[Exception]) -> None:
    office.look_without_sending()
    office.post.fails = fails
    if fails:
        office.send()
    people.remove(office.engine, "kim")
    office.look()
    assert [m.state for m in office.box()] == ["replaced"]
    assert office.told() == [] and not seen(office), "an empty list is a decision"


def test_tasks_that_nobody_is_told_of(office: Office) -> None:
    people.remove(office.engine, "kim")
    office.person("ann")
    assert seen(office) == Trouble(untold=2)
    office.person("ada", Duty.ADMINISTRATOR)
    assert not seen(office), "whatever nobody else is told of comes to the administrators"
    today = office.ledger.site().today(office.now)
    people.change(office.engine, "ada", absent=(today, today))
    assert seen(office) == Trouble(untold=2)
    office.later(days=1)
    assert not seen(office)


def test_in_words() -> None:
    assert list(words(Trouble(parked=1, waiting=2, silent=("ann", "kim"), untold=1))) == [
        "1 message could not be delivered, for an administrator: asps outbox list --state parked",
        "2 messages cannot be delivered for now and will be tried again: asps outbox list",
        "nothing can reach ann, kim: asps person change ID --email ADDRESS",
        "1 task is due and nobody is told, as nobody has the role, or all who have are away: asps person list",
    ]
