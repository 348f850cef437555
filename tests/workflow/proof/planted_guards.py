"""Faults planted in the guards of the four pitfalls and in what an override is worth: they look at the wrong thing."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from tests.workflow.proof.planted import guard
from workflow import overrides
from workflow.acts import Override
from workflow.asps import ASPS
from workflow.chart import Chart
from workflow.pathway import Pathway
from workflow.rules import Case, met

Seen = Callable[[Case], Case]
"""What a guard is shown in place of the truth."""


def shown(name: str, seen: Seen) -> Pathway:
    """A guard that looks at something else than it should."""
    check = ASPS.guards[name].check
    return guard(name, check=lambda case: check(seen(case)))


def setting(case: Case, name: str, value: int) -> Case:
    """Another setting than the site's."""
    return replace(case, site=replace(case.site, values={**case.site.values, name: value}))


def without_operations(chart: Chart) -> Chart:
    """As if nobody had been operated on."""
    kept = {id: e for id, e in chart.entries.items() if e.name != "perform_surgery"}
    return replace(chart, entries=kept)


def treated_anywhere(case: Case) -> Any:
    """Treatment before the referral counts as treatment here."""
    return met() if case.chart.named("prior_regimen") else ASPS.guards["baseline_brain_imaging"].check(case)


PLANTED_GUARDS: dict[str, Callable[[], Pathway]] = {
    "an MRI from before the referral will do": lambda: shown(
        "baseline_brain_imaging", lambda case: setting(case, "brain_mri.lookback_days", 999)
    ),
    "an MRI after the start will do": lambda: shown(
        "baseline_brain_imaging", lambda case: replace(case, chart=case.whole)
    ),
    "treatment before the referral spares the MRI": lambda: guard("baseline_brain_imaging", check=treated_anywhere),
    "the interval CT may come a day early": lambda: shown(
        "interval_ct", lambda case: setting(case, "interval_ct.early_tolerance_days", 1)
    ),
    "the CTs before the last operation clear the next": lambda: shown(
        "interval_ct", lambda case: replace(case, chart=without_operations(case.chart))
    ),
}

Live = Callable[[Case], Mapping[str, str]]


def live(good: Callable[[Case, Any], bool]) -> Live:
    """Overrides that are taken as good for an act."""
    return lambda case: {e.fields.guard: e.id for e in case.whole.of(Override) if good(case, e)}


def _used(case: Case) -> set[str]:
    return {id for act in case.whole.acts if act.outcome for id in act.outcome.overrides}


def _in_time(case: Case, entry: Any) -> bool:
    return bool(case.at <= overrides._expires(entry, case.site))


PLANTED_OVERRIDES: dict[str, Live] = {
    "an override never expires": live(lambda c, e: e.fields.action == c.act and e.id not in _used(c)),
    "an override is good for many acts": live(lambda c, e: e.fields.action == c.act and _in_time(c, e)),
    "an override is good for any act": live(lambda c, e: e.id not in _used(c) and _in_time(c, e)),
}
