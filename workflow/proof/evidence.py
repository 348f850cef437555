"""What the guide asks for before an act (S50, S52, S54, S56), said once more by lines that know nothing of the guards.

Only what is dated up to the act counts: a scan of next week clears nothing today.
"""

from datetime import timedelta
from typing import Any

from workflow.acts import Override
from workflow.calendar import add_months
from workflow.chart import Chart, Entry
from workflow.proof.letters import LUNG
from workflow.proof.worlds import World
from workflow.vocabulary import Role


def signed(world: World, act: Entry[Any]) -> bool:
    """Two clinicians signed for this act: an override that names it, had not expired and was used for nothing else."""
    used = act.outcome.overrides if act.outcome else ()
    elsewhere = {id for a in world.chart.acts if a.outcome and a.id != act.id for id in a.outcome.overrides}
    return bool(used) and all(_signs(world.chart.entries[id], act) and id not in elsewhere for id in used)


def _signs(override: Entry[Override], act: Entry[Any]) -> bool:
    given = override.fields
    two = override.by is Role.CLINICIAN and given.signer_2 != override.user
    return two and given.action == act.name and given.expires is not None and act.at <= given.expires


def has_interval_ct(world: World, act: Entry[Any]) -> bool:
    """Two chest CTs, the second at least the months after the first, without new lesions and operable, and no worse
    one since; both after any earlier lung metastasectomy."""
    done = [e.on for e in world.chart.named("perform_surgery") if e.fields.type == LUNG["type"] and e.key < act.key]
    known = [e for e in world.chart.ordered if _is_report(e, "ct_chest", "ct_chest_abdomen_pelvis") and e.on <= act.on]
    scans = [e for e in known if all(e.on > day for day in done)]
    first = next((e for e in scans if e.fields.lung_lesions_right or e.fields.lung_lesions_left), None)
    months = world.site.number("interval_ct.months")
    if first is None or months is None:
        return False
    opens = add_months(first.on, months) - _days(world, "interval_ct.early_tolerance_days")
    later = [e for e in scans if e.on >= opens]
    good = [e for e in later if e.fields.new_lesions == "no" and e.fields.operable == "yes"]
    return bool(good) and good[-1] is scans[-1]


def _days(world: World, key: str) -> timedelta:
    """What the site has decided to tolerate."""
    return timedelta(days=world.site.number(key) or 0)


def _is_report(entry: Entry[Any], *modalities: str) -> bool:
    return entry.fields.given("modality") in modalities and entry.fields.given("report") in ("final", "amended")


def has_brain_imaging(world: World, act: Entry[Any]) -> bool:
    """A final brain MRI since staging began, or a contrast CT that a clinician accepted; or no first treatment."""
    chart = world.chart
    if act.name != "decide_surgery" and _treated_before(chart, act):
        return True
    begun = max(e.on for e in chart.named("accept_referral", "adopt")) - _days(world, "brain_mri.lookback_days")
    said = chart.named("mri_contraindication")
    taken = said and said[-1].fields.contraindicated == "yes" and said[-1].fields.ct_accepted_by
    allowed = ("mri_brain", "ct_brain_contrast") if taken else ("mri_brain",)
    return any(_is_report(e, *allowed) and begun <= e.on <= act.on for e in chart.entries.values())


def _treated_before(chart: Chart, act: Entry[Any]) -> bool:
    done = chart.named("start_regimen", "enrol_in_trial", "perform_local_therapy", "perform_surgery")
    return any(e.seq < act.seq and e.fields.given("type") in (None, LUNG["type"]) for e in done)


def in_reference_centre(world: World, act: Entry[Any]) -> bool:
    """The latest word on who treats is the reference centre, or one that shares care and decided this."""
    said = [e for e in world.chart.ordered if e.fields.given("centre_role") and e.on <= act.on]
    role = said[-1].fields.centre_role if said else None
    if role == "reference_centre":
        return True
    named = said[-1].fields.reference_centre if role == "shared_care" else None
    by_it = [d.name for d in world.chart.acts if d.name.startswith("decide_") and d.fields.given("centre") == named]
    return named is not None and _decision(act) in by_it


def _decision(act: Entry[Any]) -> str:
    """The decision that an act carries out; a decision is its own."""
    if act.name != "start_regimen":
        carried = {"enrol_in_trial": "decide_trial", "perform_local_therapy": "decide_local_therapy"}
        return carried.get(act.name, act.name)
    kind = act.fields.regimen_class
    known = {"ici_pdl1": "immunotherapy", "ici_pd1": "immunotherapy", "tki": "tki", "combination": "combination"}
    return f"decide_{known.get(kind, 'other')}"


def not_first_line(world: World, act: Entry[Any]) -> bool:
    """No chemotherapy, or some systemic treatment came before it."""
    if not str(act.fields.given("regimen_class")).startswith("cytotoxic"):
        return True
    before = world.chart.named("prior_regimen", "start_regimen", "enrol_in_trial")
    return any(e.seq < act.seq for e in before)
