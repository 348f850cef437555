"""Staging: histology, a CT, and the brain MRI that must not be forgotten (S33, S54)."""

from datetime import date, timedelta
from functools import partial
from typing import Any

from workflow.asps.facts import BRAIN_IMAGING, CHEST_CT, finals, histology, not_final, staging_start
from workflow.asps.regimens import treated
from workflow.asps.sources import s
from workflow.chart import Chart, Entry
from workflow.records import Histology, MriContraindication
from workflow.rules import Automatic, Case, Finding, Guard, Moment, Topic, Transition, met, unmet
from workflow.site import Site
from workflow.vocabulary import ON, Level, State, extrapolated, guideline


def brain_since(chart: Chart, site: Site) -> date:
    """The day from which brain imaging counts as baseline."""
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
    since = brain_since(case.chart, case.site)
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
    needed = BRAIN_IMAGING if _mri_exception(case.chart) else {"mri_brain"}
    return not_final(case.chart, needed, brain_since(case.chart, case.site))


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


TOPIC = Topic(
    name="staging",
    guards=(BASELINE_BRAIN_IMAGING, STAGING_CT, CONFIRMED_ASPS),
    transitions=TRANSITIONS,
    automatic=(OUT_OF_SCOPE,),
)
