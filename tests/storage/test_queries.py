"""The read side: what comes in which order, and that it is found through an index."""

import random
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event, insert

from storage.ledger import Ledger
from storage.queries import Reader
from storage.tables import SITE, patient, stream, task
from storage.worklist import WorkRow
from tests.storage.clinic import COORDINATOR, CT, DOCTOR, accepted, at, ok, opened, registered, staged, waiting
from workflow.asps import ASPS
from workflow.errors import Invalid, NotFound
from workflow.plan import Stage, Status
from workflow.vocabulary import Role, State

TODAY = date(2026, 11, 20)
LATER = at("2026-11-03T10:00")

READS: dict[str, Callable[[Reader], Any]] = {
    "worklist": lambda reader: reader.worklist(TODAY),
    "worklist of a role": lambda reader: reader.worklist(TODAY, owner=Role.COORDINATOR),
    "worklist of a person": lambda reader: reader.worklist(TODAY, user="co-1"),
    "worklist of a week": lambda reader: reader.worklist(TODAY, include_upcoming_days=7),
    "patient": lambda reader: reader.patient("P-1"),
    "patients": lambda reader: reader.patients(after="P-1", limit=10),
    "patients in a state": lambda reader: reader.patients(state=State.STAGING, after="P-1", limit=10),
    "person": lambda reader: reader.person("P-1"),
    "chart": lambda reader: reader.chart("P-1"),
    "timeline": lambda reader: reader.timeline("P-1", at=LATER),
    "tasks": lambda reader: reader.tasks("P-1"),
    "due": lambda reader: reader.due(LATER),
    "stale": lambda reader: reader.stale(),
}


def many(engine: Engine, patients: int, tasks_each: int = 10) -> None:
    """Rows of patients who were never entered, for reading in bulk."""
    pick = random.Random(7)
    names = [f"Q-{n:06}" for n in range(patients)]
    row = {"site_id": SITE, "state": "staging", "since": TODAY, "version": 1, "pathway_version": ASPS.version}
    plain = {
        "occurrence": 1,
        "site_id": SITE,
        "opened": TODAY,
        "why": "",
        "done_by": "",
        "reason": "",
        "subject": "once",
    }
    rows = []
    for name in names:
        for n in range(tasks_each):
            due = None if n == 0 else TODAY + timedelta(days=pick.randint(-30, 300))
            closed = pick.random() < 0.5
            rows.append({
                **plain, "patient": name, "name": f"task_{n}", "status": "done" if closed else "open",
                "priority": pick.randint(1, 5), "owner": pick.choice(list(Role)).value, "due": due, "target": due,
                "claimed_by": pick.choice(["", "", "", "co-1", "co-2"]),
            })  # fmt: skip
    with engine.begin() as connection:
        connection.execute(insert(stream), [{"name": n, "site_id": SITE, "head": "", "length": 0} for n in names])
        connection.execute(insert(patient), [{"id": n, "settings_revision": 1, **row} for n in names])
        connection.execute(insert(task), rows)


def rank(row: WorkRow) -> tuple[Any, ...]:
    """The order of the worklist, said once more."""
    if row.target is None:
        return 1, date.min, row.priority, row.task, row.patient
    if row.target < TODAY:
        return 0, row.target, row.priority, row.task, row.patient
    return 2, date.min, row.priority, row.target, row.task, row.patient


@pytest.fixture
def crowd(both: Engine) -> Reader:
    """Sixty patients with ten tasks each."""
    opened(both)
    many(both, 60)
    return Reader(both, ASPS)


def test_the_worklist_comes_in_order_and_is_cut_where_it_is_long(crowd: Reader) -> None:
    everything = crowd.worklist(TODAY, limit=10_000)
    assert len(everything) > 250 and everything == sorted(everything, key=rank)
    assert {row.stage for row in everything} == {Stage.OVERDUE, Stage.DUE, Stage.UPCOMING}
    for limit in (1, 7, 100, len(everything)):
        assert crowd.worklist(TODAY, limit=limit) == everything[:limit]
    for owner in Role:
        assert crowd.worklist(TODAY, owner=owner, limit=10_000) == [r for r in everything if r.owner is owner]
    mine = [row for row in everything if row.claimed_by == "co-1"]
    assert crowd.worklist(TODAY, user="co-1", limit=10_000) == mine != []
    both = [row for row in mine if row.owner is Role.CLINICIAN]
    assert crowd.worklist(TODAY, user="co-1", owner=Role.CLINICIAN, limit=5) == both[:5]
    week = [row for row in everything if row.target is None or row.target <= TODAY + timedelta(days=7)]
    assert crowd.worklist(TODAY, limit=10_000, include_upcoming_days=7) == week
    assert crowd.worklist(TODAY, user="co-1", limit=10_000, include_upcoming_days=7) == [r for r in mine if r in week]


def test_a_row_of_the_worklist_says_it_all(ledger: Ledger, reader: Reader) -> None:
    accepted(ledger)
    ok(ledger.enter("P-1", "claim_task", {"task": "staging_ct"}, now=LATER, author=COORDINATOR))
    row = next(row for row in reader.worklist(TODAY) if row.task == "staging_ct")
    assert (row.patient, row.title, row.due, row.target) == (
        "P-1",
        "staging CT",
        date(2026, 11, 16),
        date(2026, 11, 16),
    )
    assert (row.stage, row.days_late, row.state, row.claimed_by) == (Stage.OVERDUE, 4, State.STAGING, "co-1")
    assert (row.owner, row.priority) == (ASPS.tasks["staging_ct"].owner, ASPS.tasks["staging_ct"].priority)
    assert row.why == "start of staging 2026-11-02 + 14 days = 2026-11-16"
    undated = next(row for row in reader.worklist(TODAY) if row.task == "confirm_histology")
    assert (undated.due, undated.stage, undated.days_late) == (None, Stage.DUE, 0)


def test_escalation_shows_where_the_site_asks_for_it(ledger: Ledger, reader: Reader) -> None:
    accepted(ledger)
    ledger.set_site({"escalation.after_days": "3"}, now=LATER, author=DOCTOR)
    assert {r.stage for r in reader.worklist(TODAY) if r.task == "staging_ct"} == {Stage.ESCALATED}


@pytest.mark.parametrize("limit", [0, -1])
def test_an_empty_page_is_refused(reader: Reader, limit: int) -> None:
    with pytest.raises(Invalid, match="limit"):
        reader.worklist(TODAY, limit=limit)


# through an index -----------------------------------------------------------------------------------------------------


def plans(reader: Reader, read: Callable[[Reader], Any]) -> list[tuple[str, str]]:
    """The statements of a read, each with every step of its query plan."""
    asked: list[tuple[str, Any]] = []

    def note(connection: Any, cursor: Any, statement: str, values: Any, *_: Any) -> None:
        asked.append((statement, values))

    event.listen(reader.engine, "before_cursor_execute", note)
    read(reader)
    event.remove(reader.engine, "before_cursor_execute", note)
    with reader.engine.connect() as connection:
        return [
            (statement, str(row[3]))
            for statement, values in asked
            if statement.startswith("SELECT")
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        ]


@pytest.mark.parametrize("analysed", [False, True])
@pytest.mark.parametrize("name", READS)
def test_what_is_read_is_found_through_an_index(ledger: Ledger, reader: Reader, name: str, analysed: bool) -> None:
    """No step reads a whole table, and none sorts what it found; with the statistics of a large table, and without."""
    waiting(ledger)
    many(ledger.engine, 300)
    if analysed:
        with ledger.engine.begin() as connection:
            connection.exec_driver_sql("ANALYZE")
    steps = plans(reader, READS[name])
    assert steps
    wrong = [step for step in steps if "SCAN" in step[1] or "TEMP B-TREE" in step[1]]
    assert wrong == []


def test_the_worklist_takes_at_most_seven_statements_and_ends_with_its_limit(ledger: Ledger, reader: Reader) -> None:
    many(ledger.engine, 100)

    def statements(limit: int) -> int:
        asked: list[str] = []

        def note(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
            asked.append(statement)

        event.listen(ledger.engine, "before_cursor_execute", note)
        reader.worklist(TODAY, limit=limit)
        event.remove(ledger.engine, "before_cursor_execute", note)
        return sum("FROM task" in statement for statement in asked)

    assert (statements(10), statements(10_000)) == (1, 7)


# one patient ----------------------------------------------------------------------------------------------------------


def test_the_chart_and_the_timeline_as_they_were_at_a_moment(ledger: Ledger, reader: Reader) -> None:
    accepted(ledger)
    ok(ledger.enter("P-1", "imaging", {"id": "ct-0", "report": "preliminary", **CT}, now=LATER, author=DOCTOR))
    ok(ledger.amend("P-1", "ct-0", {"report": "final"}, now=LATER + timedelta(days=1), author=DOCTOR))
    ok(ledger.retract("P-1", "ct-0", now=LATER + timedelta(days=2), author=DOCTOR))
    assert reader.chart("P-1", at=LATER).entries["ct-0"].fields.given("report") == "preliminary"
    assert reader.chart("P-1", at=LATER + timedelta(days=1)).entries["ct-0"].fields.given("report") == "final"
    assert "ct-0" not in reader.chart("P-1").entries
    assert [row.kind for row in reader.timeline("P-1", at=LATER)] == ["registration", "act", "record"]
    assert [row.seq for row in reader.timeline("P-1")] == [1, 2, 3, 4, 5]


def test_a_correction_dated_before_what_it_corrects_counts_from_there_on(ledger: Ledger, reader: Reader) -> None:
    """A moment is stated, or the machine's clock was set back: the past can be looked at all the same."""
    accepted(ledger)
    ok(ledger.enter("P-1", "weight", {"id": "w", "kg": 70}, now=LATER, author=DOCTOR))
    ok(ledger.amend("P-1", "w", {"kg": 71}, now=LATER - timedelta(minutes=50), author=DOCTOR))
    ok(ledger.retract("P-1", "w", now=LATER - timedelta(minutes=10), author=DOCTOR))
    for minutes in (-60, -30, -5, 0):
        chart = reader.chart("P-1", at=LATER + timedelta(minutes=minutes))
        assert "w" not in chart.entries and "a2" in chart.entries
    assert [row.kind for row in reader.timeline("P-1", at=LATER - timedelta(minutes=30))][-1] == "amendment"


def test_before_the_registration_nobody_is_found_although_something_is_dated_before(
    ledger: Ledger, reader: Reader
) -> None:
    accepted(ledger)
    ledger.enter("P-1", "weight", {"kg": 70}, now=at("2020-01-01T09:00"), author=DOCTOR)
    with pytest.raises(NotFound, match="at that moment nobody was registered"):
        reader.chart("P-1", at=at("2021-01-01T09:00"))
    with pytest.raises(NotFound, match="no patient '@site'"):
        reader.chart("@site")


def test_the_timeline_tells_what_was_overridden_and_not_satisfied(ledger: Ledger, reader: Reader) -> None:
    waiting(ledger)
    grant = {
        "guard": "interval_ct", "action": "decide_surgery", "reason_code": "urgent_symptoms", "text": "bleeding",
        "signer_2": "dr-b", "expires": "2026-12-01T00:00:00Z",
    }  # fmt: skip
    ok(ledger.enter("P-1", "override", grant, now=LATER, author=DOCTOR))
    answer = ledger.enter("P-1", "decide_surgery", {}, now=LATER, author=DOCTOR, reason="urgent")
    assert answer.accepted, answer.blockers
    row = reader.timeline("P-1")[-1]
    assert row.overridden == ("interval_ct",) == tuple(dict.fromkeys(b.guard for b in answer.overridden))
    assert reader.timeline("P-1")[-2].kind == "override"


def test_a_patient_s_tasks_are_the_open_ones_or_all(ledger: Ledger, reader: Reader) -> None:
    staged(ledger)
    few, every = reader.tasks("P-1"), reader.tasks("P-1", all=True)
    assert {row.status for row in few} == {Status.OPEN}
    assert every[: len(few)] == few and "staging_ct" in {row.name for row in every[len(few) :]}
    done = next(row for row in every if row.name == "staging_ct")
    assert (done.title, done.status, done.done_by) == ("staging CT", Status.DONE, "ct-0")
    assert few[0].stage(TODAY) is Stage.DUE


@pytest.mark.parametrize("read", ["patient", "person", "chart", "timeline", "tasks"])
def test_who_is_not_registered_is_not_found(reader: Reader, read: str) -> None:
    for name in ("P-1", "' OR 1=1 --", "x" * 10_000):
        with pytest.raises(NotFound) as caught:
            getattr(reader, read)(name)
        assert len(str(caught.value)) < 300


# many patients --------------------------------------------------------------------------------------------------------


def test_patients_come_page_by_page(both: Engine) -> None:
    ledger, reader = opened(both), Reader(both, ASPS)
    for n in range(7):
        registered(ledger, f"P-{n}")
    accepted(ledger, "Q-1")
    assert [row.id for row in reader.patients(limit=3)] == ["P-0", "P-1", "P-2"]
    assert [row.id for row in reader.patients(after="P-5", limit=3)] == ["P-6", "Q-1"]
    assert [row.id for row in reader.patients(state=State.STAGING)] == ["Q-1"]
    assert reader.patients(after="Q-1") == []


def test_what_is_pressing_is_counted_by_title(ledger: Ledger, reader: Reader) -> None:
    for n in range(3):
        accepted(ledger, f"P-{n}")
    ok(ledger.enter("P-2", "imaging", {"report": "final", **CT}, now=LATER, author=DOCTOR))
    due = reader.counts(date(2026, 11, 16))
    assert (due.due["staging CT"], due.overdue) == (2, {})
    late = reader.counts(TODAY)
    assert (late.overdue["staging CT"], late.overdue["baseline brain MRI"], late.due) == (2, 3, {})
    assert late.undated["confirm histology"] == 3
    assert "treatment_start.due_days" in late.open_decisions and "mdt.due_days" not in late.open_decisions
