"""Supportive care and palliative care: offered early, beside every state (S47, S48)."""

from collections.abc import Iterator

from workflow.asps.facts import metastasis, plan_begins
from workflow.asps.sources import s
from workflow.asps.timing import in_days
from workflow.plan import task_acts
from workflow.records import PalliativeCare
from workflow.rules import CareTask, Priority, Situation, Topic, Transition, Wanted
from workflow.vocabulary import ON, C, Role, State, extrapolated, guideline, unverified

TRANSITIONS = (
    Transition(
        id="X30",
        on="decide_supportive_care",
        sources=ON,
        dest=State.SUPPORTIVE_CARE,
        source=(*s(47), extrapolated("no anticancer therapy, by decision")),
    ),
    Transition(
        id="X30.return",
        on="return_to_pathway",
        sources=frozenset({State.SUPPORTIVE_CARE}),
        dest=State.MDT_REVIEW,
        by=C,
        source=(extrapolated("the decision may be reversed"),),
    ),
)


def _offer(now: Situation) -> Iterator[Wanted]:
    found = metastasis(now.chart)
    if found is None:
        return
    answer = next(iter(now.chart.of(PalliativeCare)), None)
    due, why = in_days(now.site, "palliative.offer_days", found.on, "metastatic disease confirmed")
    yield Wanted(
        opened=found.on, due=due, why=why, done=answer.on if answer else None, done_by=answer.id if answer else ""
    )


def _review(now: Situation) -> Iterator[Wanted]:
    """T38: from the decision, then from each review; completed by hand."""
    acts = task_acts(now.chart)
    for n, arrival in enumerate(now.path):
        if arrival.state is not State.SUPPORTIVE_CARE:
            continue
        current, anchor, occurrence = n == len(now.path) - 1, max(arrival.on, plan_begins(now.chart)), 1
        subject = arrival.entry or f"from-{arrival.on}"
        while True:
            closed = [
                a for a in acts.get(("supportive_review", subject, occurrence), ())
                if a.name in ("complete_task", "waive_task")
            ]  # fmt: skip
            if not closed and not current:
                break
            due, why = in_days(
                now.site, "supportive_review.days", anchor, "last review" if occurrence > 1 else "decision"
            )
            yield Wanted(subject=subject, occurrence=occurrence, opened=anchor, due=due, why=why)
            if not closed:
                break
            anchor, occurrence = closed[0].on, occurrence + 1


TASKS = (
    CareTask(
        name="palliative_care_offer",
        title="palliative offer",
        priority=Priority.EDUCATION,
        owner=Role.CLINICIAN,
        wanted=_offer,
        opens="metastatic disease is confirmed",
        done_when="palliative_care is recorded: offered, referred, active or declined",
        timer="T19",
        keys=("palliative.offer_days",),
        source=(*s(47, 48), guideline("ASCO 2016 and 2024: early in the course of disease"),
                unverified("within 8 weeks: the ASCO 2016 panel")),
    ),
    CareTask(
        name="supportive_review",
        title="review under supportive care",
        priority=Priority.EDUCATION,
        owner=Role.CLINICIAN,
        wanted=_review,
        opens="decide_supportive_care; then each review opens the next",
        done_when="complete_task",
        timer="T38",
        keys=("supportive_review.days",),
        by_hand=True,
        source=(extrapolated("without it nobody would be reminded of a patient under supportive care"),),
    ),
)  # fmt: skip

TOPIC = Topic(name="supportive care", transitions=TRANSITIONS, tasks=TASKS)
