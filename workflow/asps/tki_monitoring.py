"""What is watched before and under a TKI: liver, blood pressure, thyroid, urine protein, ECG and electrolytes."""

from collections.abc import Iterator
from datetime import date

from workflow.asps.board import first_in_line, pending
from workflow.asps.facts import plan_begins
from workflow.asps.regimens import Regimen, is_agent, regimens
from workflow.asps.timing import LIVER, Dated, above, after, complete_sets, in_days
from workflow.asps.tki import BASELINE, opens_baseline
from workflow.calendar import Span, days, months
from workflow.plan import Answer, repeating, waived
from workflow.records import BloodPressure
from workflow.rules import CareTask, Priority, Situation, Topic, Wanted
from workflow.vocabulary import Role, extrapolated, label, unverified

LIVER_DAYS: tuple[Span, ...] = (days(21), days(35), days(49), days(63), months(3), months(4))
"""Pazopanib, label 5.1: weeks 3, 5, 7 and 9, months 3 and 4; then periodically."""
MONITORED = ("TSH", "urine_protein", "ecg", "potassium", "magnesium")


def _baseline(now: Situation) -> Iterator[Wanted]:
    events = first_in_line(now, lambda e: opens_baseline(now.chart, e))
    for event in events:
        until = _next_start(now, event.key)
        answers = [a for a in complete_sets(now.chart, BASELINE, event.on) if until is None or a[0] <= until]
        if answers or (until is None and _still_wanted(now, event.name)):
            yield Wanted(
                subject=event.id, opened=event.on, why=f"{event}: {', '.join(BASELINE)}",
                done=answers[0][0] if answers else None, done_by=answers[0][1] if answers else "",
            )  # fmt: skip


def _next_start(now: Situation, key: tuple[date, int]) -> date | None:
    later = [r.start for r in regimens(now.chart) if not r.prior and r.entry.key > key]
    return min(later, default=None)


def _still_wanted(now: Situation, opened_by: str) -> bool:
    """A decision that stands, or progression that no start has answered."""
    return opened_by == "progression" or bool(pending(now.chart, "decide_tki", "decide_combination"))


def _pazopanib(now: Situation) -> Iterator[tuple[Regimen, bool]]:
    for regimen in regimens(now.chart):
        if regimen.has("pazopanib"):
            yield regimen, regimen.runs("pazopanib")


def _within(regimen: Regimen, answers: list[Answer]) -> list[Answer]:
    return [a for a in answers if a[0] > regimen.start and regimen.covers(a[0])]


def _liver_due(now: Situation, regimen: Regimen, n: int) -> Dated:
    if n <= len(LIVER_DAYS):
        return after(regimen.start, "start of pazopanib", LIVER_DAYS[n - 1])
    return in_days(now.site, "pazo_lft.periodic_days", months(4).after(regimen.start), "month 4,", n - len(LIVER_DAYS))


def _liver(now: Situation) -> Iterator[Wanted]:
    for regimen, runs in _pazopanib(now):
        answers = complete_sets(now.chart, LIVER, regimen.start)
        yield from repeating(
            subject=regimen.root,
            anchor=regimen.start,
            nth=lambda n, r=regimen: _liver_due(now, r, n),  # type: ignore[misc]
            answers=_within(regimen, answers),
            running=runs,
            since=plan_begins(now.chart),
            waived=waived(now.chart, "pazopanib_liver_tests", regimen.root),
        )
        yield from _liver_weekly(now, regimen, runs)
        yield from _liver_reintroduced(now, regimen, runs)


def _liver_weekly(now: Situation, regimen: Regimen, runs: bool) -> Iterator[Wanted]:
    """ALT above 3 x ULN of its own result: again within a week, until it is not."""
    for (on, id), result in above(now.chart, ("ALT",), 3, regimen.start):
        if not regimen.covers(on):
            continue
        answer = next((a for a in complete_sets(now.chart, LIVER, on) if a[0] > on), None)
        if answer or runs:
            due, why = after(on, f"ALT {result.value:g} {result.unit} (ULN {result.uln:g}) of", days(7))
            yield Wanted(
                subject=f"{id}-weekly", opened=on, due=due, why=why, done=answer[0] if answer else None,
                done_by=answer[1] if answer else "",
            )  # fmt: skip


def _liver_reintroduced(now: Situation, regimen: Regimen, runs: bool) -> Iterator[Wanted]:
    """Reintroduced, after a hold or as a new course, after ALT above 8 x ULN on it: weekly for 8 weeks."""
    courses = [course for course, _ in _pazopanib(now)]
    high = [on for (on, _), _ in above(now.chart, ("ALT",), 8, date.min) if any(c.covers(on) for c in courses)]
    restarts = [entry for agent, entry in regimen.resumed if is_agent("pazopanib", agent)]
    for at, id in [(regimen.start, regimen.root), *((e.on, e.id) for e in restarts)]:
        if not any(on < at for on in high):
            continue
        weekly = repeating(
            subject=f"{id}-restart",
            anchor=at,
            nth=lambda n, at=at: after(at, "restart", days(7), n),  # type: ignore[misc]
            answers=[a for a in complete_sets(now.chart, LIVER, at) if a[0] > at],
            running=runs,
            waived=waived(now.chart, "pazopanib_liver_tests", f"{id}-restart"),
        )
        yield from (wanted for wanted in weekly if wanted.occurrence <= 8)


def _pressure_due(now: Situation, regimen: Regimen, n: int) -> Dated:
    first, why = after(regimen.start, "start of pazopanib", days(7))
    if n == 1 or first is None:
        return first, why
    return in_days(now.site, "pazo_bp.repeat_days", first, "first week,", n - 1)


def _pressure(now: Situation) -> Iterator[Wanted]:
    taken: list[Answer] = [(e.on, e.id) for e in now.chart.of(BloodPressure)]
    for regimen, runs in _pazopanib(now):
        yield from repeating(
            subject=regimen.root,
            anchor=regimen.start,
            nth=lambda n, r=regimen: _pressure_due(now, r, n),  # type: ignore[misc]
            answers=_within(regimen, taken),
            running=runs,
            since=plan_begins(now.chart),
            waived=waived(now.chart, "pazopanib_blood_pressure", regimen.root),
        )


def _monitoring(now: Situation) -> Iterator[Wanted]:
    for regimen in regimens(now.chart):
        agents = regimen.with_kind("tki")
        if agents:
            yield from repeating(
                subject=regimen.root,
                anchor=regimen.start,
                nth=lambda n, r=regimen: in_days(now.site, "pazo_other.days", r.start, "start", n),  # type: ignore[misc]
                answers=_within(regimen, complete_sets(now.chart, MONITORED, regimen.start)),
                running=any(a in regimen.active for a in agents),
                since=plan_begins(now.chart),
                waived=waived(now.chart, "tki_monitoring", regimen.root),
            )


_LABEL = label("pazopanib 5.1: liver tests at baseline, weeks 3, 5, 7 and 9, months 3 and 4, then periodically")

TASKS = (
    CareTask(
        name="tki_baseline",
        title="TKI baseline set",
        priority=Priority.DRUG_SAFETY_LABS,
        owner=Role.CLINICIAN,
        wanted=_baseline,
        opens="decide_tki, decide_combination, or systemic progression on a checkpoint inhibitor",
        done_when="liver tests, blood pressure, ECG, electrolytes, TSH and urine protein since then",
        timer="T15",
        keys=("tki_baseline.max_age_days",),
        source=(label("pazopanib: baseline before the start"),),
    ),
    CareTask(
        name="pazopanib_liver_tests",
        title="pazopanib liver tests",
        priority=Priority.DRUG_SAFETY_LABS,
        owner=Role.COORDINATOR,
        wanted=_liver,
        opens="pazopanib runs; ALT above 3 x ULN; pazopanib again after ALT above 8 x ULN",
        done_when="final ALT, AST and bilirubin",
        timer="T11 T15b",
        keys=("pazo_lft.periodic_days",),
        source=(_LABEL, unverified("weekly while ALT is above 3 x ULN")),
    ),
    CareTask(
        name="pazopanib_blood_pressure",
        title="pazopanib BP within 1 week",
        priority=Priority.DRUG_SAFETY_LABS,
        owner=Role.COORDINATOR,
        wanted=_pressure,
        opens="pazopanib runs",
        done_when="a blood pressure",
        timer="T12",
        keys=("pazo_bp.repeat_days",),
        source=(label("pazopanib (2015 highlights): blood pressure within 1 week, frequently after"),),
    ),
    CareTask(
        name="tki_monitoring",
        title="TKI thyroid, urine protein, ECG and electrolytes",
        priority=Priority.DRUG_SAFETY_LABS,
        owner=Role.COORDINATOR,
        wanted=_monitoring,
        opens="a TKI runs",
        done_when="TSH, urine protein, ECG, potassium and magnesium",
        timer="T15",
        keys=("pazo_other.days",),
        source=(label("pazopanib: at baseline and periodically; interrupt at 24-h protein of 3 g or more"),
                extrapolated("for every TKI")),
    ),
)  # fmt: skip

TOPIC = Topic(name="TKI monitoring", tasks=TASKS)
