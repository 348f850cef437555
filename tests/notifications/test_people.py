"""Who is told: people with their hours and absences, tasks by role and by claim, escalation, deputies."""

from datetime import date
from typing import Any

import pytest

from notifications import people
from notifications.owners import Crew
from notifications.people import Duty, Member
from notifications.policy import Policy
from tests.notifications.office import Office
from workflow.errors import Invalid, NotFound
from workflow.plan import Stage

DAY = date(2026, 3, 16)


def crew(*members: Member, **policy: Any) -> Crew:
    return Crew(members={m.id: m for m in members}, policy=Policy(**policy), day=DAY)


def person(id: str, role: str = "clinician", **more: Any) -> Member:
    return Member(id=id, name=id, role=Duty(role), **more)


ANN, BOB, KIM, ADA = person("ann"), person("bob"), person("kim", "coordinator"), person("ada", "administrator")
AWAY = (DAY, DAY)


@pytest.mark.parametrize(
    ("of", "claimed", "stage", "told"),
    [
        (crew(ANN, BOB, KIM), "", Stage.DUE, "ann bob"),
        (crew(ANN, BOB, KIM), "bob", Stage.DUE, "bob"),
        (crew(ANN, BOB, KIM), "kim", Stage.DUE, "kim"),
        (crew(ANN, BOB), "someone-else", Stage.OVERDUE, "ann bob"),
        (crew(ANN, KIM, escalate_to=Duty.COORDINATOR), "", Stage.OVERDUE, "ann"),
        (crew(ANN, KIM, escalate_to=Duty.COORDINATOR), "", Stage.ESCALATED, "ann kim"),
        (crew(ANN, KIM, escalate_to=Duty.COORDINATOR, transfers=True), "", Stage.ESCALATED, "kim"),
        (crew(ANN, escalate_to=Duty.COORDINATOR, transfers=True), "", Stage.ESCALATED, "ann"),
        (crew(person("ann", absent=AWAY, deputy="kim"), KIM), "", Stage.DUE, "kim"),
        (crew(person("ann", absent=AWAY, deputy="kim"), BOB, KIM), "ann", Stage.DUE, "kim"),
        (crew(person("ann", absent=AWAY), BOB), "ann", Stage.DUE, "bob"),
        (crew(person("ann", absent=AWAY, deputy="bob"), person("bob", absent=AWAY, deputy="ann"), ADA), "",
         Stage.DUE, "ada"),
        (crew(person("ann", absent=(date(2026, 3, 17), date(2026, 4, 1)), deputy="kim"), KIM), "", Stage.DUE, "ann"),
        (crew(person("ann", absent=AWAY), BOB, KIM, escalate_to=Duty.COORDINATOR), "ann", Stage.ESCALATED, "bob kim"),
        (crew(ANN, person("kim", "coordinator", absent=AWAY), escalate_to=Duty.COORDINATOR, transfers=True), "",
         Stage.ESCALATED, "ann"),
        (crew(KIM, ADA), "", Stage.DUE, "ada"),
        (crew(KIM), "", Stage.DUE, ""),
    ],
)  # fmt: skip
def test_who_is_told_of_a_clinician_s_task(of: Crew, claimed: str, stage: Stage, told: str) -> None:
    assert of.told("clinician", claimed, stage) == frozenset(told.split())


@pytest.mark.parametrize(
    ("quiet", "hours"),
    [((20, 7), {*range(20, 24), *range(7)}), ((1, 3), {1, 2}), ((0, 0), set()), ((12, 12), set())],
)
def test_quiet_hours_may_go_round_midnight(quiet: tuple[int, int], hours: set[int]) -> None:
    member = person("ann", quiet=quiet)
    assert {hour for hour in range(24) if member.is_quiet(hour)} == hours


@pytest.mark.parametrize(
    ("field", "more"),
    [
        ("id", {"id": "no/id"}), ("id", {"id": "bob"}), ("hour", {"digest_hour": 24}), ("hour", {"digest_hour": 22}),
        ("quiet", {"quiet": (3, 24)}), ("email", {"addresses": {"email": "a b@example.org"}}),
        ("email", {"addresses": {"email": "a@example.org\nBcc: all@example.org"}}),
        *(("email", {"addresses": {"email": wrong}}) for wrong in ("ann", "a@", "@b", "a@b,c@d", "<a@b>", "é@b", "")),
        *(("webhook", {"addresses": {"webhook": wrong}}) for wrong in ("x", "ftp://a/b", "https://", "https://[x/")),
        ("apprise", {"addresses": {"apprise": "nonsense"}}), ("channel", {"addresses": {"pigeon": "a@b"}}),
        ("deputy", {"deputy": "nobody"}),
        ("until", {"absent": (date(2026, 2, 2), date(2026, 2, 1))}), ("name", {"name": "two\nlines"}),
    ],
)  # fmt: skip
def test_what_is_impossible_is_refused(field: str, more: dict[str, Any]) -> None:
    office = Office()
    office.person("bob")
    with pytest.raises(Invalid) as caught:
        people.add(office.engine, Member(**({"id": "ann", "name": "ann", "role": Duty.CLINICIAN} | more)))
    assert caught.value.field == field
    with office.engine.connect() as connection:
        assert list(people.everyone(connection)) == ["bob"]


def test_people_are_changed_and_removed() -> None:
    office = Office()
    office.person("ann")
    people.change(office.engine, "ann", digest_hour=10, absent=AWAY)
    with office.engine.connect() as connection:
        found = people.member(connection, "ann")
    assert (found.digest_hour, found.absent, found.addresses) == (10, AWAY, {"email": "ann@example.org"})
    people.remove(office.engine, "ann")
    for missing in (lambda: people.remove(office.engine, "ann"), lambda: people.change(office.engine, "ann", name="x")):
        with pytest.raises(NotFound):
            missing()


def test_a_policy_that_is_impossible_is_refused() -> None:
    office = Office()
    for name, value in (("urgent", "all"), ("digest__repeat_days", "0"), ("nonsense", "1")):
        with pytest.raises(Invalid):
            office.decide(**{name: value})
