"""What a tumour board needs to know of a patient, read from the chart: facts with their dates, and what is not known.

It says what is on file, in the words of the records, and weighs nothing. What is not recorded is named as such and
never left out.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from workflow.acts import Override, PerformLocalTherapy, PerformSurgery
from workflow.asps.facts import Scan, brain, centre, chest_cts, cns_symptoms, final_scans, histology, symptoms
from workflow.asps.lung_disease import criteria, extrapulmonary, index_ct, interval_due
from workflow.asps.regimens import Regimen, regimens
from workflow.asps.tracks import bone_health
from workflow.chart import Chart, Entry
from workflow.fields import YNU
from workflow.plan import Plan
from workflow.records import Imaging, Msi, PalliativeCare, PerformanceStatus, Progression, Response, Tmb
from workflow.rules import Situation


@dataclass(frozen=True, kw_only=True, slots=True)
class Fact:
    """One thing that is known, or not, and since when."""

    name: str
    says: str
    """Empty: not recorded."""
    on: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Criterion:
    """One criterion of metastasectomy."""

    says: str
    value: YNU


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One systemic treatment."""

    line: int
    agents: str
    kind: str
    start: date
    ended: date | None
    why: str
    """Why it ended; or what is on hold."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Overridden:
    """A hard stop that was overridden, or may be."""

    guard: str
    action: str
    on: date
    by: tuple[str, str]
    why: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Summary:
    """A patient on one page."""

    facts: tuple[Fact, ...]
    criteria: tuple[Criterion, ...]
    lines: tuple[Line, ...]
    course: tuple[Fact, ...]
    """Responses, progressions, operations and local treatments, newest first."""
    scans: tuple[Fact, ...]
    """The latest final report of each kind."""
    open_questions: tuple[str, ...]
    overrides: tuple[Overridden, ...]


def summary(now: Situation, planned: Plan) -> Summary:
    """The page of a patient, as of the situation."""
    chart = now.chart
    return Summary(
        facts=tuple(_facts(now)),
        criteria=tuple(Criterion(says=item.says, value=item.value) for item in criteria(now)),
        lines=tuple(_line(regimen) for regimen in regimens(chart)),
        course=tuple(sorted(_course(chart), key=lambda fact: fact.on or date.min, reverse=True)),
        scans=tuple(_latest_scans(chart)),
        open_questions=tuple(_open_questions(now, planned)),
        overrides=tuple(_override(entry) for entry in chart.of(Override)),
    )


def _facts(now: Situation) -> Iterator[Fact]:
    chart = now.chart
    yield _said("histology", histology(chart), "result")
    yield _said("centre", centre(chart), "centre_role")
    yield _lung(now, chest_cts(chart))
    yield _interval(now)
    outside, seen = extrapulmonary(now)
    yield Fact(name="disease outside the lungs", says=outside or "", on=seen.on if seen else None)
    found = brain(chart)
    yield Fact(name="brain", says=found.status, on=found.since.on if found.since else None)
    yield Fact(name="bone", says=bone_health(chart))
    yield _said("symptoms", symptoms(chart), "symptomatic")
    yield _said("symptoms of the nervous system", cns_symptoms(chart), "cns_symptoms")
    yield _said("ECOG", chart.last(PerformanceStatus), "ecog")
    yield _said("palliative care", chart.last(PalliativeCare), "status")
    yield _said("TMB, mutations per megabase", chart.last(Tmb), "value")
    yield _said("MSI", chart.last(Msi), "result")


def _said(name: str, entry: Entry[Any] | None, field: str) -> Fact:
    value = entry.fields.given(field) if entry else None
    return Fact(name=name, says="" if value is None else str(value), on=entry.on if entry else None)


def _lung(now: Situation, scans: list[Scan]) -> Fact:
    """Lesions as the latest report that counts them has it."""
    counted = [s for s in scans if None not in (s.fields.lung_lesions_right, s.fields.lung_lesions_left)]
    if not counted:
        return Fact(name="lung lesions", says="")
    last = counted[-1]
    says = f"{last.fields.lung_lesions_right} right, {last.fields.lung_lesions_left} left"
    return Fact(name="lung lesions", says=says, on=last.on)


def _interval(now: Situation) -> Fact:
    index = index_ct(now)
    due = interval_due(now, index) if index else None
    says = f"index CT of {index.on}, the interval CT counts from {due}" if index and due else ""
    return Fact(name="interval", says=says)


def _line(regimen: Regimen) -> Line:
    held = ", ".join(f"{agent} on hold since {entry.on}" for agent, entry in regimen.held.items())
    return Line(
        line=regimen.line, agents=" + ".join(regimen.agents), kind=regimen.kind, start=regimen.start,
        ended=regimen.ended, why=regimen.stop_reason if regimen.ended else held,
    )  # fmt: skip


def _course(chart: Chart) -> Iterator[Fact]:
    for response in chart.of(Response):
        yield Fact(name="response", says=response.fields.assessment, on=response.on)
    for event in chart.of(Progression):
        yield Fact(name="progression", says=f"{event.fields.pattern}, {event.fields.criterion}", on=event.on)
    for operation in chart.of(PerformSurgery):
        done = filter(None, (operation.fields.type, operation.fields.completeness))
        yield Fact(name="operation", says=", ".join(done), on=operation.on)
    for local in chart.of(PerformLocalTherapy):
        done = filter(None, (local.fields.modality, local.fields.site))
        yield Fact(name="local treatment", says=", ".join(done), on=local.on)


_SHOWN = ("lung_lesions_right", "lung_lesions_left", "extrapulmonary", "new_lesions", "operable", "brain_metastases",
          "bone_metastases")  # fmt: skip


def _latest_scans(chart: Chart) -> Iterator[Fact]:
    latest = {scan.fields.modality: scan for scan in final_scans(chart)}
    for scan in sorted(latest.values(), key=lambda scan: scan.on, reverse=True):
        yield Fact(name=scan.fields.modality, says=_findings(scan.fields), on=scan.on)


def _findings(report: Imaging) -> str:
    found = [(name, report.given(name)) for name in _SHOWN]
    return "; ".join(f"{name} {value}" for name, value in found if value is not None) or "final report"


def _open_questions(now: Situation, planned: Plan) -> Iterator[str]:
    yield from (task.why for task in planned.open if task.name == "complete_missing_data")
    yield from (f"not known: {item.says}" for item in criteria(now) if item.value == "unknown")
    yield from (f"only preliminary: {scan}" for scan in now.chart.of(Imaging) if not scan.final)


def _override(entry: Entry[Override]) -> Overridden:
    fields = entry.fields
    return Overridden(
        guard=fields.guard, action=fields.action, on=entry.on, by=(entry.user, fields.signer_2),
        why=f"{fields.reason_code}: {fields.text}",
    )  # fmt: skip
