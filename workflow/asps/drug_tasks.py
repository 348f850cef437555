"""What every drug asks for: a pregnancy test, review of toxicity, contraception afterwards, off-label use on paper."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from workflow.acts import StartBoneAgent
from workflow.asps.board import pending, replaced
from workflow.asps.drug_safety import PREGNANCY_LABEL
from workflow.asps.facts import can_become_pregnant, decisions
from workflow.asps.regimens import Regimen, is_agent, regimens
from workflow.asps.sources import s
from workflow.asps.timing import above, after
from workflow.calendar import Span, days, months
from workflow.chart import Entry
from workflow.records import Communication, PregnancyTest, Toxicity
from workflow.rules import CareTask, Priority, Situation, Topic, Wanted
from workflow.vocabulary import Role, label, unverified

DRUG_DECISIONS = ("decide_immunotherapy", "decide_combination")


def asked_by(now: Situation, *names: str) -> Iterator[tuple[Entry[Any], bool]]:
    """Decisions that ask for something before the start, and whether they still do: pending, or begun and running."""
    for decision in [d for d in decisions(now.chart) if d.name in names]:
        begun = [r for r in regimens(now.chart) if not r.prior and r.entry.key > decision.key]
        first = min(begun, key=lambda r: r.entry.key, default=None)
        carried_out = first is not None and first.running and not replaced(now.chart, decision)
        yield decision, decision in pending(now.chart, *names) or carried_out


def _pregnancy_task(now: Situation) -> Iterator[Wanted]:
    if can_become_pregnant(now.chart) == "no":
        return
    tests = [e for e in now.chart.of(PregnancyTest) if e.fields.result == "negative"]
    for decision, asked in asked_by(now, "decide_immunotherapy", "decide_combination", "decide_tki"):
        before = [t for t in tests if t.on <= decision.on and _still_valid(now, t.on, decision.on)]
        after_it = [t for t in now.chart.of(PregnancyTest) if t.on > decision.on]
        answer = before[-1] if before else after_it[0] if after_it else None
        if answer or asked:
            yield Wanted(
                subject=decision.id, opened=decision.on, why=f"before what {decision.name} decided",
                done=answer.on if answer else None, done_by=answer.id if answer else "",
            )  # fmt: skip


def _still_valid(now: Situation, tested: date, on: date) -> bool:
    limit = now.site.number("pregnancy_test.max_age_days")
    return limit is None or (on - tested).days <= limit


_CONTRACEPTION: dict[str, tuple[Span, str]] = {
    "atezolizumab": (months(5), "5 calendar months (label)"),
    "pembrolizumab": (months(4), "4 calendar months (not verified)"),
    "pazopanib": (days(14), "at least 2 weeks (not verified)"),
    "denosumab": (months(5), "5 calendar months (not verified)"),
}


def _last_given(regimen: Regimen, drug: str) -> date | None:
    """The last dose of a drug that has ended; a daily drug is last taken on the day it is stopped."""
    agent = next((a for a in regimen.agents if is_agent(drug, a)), None)
    ended = (regimen.stopped.get(agent) or regimen.ended) if agent else None
    if ended is None:
        return None
    return ended if drug == "pazopanib" else min(regimen.last_dose(drug), ended)


def _contraception(now: Situation) -> Iterator[Wanted]:
    if can_become_pregnant(now.chart) == "no":
        return
    still = {d for d in _CONTRACEPTION if any(r.runs(d) for r in regimens(now.chart))}
    for drug in sorted(set(_CONTRACEPTION) - still - {"denosumab"}):
        given = [(last, r.root) for r in regimens(now.chart) if (last := _last_given(r, drug))]
        if given:
            yield _window_end(drug, *max(given))
    if bone := _denosumab_ended(now):
        yield _window_end("denosumab", *bone)


def _window_end(drug: str, last: date, root: str) -> Wanted:
    span, shown = _CONTRACEPTION[drug]
    due, why = after(last, f"last {drug}", span)
    return Wanted(subject=f"{root}-{drug}", opened=last, due=due, why=f"{why}; {shown}")


def _denosumab_ended(now: Situation) -> tuple[date, str] | None:
    starts = [e for e in now.chart.of(StartBoneAgent) if e.fields.agent == "denosumab"]
    stops = [e for e in now.chart.named("stop_bone_agent") if starts and e.key > starts[-1].key]
    doses = [e for e in now.chart.named("give_bone_agent") if e.fields.agent == "denosumab"]
    last = max((e.on for e in [*starts, *doses]), default=None)
    return (last, starts[-1].id) if stops and last else None


def _on_drugs(now: Situation, day: date) -> bool:
    """A systemic treatment or a bone agent ran on a day."""
    starts = [e for e in now.chart.of(StartBoneAgent) if e.on <= day]
    stops = [e for e in now.chart.named("stop_bone_agent") if starts and starts[-1].key < e.key and e.on <= day]
    return bool(starts and not stops) or any(r.covers(day) for r in regimens(now.chart))


def _toxicity(now: Situation) -> Iterator[Wanted]:
    for e in now.chart.of(Toxicity):
        why = f"{e.fields.term}, CTCAE grade {e.fields.grade}, of {e.on}"
        yield Wanted(subject=e.id, opened=e.on, due=e.on, why=why)
        if begun := e.fields.steroid_start:
            due, arithmetic = after(begun, "steroid start", days(84))
            yield Wanted(subject=e.id, occurrence=2, opened=begun, due=due, why=f"{arithmetic}: taper check")
    for test in now.chart.of(PregnancyTest):
        if test.fields.result == "positive" and _on_drugs(now, test.on):
            yield Wanted(
                subject=test.id, opened=test.on, due=test.on, why=f"positive pregnancy test of {test.on} on therapy"
            )
    for (on, id), result in above(now.chart, ("ALT", "AST"), 8, date.min):
        if any(r.covers(on) for r in regimens(now.chart)):
            why = f"{result.analyte} {result.value:g} {result.unit} of {on}: above 8 x ULN ({result.uln:g})"
            yield Wanted(subject=f"{id}-{result.analyte}", opened=on, due=on, why=why)


OFF_LABEL = frozenset({"pazopanib_prior_chemotherapy", "pazopanib_age", "tmb_label"})


def _off_label(now: Situation) -> Iterator[Wanted]:
    told = [e for e in now.chart.of(Communication) if e.fields.topic == "off_label"]
    for act in [a for a in now.chart.acts if a.outcome and OFF_LABEL & set(a.outcome.warned)]:
        warned = ", ".join(sorted(OFF_LABEL & set(act.outcome.warned if act.outcome else ())))
        answer = next((e for e in told if e.on >= act.on), None)
        yield Wanted(
            subject=act.id, opened=act.on, why=f"accepted against {warned}", done=answer.on if answer else None,
            done_by=answer.id if answer else "",
        )  # fmt: skip


TASKS = (
    CareTask(
        name="pregnancy_test",
        title="pregnancy test",
        priority=Priority.SAFETY,
        owner=Role.COORDINATOR,
        wanted=_pregnancy_task,
        opens="a drug was decided, and the patient can become pregnant or that is unknown",
        done_when="a pregnancy test",
        keys=("pregnancy_test.max_age_days",),
        source=(PREGNANCY_LABEL,),
    ),
    CareTask(
        name="contraception_end",
        title="contraception window end",
        priority=Priority.EDUCATION,
        owner=Role.COORDINATOR,
        wanted=_contraception,
        opens="a checkpoint inhibitor, pazopanib or denosumab was stopped",
        done_when="complete_task",
        timer="T27",
        by_hand=True,
        source=(label("atezolizumab: contraception for 5 months after the last dose"),
                unverified("pembrolizumab 4 months, pazopanib at least 2 weeks, denosumab 5 months")),
    ),
    CareTask(
        name="toxicity_review",
        title="toxicity review",
        priority=Priority.SAFETY,
        owner=Role.CLINICIAN,
        wanted=_toxicity,
        opens="a toxicity, a positive pregnancy test on therapy, ALT or AST above 8 x ULN; 12 weeks of steroids",
        done_when="complete_task",
        timer="T28",
        by_hand=True,
        source=(label("atezolizumab: grade 3 withhold, grade 4 stop; AST or ALT above 8 x ULN stop; steroids not "
                      "reduced to 10 mg prednisone within 12 weeks: stop"),),
    ),
    CareTask(
        name="off_label_documentation",
        title="off-label documentation",
        priority=Priority.EDUCATION,
        owner=Role.CLINICIAN,
        wanted=_off_label,
        opens="a start was accepted although the label differs",
        done_when="a communication on off_label",
        source=(label("the label's indication differs"), *s(12)),
    ),
)  # fmt: skip


TOPIC = Topic(name="drug tasks", tasks=TASKS)
