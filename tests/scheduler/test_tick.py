"""The clock: notices once, after a gap only the current stage, timed moves on their date, and idle ticks."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event, select

from scheduler.tick import BATCH
from storage.ledger import Ledger
from storage.tables import heartbeat, journal, notice, patient, task
from tests.scheduler.clinic import AUTHOR, START, Clinic
from workflow.errors import AspsError, Stale

DUE = date(2026, 3, 16)


def staged(clinic: Clinic, id: str) -> list[tuple[str, str]]:
    """Notices of one patient: task and stage."""
    return sorted((name, stage) for who, name, _, stage in clinic.notices() if who == id)


def test_a_notice_arises_at_midnight_of_the_due_date_and_of_the_day_after() -> None:
    clinic = Clinic()
    clinic.register("P-1")
    midnight = datetime(2026, 3, 15, 23, 0, tzinfo=UTC)  # 00:00 in Amsterdam
    stages = {}
    for moment in (midnight - timedelta(seconds=1), midnight, midnight + timedelta(days=1)):
        clinic.now = moment
        stages[moment] = (clinic.tick().notices, staged(clinic, "P-1")[-1:])
    assert list(stages.values()) == [(0, []), (2, [("staging_ct", "due")]), (2, [("staging_ct", "overdue")])]


def test_a_second_tick_changes_nothing() -> None:
    clinic = Clinic()
    clinic.register("P-1", "P-2")
    clinic.later(days=15)
    first = clinic.tick()
    rows = [clinic.count(table) for table in (journal, notice, task, patient)]
    assert first.notices == 4
    assert clinic.tick().idle
    assert [clinic.count(table) for table in (journal, notice, task, patient)] == rows


def test_after_a_gap_only_the_current_stage_is_noticed() -> None:
    clinic = Clinic()
    clinic.register("P-1")
    clinic.later(days=200)
    clinic.tick()
    assert staged(clinic, "P-1") == [("baseline_brain_mri", "overdue"), ("staging_ct", "overdue")]


def test_what_was_done_before_its_date_raises_nothing() -> None:
    clinic = Clinic()
    clinic.register("P-1")
    clinic.later(days=7)
    clinic.enter("P-1", "imaging", modality="mri_brain", report="final", brain_metastases="no")
    clinic.later(days=30)
    clinic.tick()
    assert ("baseline_brain_mri", "overdue") not in staged(clinic, "P-1")
    assert ("staging_ct", "overdue") in staged(clinic, "P-1")


def test_a_task_without_a_date_raises_no_notice() -> None:
    clinic = Clinic()
    clinic.ledger.set_site({"staging_ct.due_days": None}, now=clinic.now, author=AUTHOR)
    clinic.register("P-1")
    clinic.later(days=30)
    clinic.tick()
    assert [name for name, _ in staged(clinic, "P-1")] == ["baseline_brain_mri"]


def test_a_task_put_off_is_noticed_on_its_new_date() -> None:
    clinic = Clinic()
    clinic.register("P-1")
    clinic.enter("P-1", "snooze_task", reason="the scanner is away", task="baseline_brain_mri", until="2026-04-01")
    clinic.later(days=20)
    clinic.tick()
    assert ("baseline_brain_mri", "overdue") not in staged(clinic, "P-1")
    clinic.now = datetime(2026, 4, 1, 7, 0, tzinfo=UTC)
    clinic.tick()
    assert ("P-1", "baseline_brain_mri", date(2026, 4, 1), "due") in clinic.notices()


def test_reminders_and_escalation_only_where_the_site_asks_for_them() -> None:
    clinic = Clinic()
    clinic.ledger.set_site({"reminder.before_days": "3", "escalation.after_days": "5"}, now=clinic.now, author=AUTHOR)
    clinic.register("P-1")
    found = []
    for day in range(30):
        clinic.now = START + timedelta(days=day)
        if clinic.tick().notices:
            found.append((clinic.ledger.site().today(clinic.now) - DUE).days)
    assert found == [-3, 0, 1, 6]
    stages = [stage for _, name, _, stage in clinic.notices() if name == "staging_ct"]
    assert stages == ["upcoming", "due", "overdue", "escalated"]


def test_a_new_setting_plans_all_patients_anew_and_their_notices_follow() -> None:
    clinic = Clinic()
    ids = [f"P-{n}" for n in range(BATCH + 5)]
    clinic.register(*ids)
    clinic.ledger.set_site({"brain_mri.due_days": "3"}, now=clinic.now, author=AUTHOR)
    clinic.later(days=4)
    report = clinic.tick()
    assert (report.replanned, report.notices) == (len(ids), len(ids))
    assert {(name, due) for _, name, due, _ in clinic.notices()} == {("baseline_brain_mri", date(2026, 3, 5))}
    assert clinic.tick().idle


def waiting(clinic: Clinic, id: str) -> None:
    """A patient in the three-month wait: index CT on 1 March, interval CT due on 1 June."""
    clinic.register(id)
    clinic.enter(id, "histology", result="asps_confirmed", sarcoma_pathology_review="yes")
    clinic.enter(id, "primary_surgery", on=date(2023, 1, 1), completeness="R0")
    clinic.enter(
        id, "imaging", on=date(2026, 3, 1), modality="ct_chest", report="final", lung_lesions_right=1,
        lung_lesions_left=0, extrapulmonary="absent",
    )  # fmt: skip
    clinic.enter(id, "imaging", modality="mri_brain", report="final", brain_metastases="no")
    clinic.enter(id, "complete_staging")
    clinic.enter(id, "symptoms", symptomatic="no")
    clinic.enter(id, "decide_interval_scan", limited="yes", resectability="resectable", checklist="complete")


def state(clinic: Clinic, id: str) -> tuple[str, date]:
    with clinic.engine.connect() as connection:
        return tuple(connection.execute(select(patient.c.state, patient.c.since).where(patient.c.id == id)).one())


@pytest.mark.parametrize("down_for", [0, 1, 400])
def test_a_timed_move_takes_effect_on_its_date_however_long_the_clock_stood(down_for: int) -> None:
    clinic = Clinic()
    waiting(clinic, "P-1")
    clinic.now = datetime(2026, 5, 31, 21, 59, tzinfo=UTC)
    assert clinic.tick().moved == 0
    clinic.now = datetime(2026, 5, 31, 22, 0, tzinfo=UTC) + timedelta(days=down_for)
    assert clinic.tick().moved == 1
    assert state(clinic, "P-1") == ("interval_scan", date(2026, 6, 1))
    assert clinic.tick().moved == 0


def test_a_patient_that_fails_does_not_hold_up_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    clinic = Clinic()
    for id in ("P-1", "P-2", "P-3"):
        waiting(clinic, id)
    clinic.now = datetime(2026, 6, 2, 8, 0, tzinfo=UTC)
    move = Ledger.move_in_time

    def stale(ledger: Ledger, id: str, now: datetime) -> bool:
        if id == "P-2":
            raise Stale(id)
        return move(ledger, id, now)

    monkeypatch.setattr(Ledger, "move_in_time", stale)
    report = clinic.tick()
    assert (report.moved, [who for who, _ in report.failed]) == (2, ["P-2"])
    monkeypatch.undo()
    assert clinic.tick().moved == 1


def test_a_batch_that_fails_is_planned_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    clinic = Clinic()
    clinic.register("P-1", "P-2", "P-3")
    clinic.ledger.set_site({"brain_mri.due_days": "3"}, now=clinic.now, author=AUTHOR)
    replan = clinic.ledger.replan

    def broken(ids: list[str], now: datetime) -> Any:
        if "P-2" in ids:
            raise AspsError("cannot be read")
        return replan(ids, now)

    monkeypatch.setattr(clinic.ledger, "replan", broken)
    report = clinic.tick()
    assert (report.replanned, report.failed) == (2, [("P-2", "cannot be read")])


def test_every_tick_leaves_a_heartbeat() -> None:
    clinic = Clinic()
    for _ in range(2):
        clinic.later(minutes=1)
        clinic.tick()
    with clinic.engine.connect() as connection:
        assert connection.execute(select(heartbeat.c.name, heartbeat.c.at)).all() == [("tick", clinic.now)]


def test_a_tick_with_nothing_due_asks_a_handful_of_questions_however_many_patients() -> None:
    clinic = Clinic()
    asked: list[str] = []
    event.listen(clinic.engine, "before_cursor_execute", lambda c, cursor, text, *_: asked.append(text))
    counts = []
    for number in range(3):
        clinic.register(*(f"P-{number}-{n}" for n in range(10)))
        clinic.tick()
        asked.clear()
        clinic.tick()
        counts.append(len([text for text in asked if not text.startswith("BEGIN")]))
    assert len(set(counts)) == 1, counts
    assert counts[0] < 12


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 60), max_size=8))
def test_whenever_the_clock_is_looked_at_each_stage_is_noticed_at_most_once_and_the_last_one_always(
    days: list[int],
) -> None:
    clinic = Clinic()
    clinic.register("P-1")
    for day in [*sorted(days), 61]:
        clinic.now = START + timedelta(days=day)
        clinic.tick()
    found = clinic.notices()
    assert len(found) == len(set(found))
    assert {stage for _, name, _, stage in found if name == "staging_ct"} >= {"overdue"}
