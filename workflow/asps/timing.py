"""Dates of tasks with their arithmetic, and what counts as an answer to them."""

from collections.abc import Iterable
from datetime import date

from workflow.asps.facts import chest_cts, finals
from workflow.calendar import Span, days, months
from workflow.chart import Chart, derived
from workflow.labs import LabResult, Labs
from workflow.plan import Answer
from workflow.records import BloodPressure, Ecg
from workflow.site import Site

Dated = tuple[date | None, str]
"""A due date, or None while its key is UNSET, with the arithmetic."""

LIVER = ("ALT", "AST", "bilirubin")


def after(anchor: date, what: str, span: Span, times: int = 1) -> Dated:
    """The anchor plus a span, `times` over, counted from the anchor (R2)."""
    due = span.after(anchor, times)
    shown = f"{times} x {span}" if times != 1 else str(span)
    return due, f"{what} {anchor} + {shown} = {due}"


def unset(key: str) -> Dated:
    """No date: the site has not decided."""
    return None, f"no date: {key} is UNSET at this site"


def in_days(site: Site, key: str, anchor: date, what: str, times: int = 1) -> Dated:
    """The anchor plus the site's days."""
    number = site.number(key)
    return unset(key) if number is None else after(anchor, what, days(number), times)


def in_months(site: Site, key: str, anchor: date, what: str, times: int = 1) -> Dated:
    """The anchor plus the site's calendar months."""
    number = site.number(key)
    return unset(key) if number is None else after(anchor, what, months(number), times)


def scans(chart: Chart, since: date) -> list[Answer]:
    """Final CTs after a day: the answer to every imaging task that asks for any CT."""
    return [(e.on, e.id) for e in chest_cts(chart, since) if e.on > since]


def brain_mris(chart: Chart, since: date) -> list[Answer]:
    """Brain MRIs, final, after a day."""
    return [(e.on, e.id) for e in finals(chart, ("mri_brain",), since) if e.on > since]


@derived
def measured(chart: Chart) -> list[tuple[date, str, frozenset[str]]]:
    """What was measured when: final laboratory reports, blood pressures and ECGs."""
    labs = [(e.on, e.id, frozenset([r.analyte for r in e.fields.results])) for e in chart.of(Labs) if e.final]
    pressures = [(e.on, e.id, frozenset({"blood_pressure"})) for e in chart.of(BloodPressure)]
    ecgs = [(e.on, e.id, frozenset({"ecg"})) for e in chart.of(Ecg)]
    every: list[tuple[date, str, frozenset[str]]] = [*labs, *pressures, *ecgs]
    return sorted(every, key=lambda m: m[0])


def complete_sets(chart: Chart, needed: Iterable[str], since: date) -> list[Answer]:
    """Each day on which a set of measurements became complete, counted anew after every complete one."""
    wanted = frozenset(needed)
    have: frozenset[str] = frozenset()
    answers: list[Answer] = []
    for on, id, got in measured(chart):
        if on < since:
            continue
        have |= got & wanted
        if have == wanted:
            answers.append((on, id))
            have = frozenset()
    return answers


def missing_of(chart: Chart, needed: Iterable[str], first: date, last: date) -> tuple[str, ...]:
    """What of a set was not measured within a window, both days included."""
    have = {name for on, _, got in measured(chart) if first <= on <= last for name in got}
    return tuple(name for name in needed if name not in have)


def times_limit(result: LabResult) -> float | None:
    """How many times the upper limit of its own laboratory a result is; None without a limit."""
    return result.value / result.uln if result.uln else None


def above(chart: Chart, analytes: Iterable[str], times: float, since: date) -> list[tuple[Answer, LabResult]]:
    """Final results of these analytes above a multiple of their own upper limit."""
    wanted = frozenset(analytes)
    return [
        ((e.on, e.id), r)
        for e in chart.of(Labs)
        if e.final and e.on >= since
        for r in e.fields.results
        if r.analyte in wanted and (times_limit(r) or 0) > times
    ]
