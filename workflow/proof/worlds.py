"""One invented patient as the engine sees them, and the steps that led there."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Any

from workflow.acts import ACTS, Override
from workflow.chart import Chart, Entry, Outcome, Registration
from workflow.course import Arrival, course
from workflow.decide import case_for, decide, decide_amendment, entered_by, retract
from workflow.errors import Invalid
from workflow.fields import Fields
from workflow.pathway import Pathway
from workflow.plan import Plan, plan
from workflow.records import KINDS
from workflow.rules import Case, Moment, Situation, Transition
from workflow.site import Site
from workflow.steps import Accepted, Decision, Refused, Step, entry_of
from workflow.vocabulary import Level, Role, State

BEGIN = date(2026, 1, 5)
"""The day of registration. Any day would do: the rules know intervals, not years."""
BORN = date(1985, 6, 15)
REASON = "the tumour board knows and goes on"
"""Answers soft warnings."""
SIGNERS = {"reason_code": "other", "text": "both have seen the patient", "signer_2": "clinician-2"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One step of a story: on which day, what, and with which fields."""

    at: datetime
    verb: str
    """record, do, amend, retract, override or tick."""
    what: str
    fields: Fields | None = None
    only: tuple[str, ...] = ()
    """Of an amendment: the fields that change."""
    id: str = ""
    """The id of the entry."""
    on: date | None = None
    """The clinical date, where it is another than the day of entry."""
    reason: str = ""
    by: Role = Role.CLINICIAN


@dataclass(frozen=True, kw_only=True)
class World:
    """An invented patient on a day."""

    pathway: Pathway
    site: Site
    chart: Chart
    today: date = BEGIN
    seq: int = 0
    line: Line | None = None
    before: "World | None" = None

    @cached_property
    def path(self) -> tuple[Arrival, ...]:
        """The states so far."""
        return course(self.pathway, self.chart, self.site, self.today)

    @property
    def state(self) -> State:
        """Where the patient stands."""
        return self.path[-1].state

    @cached_property
    def plan(self) -> Plan:
        """The tasks that should exist."""
        return plan(self.pathway, self.chart, self.site, self.today)

    @property
    def situation(self) -> Situation:
        """What the plan's rules read."""
        return Situation(pathway=self.pathway, chart=self.chart, site=self.site, today=self.today, path=self.path)

    @property
    def moment(self) -> Moment:
        """What automatic moves read."""
        return Moment(chart=self.chart, site=self.site, arrival=self.path[-1], path=self.path)

    @property
    def lines(self) -> tuple[Line, ...]:
        """The steps that led here, oldest first."""
        found: list[Line] = []
        world: World | None = self
        while world is not None:
            found += [world.line] if world.line else []
            world = world.before
        return tuple(reversed(found))

    @property
    def entry(self) -> Entry[Any]:
        """What was entered last."""
        return self.chart.entries[f"e{self.seq}"]

    @property
    def now(self) -> datetime:
        """The moment of the next step: each a minute after the one before."""
        return datetime.combine(self.today, time(8), tzinfo=UTC) + timedelta(minutes=self.seq)

    def later(self, day: date) -> "World":
        """The same patient on a later day, nothing having been entered."""
        if day <= self.today:
            return self
        line = Line(at=datetime.combine(day, time(6), tzinfo=UTC), verb="tick", what="")
        return replace(self, today=day, line=line, before=self)

    def offer(self, name: str, fields: Fields, **how: Any) -> tuple[Decision, Line]:
        """The answer to a record, an act or an override, and the line that asks for it. Raises Invalid."""
        step, line = self._step(name, fields, **how)
        return decide(self.pathway, self.chart, self.site, step), line

    def _step(
        self, name: str, fields: Fields, *, reason: str = REASON, on: date | None = None, by: Role = Role.CLINICIAN
    ) -> tuple[Step, Line]:
        id, why = f"e{self.seq + 1}", reason if name in ACTS else ""
        step = Step(
            id=id, name=name, fields=fields, seq=self.seq + 1, at=self.now, on=on or self.today, by=by,
            user=f"{by}-1", reason=why,
        )  # fmt: skip
        what = fields.given("guard") or name
        return step, Line(at=self.now, verb=_verb(name), what=what, fields=fields, id=id, on=on, reason=why, by=by)

    def after(self, accepted: Accepted, line: Line) -> "World":
        """The patient with one more entry."""
        return replace(self, chart=accepted.chart, seq=self.seq + 1, line=line, before=self)

    def take(self, name: str, fields: Fields, **how: Any) -> "World | None":
        """The patient after a step, hard stops overridden where need be; None where it is impossible here."""
        try:
            decision, line = self.offer(name, fields, **how)
        except Invalid:
            return None
        if isinstance(decision, Accepted):
            return self.after(decision, line)
        here = self._overriding(name, decision)
        if here is None:
            return None
        decision, line = here.offer(name, fields, **how)
        return here.after(decision, line) if isinstance(decision, Accepted) else None

    def assume(self, name: str, fields: Fields, *, on: date | None = None) -> "World | None":
        """As `take`, without asking the guards: where a step leads if it is accepted, one way or another. Far quicker.

        Whoever keeps the outcome takes the step in earnest.
        """
        step, _ = self._step(name, fields, on=on)
        case = case_for(self.pathway, self.chart, self.site, step)
        if name in KINDS:
            return self._with(entry_of(step, self.site))
        if self.pathway.limits.get(name, _unlimited)(case) or any(
            g.blockers(g.findings(case)) for g in self.pathway.absolute
        ):
            return None
        row = next((r for r in self.pathway.rows.get(name, ()) if case.state in r.sources and r.when(case)), None)
        if row is None or step.by not in (row.by or ACTS[name].by):
            return None
        outcome = Outcome(transition=row.id, dest=row.dest, after=entered_by(case))
        return self._with(entry_of(step, self.site, outcome))

    def _with(self, entry: Entry[Any]) -> "World":
        return replace(self, chart=self.chart.plus(entry), seq=self.seq + 1, before=self)

    def _overriding(self, name: str, refused: Refused) -> "World | None":
        """With an override on record for every hard stop; None where something absolute, or the role, forbids it."""
        here: World = self
        for guard in dict.fromkeys(b.guard for b in refused.blockers if b.level is not Level.SOFT):
            if refused.denied or (granted := here.overridden(guard, name)) is None:
                return None
            here = granted
        return here if here is not self else None

    def overridden(self, guard: str, act: str, *, by: Role = Role.CLINICIAN, **given: Any) -> "World | None":
        """The patient with an override of a guard for an act on record; None where nothing overrides it."""
        if guard not in self.pathway.guards:
            return None
        if self.pathway.guards[guard].level is Level.ABSOLUTE:
            return self if guard == "final_report" else None  # it falls silent with the guard that asks for the report
        expires = (self.now + timedelta(hours=1)).isoformat()
        granted = fields_of("override", **{**SIGNERS, "guard": guard, "action": act, "expires": expires, **given})
        try:
            decision, line = self.offer("override", granted, by=by)
        except Invalid:
            return None
        return self.after(decision, line) if isinstance(decision, Accepted) else None

    def moves(self, before: "World") -> set[str]:
        """The transitions and automatic moves along which the patient has gone since."""
        acts = {e.outcome.transition for e in self.chart.acts if e.outcome and e.seq > before.seq}
        return acts | {a.via for a in self.path if a not in before.path} - {"registered"}

    def row(self, name: str, fields: Fields) -> Transition | None:
        """The row that an act takes here; None where it has none."""
        step, _ = self._step(name, fields)
        case = case_for(self.pathway, self.chart, self.site, step)
        return next((r for r in self.pathway.rows.get(name, ()) if case.state in r.sources and r.when(case)), None)

    def amended(self, id: str, **changes: Any) -> "World":
        """The patient after an entry was corrected."""
        old = self.chart.entries[id]
        fields = type(old.fields).accept(old.fields.plain() | changes)
        step = replace(self._correcting(id, fields), name=old.name, on=old.on)
        decision = decide_amendment(self.pathway, self.chart, self.site, old, step)
        assert isinstance(decision, Accepted), decision
        return self.after(decision, Line(at=self.now, verb="amend", what=id, fields=fields, only=tuple(changes)))

    def retracted(self, id: str) -> "World":
        """The patient after an entry was marked as entered in error."""
        old = self.chart.entries[id]
        step = replace(self._correcting(id, old.fields), name=old.name, on=old.on)
        return self.after(retract(self.chart, self.site, old, step), Line(at=self.now, verb="retract", what=id))

    def _correcting(self, id: str, fields: Fields) -> Step:
        return Step(id=id, name="", fields=fields, seq=self.seq + 1, at=self.now, on=self.today, by=Role.CLINICIAN,
                    user="clinician-1", reason="read again")  # fmt: skip


def _verb(name: str) -> str:
    return "override" if name == "override" else "record" if name in KINDS else "do"


def _unlimited(case: Case) -> None:
    return None


def fields_of(name: str, **given: Any) -> Fields:
    """The fields of a record, an act or an override, from plain values."""
    kind = Override if name == "override" else KINDS.get(name) or ACTS[name].fields
    return kind.accept(given)


def begin(pathway: Pathway, site: Site, born: date = BORN) -> World:
    """A patient who has just been registered."""
    patient = Registration(id="PROOF-1", born=born, registered=BEGIN, can_become_pregnant="no")
    return World(pathway=pathway, site=site, chart=Chart(patient=patient))
