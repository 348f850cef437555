"""Bone metastases: review, teeth first, and the safety of bone agents (S49)."""

from collections.abc import Iterator
from typing import Any

from workflow.acts import BoneAgent, StartBoneAgent
from workflow.asps.drug_safety import PREGNANCY
from workflow.asps.facts import bone_metastasis
from workflow.asps.regimens import running
from workflow.asps.sources import s
from workflow.asps.timing import after, complete_sets, in_days
from workflow.calendar import days
from workflow.chart import Chart, Entry
from workflow.labs import LabResult, Labs
from workflow.plan import in_turn, repeating, waived
from workflow.records import BoneHealth, DentalExam
from workflow.rules import CareTask, Case, Finding, Guard, Priority, Situation, Topic, Transition, Wanted, met, unmet
from workflow.vocabulary import ON, Level, Role, State, extrapolated, label

SCHEDULES = {"120_q4w": 28, "4_q3w": 21, "4_q4w": 28, "4_q12w": 84}
"""Days from dose to dose (T21, T22)."""
LEAST_CLEARANCE = 30
"""mL/min: zoledronate is not given below (label)."""


def running_agent(chart: Chart) -> Entry[StartBoneAgent] | None:
    """The bone agent that runs."""
    starts, stops = chart.of(StartBoneAgent), chart.named("stop_bone_agent")
    if not starts or any(e.key > starts[-1].key for e in stops):
        return None
    return starts[-1]


def _latest(chart: Chart, analyte: str) -> tuple[Entry[Labs], LabResult] | None:
    found = [(e, r) for e in chart.of(Labs) if e.final for r in e.fields.results if r.analyte == analyte]
    return found[-1] if found else None


def _safety(case: Case) -> Finding:
    agent: BoneAgent = case.fields.given("agent")
    if agent == "denosumab" and (calcium := _latest(case.chart, "corrected_calcium")):
        entry, r = calcium
        if r.lln is not None and r.value < r.lln:
            return unmet(f"corrected calcium {r.value:g} {r.unit} is below its limit of {r.lln:g}", entry)
        return met(entry)
    if agent == "zoledronate" and (clearance := _latest(case.chart, "creatinine_clearance")):
        entry, r = clearance
        if r.value < LEAST_CLEARANCE:
            return unmet(f"creatinine clearance {r.value:g} mL/min is below {LEAST_CLEARANCE}", entry)
        return met(entry)
    return met()


BONE_AGENT_SAFETY = Guard(
    name="bone_agent_safety",
    level=Level.HARD,
    says="denosumab not while calcium is low; zoledronate not below a creatinine clearance of 30 mL/min",
    cleared_by="a clinician: correct calcium, or choose another agent; a later result",
    source=(label("denosumab: correct hypocalcaemia first; zoledronate: not below 30 mL/min"),),
    check=_safety,
)


def _dental(case: Case) -> tuple[Finding, ...]:
    exam = case.chart.last(DentalExam)
    tkis = [r for r in running(case.chart) if any(a in r.active for a in r.with_kind("tki"))]
    no_exam = unmet("no dental examination is on file", missing=("dental_exam",))
    on_tki = unmet("an anti-angiogenic TKI is running: a further risk for the jaw", *(r.entry for r in tkis))
    return (met(exam) if exam else no_exam, on_tki if tkis else met())


BONE_AGENT_DENTAL = Guard(
    name="bone_agent_dental",
    level=Level.SOFT,
    says="a dental examination before a bone agent; an anti-angiogenic TKI adds to the risk for the jaw",
    cleared_by="a coordinator: record dental_exam; a clinician: a reason",
    source=(label("osteonecrosis of the jaw: dental examination before the start"),),
    check=_dental,
)

_ON = ON - {State.REFERRED}


def _runs(case: Case) -> bool:
    now, given = running_agent(case.chart), case.fields.given("agent")
    return now is not None and given in (None, now.fields.agent)


TRANSITIONS = (
    Transition(
        id="start_bone_agent",
        on="start_bone_agent",
        sources=_ON,
        dest=None,
        guards=(BONE_AGENT_SAFETY, BONE_AGENT_DENTAL, *PREGNANCY),
        source=s(49),
    ),
    Transition(
        id="give_bone_agent",
        on="give_bone_agent",
        sources=_ON,
        dest=None,
        when=_runs,
        condition="this bone agent was started",
        guards=(BONE_AGENT_SAFETY, PREGNANCY[0]),
        source=s(49),
    ),
    Transition(
        id="stop_bone_agent",
        on="stop_bone_agent",
        sources=_ON,
        dest=None,
        when=_runs,
        condition="a bone agent was started",
        source=s(49),
    ),
)


def _review(now: Situation) -> Iterator[Wanted]:
    found = bone_metastasis(now.chart)
    if found is None:
        return
    answer = next((e for e in now.chart.of(BoneHealth) if e.on >= found.on), None)
    due, why = in_days(now.site, "bone.review_days", found.on, "bone metastasis")
    yield Wanted(
        subject=found.id, opened=found.on, due=due, why=why, done=answer.on if answer else None,
        done_by=answer.id if answer else "",
    )  # fmt: skip


def _dental_task(now: Situation) -> Iterator[Wanted]:
    found = bone_metastasis(now.chart)
    if found is None:
        return
    answer = now.chart.last(DentalExam)
    planned = [e.fields.starts for e in now.chart.of(StartBoneAgent) if e.fields.starts and e.fields.starts > e.on]
    due = min(planned, default=None)
    why = f"before the first dose of {due}" if due else "before a bone agent; none is planned"
    yield Wanted(
        subject=found.id, opened=found.on, due=due, why=why, done=answer.on if answer else None,
        done_by=answer.id if answer else "",
    )  # fmt: skip


def _doses(chart: Chart, start: Entry[StartBoneAgent]) -> list[tuple[Any, str]]:
    following = [e for e in chart.of(StartBoneAgent) if e.key > start.key]
    given = [
        (e.on, e.id)
        for e in chart.named("give_bone_agent")
        if e.key > start.key and (not following or e.key < following[0].key)
    ]
    return [(start.fields.starts or start.on, start.id), *given]


def _dose(now: Situation) -> Iterator[Wanted]:
    for start in now.chart.of(StartBoneAgent):
        every = SCHEDULES.get(start.fields.schedule or "")
        if every is None:
            continue
        given = _doses(now.chart, start)
        for n, (last, _) in enumerate(given):
            answer = given[n + 1] if n + 1 < len(given) else None
            current = running_agent(now.chart)
            if not answer and (current is None or current.id != start.id):
                continue
            for k in in_turn(now.chart, "bone_agent_dose", start.id, n + 1):
                due, why = after(last, f"dose {n + 1} of {start.fields.agent}", days(every), k - n)
                yield Wanted(
                    subject=start.id, occurrence=k, opened=last, due=due, why=why,
                    done=answer[0] if answer else None, done_by=answer[1] if answer else "",
                )  # fmt: skip
                if answer:
                    break


def _calcium(now: Situation) -> Iterator[Wanted]:
    current = running_agent(now.chart)
    for start in [e for e in now.chart.of(StartBoneAgent) if e.fields.agent == "denosumab"]:
        anchor = start.fields.starts or start.on
        yield from repeating(
            subject=start.id,
            anchor=anchor,
            nth=lambda n, at=anchor: in_days(now.site, "bone.calcium_days", at, "start of denosumab", n),  # type: ignore[misc]
            answers=[a for a in complete_sets(now.chart, ("corrected_calcium",), anchor) if a[0] > anchor],
            running=current is not None and current.id == start.id,
            waived=waived(now.chart, "calcium_check", start.id),
        )


TASKS = (
    CareTask(
        name="bone_health_review",
        title="bone-health review",
        priority=Priority.EDUCATION,
        owner=Role.CLINICIAN,
        wanted=_review,
        opens="a bone metastasis is recorded",
        done_when="bone_health is recorded",
        timer="T20",
        keys=("bone.review_days",),
        source=s(49),
    ),
    CareTask(
        name="dental_exam",
        title="dental exam",
        priority=Priority.EDUCATION,
        owner=Role.COORDINATOR,
        wanted=_dental_task,
        opens="a bone metastasis is recorded",
        done_when="dental_exam is recorded",
        timer="T23",
        source=(label("dental examination before a bone agent"),),
    ),
    CareTask(
        name="bone_agent_dose",
        title="bone-agent dose",
        priority=Priority.ADMINISTRATION,
        owner=Role.COORDINATOR,
        wanted=_dose,
        opens="a bone agent with a schedule code runs",
        done_when="the dose is given",
        timer="T21 T22",
        source=(label("denosumab 120 mg every 4 weeks; zoledronate 4 mg every 3 to 4 or every 12 weeks"), *s(49)),
    ),
    CareTask(
        name="calcium_check",
        title="calcium check",
        priority=Priority.DRUG_SAFETY_LABS,
        owner=Role.COORDINATOR,
        wanted=_calcium,
        opens="denosumab runs",
        done_when="a final corrected calcium",
        timer="T21",
        keys=("bone.calcium_days",),
        source=(label("denosumab: monitor calcium, especially in the first weeks"), extrapolated("as a task")),
    ),
)

TOPIC = Topic(name="bone", guards=(BONE_AGENT_SAFETY, BONE_AGENT_DENTAL), transitions=TRANSITIONS, tasks=TASKS)
