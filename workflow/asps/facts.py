"""What the chart says about the disease: read from final reports and records, never guessed (R6, R12).

Each fact comes with the entry that says so, for guards show what they looked at.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from workflow.acts import (
    AcceptReferral,
    Adopt,
    DecideLocalTherapy,
    Decision,
    PerformLocalTherapy,
)
from workflow.chart import Chart, Entry, derived
from workflow.course import Arrival
from workflow.fields import YNU, Fields
from workflow.records import CentreRole, Extent, Histology, Imaging, Lesion, PregnancyStatus, Symptoms
from workflow.site import Site
from workflow.vocabulary import State

CHEST_CT = frozenset({"ct_chest", "ct_chest_abdomen_pelvis"})
BRAIN_IMAGING = frozenset({"mri_brain", "ct_brain_contrast"})
CNS_MODALITIES = frozenset({"srs", "neurosurgery"})
OPERATIONS = frozenset({"neurosurgery", "surgery_extrapulmonary"})
LUNGS = frozenset({"lung_right", "lung_left"})

Scan = Entry[Imaging]


class Place(Protocol):
    """A chart, the site's settings and the way so far: what a case, a moment and a situation have in common."""

    @property
    def chart(self) -> Chart:
        """Standing facts and acts."""

    @property
    def site(self) -> Site:
        """Settings."""

    @property
    def path(self) -> tuple[Arrival, ...]:
        """States so far."""


def finals(chart: Chart, modalities: Iterable[str], since: date = date.min) -> list[Scan]:
    """Final or amended reports of these modalities, performed on or after a day, oldest first."""
    return [e for e in final_scans(chart) if e.fields.modality in modalities and e.on >= since]


@derived
def final_scans(chart: Chart) -> tuple[Scan, ...]:
    """Every final or amended report, oldest first."""
    return tuple(e for e in chart.of(Imaging) if e.final)


def not_final(chart: Chart, modalities: Iterable[str], since: date = date.min) -> tuple[Scan, ...]:
    """Preliminary reports of these modalities."""
    return tuple(e for e in chart.of(Imaging) if not e.final and e.fields.modality in modalities and e.on >= since)


def chest_cts(chart: Chart, since: date = date.min) -> list[Scan]:
    """Final chest CTs, oldest first."""
    return finals(chart, CHEST_CT, since)


def scan_reported(chart: Chart, entry: Entry[Any]) -> date:
    """The report date that starts a result-driven timer (R19)."""
    named = entry.fields.given("imaging")
    scan = chart.entries.get(named) if named else None
    return scan.reported if scan else entry.reported if isinstance(entry.fields, Imaging) else entry.on


def staging_starts(chart: Chart) -> list[Entry[Any]]:
    """The acts that began staging (F48): acceptance, adoption, and a return that begins it anew."""
    acts = chart.named("accept_referral", "adopt", "return_to_pathway")
    return [a for a in acts if a.name != "return_to_pathway" or (a.outcome and a.outcome.dest is State.STAGING)]


def staging_start(chart: Chart) -> date:
    """The day staging began (F48); the registration while it has not."""
    started = staging_starts(chart)
    if not started:
        return chart.patient.registered
    act = started[-1]
    return act.fields.staging_started or act.on if isinstance(act.fields, Adopt) else act.on


def plan_begins(chart: Chart) -> date:
    """The day from which tasks are asked for: after an adoption that of its entry, what was due before is history."""
    adopted = chart.of(Adopt)
    return adopted[-1].day if adopted else date.min


def staging_complete(chart: Chart) -> bool:
    """Staging was completed since it last began, or the patient was adopted beyond it."""
    started = staging_starts(chart)
    if not started:
        return False
    last = started[-1]
    beyond = isinstance(last.fields, Adopt) and last.fields.state not in (State.REFERRED, State.STAGING)
    return beyond or any(done.key > last.key for done in chart.named("complete_staging"))


def histology(chart: Chart) -> Entry[Histology] | None:
    """The latest word on the diagnosis."""
    return chart.last(Histology)


def centre(chart: Chart) -> Entry[Any] | None:
    """The latest statement of who treats (F11)."""
    return chart.latest("centre_role", (CentreRole, AcceptReferral))


def shows_metastasis(fields: Imaging) -> bool:
    """A report that shows a metastasis anywhere."""
    lungs = (fields.lung_lesions_right or 0) + (fields.lung_lesions_left or 0)
    return (
        bool(lungs) or fields.extrapulmonary == "present" or "yes" in (fields.brain_metastases, fields.bone_metastases)
    )


def metastasis(chart: Chart) -> Entry[Any] | None:
    """What dates the first metastasis (F13, F15): recorded, else the first final report that shows one."""
    recorded: list[Entry[Any]] = [e for e in chart.of(Extent) if e.fields.extent == "metastatic"]
    shown: list[Entry[Any]] = [e for e in final_scans(chart) if shows_metastasis(e.fields)]
    return next(iter(recorded or shown), None)


def symptoms(chart: Chart) -> Entry[Symptoms] | None:
    """The latest word on symptoms (F23)."""
    return chart.last(Symptoms)


def cns_symptoms(chart: Chart) -> Entry[Any] | None:
    """The latest word on symptoms from the nervous system (F27)."""
    return chart.latest("cns_symptoms", (Symptoms,))


def can_become_pregnant(chart: Chart) -> YNU:
    """F04: recorded, else as registered."""
    entry = chart.last(PregnancyStatus)
    return entry.fields.can_become_pregnant if entry else chart.patient.can_become_pregnant


@dataclass(frozen=True, kw_only=True, slots=True)
class Brain:
    """The brain as final reports and treatments show it."""

    status: str
    """unknown, clear, untreated_metastases or treated_metastases."""
    since: Entry[Any] | None = None
    """The report or treatment that made it so."""


def is_cns(fields: Fields) -> bool:
    """A local therapy of the central nervous system (2.3)."""
    return fields.given("site") == "brain" or fields.given("modality") in CNS_MODALITIES


@derived
def brain(chart: Chart) -> Brain:
    """The track `brain` (2.3)."""
    reports = [e for e in finals(chart, BRAIN_IMAGING) if e.fields.brain_metastases in ("yes", "no")]
    treatments = [e for e in chart.of(PerformLocalTherapy) if is_cns(e.fields)]
    events: list[Entry[Any]] = sorted([*reports, *treatments], key=lambda e: e.key)
    now = Brain(status="unknown")
    for event in events:
        status = _brain_after(now.status, event)
        now = now if status == now.status and now.since else Brain(status=status, since=event)
    return now


def _brain_after(status: str, event: Entry[Any]) -> str:
    if isinstance(event.fields, PerformLocalTherapy):
        return "treated_metastases"
    if event.fields.brain_metastases == "no":
        return status if status == "treated_metastases" else "clear"
    new = event.fields.new_lesions == "yes"
    return status if status == "treated_metastases" and not new else "untreated_metastases"


def cns_plan(chart: Chart) -> Entry[Any] | None:
    """The decision on a local therapy of the brain since its metastases were found."""
    found = brain(chart).since
    plans = [e for e in chart.of(DecideLocalTherapy) if is_cns(e.fields) and found and e.on >= found.on]
    return plans[-1] if plans else None


def bone_metastasis(chart: Chart) -> Entry[Any] | None:
    """The first record of a bone metastasis."""
    scans: list[Entry[Any]] = [e for e in final_scans(chart) if e.fields.bone_metastases == "yes"]
    lesions = [e for e in chart.of(Lesion) if e.fields.site == "bone"]
    return min([*scans, *lesions], key=lambda e: e.key, default=None)


@derived
def decisions(chart: Chart) -> tuple[Entry[Any], ...]:
    """Every decision of the tumour board on file, oldest first."""
    return tuple(e for e in chart.acts if isinstance(e.fields, Decision))
