"""The brain: a referral while metastases are untreated, surveillance ever after (S33 to S35, S54, S55)."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from workflow.acts import DecideLocalTherapy, PerformLocalTherapy
from workflow.asps.facts import BRAIN_IMAGING, Scan, brain, finals, is_cns, plan_begins
from workflow.asps.sources import s
from workflow.asps.timing import Dated, after, brain_mris, in_days, in_months
from workflow.calendar import months
from workflow.chart import Entry
from workflow.plan import in_turn, repeating, waived
from workflow.records import BrainMriInterval
from workflow.rules import CareTask, Priority, Situation, Topic, Wanted
from workflow.vocabulary import Role, State, extrapolated, guideline, trial


def _found(now: Situation) -> list[Scan]:
    """Each report that turned the brain to untreated metastases."""
    events: list[Scan] = []
    for scan in finals(now.chart, BRAIN_IMAGING):
        then = brain(now.chart.upto(*scan.key))
        if then.status == "untreated_metastases" and then.since and then.since.id == scan.id:
            events.append(scan)
    return events


def _referral(now: Situation) -> Iterator[Wanted]:
    for scan in _found(now):
        acts: list[Entry[Any]] = [*now.chart.of(DecideLocalTherapy), *now.chart.of(PerformLocalTherapy)]
        plans = [e for e in acts if is_cns(e.fields) and e.on >= scan.on]
        answer = min(plans, key=lambda e: e.key, default=None)
        if answer or brain(now.chart).status == "untreated_metastases":
            due, why = in_days(now.site, "brain_referral.due_days", scan.reported, "brain report")
            yield Wanted(
                subject=scan.id, opened=scan.on, due=due, why=why, done=answer.on if answer else None,
                done_by=answer.id if answer else "",
            )  # fmt: skip


def own_interval(now: Situation) -> Entry[BrainMriInterval] | None:
    """The interval that the tumour board set for this patient (F50)."""
    return now.chart.last(BrainMriInterval)


def _next_mri(now: Situation, anchor: date, what: str, key: str, n: int) -> Dated:
    own = own_interval(now)
    if own:
        return after(anchor, what, months(own.fields.months), n)
    return in_months(now.site, key, anchor, what, n)


def _surveillance(now: Situation) -> Iterator[Wanted]:
    track = brain(now.chart)
    if now.state is State.REFERRED:
        return
    if track.status == "treated_metastases":
        yield from _after_treatment(now)
    yield from _while_clear(now, track.status == "clear")


def _while_clear(now: Situation, clear: bool) -> Iterator[Wanted]:
    """T17: from each brain MRI to the next."""
    scans = finals(now.chart, ("mri_brain",))
    for scan in scans:
        if brain(now.chart.upto(*scan.key)).status != "clear":
            continue
        answer = next(iter(brain_mris(now.chart, scan.on)), None)
        for k in in_turn(now.chart, "brain_mri_surveillance", scan.id) if answer or clear else ():
            due, why = _next_mri(now, scan.on, "brain MRI", "brain_surv.months_clear", k)
            if due:
                yield Wanted(
                    subject=scan.id, occurrence=k, opened=scan.on, due=due, why=why,
                    done=answer[0] if answer else None, done_by=answer[1] if answer else "",
                )  # fmt: skip


def _after_treatment(now: Situation) -> Iterator[Wanted]:
    """T18: from the latest treatment of the brain on."""
    done = [e for e in now.chart.of(PerformLocalTherapy) if is_cns(e.fields)]
    if not done:
        return
    last: Entry[Any] = done[-1]
    yield from repeating(
        subject=last.id,
        anchor=last.on,
        nth=lambda n: _next_mri(now, last.on, "treatment of the brain", "brain_surv.months_treated", n),
        answers=brain_mris(now.chart, last.on),
        running=True,
        since=plan_begins(now.chart),
        waived=waived(now.chart, "brain_mri_surveillance", last.id),
    )


def _set_interval(now: Situation) -> Iterator[Wanted]:
    track, own = brain(now.chart), own_interval(now)
    if own:
        yield Wanted(opened=own.on, why="brain clear", done=own.on, done_by=own.id)
    elif track.status == "clear" and track.since and now.site.number("brain_surv.months_clear") is None:
        yield Wanted(opened=track.since.on, why="brain clear, and brain_surv.months_clear is UNSET at this site")


TASKS = (
    CareTask(
        name="brain_local_therapy_referral",
        title="CNS local-therapy referral",
        priority=Priority.SAFETY,
        owner=Role.CLINICIAN,
        wanted=_referral,
        opens="a final report shows untreated brain metastases",
        done_when="a local therapy of the brain is planned or done",
        timer="T33",
        keys=("brain_referral.due_days",),
        source=(guideline("EANO/ESMO 2021: local therapy of brain metastases"), extrapolated("as a task"), *s(34)),
    ),
    CareTask(
        name="brain_mri_surveillance",
        title="brain MRI surveillance",
        priority=Priority.IMAGING,
        owner=Role.COORDINATOR,
        wanted=_surveillance,
        opens="a clear brain MRI; a treatment of the brain",
        done_when="a final brain MRI",
        timer="T17 T18",
        keys=("brain_surv.months_clear", "brain_surv.months_treated"),
        source=(*s(35), guideline("Dutch guideline: every 3 months after SRS or surgery"),
                trial("2026: no benefit of 6 over 12 weeks")),
    ),
    CareTask(
        name="set_brain_mri_interval",
        title="set brain surveillance interval",
        priority=Priority.EDUCATION,
        owner=Role.CLINICIAN,
        wanted=_set_interval,
        opens="brain clear, and no interval is set",
        done_when="brain_mri_interval for the patient, or the site's brain_surv.months_clear",
        source=s(35),
    ),
)  # fmt: skip

TOPIC = Topic(name="brain", tasks=TASKS)
