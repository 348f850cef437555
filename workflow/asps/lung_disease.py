"""The lungs: the index CT, what answers the three-month question, the criteria of metastasectomy (S22, S23, S37)."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from workflow.acts import (
    DecideIntervalScan,
    DecideSurgery,
    PerformSurgery,
)
from workflow.asps.facts import CHEST_CT, LUNGS, Place, Scan, chest_cts, metastasis, not_final
from workflow.calendar import anniversary, months
from workflow.chart import Chart, Entry
from workflow.course import Arrival
from workflow.fields import YNU, Fields
from workflow.records import Imaging, Lesion, PrimarySurgery, Resectability


def episode_start(path: tuple[Arrival, ...]) -> date:
    """The recurrence with which the present episode began (X29); before any recurrence, the beginning."""
    return max((a.on for a in path if a.via == "X29"), default=date.min)


def shows_lung_lesions(chart: Chart, scan: Scan) -> bool:
    """The report counts lung lesions, or a lung lesion was recorded on its day (F16, F17)."""
    counted = (scan.fields.lung_lesions_right or 0) + (scan.fields.lung_lesions_left or 0)
    return bool(counted) or any(e.on == scan.on and e.fields.site in LUNGS for e in chart.of(Lesion))


def index_ct(place: Place, named: str | None = None) -> Scan | None:
    """The CT from which the three months count (2.6): the one the board names, else the first with lung lesions."""
    since, scans = episode_start(place.path), _since_surgery(place.chart)
    plans: list[Entry[Any]] = [*place.chart.of(DecideIntervalScan), *place.chart.of(DecideSurgery)]
    names = [named, *(e.fields.index_ct for e in sorted(plans, key=lambda e: e.key, reverse=True) if e.on >= since)]
    for name in filter(None, names):
        if scan := next((s for s in scans if s.id == name), None):
            return scan
    return next((s for s in scans if s.on >= since and shows_lung_lesions(place.chart, s)), None)


def _since_surgery(chart: Chart) -> list[Scan]:
    """Chest CTs after the latest lung metastasectomy: a second one needs an index and interval CT of its own (2.6)."""
    done = [e.on for e in chart.of(PerformSurgery) if e.fields.type == "lung_metastasectomy"]
    return [scan for scan in chest_cts(chart) if not done or scan.on > max(done)]


def interval_due(place: Place, index: Scan) -> date | None:
    """The date of the interval CT: the index CT plus the calendar months of the site."""
    number = place.site.number("interval_ct.months")
    return months(number).after(index.on) if number is not None else None


def interval_opens(place: Place, index: Scan) -> date | None:
    """The first day whose CT answers the interval question: the date less the days that the site tolerates."""
    due, tolerance = interval_due(place, index), place.site.number("interval_ct.early_tolerance_days") or 0
    return due - timedelta(days=tolerance) if due else None


def qualifying_cts(place: Place, index: Scan | None) -> list[Scan]:
    """Final chest CTs that are late enough to answer the interval question, favourable or not."""
    return [scan for scan in chest_cts(place.chart) if _late_enough(place, index, scan)]


def unread_qualifying_cts(place: Place, index: Scan | None) -> tuple[Scan, ...]:
    """Chest CTs that are late enough, and whose report is only preliminary."""
    return tuple(scan for scan in not_final(place.chart, CHEST_CT) if _late_enough(place, index, scan))


def _late_enough(place: Place, index: Scan | None, scan: Scan) -> bool:
    earliest = interval_opens(place, index) if index else None
    return bool(index and earliest and index.on < scan.on >= earliest)


def favourable(scan: Scan) -> bool:
    """No new lesions, and still operable (S25)."""
    return scan.fields.new_lesions == "no" and scan.fields.operable == "yes"


def unfavourable(scan: Scan) -> bool:
    """New lesions, or no longer operable."""
    return scan.fields.new_lesions == "yes" or scan.fields.operable == "no"


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """One criterion of metastasectomy: met, unmet or unknown, and what says so."""

    says: str
    value: YNU
    seen: tuple[Entry[Any], ...] = ()
    field: str = ""


JUDGEMENTS = (Resectability, DecideIntervalScan, DecideSurgery)


def judged(place: Place, name: str, given: Fields | None = None) -> tuple[Any, Entry[Any] | None]:
    """The tumour board's judgement of this episode: with the present decision, else the latest on file."""
    if given is not None and given.given(name) is not None:
        return given.given(name), None
    entry = place.chart.latest(name, JUDGEMENTS, episode_start(place.path))
    return (entry.fields.given(name), entry) if entry else (None, None)


def primary_surgery(chart: Chart) -> Entry[PrimarySurgery] | None:
    """The operation of the primary tumour, or the statement that there was none."""
    done = [e for e in chart.of(PrimarySurgery) if e.fields.completeness != "not_done"]
    return done[0] if done else chart.last(PrimarySurgery)


def disease_free_interval(chart: Chart) -> Item:
    """At least one year from the primary operation to the first metastasis (S37; R3)."""
    surgery, first = primary_surgery(chart), metastasis(chart)
    seen = tuple(e for e in (surgery, first) if e)
    says = "disease-free interval of at least 1 year"
    if surgery and surgery.fields.completeness == "not_done":
        return Item(says=f"{says} (the primary was not resected)", value="no", seen=seen)
    if surgery is None or first is None:
        field = "primary_surgery" if surgery is None else "extent"
        return Item(says=f"{says} (dates not on file)", value="unknown", seen=seen, field=field)
    long_enough = first.on >= anniversary(surgery.on, 1)
    return Item(says=f"{says} ({surgery.on} to {first.on})", value="yes" if long_enough else "no", seen=seen)


def extrapulmonary(place: Place) -> tuple[str | None, Entry[Any] | None]:
    """Disease outside the lungs (F18): brain and bone metastases and other active lesions count (2.6)."""
    since = episode_start(place.path)
    scans = [e for e in place.chart.of(Imaging) if e.final and e.on >= since]
    lesions = [e for e in place.chart.of(Lesion) if e.on >= since and e.fields.site not in LUNGS]
    for name in ("brain_metastases", "bone_metastases"):
        said = [e for e in scans if e.fields.given(name) in ("yes", "no")]
        if said and said[-1].fields.given(name) == "yes":
            return "present", said[-1]
    if active := [e for e in lesions if e.fields.status in (None, "active")]:
        return "present", active[-1]
    said = [e for e in scans if e.fields.extrapulmonary]
    return (said[-1].fields.extrapulmonary, said[-1]) if said else (None, None)


def criteria(place: Place, given: Fields | None = None) -> tuple[Item, ...]:
    """The five criteria of metastasectomy (S22, S23, S37), each met, unmet or unknown."""
    outside, seen = extrapulmonary(place)
    items = [disease_free_interval(place.chart)]
    items.append(_item("no extrapulmonary disease", outside, "absent", "extrapulmonary", seen))
    for says, name, wanted in (
        ("limited lung disease", "limited", "yes"),
        ("resectable", "resectability", "resectable"),
        ("metastasectomy checklist complete", "checklist", "complete"),
    ):
        value, entry = judged(place, name, given)
        items.append(_item(says, value, wanted, name, entry))
    return tuple(items)


def _item(says: str, value: str | None, wanted: str, field: str, seen: Entry[Any] | None) -> Item:
    answer: YNU = "yes" if value == wanted else "unknown" if value in (None, "unknown") else "no"
    shown = "" if answer == "yes" else f" ({value})" if value else " (not recorded)"
    return Item(says=says + shown, value=answer, seen=(seen,) if seen else (), field=field)
