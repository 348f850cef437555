"""One invented patient, entered step by step: a line or two per step, plain fields, dates as text.

`class_` stands for the field `class`. A step is entered at noon of its clinical date (a report: of its report date), or
a minute after the step before it where that is later; `entered` says otherwise.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from workflow.acts import ACTS, Override
from workflow.asps import ASPS
from workflow.chart import Chart, Entry, Registration
from workflow.course import Arrival, course, state_of
from workflow.decide import case_for, decide, decide_amendment, retract, standing
from workflow.fields import YNU, Fields
from workflow.pathway import Pathway
from workflow.plan import Plan, Planned, Status, plan
from workflow.records import KINDS
from workflow.rules import Case
from workflow.site import Site
from workflow.steps import Accepted, Decision, Refused, Step
from workflow.vocabulary import Blocker, Role, State

USERS = {Role.CLINICIAN: "dr-ada", Role.COORDINATOR: "ben"}
"""One invented person per role."""


def day(text: str) -> date:
    """A date as people write it in a test."""
    return date.fromisoformat(text)


def settings(pathway: Pathway, values: Mapping[str, str]) -> Site:
    """The settings of an invented site, from texts."""
    return Site(keys=pathway.keys, values={key: pathway.keys[key].read(text) for key, text in values.items()})


def fields_of(name: str) -> type[Fields]:
    """The fields of a kind of record, an act or an override."""
    return Override if name == "override" else KINDS.get(name) or ACTS[name].fields


Line = tuple[str, str, dict[str, Any]]
"""One step as it was entered: clinical date, name, and what else was given."""


class Course:
    """A patient's chart, and what the rules make of it."""

    def __init__(
        self,
        *,
        born: str = "1985-06-15",
        registered: str = "2026-01-05",
        can_become_pregnant: YNU = "no",
        site: Mapping[str, str] | None = None,
        pathway: Pathway = ASPS,
    ) -> None:
        self.pathway = pathway
        self.site = settings(pathway, site or {})
        self.chart = Chart(
            patient=Registration(
                id="P-1", born=day(born), registered=day(registered), can_become_pregnant=can_become_pregnant
            )
        )
        self.now = self._noon(registered)
        self.seq = 0
        self.log: list[Line] = []
        """What was accepted, ready to be entered again."""

    def _noon(self, text: str) -> datetime:
        given = datetime.fromisoformat(text) if "T" in text else datetime.combine(day(text), time(12))
        return given.replace(tzinfo=self.site.zone)

    def _step(
        self, on: str, name: str, fields: Fields, *, id: str, by: str, user: str, reason: str, entered: str
    ) -> Step:
        self.seq += 1
        self.now = max(self.now + timedelta(minutes=1), self._noon(entered or on))
        return Step(
            id=id or f"e{self.seq}", name=name, fields=fields, seq=self.seq, at=self.now, on=day(on), by=Role(by),
            user=user or USERS[Role(by)], reason=reason,
        )  # fmt: skip

    def offer(
        self, on: str, name: str, *, id: str = "", by: str = "clinician", user: str = "", reason: str = "",
        entered: str = "", **fields: Any,
    ) -> Decision:  # fmt: skip
        """The answer to a step; an accepted one is on the chart from then on."""
        given = fields_of(name).accept({key.rstrip("_"): value for key, value in fields.items()})
        known = max(on, fields.get("reported", on))
        step = self._step(on, name, given, id=id, by=by, user=user, reason=reason, entered=entered or known)
        decision = self._take(decide(self.pathway, self.chart, self.site, step))
        if isinstance(decision, Accepted):
            said = {"id": step.id, "by": by, "user": user, "reason": reason, "entered": entered}
            self.log.append((on, name, said | fields))
        return decision

    def amend(self, id: str, *, on: str = "", entered: str = "", reason: str = "", **fields: Any) -> Decision:
        """The answer to an amendment, which changes only the fields it gives."""
        old = standing(self.chart, id)
        given = fields_of(old.name).accept(old.fields.plain() | {k.rstrip("_"): v for k, v in fields.items()})
        at = entered or str(self.now.date())
        step = self._step(at, old.name, given, id=id, by="clinician", user="", reason=reason or old.reason, entered=at)
        step = replace(step, on=day(on) if on else old.on)
        return self._take(decide_amendment(self.pathway, self.chart, self.site, old, step))

    def retract(self, id: str, *, entered: str = "") -> None:
        """Marks a record or act as entered in error."""
        old = standing(self.chart, id)
        at = entered or str(self.now.date())
        step = self._step(at, old.name, old.fields, id=id, by="clinician", user="", reason="", entered=at)
        self._take(retract(self.chart, self.site, old, step))

    def _take(self, decision: Decision) -> Decision:
        if isinstance(decision, Accepted):
            self.chart = decision.chart
        return decision

    def record(self, on: str, kind: str, **given: Any) -> Entry[Any]:
        """Enters a record that must be accepted."""
        return accepted(self.offer(on, kind, **given)).entry

    def do(self, on: str, act: str, **given: Any) -> Accepted:
        """Takes an act that must be accepted."""
        return accepted(self.offer(on, act, **given))

    def override(self, on: str, guard: str, action: str, **given: Any) -> Entry[Any]:
        """Grants a break-glass for one action."""
        said = {"reason_code": "emergency", "text": "agreed by telephone", "signer_2": "dr-grace"}
        return accepted(self.offer(on, "override", guard=guard, action=action, **(said | given))).entry

    def refused(self, on: str, act: str, **given: Any) -> tuple[Blocker, ...]:
        """Why an act is refused. It leaves the chart as it was."""
        before = self.chart
        blockers = refused(self.offer(on, act, **given)).blockers
        assert self.chart is before
        return blockers

    def case(self, act: str, **fields: Any) -> Case:
        """An act as its guards would see it now."""
        given = fields_of(act).accept({key.rstrip("_"): value for key, value in fields.items()})
        step = Step(id="now", name=act, fields=given, seq=10_000, at=self.now, on=self.site.today(self.now),
                    by=Role.CLINICIAN, user=USERS[Role.CLINICIAN])  # fmt: skip
        return case_for(self.pathway, self.chart, self.site, step)

    def path(self, today: str) -> tuple[Arrival, ...]:
        """The states so far."""
        return course(self.pathway, self.chart, self.site, day(today))

    def way(self, today: str) -> list[tuple[str, str]]:
        """The states so far, each with its date."""
        return [(a.state.value, str(a.on)) for a in self.path(today)]

    def state(self, today: str) -> State:
        """Where the patient stands."""
        return state_of(self.pathway, self.chart, self.site, day(today))

    def plan(self, today: str) -> Plan:
        """The tasks as they should exist."""
        return plan(self.pathway, self.chart, self.site, day(today))

    def tasks(self, name: str, today: str) -> list[Planned]:
        """All tasks of a name, done ones included."""
        return [t for t in self.plan(today).tasks if t.name == name]

    def open(self, name: str, today: str) -> list[str | None]:
        """The due dates of the open tasks of a name; None for one without a date."""
        found = [t for t in self.tasks(name, today) if t.status is Status.OPEN]
        return [str(t.target) if t.target else None for t in found]

    def done(self, name: str, today: str) -> list[str]:
        """What answered the tasks of a name."""
        return [t.done_by for t in self.tasks(name, today) if t.status is Status.DONE]


def accepted(decision: Decision) -> Accepted:
    """A decision that must have been taken."""
    assert isinstance(decision, Accepted), "; ".join(f"{b.guard}: {b.why}" for b in decision.blockers)
    return decision


def refused(decision: Decision) -> Refused:
    """A decision that must not have been taken."""
    assert isinstance(decision, Refused), f"{decision.entry.name} was accepted"
    return decision


def guards(blockers: tuple[Blocker, ...]) -> list[str]:
    """The names of what stands in the way, in order, each once."""
    return list(dict.fromkeys(b.guard for b in blockers))


def in_staging(**given: Any) -> Course:
    """Accepted on 5 January 2026, with confirmed histology."""
    c = Course(**given)
    c.do("2026-01-05", "accept_referral", id="accept", centre_role="reference_centre")
    c.record("2026-01-06", "histology", id="path", result="asps_confirmed")
    return c


def at_board(**given: Any) -> Course:
    """Staged by 20 January: two lung lesions on the index CT of 10 January, the brain clear on the 12th."""
    c = in_staging(**given)
    c.record("2023-03-01", "primary_surgery", id="primary", completeness="R0")
    c.record("2026-01-10", "imaging", id="ct-0", modality="ct_chest", report="final", reported="2026-01-11",
             lung_lesions_right=1, lung_lesions_left=1, extrapulmonary="absent")  # fmt: skip
    c.record("2026-01-12", "imaging", id="mri-0", modality="mri_brain", report="final", reported="2026-01-13",
             brain_metastases="no")  # fmt: skip
    c.do("2026-01-20", "complete_staging", id="staged", by="coordinator")
    return c


CRITERIA = {"limited": "yes", "resectability": "resectable", "checklist": "complete"}
"""The tumour board's own judgements in favour of lung surgery."""


def in_wait(**given: Any) -> Course:
    """Waiting since 27 January for the interval CT of 10 April."""
    c = at_board(**given)
    c.record("2026-01-26", "symptoms", id="well", symptomatic="no", cns_symptoms="no")
    c.do("2026-01-27", "decide_interval_scan", id="wait", **CRITERIA)
    return c


def cleared(**given: Any) -> Course:
    """The interval CT of 13 April is favourable."""
    c = in_wait(**given)
    c.record("2026-04-13", "imaging", id="ct-1", modality="ct_chest", report="final", reported="2026-04-14",
             new_lesions="no", operable="yes")  # fmt: skip
    return c


def booked(**given: Any) -> Course:
    """Lung surgery is decided on 20 April for 11 May."""
    c = cleared(**given)
    c.do("2026-04-20", "decide_surgery", id="surgery", planned="2026-05-11")
    return c


def on_immunotherapy(**given: Any) -> Course:
    """On atezolizumab every 3 weeks since 2 February."""
    c = at_board(**given)
    c.record("2026-01-28", "immunotherapy_screen", id="screen", findings=["none"])
    c.do("2026-01-29", "decide_immunotherapy", id="decided-io")
    c.do("2026-02-02", "start_regimen", id="atezo", agents=["atezolizumab"], class_="ici_pdl1", schedule="1200_q3w")
    return c


def baseline_of_tki(c: Course, on: str) -> None:
    """Everything that a TKI asks for, measured on one day."""
    results = [
        {"analyte": "ALT", "value": 25, "unit": "U/L", "uln": 40},
        {"analyte": "AST", "value": 21, "unit": "U/L", "uln": 40},
        {"analyte": "bilirubin", "value": 8, "unit": "umol/L", "uln": 21},
        {"analyte": "TSH", "value": 2.1, "unit": "mIU/L"},
        {"analyte": "potassium", "value": 4.2, "unit": "mmol/L"},
        {"analyte": "magnesium", "value": 0.84, "unit": "mmol/L"},
        {"analyte": "urine_protein", "value": 0, "unit": "g/L"},
    ]
    c.record(on, "labs", id=f"labs-{on}", status="final", results=results)
    c.record(on, "blood_pressure", id=f"bp-{on}", systolic=124, diastolic=78)
    c.record(on, "ecg", id=f"ecg-{on}", qtc_ms=412)


def on_tki(**given: Any) -> Course:
    """Progressed on atezolizumab on 1 June, on pazopanib since 15 June."""
    c = on_immunotherapy(**given)
    c.record("2026-06-01", "imaging", id="ct-pd", modality="ct_chest", report="final", reported="2026-06-02",
             new_lesions="yes")  # fmt: skip
    c.record("2026-06-02", "progression", id="pd-1", criterion="recist_pd", pattern="systemic", imaging="ct-pd")
    c.do("2026-06-04", "decide_tki", id="decided-tki")
    baseline_of_tki(c, "2026-06-08")
    c.do("2026-06-15", "start_regimen", id="pazo", agents=["pazopanib"], class_="tki", reason="off label, agreed")
    return c


def refractory(**given: Any) -> Course:
    """Progressed on pazopanib too, on 1 December."""
    c = on_tki(**given)
    c.record("2026-12-01", "progression", id="pd-2", criterion="recist_pd", pattern="systemic")
    return c
