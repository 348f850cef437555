"""What immunotherapy asks for: screen and labs before it, doses, labs and imaging under it."""

from collections.abc import Iterator
from datetime import date
from functools import partial

from workflow.asps.drug_tasks import DRUG_DECISIONS, asked_by
from workflow.asps.facts import plan_begins
from workflow.asps.immunotherapy import SCHEDULES
from workflow.asps.regimens import ICI_CLASSES, Regimen, is_agent, latest, regimens, systemic
from workflow.asps.sources import s
from workflow.asps.timing import LIVER, Dated, after, complete_sets, in_days, scans, unset
from workflow.calendar import days
from workflow.chart import Entry
from workflow.plan import Answer, in_turn, repeating, waived
from workflow.records import ImmunotherapyScreen, Progression, Symptoms, Tmb
from workflow.rules import CareTask, Priority, Situation, Topic, Wanted
from workflow.vocabulary import Role, extrapolated, guideline, label, trial, unverified

UNDATED: Dated = (None, "no date: the last dose before the referral is not recorded")


def inhibitors(now: Situation) -> Iterator[tuple[Regimen, str]]:
    """Checkpoint inhibitors of every regimen, one by one."""
    for regimen in regimens(now.chart):
        for agent in regimen.with_kind("ici"):
            yield regimen, agent


def _given(regimen: Regimen, agent: str) -> list[Answer]:
    """The start counts as the first dose given; of a regimen from before, its last dose does."""
    doses = [(d.on, d.id) for d in regimen.doses if is_agent(agent, d.fields.agent) or is_agent(d.fields.agent, agent)]
    return [(regimen.last_before or regimen.start, regimen.root), *doses]


def _dose(now: Situation) -> Iterator[Wanted]:
    """R17: the next dose counts from the dose given."""
    for regimen, agent in inhibitors(now):
        every = SCHEDULES.get(regimen.schedule or "")
        if every is None:
            continue
        given, subject = _given(regimen, agent), _subject(regimen, agent)
        for n, (last, _) in enumerate(given):
            answer = given[n + 1] if n + 1 < len(given) else None
            if not answer and (agent not in regimen.active or agent in regimen.held):
                continue
            for k in in_turn(now.chart, "immunotherapy_dose", subject, n + 1):
                what, times = f"dose {n + 1} of {agent}", k - n
                due, why = UNDATED if regimen.undated else after(last, what, days(every), times)
                yield Wanted(
                    subject=subject, occurrence=k, opened=last, due=due, why=why,
                    done=answer[0] if answer else None, done_by=answer[1] if answer else "",
                )  # fmt: skip
                if answer:
                    break


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
                nth=partial(_labs_due, now, regimen, _given(regimen, agents[0])),
                answers=[a for a in complete_sets(now.chart, LIVER, regimen.start) if a[0] > regimen.start],
                running=any(a in regimen.active for a in agents),
                since=plan_begins(now.chart),
                waived=waived(now.chart, "immunotherapy_labs", regimen.root),
            )


def _labs_due(now: Situation, regimen: Regimen, given: list[Answer], n: int) -> Dated:
    """With every n-th dose: on the day it was given, else on the day it is expected."""
    every, spacing = now.site.number("io_labs.every_n_doses"), SCHEDULES.get(regimen.schedule or "")
    if every is None:
        return unset("io_labs.every_n_doses")
    number = 1 + n * every
    if number <= len(given):
        return given[number - 1][0], f"dose {number}, given on {given[number - 1][0]}"
    if spacing is None:
        return None, f"with dose {number}; no schedule code, so no date"
    if regimen.undated:
        return UNDATED
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
            since=plan_begins(now.chart),
            waived=waived(now.chart, "response_imaging", regimen.root),
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


TOPIC = Topic(name="immunotherapy tasks", tasks=TASKS)
