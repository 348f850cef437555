"""What every start of a drug meets: pregnancy, the brain, baseline imaging, one regimen at a time; and toxicity."""

from datetime import date, timedelta

from workflow.asps.facts import brain, can_become_pregnant, chest_cts, cns_plan, cns_symptoms
from workflow.asps.general import REFERENCE_CENTRE
from workflow.asps.regimens import ICI_CLASSES, names, running
from workflow.asps.staging import BASELINE_BRAIN_IMAGING, CONFIRMED_ASPS
from workflow.chart import Entry
from workflow.records import PregnancyStatus, PregnancyTest
from workflow.rules import Case, Finding, Guard, Topic, met, unmet
from workflow.vocabulary import Level, State, extrapolated, guideline, label, trial, unverified

PREGNANCY_LABEL = label(
    "can harm the unborn; a negative pregnancy test before the start, contraception during and after"
)


def _concerned(case: Case) -> bool:
    """Doses and resumptions concern checkpoint inhibitors and TKIs only; starts and bone agents always."""
    if case.act not in ("give_dose", "resume_regimen"):
        return True
    agent = case.fields.given("agent")
    return any(names(agent, a) for r in running(case.chart) for k in ("ici", "tki") for a in r.with_kind(k))


def _not_pregnant(case: Case) -> Finding:
    test = case.chart.last(PregnancyTest)
    if test and test.fields.result == "positive" and _concerned(case):
        return unmet(f"the latest pregnancy test, of {test.on}, is positive", test)
    return met(test)


NOT_PREGNANT = Guard(
    name="not_pregnant",
    level=Level.HARD,
    says="no checkpoint inhibitor, TKI or bone agent while the latest pregnancy test is positive",
    cleared_by="the clinician with the patient; a later test",
    source=(PREGNANCY_LABEL,),
    check=_not_pregnant,
)


def _negative_test(case: Case) -> Entry[PregnancyTest] | None:
    limit = case.site.number("pregnancy_test.max_age_days")
    since = date.min if limit is None else case.judged_on - timedelta(days=limit)
    negative = [e for e in case.chart.of(PregnancyTest) if e.fields.result == "negative"]
    return next((e for e in reversed(negative) if since <= e.on <= case.judged_on), None)


def _pregnancy_test(case: Case) -> Finding:
    if can_become_pregnant(case.chart) == "no":
        return met(case.chart.last(PregnancyStatus))
    if test := _negative_test(case):
        return met(test)
    whether = "can become pregnant" if can_become_pregnant(case.chart) == "yes" else "may become pregnant (not known)"
    return unmet(f"the patient {whether}, and no negative test is on file", case.chart.last(PregnancyTest),
                 missing=("pregnancy_test result = negative",))  # fmt: skip


PREGNANCY_TEST = Guard(
    name="pregnancy_test",
    level=Level.HARD,
    says="a negative pregnancy test before the start, not older than {pregnancy_test.max_age_days} days (UNSET: no "
    "limit), unless the patient cannot become pregnant",
    cleared_by="a coordinator: record the test, or pregnancy_status = no",
    source=(PREGNANCY_LABEL,),
    check=_pregnancy_test,
)


def _untreated_brain(case: Case) -> Finding:
    now, felt = brain(case.chart), cns_symptoms(case.chart)
    plan = cns_plan(case.chart)
    dose_of_ici = any(names(case.fields.given("agent"), a) for r in running(case.chart) for a in r.with_kind("ici"))
    if now.status != "untreated_metastases" or plan or (case.act == "give_dose" and not dose_of_ici):
        return met(now.since, plan)
    known = felt.fields.cns_symptoms if felt else "unknown"
    symptomatic = known == "yes"
    said = {"yes": "with symptoms", "no": "without symptoms"}.get(known, "symptoms not recorded")
    missing = ("decide_local_therapy for the brain",) if symptomatic else ("the plan for the brain, as reason",)
    return unmet(
        f"untreated brain metastases, {said}", now.since, felt, missing=missing,
        level=Level.HARD if symptomatic else Level.SOFT,
    )  # fmt: skip


UNTREATED_BRAIN_METASTASES = Guard(
    name="untreated_brain_metastases",
    level=Level.HARD,
    says="no systemic treatment while brain metastases are untreated: hard with symptoms, soft without; silent once a "
    "local therapy of the brain is decided",
    cleared_by="the tumour board: decide_local_therapy for the brain; without symptoms, give the plan as reason",
    source=(trial("the trial excluded symptomatic CNS metastases"), extrapolated("the level")),
    check=_untreated_brain,
)


def _baseline_imaging_age(case: Case) -> Finding:
    limit = case.site.number("baseline_imaging.max_age_days")
    found = [c for c in chest_cts(case.chart) if c.on <= case.judged_on]
    if limit is None or (found and (case.judged_on - found[-1].on).days <= limit):
        return met(*found[-1:])
    why = f"the latest final CT is of {found[-1].on}" if found else "no final CT on file"
    return unmet(f"{why}; the baseline is at most {limit} days old", *found[-1:], missing=("a current CT",))


BASELINE_IMAGING_AGE = Guard(
    name="baseline_imaging_age",
    level=Level.SOFT,
    says="a final CT not older than {baseline_imaging.max_age_days} days at the start",
    cleared_by="a coordinator: a new CT; a clinician: a reason",
    source=(guideline("RECIST 1.1: baseline as close as possible, never more than 4 weeks before the start"),
            unverified("the wording of RECIST 1.1")),
    check=_baseline_imaging_age,
)  # fmt: skip

_SAME_LINE = {(State.IMMUNOTHERAPY, True), (State.TKI, False)}


def _single_regimen(case: Case) -> Finding:
    """Silent where the start ends what ran before (R18)."""
    ici = case.fields.given("regimen_class") in ICI_CLASSES
    others = running(case.chart)
    ends = case.state not in (State.MDT_REVIEW, State.OBSERVATION) and (case.state, ici) not in _SAME_LINE
    if not others or ends:
        return met()
    shown = ", ".join(" + ".join(r.agents) for r in others)
    return unmet(f"{shown} is still running", *(r.entry for r in others), missing=("stop_regimen of the former drug",))


SINGLE_REGIMEN = Guard(
    name="single_regimen",
    level=Level.SOFT,
    says="one systemic regimen at a time",
    cleared_by="a clinician: stop the former drug, or give a reason",
    source=(extrapolated("two drugs at once are a combination, which is a decision of its own"),),
    check=_single_regimen,
)

EVERY_START = (
    REFERENCE_CENTRE, BASELINE_BRAIN_IMAGING, CONFIRMED_ASPS, UNTREATED_BRAIN_METASTASES, BASELINE_IMAGING_AGE,
)  # fmt: skip
PREGNANCY = (NOT_PREGNANT, PREGNANCY_TEST)

TOPIC = Topic(
    name="drug safety",
    guards=(NOT_PREGNANT, PREGNANCY_TEST, UNTREATED_BRAIN_METASTASES, BASELINE_IMAGING_AGE, SINGLE_REGIMEN),
)
