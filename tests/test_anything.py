"""Random patients through everything: whatever is entered, in whatever order, the record holds together.

A random stretch of one of the stories brings the patient into a real situation; then anything may happen: records,
acts, corrections, overrides, settings and the clock.
"""

from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select

from cli.stories.format import Story, load
from cli.stories.player import Player
from scheduler.tick import tick
from storage.database import memory_database
from storage.ledger import Answer, Author, Ledger
from storage.queries import Reader
from storage.rebuild import rebuild
from storage.tables import notice, patient, task
from storage.verify import verify
from tests.anything import fields_of
from workflow.acts import ACTS
from workflow.asps import ASPS
from workflow.chart import Chart
from workflow.decide import possible_acts
from workflow.errors import AspsError
from workflow.plan import plan
from workflow.records import KINDS
from workflow.vocabulary import EXITS, Level, Role

DOCTOR = Author(by=Role.CLINICIAN, user="dr-a")
STORIES = sorted((Path(__file__).parent / "stories").rglob("*.yaml"))
SETTINGS = ("mdt.due_days", "brain_mri.due_days", "pazo_other.days", "tki_response.days", "re_review.due_days")
FOR_EXIT = {name for name, kind in ASPS.tasks.items() if kind.for_exit}
HARD = {name for name, guard in ASPS.guards.items() if guard.level is not Level.SOFT}


@cache
def story_of(path: Path) -> Story:
    return load(path.read_text(encoding="utf-8"))


@cache
def played(path: Path, steps: int) -> tuple[datetime, bytes]:
    """The record after so many steps of a story, and when that was."""
    engine, story = memory_database(), story_of(path)
    player = Player(Ledger(engine, ASPS), story)
    player.begin()
    for step in story.steps[:steps]:
        player.play(step)
    with engine.connect() as connection:
        record = bytes(connection.connection.driver_connection.serialize())  # type: ignore[union-attr]
    engine.dispose()
    return player.moment(story.steps[max(steps - 1, 0)]), record


class Clinic:
    """One patient on a record of their own, and the clock."""

    def __init__(self, draw: Any) -> None:
        self.draw = draw
        path = draw(st.sampled_from(STORIES))
        story = story_of(path)
        self.id = story.patient.id
        self.now, record = played(path, draw(st.integers(0, len(story.steps))))
        self.engine = memory_database()
        with self.engine.connect() as connection:
            connection.connection.driver_connection.deserialize(record)  # type: ignore[union-attr]
        self.ledger = Ledger(self.engine, ASPS)
        self.reader = Reader(self.engine, ASPS)

    @property
    def today(self) -> date:
        return self.ledger.site().today(self.now)

    @property
    def chart(self) -> Chart:
        return self.reader.chart(self.id)

    def step(self) -> Answer | None:
        """Anything at all; input that is refused as wrong leaves nothing behind."""
        self.now += timedelta(hours=self.draw(st.sampled_from([1, 24, 24 * 30])))
        way = self.draw(
            st.sampled_from(["record", "record", "act", "act", "act", "amend", "retract", "override", "site", "tick"])
        )
        try:
            return getattr(self, f"_{way}")()  # type: ignore[no-any-return]
        except AspsError:
            return None

    def _on(self) -> date | None:
        back = self.draw(st.one_of(st.none(), st.integers(0, 120)))
        return None if back is None else self.today - timedelta(days=back)

    def _fields(self, kind: Any) -> dict[str, Any]:
        ids = tuple(self.chart.entries)
        return dict(self.draw(fields_of(kind, self.today, ids)))

    def _enter(self, name: str, kind: Any, **more: Any) -> Answer:
        return self.ledger.enter(self.id, name, self._fields(kind) | more, now=self.now, author=DOCTOR, on=self._on(),
                                 reason=self.draw(st.sampled_from(["", "the board's reason"])))  # fmt: skip

    def _record(self) -> Answer:
        name = self.draw(st.sampled_from(sorted(KINDS)))
        return self._enter(name, KINDS[name])

    def _act(self) -> Answer:
        possible = possible_acts(ASPS, self.reader.patient(self.id).state)
        name = self.draw(st.sampled_from(sorted({*possible, *(["adopt"] if self.draw(st.booleans()) else [])})))
        more: dict[str, Any] = {}
        if name.endswith("_task"):
            open_now = sorted({t.name for t in self.reader.tasks(self.id)})
            more = {"task": self.draw(st.sampled_from(open_now or ["mdt_decision"]))}
        return self._enter(name, ACTS[name].fields, **more)

    def _any_entry(self) -> Any:
        return self.chart.entries[self.draw(st.sampled_from(sorted(self.chart.entries)))]

    def _amend(self) -> Answer | None:
        if not self.chart.entries:
            return None
        entry = self._any_entry()
        fields = self._fields(type(entry.fields))
        kept = (
            {name: fields[name] for name in self.draw(st.lists(st.sampled_from(sorted(fields)), unique=True))}
            if fields
            else {}
        )
        return self.ledger.amend(
            self.id, entry.id, kept, now=self.now, author=DOCTOR, on=self._on(), reason="corrected"
        )

    def _retract(self) -> Answer | None:
        if not self.chart.entries:
            return None
        return self.ledger.retract(
            self.id, self._any_entry().id, now=self.now, author=DOCTOR, reason="entered in error"
        )

    def _override(self) -> Answer:
        fields = {
            "guard": self.draw(st.sampled_from(sorted(HARD))), "action": self.draw(st.sampled_from(sorted(ACTS))),
            "reason_code": "emergency", "text": "two of us agreed", "signer_2": "dr-b",
            "expires": (self.now + timedelta(days=60)).isoformat(),
        }  # fmt: skip
        return self.ledger.enter(self.id, "override", fields, now=self.now, author=DOCTOR)

    def _site(self) -> None:
        key, value = self.draw(st.sampled_from(SETTINGS)), self.draw(st.sampled_from(["3", "30", None]))
        self.ledger.set_site({key: value}, now=self.now, author=DOCTOR)

    def _tick(self) -> None:
        self.now += timedelta(days=self.draw(st.sampled_from([0, 7, 100])))
        assert tick(self.ledger, self.now).failed == []


def rows(engine: Engine, table: Any, *keys: str) -> list[Any]:
    """A table, whole, without the clock's own marks."""
    columns = [c for c in table.c if c.name != "wake_at"]
    with engine.connect() as connection:
        return list(connection.execute(select(*columns).order_by(*(table.c[k] for k in keys))))


def holds_together(clinic: Clinic, answer: Answer | None) -> None:
    """What must be true after each step."""
    verdict = verify(clinic.engine)
    assert verdict.ok, verdict.first
    state, open_now = clinic.reader.patient(clinic.id).state, {t.name for t in clinic.reader.tasks(clinic.id)}
    chart, site = clinic.chart, clinic.ledger.site()
    assert plan(ASPS, chart, site, clinic.today) == plan(ASPS, chart, site, clinic.today)
    if state in EXITS:
        assert open_now <= FOR_EXIT, "leaving ends every task but those that the exit opens (R11)"
    if answer and not answer.accepted:
        assert answer.before is answer.after and not answer.changes
    if answer and answer.overridden:
        used = chart.entries[answer.entry].outcome
        assert used and used.overrides, "a hard guard is passed only with an override on record"


def planned_again(clinic: Clinic) -> None:
    """Planning again changes nothing, and a rebuild gives the same rows."""
    tick(clinic.ledger, clinic.now)
    before = [rows(clinic.engine, patient, "id"), rows(clinic.engine, task, "patient", "name", "subject", "occurrence")]
    assert clinic.ledger.replan([clinic.id], clinic.now) == []
    rebuild(clinic.engine)
    assert [
        rows(clinic.engine, patient, "id"),
        rows(clinic.engine, task, "patient", "name", "subject", "occurrence"),
    ] == before
    assert tick(clinic.ledger, clinic.now).notices == 0, "a second look finds nothing new"


def no_message_for_what_is_done(clinic: Clinic) -> None:
    """No notice is later than what ended its task."""
    closed = {(t.name, t.subject, t.occurrence) for t in clinic.reader.tasks(clinic.id, all=True) if t.status != "open"}
    before = {(n.task, n.subject, n.occurrence, n.due, n.stage) for n in rows(clinic.engine, notice, "id")}
    tick(clinic.ledger, clinic.now + timedelta(days=200))
    after = {(n.task, n.subject, n.occurrence, n.due, n.stage) for n in rows(clinic.engine, notice, "id")}
    timed = {(t.name, t.subject, t.occurrence) for t in clinic.reader.tasks(clinic.id)}
    assert not [n for n in after - before if n[:3] in closed - timed]


def wander(draw: Any, steps: int) -> None:
    clinic = Clinic(draw)
    for _ in range(steps):
        holds_together(clinic, clinic.step())
    planned_again(clinic)
    no_message_for_what_is_done(clinic)
    clinic.engine.dispose()


SLOW = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example)
PHASES = (Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink)


@settings(max_examples=40, deadline=None, phases=PHASES, suppress_health_check=SLOW)
@given(st.data())
def test_a_random_patient_holds_together(data: st.DataObject) -> None:
    wander(data.draw, 8)


@pytest.mark.long
@settings(max_examples=600, deadline=None, phases=PHASES, suppress_health_check=SLOW)
@given(st.data())
def test_many_random_patients_hold_together(data: st.DataObject) -> None:
    wander(data.draw, 12)
