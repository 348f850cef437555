"""Staging: histology, a CT, and the brain MRI that must not be forgotten (S33, S54)."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from typing import Any

from workflow.acts import AcceptReferral, Adopt
from workflow.asps.facts import (
    BRAIN_IMAGING,
    CHEST_CT,
    centre,
    finals,
    histology,
    not_final,
    staging_start,
    staging_starts,
)
from workflow.asps.regimens import treated
from workflow.asps.sources import s
from workflow.asps.timing import in_days
from workflow.chart import Chart, Entry
from workflow.pathway import (
    Automatic,
    CareTask,
    Case,
    Finding,
    Guard,
    Moment,
    Priority,
    Situation,
    Topic,
    Transition,
    Wanted,
    met,
    unmet,
)
from workflow.records import CentreRole, Histology, MriContraindication
from workflow.site import Site
from workflow.vocabulary import ON, Level, Role, State, extrapolated, guideline


def _brain_since(chart: Chart, site: Site) -> date:
    return staging_start(chart) - timedelta(days=site.number("brain_mri.lookback_days") or 0)


def _mri_exception(chart: Chart) -> Entry[MriContraindication] | None:
    entry = chart.last(MriContraindication)
    return entry if entry and entry.fields.contraindicated == "yes" else None


def brain_imaging_on_file(chart: Chart, site: Site, since: date) -> list[Entry[Any]]:
    """Final brain imaging that counts: an MRI, or a contrast CT that a clinician accepted as no MRI is possible."""
    exception = _mri_exception(chart)
    accepted = BRAIN_IMAGING if exception and exception.fields.ct_accepted_by else {"mri_brain"}
    return [*finals(chart, accepted, since)]


def _baseline_brain_imaging(case: Case) -> Finding:
    if case.act not in ("complete_staging", "decide_surgery") and treated(case.chart):
        return met()
    since = _brain_since(case.chart, case.site)
    if found := brain_imaging_on_file(case.chart, case.site, since):
        return met(found[-1])
    exception, earlier = _mri_exception(case.chart), finals(case.chart, BRAIN_IMAGING)
    if exception and not exception.fields.ct_accepted_by:
        missing = ("final ct_brain_contrast and ct_accepted_by: the clinician who accepts it instead of an MRI",)
        return unmet(
            "an MRI is contraindicated, and no clinician has accepted a contrast CT", exception, missing=missing
        )
    why = f"no final brain MRI performed on or after {since}"
    return unmet(why, *earlier[-1:], missing=("imaging mri_brain, report = final",))


def _unread_brain_imaging(case: Case) -> tuple[Entry[Any], ...]:
    return not_final(case.chart, BRAIN_IMAGING, _brain_since(case.chart, case.site))


BASELINE_BRAIN_IMAGING = Guard(
    name="baseline_brain_imaging",
    level=Level.HARD,
    says="a final brain MRI from staging (not more than {brain_mri.lookback_days} days before it; UNSET counts as 0) "
    "before staging is complete, before surgery and before the first treatment; PET-CT does not count",
    cleared_by="a coordinator: have the brain MRI done and record it; a clinician: accept a contrast CT where no MRI "
    "is possible (mri_contraindication)",
    source=(*s(33, 54, 55), guideline("where no MRI is possible, a contrast CT is acceptable")),
    check=_baseline_brain_imaging,
    preliminary=_unread_brain_imaging,
)


def staging_cts(chart: Chart, site: Site) -> list[Entry[Any]]:
    """Final CTs that stage: of the chest, with abdomen and pelvis where the site asks for it."""
    return [*finals(chart, _staging_modalities(site))]


def _staging_modalities(site: Site) -> frozenset[str]:
    return frozenset({"ct_chest_abdomen_pelvis"}) if site.word("staging_ct.abdomen_pelvis") == "yes" else CHEST_CT


def _staging_ct(case: Case) -> Finding:
    if found := staging_cts(case.chart, case.site):
        return met(found[-1])
    modality = " or ".join(sorted(_staging_modalities(case.site)))
    return unmet("no final staging CT on file", missing=(f"imaging {modality}, report = final",))


STAGING_CT = Guard(
    name="staging_ct",
    level=Level.HARD,
    says="a final staging CT of the chest (with abdomen and pelvis: {staging_ct.abdomen_pelvis})",
    cleared_by="a coordinator: have the CT done and record its final report",
    source=(extrapolated("staging rests on a CT of the chest"),),
    check=_staging_ct,
    preliminary=lambda case: not_final(case.chart, _staging_modalities(case.site)),
)


def _confirmed_asps(case: Case) -> Finding:
    entry = histology(case.chart)
    if entry and entry.fields.result == "asps_confirmed":
        return met(entry)
    why = f"histology is {entry.fields.result}" if entry else "histology is not recorded"
    return unmet(why, entry, missing=("histology result = asps_confirmed",))


CONFIRMED_ASPS = Guard(
    name="confirmed_asps",
    level=Level.HARD,
    says="the rules are for confirmed ASPS",
    cleared_by="a clinician: record the histology after review by a sarcoma pathologist",
    source=s(1),
    check=_confirmed_asps,
)


def _other_histology(moment: Moment) -> bool:
    entry = histology(moment.chart)
    return bool(entry and entry.fields.result == "other")


def _adopts(state: State, case: Case) -> bool:
    return bool(case.fields.given("state") == state)


TRANSITIONS = (
    *(
        Transition(
            id=f"X00.{state.value}",
            on="adopt",
            sources=frozenset({State.REFERRED}),
            dest=state,
            when=partial(_adopts, state),
            condition=f"already in {state.title}",
            source=(extrapolated("a patient who was under way when the software arrived"),),
        )
        for state in sorted(ON - {State.REFERRED})
    ),
    Transition(id="X01", on="accept_referral", sources=frozenset({State.REFERRED}), dest=State.STAGING, source=s(56)),
    Transition(
        id="X03",
        on="complete_staging",
        sources=frozenset({State.STAGING}),
        dest=State.MDT_REVIEW,
        guards=(BASELINE_BRAIN_IMAGING, STAGING_CT, CONFIRMED_ASPS),
        source=s(33, 54),
    ),
    Transition(id="X02", on="declare_out_of_scope", sources=ON, dest=State.OUT_OF_SCOPE, source=s(1)),
)

OUT_OF_SCOPE = Automatic(
    id="X02.histology",
    sources=ON,
    dest=State.OUT_OF_SCOPE,
    condition="histology is another than ASPS",
    facts=frozenset({Histology}),
    when=_other_histology,
    source=s(1),
)


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
    adopted = now.chart.of(Adopt)
    first = outside[0] if outside else adopted[0] if adopted and who is None else None
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
    brain = brain_imaging_on_file(now.chart, now.site, _brain_since(now.chart, now.site))
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

TOPIC = Topic(
    name="staging",
    guards=(BASELINE_BRAIN_IMAGING, STAGING_CT, CONFIRMED_ASPS),
    transitions=TRANSITIONS,
    automatic=(OUT_OF_SCOPE,),
    tasks=TASKS,
)
