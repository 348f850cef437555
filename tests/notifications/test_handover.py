"""Tasks that become somebody's as people or the policy change: told of with the next digest, and once."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from notifications import people
from notifications.people import Duty
from storage.ledger import Author
from tests.notifications.office import Office
from tests.notifications.test_digest_days import DUE, staffed, walk
from workflow.vocabulary import Role

FRIDAY = DUE + timedelta(days=4)


def coordinators() -> Office:
    """On Thursday night: both have been told of what is overdue since Tuesday, Kim alone of what she claimed."""
    office = staffed("P-1", "P-2", escalation__after_days="2")
    office.person("lou", Duty.COORDINATOR)
    office.person("max", Duty.ADMINISTRATOR)
    kim = Author(by=Role.COORDINATOR, user="kim")
    for task in ("baseline_brain_mri", "staging_ct"):
        office.ledger.enter("P-1", "claim_task", {"task": task}, now=office.now, author=kim)
    walk(office, DUE, 4)
    return office


def removed(office: Office) -> None:
    """Kim is taken off the list."""
    people.remove(office.engine, "kim")


def fell_ill(office: Office) -> None:
    """It is entered on Thursday that Kim has been away since Monday."""
    people.change(office.engine, "kim", absent=(DUE, DUE + timedelta(days=30)))


def sent_away(office: Office) -> None:
    """The same, with a deputy."""
    people.change(office.engine, "kim", absent=(DUE, DUE + timedelta(days=30)), deputy="lou")


@pytest.mark.parametrize("change", [removed, fell_ill, sent_away])
def test_what_somebody_had_claimed_is_told_to_whoever_has_it_now(change: Callable[[Office], None]) -> None:
    office = coordinators()
    change(office)
    assert walk(office, FRIDAY, 4) == {f"{FRIDAY} 8 lou": ("repeat", {"escalated": 4})}


def test_whoever_gets_another_role_is_told_of_its_tasks() -> None:
    office = coordinators()
    people.change(office.engine, "max", role=Duty.COORDINATOR)
    assert walk(office, FRIDAY, 4) == {f"{FRIDAY} 8 max": ("digest", {"escalated": 2})}


def test_whom_the_policy_names_from_now_on_is_told_of_what_is_escalated_already() -> None:
    office = coordinators()
    people.change(office.engine, "ann", role=Duty.ADMINISTRATOR)
    office.decide(escalation__to="coordinator")
    assert walk(office, FRIDAY, 4) == {f"{FRIDAY} 8 lou": ("repeat", {"escalated": 4})}


def test_other_changes_of_people_are_no_news() -> None:
    office = coordinators()
    people.change(office.engine, "kim", name="Kim E.", digest_hour=12)
    people.change(office.engine, "lou", absent=(FRIDAY + timedelta(days=30), FRIDAY + timedelta(days=31)))
    office.decide(urgent="safety", digest__repeat_days="9")
    assert walk(office, FRIDAY, 2) == {}
