"""Local therapy beside the main state: ablation, radiotherapy and operations outside the lungs (S29 to S32, S39)."""

from collections.abc import Iterator

from workflow.acts import PerformLocalTherapy
from workflow.asps.board import BOARD, decided_since
from workflow.asps.facts import is_cns, plan_begins
from workflow.asps.general import REFERENCE_CENTRE
from workflow.asps.sources import s
from workflow.asps.staging import BASELINE_BRAIN_IMAGING
from workflow.asps.surgery import PAZOPANIB_PERIOPERATIVE
from workflow.asps.timing import in_months, scans
from workflow.calendar import add_months
from workflow.plan import repeating, waived
from workflow.records import Progression
from workflow.rules import CareTask, Case, Priority, Situation, Topic, Transition, Wanted
from workflow.vocabulary import ON, WAIT, Confidence, Role, Source, State, extrapolated, guideline, trial

GUARDS = (REFERENCE_CENTRE, BASELINE_BRAIN_IMAGING, PAZOPANIB_PERIOPERATIVE)
FOLLOWED_MONTHS = 24
"""Imaging after ablation ends after two years (lung SBRT practice, SABR-SYNC)."""


def _decide(id: str, dest: State | None, source: tuple[Source, ...], *states: State) -> Transition:
    return Transition(
        id=id, on="decide_local_therapy", sources=frozenset(states), dest=dest, guards=GUARDS, source=source
    )


def _all_treated(case: Case) -> bool:
    return case.state is State.OBSERVATION and case.fields.given("residual_disease") == "no"


_BESIDE = (*s(32, 39), extrapolated("beside every state but the wait"))

TRANSITIONS = (
    _decide("X09", State.OBSERVATION, s(29, 30, 31, 32), *sorted(BOARD | WAIT)),
    _decide("X16", None, (*s(39), extrapolated("same regimen, same line")), State.IMMUNOTHERAPY),
    _decide("X25", None, s(39), State.TKI),
    _decide(
        "X25b", None, _BESIDE,
        State.REFRACTORY, State.COMBINATION, State.CLINICAL_TRIAL, State.OTHER_SYSTEMIC, State.SUPPORTIVE_CARE,
    ),
    Transition(
        id="X25b.staging", on="decide_local_therapy", sources=frozenset({State.STAGING}), dest=None,
        when=lambda case: is_cns(case.fields), condition="of the brain", guards=GUARDS, source=_BESIDE,
    ),
    Transition(
        id="X09b", on="perform_local_therapy", sources=frozenset({State.OBSERVATION}), dest=State.SURVEILLANCE,
        when=_all_treated, condition="all lesions treated: no residual disease", guards=GUARDS,
        source=s(29, 30, 31, 32),
    ),
    Transition(
        id="X24.local", on="perform_local_therapy", sources=ON - {State.REFERRED}, dest=None,
        when=lambda case: not _all_treated(case), condition="otherwise", guards=GUARDS, source=_BESIDE,
    ),
)  # fmt: skip


def _ablation_review(now: Situation) -> Iterator[Wanted]:
    for event in [e for e in now.chart.of(Progression) if e.fields.pattern == "oligo"]:
        answer = decided_since(now.chart, event.on, event.key)
        yield Wanted(
            subject=event.id, opened=event.on, why=f"oligoprogression of {event.on}",
            done=answer.on if answer else None, done_by=answer.id if answer else "",
        )  # fmt: skip


def _post_ablation(now: Situation) -> Iterator[Wanted]:
    for done in [e for e in now.chart.of(PerformLocalTherapy) if not is_cns(e.fields)]:
        end = add_months(done.on, FOLLOWED_MONTHS)
        for wanted in repeating(
            subject=done.id,
            anchor=done.on,
            nth=lambda n, at=done.on: in_months(now.site, "ablation.months", at, "local treatment", n),  # type: ignore[misc]
            answers=scans(now.chart, done.on),
            running=True,
            since=plan_begins(now.chart),
            waived=waived(now.chart, "post_ablation_imaging", done.id),
        ):
            if (wanted.due or wanted.opened) <= end:
                yield wanted


TASKS = (
    CareTask(
        name="local_ablation_review",
        title="local-ablation review",
        priority=Priority.IMAGING,
        owner=Role.CLINICIAN,
        wanted=_ablation_review,
        opens="progression, pattern oligo",
        done_when="a decision, a start of treatment or an enrolment on or after it",
        source=s(39),
    ),
    CareTask(
        name="post_ablation_imaging",
        title="post-ablation imaging",
        priority=Priority.IMAGING,
        owner=Role.COORDINATOR,
        wanted=_post_ablation,
        opens="a local treatment outside the brain was done; for 24 months",
        done_when="a final CT",
        timer="T25",
        keys=("ablation.months",),
        source=(
            guideline("lung SBRT practice: CT every 3 to 6 months for 2 years", Confidence.LOW),
            trial("SABR-SYNC", Confidence.LOW),
        ),
    ),
)

TOPIC = Topic(name="local therapy", transitions=TRANSITIONS, tasks=TASKS)
