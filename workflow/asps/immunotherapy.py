"""Immunotherapy first: atezolizumab, or pembrolizumab where the tumour mutational burden is high (S2, S6, S7)."""

from typing import Any

from workflow.asps.board import BOARD
from workflow.asps.drug_safety import EVERY_START, PREGNANCY, SINGLE_REGIMEN
from workflow.asps.regimens import ICI_CLASSES, RULED_OUT, is_agent, regimens, used
from workflow.asps.sources import s
from workflow.calendar import completed_years
from workflow.chart import Chart, Entry
from workflow.records import ImmunotherapyScreen, Progression, Tmb, Weight
from workflow.rules import Case, Finding, Guard, Topic, Transition, met, unmet
from workflow.vocabulary import Level, State, extrapolated, label, trial, unverified

SEVERE = {"solid_organ_transplant", "allo_hsct", "prior_permanent_irae"}
CAUTION = {"autoimmune_active", "autoimmune_history", "immunosuppression", "ild_pneumonitis"}
ADULT = 18
"""Years: the label's doses differ below."""
SCHEDULES = {
    "840_q2w": 14, "1200_q3w": 21, "1680_q4w": 28, "15mgkg_q3w": 21,
    "200_q3w": 21, "400_q6w": 42, "2mgkg_q3w": 21,
}  # fmt: skip
"""Days from dose to dose by schedule code (T07, T16); the product computes no dose (R15)."""
ADULT_ATEZOLIZUMAB = ("840_q2w", "1200_q3w", "1680_q4w")
TMB_HIGH_FROM = 10
"""Mutations per megabase (label, S7)."""


def ruling(chart: Chart) -> Entry[Any] | None:
    """The tumour board's latest ruling on immunotherapy (F32)."""
    return chart.latest("mdt_ruling", (ImmunotherapyScreen,))


def ruled_out(chart: Chart) -> bool:
    """Immunotherapy was ruled contraindicated, unavailable or declined."""
    entry = ruling(chart)
    return bool(entry and entry.fields.mdt_ruling in RULED_OUT)


def _has(case: Case, drug: str) -> bool:
    return any(is_agent(drug, agent) for agent in case.fields.given("agents") or ())


def _age(case: Case) -> int:
    return completed_years(case.chart.patient.born, case.judged_on)


def _minimum_age(case: Case) -> Finding:
    if not _has(case, "atezolizumab") or _age(case) >= 2:
        return met()
    return unmet(f"the patient is {_age(case)} completed years old on {case.judged_on}; atezolizumab from 2 years on")


MINIMUM_AGE = Guard(
    name="minimum_age",
    level=Level.HARD,
    says="atezolizumab from 2 completed years on",
    cleared_by="nobody but time; or another treatment",
    source=(label("atezolizumab: adults and children of 2 years and older"), *s(5)),
    check=_minimum_age,
)


def _screen(case: Case) -> Finding:
    entry, said = case.chart.last(ImmunotherapyScreen), ruling(case.chart)
    if entry is None:
        return unmet("the screen for immunotherapy is not recorded", missing=("immunotherapy_screen findings",))
    decided = said.fields.mdt_ruling if said else None
    if decided == "contraindicated":
        return unmet("the tumour board ruled immunotherapy contraindicated", entry, said)
    severe = sorted(SEVERE & set(entry.fields.findings))
    if severe and decided != "acceptable":
        return unmet(f"{', '.join(severe)} without a ruling that this is acceptable", entry, said,
                     missing=("immunotherapy_screen mdt_ruling = acceptable",))  # fmt: skip
    return met(entry, said)


IMMUNOTHERAPY_SCREEN = Guard(
    name="immunotherapy_screen",
    level=Level.HARD,
    says="a recorded screen; transplant and earlier permanent immune toxicity need the tumour board's ruling",
    cleared_by="a clinician: record immunotherapy_screen; the tumour board: mdt_ruling = acceptable",
    source=(label("warns of severe immune reactions and of rejection after transplant"),
            unverified("the wording on transplant"), extrapolated("the level")),
    check=_screen,
)  # fmt: skip


def _caution(case: Case) -> Finding:
    entry = case.chart.last(ImmunotherapyScreen)
    found = sorted(CAUTION & set(entry.fields.findings)) if entry else []
    return unmet(f"recorded: {', '.join(found)}", entry) if found else met(entry)


IMMUNOTHERAPY_CAUTION = Guard(
    name="immunotherapy_caution",
    level=Level.SOFT,
    says="autoimmune disease, immunosuppression or pneumonitis call for the tumour board's note",
    cleared_by="the tumour board: give its reason",
    source=(trial("these patients were excluded from the trial"), extrapolated("the level")),
    check=_caution,
)


def _alone(case: Case) -> bool:
    return _has(case, "pembrolizumab") and case.fields.given("regimen_class") in ICI_CLASSES


def _tmb_high(case: Case) -> Finding:
    entry = case.chart.last(Tmb)
    if not _alone(case) or (entry and entry.fields.value >= TMB_HIGH_FROM):
        return met(entry)
    why = f"TMB is {entry.fields.value:g} mut/Mb" if entry else "TMB is not known"
    return unmet(f"{why}; pembrolizumab asks for at least {TMB_HIGH_FROM}", entry, missing=() if entry else ("tmb",))


TMB_HIGH = Guard(
    name="tmb_high",
    level=Level.HARD,
    says="pembrolizumab alone asks for a tumour mutational burden of at least 10 mutations per megabase",
    cleared_by="a clinician: record tmb, or choose atezolizumab",
    source=(*s(7), label("pembrolizumab: TMB-H is at least 10 mut/Mb")),
    check=_tmb_high,
)


def _tmb_label(case: Case) -> Finding:
    if not _alone(case):
        return met()
    entry, reasons = case.chart.last(Tmb), []
    if entry is None or entry.fields.fda_approved_assay != "yes":
        reasons.append("the assay is not recorded as FDA-approved")
    if not case.chart.of(Progression) and not any(r.stop_reason == "progression" for r in regimens(case.chart)):
        reasons.append("no progression on an earlier treatment is recorded")
    said, given = ruling(case.chart), any(r.has("atezolizumab") for r in regimens(case.chart))
    if not given and not (said and said.fields.mdt_ruling == "unavailable"):
        reasons.append("atezolizumab has not been used and is not ruled unavailable")
    return unmet("the label differs: " + "; ".join(reasons), entry) if reasons else met(entry)


TMB_LABEL = Guard(
    name="tmb_label",
    level=Level.SOFT,
    says="the label asks for an approved assay, progression, and no satisfactory alternative",
    cleared_by="the tumour board: give its reason; off-label use is then documented",
    source=(label("pembrolizumab TMB-H: progressed, no satisfactory alternative, FDA-approved test"), *s(8)),
    check=_tmb_label,
)


def _schedule(case: Case) -> Finding:
    given = case.fields.given("schedule")
    if not _has(case, "atezolizumab") or (given is None and case.fields.given("regimen_class") == "combination"):
        return met()
    if _age(case) >= ADULT:
        if given in ADULT_ATEZOLIZUMAB:
            return met()
        return unmet(f"schedule {given or 'not given'}; adults: {', '.join(ADULT_ATEZOLIZUMAB)}", missing=("schedule",))
    weight = case.chart.last(Weight)
    if given == "15mgkg_q3w" and weight:
        return met(weight)
    why = f"under 18 years only 15mgkg_q3w with a weight on file; schedule {given or 'not given'}"
    missing = [
        name for name, there in (("schedule = 15mgkg_q3w", given == "15mgkg_q3w"), ("weight", weight)) if not there
    ]
    return unmet(why, weight, missing=missing)


ATEZOLIZUMAB_SCHEDULE = Guard(
    name="atezolizumab_schedule",
    level=Level.HARD,
    says="adults 840_q2w, 1200_q3w or 1680_q4w; under 18 years 15mgkg_q3w with a weight on file",
    cleared_by="a clinician: a schedule of the label; a weight",
    source=(label("atezolizumab 840 mg q2w, 1200 mg q3w, 1680 mg q4w; children 15 mg/kg q3w, at most 1200 mg"),),
    check=_schedule,
)

ICI_DRUGS = (MINIMUM_AGE, ATEZOLIZUMAB_SCHEDULE)
ICI_SCREEN = (IMMUNOTHERAPY_SCREEN, IMMUNOTHERAPY_CAUTION)
ICI_START = (*EVERY_START, *PREGNANCY, *ICI_SCREEN, SINGLE_REGIMEN, *ICI_DRUGS, TMB_HIGH, TMB_LABEL)


def _ici(case: Case) -> bool:
    return case.fields.given("regimen_class") in ICI_CLASSES


def _new_or_tmb(case: Case) -> bool:
    return _ici(case) and (not used(case.chart, "ici") or _has(case, "pembrolizumab"))


TRANSITIONS = (
    Transition(
        id="X06", on="start_regimen", sources=BOARD, dest=State.IMMUNOTHERAPY, when=_ici,
        condition="a checkpoint inhibitor", guards=ICI_START, source=s(2, 6, 36),
    ),
    Transition(
        id="X19", on="start_regimen", sources=frozenset({State.TKI, State.REFRACTORY}), dest=State.IMMUNOTHERAPY,
        when=_new_or_tmb, condition="no checkpoint inhibitor used yet, or pembrolizumab (TMB-H)",
        guards=ICI_START, source=(*s(6, 7), extrapolated("after a TKI")),
    ),
    Transition(
        id="X20a", on="start_regimen", sources=frozenset({State.IMMUNOTHERAPY}), dest=None, when=_ici,
        condition="another checkpoint inhibitor", guards=ICI_START, source=(extrapolated("a switch within the class"),),
    ),
)  # fmt: skip


TOPIC = Topic(
    name="immunotherapy",
    guards=(*ICI_SCREEN, *ICI_DRUGS, TMB_HIGH, TMB_LABEL),
    transitions=TRANSITIONS,
)
