"""Anti-angiogenic TKIs: pazopanib after immunotherapy, or first where immunotherapy is ruled out (S3, S12, S38)."""

from datetime import date, timedelta
from typing import Any

from workflow.asps.board import BOARD
from workflow.asps.drug_safety import EVERY_START, PREGNANCY, SINGLE_REGIMEN
from workflow.asps.facts import brain, staging_start
from workflow.asps.immunotherapy import ruled_out, ruling
from workflow.asps.regimens import (
    CYTOTOXIC,
    ICI_CLASSES,
    is_agent,
    latest,
    line_of,
    progressed_on,
    progressions_on,
    regimen_of,
    regimens,
    systemic,
)
from workflow.asps.sources import s
from workflow.asps.surgery import PAZOPANIB_PERIOPERATIVE
from workflow.asps.timing import LIVER, missing_of
from workflow.calendar import completed_years, months
from workflow.chart import Chart, Entry
from workflow.records import Progression, TkiScreen
from workflow.rules import Case, Finding, Guard, Topic, Transition, met, unmet
from workflow.vocabulary import Confidence, Level, State, extrapolated, label

BASELINE = (*LIVER, "blood_pressure", "ecg", "potassium", "magnesium", "TSH", "urine_protein")
CAUTIONS = {"uncontrolled_bp", "qt_prolonged", "perforation_risk"}
BLEEDINGS = {"haemoptysis", "cerebral", "gi"}
_PAZOPANIB = label(
    "pazopanib: liver tests, blood pressure, ECG and electrolytes, thyroid and urine protein at baseline"
)


def opens_baseline(chart: Chart, entry: Entry[Any]) -> bool:
    """The decision on a TKI, or systemic progression on a checkpoint inhibitor."""
    if entry.name in ("decide_tki", "decide_combination"):
        return True
    fields = entry.fields
    if not isinstance(fields, Progression) or not systemic(entry):
        return False
    return any(r.with_kind("ici") for r in regimen_of(chart, entry))


def baseline_since(chart: Chart) -> tuple[date, Entry[Any] | None]:
    """From when results count as baseline: the first event in the present line that asks for them, else staging."""
    latest = max((r.entry.key for r in regimens(chart) if not r.prior), default=(date.min, 0))
    asked = (*chart.named("decide_tki", "decide_combination"), *chart.of(Progression))
    first = min((e for e in asked if e.key > latest and opens_baseline(chart, e)), key=lambda e: e.key, default=None)
    return (first.on, first) if first else (staging_start(chart), None)


def _tki_baseline(case: Case) -> tuple[Finding, ...]:
    limit = case.site.number("tki_baseline.max_age_days")
    since, event = baseline_since(case.chart)
    first = since if limit is None else case.judged_on - timedelta(days=limit)
    missing = missing_of(case.chart, BASELINE, first, case.judged_on)
    screen = case.chart.last(TkiScreen)
    found = sorted(CAUTIONS & set(screen.fields.findings)) if screen else []
    return (
        _missing(tuple(m for m in missing if m in LIVER), first, event, Level.HARD),
        _missing(tuple(m for m in missing if m not in LIVER), first, event, Level.SOFT),
        unmet(f"recorded: {', '.join(found)}", screen, level=Level.SOFT) if found else met(screen),
    )


def _missing(names: tuple[str, ...], first: date, event: Entry[Any] | None, level: Level) -> Finding:
    if not names:
        return met()
    return unmet(f"not measured since {first}: {', '.join(names)}", event, missing=names, level=level)


TKI_BASELINE = Guard(
    name="tki_baseline",
    level=Level.HARD,
    says="liver tests before a TKI (hard); blood pressure, ECG, electrolytes, thyroid and urine protein (soft)",
    cleared_by="a coordinator: have them measured and record labs, blood_pressure, ecg; what is soft: a reason",
    source=(_PAZOPANIB, extrapolated("from when results count")),
    check=_tki_baseline,
)


def has_pazopanib(case: Case) -> bool:
    """Whether the start includes pazopanib."""
    return any(is_agent("pazopanib", agent) for agent in case.fields.given("agents") or ())


def _hepatic(case: Case) -> Finding:
    screen = case.chart.last(TkiScreen)
    if has_pazopanib(case) and screen and "severe_hepatic" in screen.fields.findings:
        return unmet("severe hepatic impairment is recorded", screen)
    return met(screen)


HEPATIC_IMPAIRMENT = Guard(
    name="hepatic_impairment",
    level=Level.HARD,
    says="pazopanib is not recommended in severe hepatic impairment",
    cleared_by="a clinician: a later tki_screen without it, or another drug",
    source=(label("pazopanib: not recommended in severe hepatic impairment"),),
    check=_hepatic,
)


def bleeding(chart: Chart) -> list[tuple[date, Entry[TkiScreen]]]:
    """Recorded haemorrhages, each with its day; without one, the day of the record."""
    said = [e for e in chart.of(TkiScreen) if e.fields.haemorrhage in BLEEDINGS]
    flagged = [e for e in chart.of(TkiScreen) if "haemorrhage_6m" in e.fields.findings and e not in said]
    return [(e.fields.haemorrhage_on or e.on, e) for e in (*said, *flagged)]


def _haemorrhage(case: Case) -> Finding:
    recent = [(on, e) for on, e in bleeding(case.chart) if case.judged_on < months(6).after(on)]
    if not recent or not has_pazopanib(case):
        return met(case.chart.last(TkiScreen))
    on, entry = max(recent, key=lambda pair: pair[0])
    what = entry.fields.haemorrhage if entry.fields.haemorrhage in BLEEDINGS else "haemorrhage"
    return unmet(f"{what} of {on}; not before {months(6).after(on)} (6 calendar months)", entry)


RECENT_HAEMORRHAGE = Guard(
    name="recent_haemorrhage",
    level=Level.HARD,
    says="no pazopanib within 6 calendar months of haemoptysis, cerebral or gastrointestinal haemorrhage",
    cleared_by="time; or another drug",
    source=(
        label(
            "pazopanib: not studied after haemoptysis, cerebral or GI haemorrhage in the past 6 months",
            Confidence.MEDIUM,
        ),
    ),
    check=_haemorrhage,
)


def _brain_tki(case: Case) -> Finding:
    now = brain(case.chart)
    if has_pazopanib(case) and now.status == "untreated_metastases":
        return unmet("untreated brain metastases may bleed under an anti-angiogenic drug", now.since)
    return met(now.since)


UNTREATED_BRAIN_METASTASES_TKI = Guard(
    name="untreated_brain_metastases_tki",
    level=Level.SOFT,
    says="pazopanib with untreated brain metastases calls for a reason",
    cleared_by="the tumour board: treat the brain first, or give its reason",
    source=(extrapolated("risk of bleeding"),),
    check=_brain_tki,
)


def _pazopanib_age(case: Case) -> Finding:
    age = completed_years(case.chart.patient.born, case.judged_on)
    if has_pazopanib(case) and age < 18:
        return unmet(f"the patient is {age} completed years old on {case.judged_on}; the label starts at 18")
    return met()


PAZOPANIB_AGE = Guard(
    name="pazopanib_age",
    level=Level.SOFT,
    says="pazopanib under 18 years is off label",
    cleared_by="the tumour board: give its reason; off-label use is then documented",
    source=(label("pazopanib: safety and effectiveness in children not established", Confidence.MEDIUM),),
    check=_pazopanib_age,
)


def _prior_chemotherapy(case: Case) -> Finding:
    if not has_pazopanib(case) or any(r.kind in CYTOTOXIC for r in regimens(case.chart)):
        return met()
    return unmet("the label asks for earlier chemotherapy, which the guide advises against (S17)")


PAZOPANIB_PRIOR_CHEMOTHERAPY = Guard(
    name="pazopanib_prior_chemotherapy",
    level=Level.SOFT,
    says="the label of pazopanib asks for earlier chemotherapy; without it the use is off label",
    cleared_by="the tumour board: give its reason; off-label use is then documented",
    source=(label("pazopanib: advanced soft tissue sarcoma after prior chemotherapy"), *s(12)),
    check=_prior_chemotherapy,
)


def refractory_on(chart: Chart, criterion: str | None) -> bool:
    """The refractory criterion (2.6): progression on a TKI, and on a checkpoint inhibitor or with that ruled out."""
    if not progressed_on(chart, "tki"):
        return False
    said = ruling(chart)
    if criterion == "contraindicated_only":
        out = bool(said and said.fields.mdt_ruling == "contraindicated")
    else:
        out = ruled_out(chart)
    return out or progressed_on(chart, "ici")


def _treatment_order(case: Case) -> Finding:
    kind, said = case.fields.given("regimen_class"), ruling(case.chart)
    if kind == "combination":
        if refractory_on(case.chart, case.site.word("refractory.criterion")):
            return met(said)
        return unmet("the disease is not refractory: no progression on both classes of drug is recorded", said)
    if line_of(case) == 1 and not ruled_out(case.chart):
        return unmet(
            "a TKI first, without a ruling against immunotherapy", said, missing=("immunotherapy_screen mdt_ruling",)
        )
    return _leaving_ici(case)


def _leaving_ici(case: Case) -> Finding:
    last = latest(case.chart)
    if last is None or last.kind not in ICI_CLASSES or last.stop_reason in ("progression", "toxicity", "choice"):
        return met(last.entry if last else None)
    progressions = progressions_on(case.chart, last)
    if progressions:
        return met(last.entry, progressions[-1])
    return unmet(
        "immunotherapy is left without recorded progression, toxicity or choice", last.entry, missing=("progression",)
    )


TREATMENT_ORDER = Guard(
    name="treatment_order",
    level=Level.SOFT,
    says="immunotherapy first, a TKI after it or where it is ruled out, the combination for refractory disease",
    cleared_by="the tumour board: record the ruling or the progression, or give its reason",
    source=s(6, 38, 40),
    check=_treatment_order,
)

PAZOPANIB = (
    HEPATIC_IMPAIRMENT, RECENT_HAEMORRHAGE, PAZOPANIB_PERIOPERATIVE, UNTREATED_BRAIN_METASTASES_TKI, PAZOPANIB_AGE,
)  # fmt: skip
TKI_START = (
    *EVERY_START, *PREGNANCY, TKI_BASELINE, TREATMENT_ORDER, SINGLE_REGIMEN, *PAZOPANIB, PAZOPANIB_PRIOR_CHEMOTHERAPY,
)  # fmt: skip


def _tki(case: Case) -> bool:
    return bool(case.fields.given("regimen_class") == "tki")


def _row(id: str, source: Any, dest: State | None, *states: State) -> Transition:
    return Transition(
        id=id, on="start_regimen", sources=frozenset(states), dest=dest, when=_tki, condition="an anti-angiogenic TKI",
        guards=TKI_START, source=source,
    )  # fmt: skip


_SWITCH = (extrapolated("a switch within the class"),)

TRANSITIONS = (
    _row("X08", (*s(3), extrapolated("first where immunotherapy is ruled out")), State.TKI, *sorted(BOARD)),
    _row("X17", s(38), State.TKI, State.IMMUNOTHERAPY),
    _row("X20b", _SWITCH, None, State.TKI),
    _row("X20c", _SWITCH, State.TKI, State.REFRACTORY),
)

TOPIC = Topic(
    name="TKI",
    guards=(
        TKI_BASELINE,
        HEPATIC_IMPAIRMENT,
        RECENT_HAEMORRHAGE,
        UNTREATED_BRAIN_METASTASES_TKI,
        PAZOPANIB_AGE,
        PAZOPANIB_PRIOR_CHEMOTHERAPY,
        TREATMENT_ORDER,
    ),
    transitions=TRANSITIONS,
)
