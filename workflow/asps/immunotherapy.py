"""Immunotherapy first: atezolizumab, or pembrolizumab where the tumour mutational burden is high (S2, S6, S7)."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from workflow.asps.board import BOARD
from workflow.asps.drug_safety import DRUG_DECISIONS, EVERY_START, PREGNANCY, SINGLE_REGIMEN, asked_by
from workflow.asps.regimens import ICI_CLASSES, RULED_OUT, Regimen, is_agent, latest, regimens, systemic, used
from workflow.asps.sources import s
from workflow.asps.timing import LIVER, Dated, after, complete_sets, in_days, scans, unset
from workflow.calendar import completed_years, days
from workflow.chart import Chart, Entry
from workflow.pathway import CareTask, Case, Finding, Guard, Priority, Situation, Topic, Transition, Wanted, met, unmet
from workflow.plan import repeating
from workflow.records import ImmunotherapyScreen, Progression, Symptoms, Tmb, Weight
from workflow.vocabulary import Level, Role, State, extrapolated, guideline, label, trial, unverified

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
    if not ruled_out(case.chart) and not any(r.has("atezolizumab") for r in regimens(case.chart)):
        reasons.append("atezolizumab has not been used and is not ruled out")
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


def inhibitors(now: Situation) -> Iterator[tuple[Regimen, str]]:
    """Checkpoint inhibitors of every regimen, one by one."""
    for regimen in regimens(now.chart):
        for agent in regimen.with_kind("ici"):
            yield regimen, agent


def _given(regimen: Regimen, agent: str) -> list[tuple[date, str]]:
    """The start counts as the first dose given."""
    doses = [(d.on, d.id) for d in regimen.doses if is_agent(agent, d.fields.agent) or is_agent(d.fields.agent, agent)]
    return [(regimen.start, regimen.root), *doses]


def _dose(now: Situation) -> Iterator[Wanted]:
    """R17: the next dose counts from the dose given."""
    for regimen, agent in inhibitors(now):
        every = SCHEDULES.get(regimen.schedule or "")
        if every is None:
            continue
        given = _given(regimen, agent)
        for n, (last, _) in enumerate(given):
            answer = given[n + 1] if n + 1 < len(given) else None
            if answer or (agent in regimen.active and agent not in regimen.held):
                due, why = after(last, f"dose {n + 1} of {agent}", days(every))
                yield Wanted(
                    subject=_subject(regimen, agent), occurrence=n + 1, opened=last, due=due, why=why,
                    done=answer[0] if answer else None, done_by=answer[1] if answer else "",
                )  # fmt: skip


def _subject(regimen: Regimen, agent: str) -> str:
    """The regimen's root; with the agent where it has several checkpoint inhibitors."""
    return regimen.root if len(regimen.with_kind("ici")) == 1 else f"{regimen.root}-{agent.replace(' ', '-')}"


def _labs(now: Situation) -> Iterator[Wanted]:
    for regimen in regimens(now.chart):
        agents = regimen.with_kind("ici")
        if agents:
            yield from repeating(
                subject=regimen.root,
                anchor=regimen.start,
                nth=lambda n, r=regimen, a=agents[0]: _labs_due(now, r, a, n),  # type: ignore[misc]
                answers=[a for a in complete_sets(now.chart, LIVER, regimen.start) if a[0] > regimen.start],
                running=any(a in regimen.active for a in agents),
            )


def _labs_due(now: Situation, regimen: Regimen, agent: str, n: int) -> Dated:
    """With every n-th dose: on the day it was given, else on the day it is expected."""
    every, spacing = now.site.number("io_labs.every_n_doses"), SCHEDULES.get(regimen.schedule or "")
    if every is None:
        return unset("io_labs.every_n_doses")
    given, number = _given(regimen, agent), 1 + n * every
    if number <= len(given):
        return given[number - 1][0], f"dose {number}, given on {given[number - 1][0]}"
    if spacing is None:
        return None, f"with dose {number}; no schedule code, so no date"
    return after(given[-1][0], f"dose {len(given)}", days(spacing), number - len(given))


def _baseline_labs(now: Situation) -> Iterator[Wanted]:
    needed = (*LIVER, "creatinine", "TSH")
    for decision, asked in asked_by(now, *DRUG_DECISIONS):
        answer = next(iter(complete_sets(now.chart, needed, decision.on)), None)
        if answer or asked:
            yield Wanted(
                subject=decision.id, opened=decision.on, why=f"before the start: {', '.join(needed)}",
                done=answer[0] if answer else None, done_by=answer[1] if answer else "",
            )  # fmt: skip


def _screen_task(now: Situation) -> Iterator[Wanted]:
    screens = now.chart.of(ImmunotherapyScreen)
    for decision, asked in asked_by(now, *DRUG_DECISIONS):
        before = [e for e in screens if e.on <= decision.on]
        answer = before[-1] if before else screens[0] if screens else None
        if answer or asked:
            yield Wanted(
                subject=decision.id, opened=decision.on, why=f"before what {decision.name} decided",
                done=answer.on if answer else None, done_by=answer.id if answer else "",
            )  # fmt: skip


def _tmb_test(now: Situation) -> Iterator[Wanted]:
    for decision, asked in asked_by(now, "decide_immunotherapy"):
        agents = decision.fields.agents or []
        answer = now.chart.last(Tmb)
        if any(is_agent("pembrolizumab", a) for a in agents) and (answer or asked):
            yield Wanted(
                subject=decision.id, opened=decision.on, why="pembrolizumab is considered",
                done=answer.on if answer else None, done_by=answer.id if answer else "",
            )  # fmt: skip


def response_key(regimen: Regimen) -> str:
    """Which setting times the response imaging of a regimen: T09 on a checkpoint inhibitor alone, else T31."""
    return "io_response" if regimen.kind in ICI_CLASSES else "tki_response"


def _response_due(now: Situation, regimen: Regimen, n: int) -> Dated:
    if response_key(regimen) == "tki_response":
        return in_days(now.site, "tki_response.days", regimen.start, "start", n)
    first, repeat = now.site.number("io_response.first_days"), now.site.number("io_response.repeat_days")
    if first is None:
        return unset("io_response.first_days")
    if n > 1 and repeat is None:
        return unset("io_response.repeat_days")
    due = days(first + (n - 1) * (repeat or 0)).after(regimen.start)
    more = f" + {n - 1} x {repeat} days" if n > 1 else ""
    return due, f"start {regimen.start} + {first} days{more} = {due}"


def _response(now: Situation) -> Iterator[Wanted]:
    for regimen in regimens(now.chart):
        yield from repeating(
            subject=regimen.root,
            anchor=regimen.start,
            nth=lambda n, r=regimen: _response_due(now, r, n),  # type: ignore[misc]
            answers=[a for a in scans(now.chart, regimen.start) if regimen.covers(a[0])],
            running=regimen.running,
        )


def _confirm(now: Situation) -> Iterator[Wanted]:
    """Window after the scan that showed the unconfirmed progression: not before its first day, due on its last."""
    for event in [e for e in now.chart.of(Progression) if e.fields.criterion == "iupd"]:
        first_last = now.site.pair("confirm_pd.window")
        named = now.chart.entries.get(event.fields.imaging or "")
        scanned = named.on if named else event.on
        due, why = after(scanned, "scan", days(first_last[1])) if first_last else unset("confirm_pd.window")
        not_before = days(first_last[0]).after(scanned) if first_last else None
        done = [a for a in scans(now.chart, scanned) if _confirms(now, a, scanned, not_before)]
        if done or _awaits_confirmation(now, event):
            yield Wanted(
                subject=event.id, opened=event.on, due=due, not_before=not_before, why=why,
                done=done[0][0] if done else None, done_by=done[0][1] if done else "",
            )  # fmt: skip


def _confirms(now: Situation, answer: tuple[date, str], scanned: date, not_before: date | None) -> bool:
    """An earlier scan confirms only when done for a new symptom and showing an additional new lesion (iRECIST)."""
    on, id = answer
    felt = [e for e in now.chart.of(Symptoms) if e.fields.symptomatic == "yes" and scanned < e.on <= on]
    new = now.chart.entries[id].fields.given("new_lesions") == "yes"
    return not_before is None or on >= not_before or bool(felt and new)


def _awaits_confirmation(now: Situation, event: Entry[Progression]) -> bool:
    last = latest(now.chart)
    later = [e for e in now.chart.of(Progression) if e.key > event.key and systemic(e)]
    return last is not None and last.running and last.start <= event.on and not later


TASKS = (
    CareTask(
        name="immunotherapy_screen",
        title="IO screen",
        priority=Priority.SAFETY,
        owner=Role.CLINICIAN,
        wanted=_screen_task,
        opens="decide_immunotherapy or decide_combination, unless on file",
        done_when="immunotherapy_screen is recorded",
        source=(label("warns of severe immune reactions"), extrapolated("asked before the start")),
    ),
    CareTask(
        name="immunotherapy_baseline_labs",
        title="ICI baseline labs",
        priority=Priority.DRUG_SAFETY_LABS,
        owner=Role.COORDINATOR,
        wanted=_baseline_labs,
        opens="decide_immunotherapy or decide_combination",
        done_when="final ALT, AST, bilirubin, creatinine and TSH since the decision",
        timer="T08",
        source=(label("atezolizumab 5.1: liver enzymes, creatinine and thyroid at baseline"),
                unverified("the wording of 5.1")),
    ),
    CareTask(
        name="tmb_test",
        title="TMB test",
        priority=Priority.EDUCATION,
        owner=Role.CLINICIAN,
        wanted=_tmb_test,
        opens="pembrolizumab is considered and the TMB is unknown",
        done_when="tmb is recorded",
        source=s(7, 8),
    ),
    CareTask(
        name="immunotherapy_dose",
        title="ICI dose",
        priority=Priority.ADMINISTRATION,
        owner=Role.COORDINATOR,
        wanted=_dose,
        opens="a checkpoint inhibitor with a schedule code runs",
        done_when="the dose is given",
        timer="T07 T16",
        source=(label("atezolizumab 840 mg q2w, 1200 mg q3w, 1680 mg q4w, children 15 mg/kg q3w; pembrolizumab 200 mg "
                      "q3w, 400 mg q6w, children 2 mg/kg q3w"),),
    ),
    CareTask(
        name="immunotherapy_labs",
        title="ICI labs",
        priority=Priority.DRUG_SAFETY_LABS,
        owner=Role.COORDINATOR,
        wanted=_labs,
        opens="a checkpoint inhibitor runs",
        done_when="final ALT, AST and bilirubin",
        timer="T08",
        keys=("io_labs.every_n_doses",),
        source=(label("atezolizumab 5.1: periodically"),),
    ),
    CareTask(
        name="response_imaging",
        title="response imaging",
        priority=Priority.IMAGING,
        owner=Role.COORDINATOR,
        wanted=_response,
        opens="a systemic regimen runs",
        done_when="a final CT",
        timer="T09 T31",
        keys=("io_response.first_days", "io_response.repeat_days", "tki_response.days"),
        source=(trial("ML39345: day 63, then every 42 days"), *s(43)),
    ),
    CareTask(
        name="confirm_progression",
        title="confirm-progression scan",
        priority=Priority.IMAGING,
        owner=Role.COORDINATOR,
        wanted=_confirm,
        opens="progression labelled iUPD",
        done_when="a final CT within the window",
        timer="T10",
        keys=("confirm_pd.window",),
        source=(guideline("iRECIST: unconfirmed progression is confirmed 4 to 8 weeks later"),),
    ),
)  # fmt: skip

TOPIC = Topic(
    name="immunotherapy",
    guards=(*ICI_SCREEN, *ICI_DRUGS, TMB_HIGH, TMB_LABEL),
    transitions=TRANSITIONS,
    tasks=TASKS,
)
