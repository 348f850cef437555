"""What staging asks of a coordinator: an answer to the referral, histology, CT, brain MRI, and that it is completed."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from workflow.acts import AcceptReferral, Adopt
from workflow.asps.facts import centre, histology, staging_starts
from workflow.asps.sources import s
from workflow.asps.staging import brain_imaging_on_file, brain_since, staging_cts
from workflow.asps.timing import in_days
from workflow.chart import Chart, Entry
from workflow.records import CentreRole
from workflow.rules import CareTask, Priority, Situation, Topic, Wanted
from workflow.vocabulary import Role, State, extrapolated


def _confirm_histology(now: Situation) -> Iterator[Wanted]:
    entry = histology(now.chart)
    settled = entry if entry and entry.fields.result != "asps_suspected" else None
    yield Wanted(
        opened=now.chart.patient.registered, why="the rules are for confirmed ASPS",
        done=settled.on if settled else None, done_by=settled.id if settled else "",
    )  # fmt: skip


def _refer(now: Situation) -> Iterator[Wanted]:
    said: list[Entry[Any]] = [*now.chart.of(CentreRole), *now.chart.of(AcceptReferral)]
    outside = [e for e in sorted(said, key=lambda e: e.key) if e.fields.centre_role == "non_reference"]
    who = centre(now.chart)
    unsaid = [a for a in now.chart.of(Adopt) if centre(now.chart.upto(*a.key)) is None]
    first = outside[0] if outside else unsaid[0] if unsaid else None
    if first is None:
        return
    settled = who if who and who.fields.centre_role != "non_reference" else None
    yield Wanted(
        opened=first.on, why="care is outside a reference centre" if outside else "who treats is not recorded",
        done=settled.on if settled else None, done_by=settled.id if settled else "",
    )  # fmt: skip


def _anchors(chart: Chart) -> list[tuple[int, date, date]]:
    """Each start of staging: its number, the day tasks count from, and the day evidence counts from (T01, T02)."""
    starts = staging_starts(chart)
    days = [(a.day if isinstance(a.fields, Adopt) else a.on) for a in starts]
    begun = [(a.fields.staging_started or a.on if isinstance(a.fields, Adopt) else a.on) for a in starts]
    return [(n, day, since) for n, (day, since) in enumerate(zip(days, begun, strict=True), 1)]


def _staging_ct_task(now: Situation) -> Iterator[Wanted]:
    found = staging_cts(now.chart, now.site)
    for n, anchor, _ in _anchors(now.chart)[-1:]:
        due, why = in_days(now.site, "staging_ct.due_days", anchor, "start of staging")
        yield Wanted(
            occurrence=n, opened=anchor, due=due, why=why, done=found[0].on if found else None,
            done_by=found[0].id if found else "",
        )  # fmt: skip


def _baseline_brain_mri(now: Situation) -> Iterator[Wanted]:
    lookback = timedelta(days=now.site.number("brain_mri.lookback_days") or 0)
    for n, anchor, begun in _anchors(now.chart)[-1:]:
        found = brain_imaging_on_file(now.chart, now.site, begun - lookback)
        due, why = in_days(now.site, "brain_mri.due_days", anchor, "start of staging")
        yield Wanted(
            occurrence=n, opened=anchor, due=due, why=why, done=found[0].on if found else None,
            done_by=found[0].id if found else "",
        )  # fmt: skip


def _referral_answer(now: Situation) -> Iterator[Wanted]:
    registered = now.chart.patient.registered
    due, why = in_days(now.site, "referral.due_days", registered, "registration")
    left = now.path[1] if len(now.path) > 1 else None
    yield Wanted(
        opened=registered, due=due, why=why, done=left.on if left else None, done_by=left.entry if left else ""
    )


def _staging_completion(now: Situation) -> Iterator[Wanted]:
    for n, arrival in enumerate(now.arrivals(State.STAGING), 1):
        ready = _staging_reports(now)
        after = next((a for a in now.path if a.key > arrival.key), None)
        if ready is None or (after and after.on < ready):
            continue
        due, why = in_days(now.site, "staging_completion.due_days", ready, "last staging report of")
        yield Wanted(
            occurrence=n, opened=ready, due=due, why=why, done=after.on if after else None,
            done_by=after.entry if after else "",
        )  # fmt: skip


def _staging_reports(now: Situation) -> date | None:
    """The day on which histology, CT and brain imaging were all final."""
    entry = histology(now.chart)
    cts = staging_cts(now.chart, now.site)
    brain = brain_imaging_on_file(now.chart, now.site, brain_since(now.chart, now.site))
    if entry is None or entry.fields.result != "asps_confirmed" or not cts or not brain:
        return None
    return max(entry.on, cts[0].reported, brain[0].reported)


COORDINATOR = Role.COORDINATOR

TASKS = (
    CareTask(
        name="referral_answer",
        title="accept the referral or pass it on",
        priority=Priority.SAFETY,
        owner=COORDINATOR,
        wanted=_referral_answer,
        opens="registration",
        done_when="the referral is accepted, the patient adopted, or an exit",
        timer="T35",
        keys=("referral.due_days",),
        source=(extrapolated("without it nobody would be reminded of a patient who waits for an answer"),),
    ),
    CareTask(
        name="confirm_histology",
        title="confirm histology",
        priority=Priority.SAFETY,
        owner=COORDINATOR,
        wanted=_confirm_histology,
        opens="registration, while the histology is not confirmed",
        done_when="histology confirmed, or another",
        source=s(1),
    ),
    CareTask(
        name="refer_to_reference_centre",
        title="reference-centre referral",
        priority=Priority.SAFETY,
        owner=COORDINATOR,
        wanted=_refer,
        opens="care is outside a reference centre",
        done_when="centre_role is reference_centre or shared_care",
        source=s(56, 57),
    ),
    CareTask(
        name="staging_ct",
        title="staging CT",
        priority=Priority.IMAGING,
        owner=COORDINATOR,
        wanted=_staging_ct_task,
        opens="staging begins",
        done_when="the guard staging_ct is content",
        timer="T01",
        keys=("staging_ct.due_days", "staging_ct.abdomen_pelvis"),
        source=(extrapolated("staging rests on a CT of the chest"),),
    ),
    CareTask(
        name="baseline_brain_mri",
        title="baseline brain MRI",
        priority=Priority.SAFETY,
        owner=COORDINATOR,
        wanted=_baseline_brain_mri,
        opens="staging begins",
        done_when="the guard baseline_brain_imaging is content",
        timer="T02",
        keys=("brain_mri.due_days", "brain_mri.lookback_days"),
        source=s(33, 34, 54),
    ),
    CareTask(
        name="staging_completion",
        title="staging results are in: complete staging",
        priority=Priority.SAFETY,
        owner=COORDINATOR,
        wanted=_staging_completion,
        opens="histology, CT and brain imaging are final while the patient is still in staging",
        done_when="complete_staging, or an exit",
        timer="T36",
        keys=("staging_completion.due_days",),
        source=(extrapolated("without it nobody would be reminded of a patient whose results are all in"),),
    ),
)


TOPIC = Topic(name="staging tasks", tasks=TASKS)
