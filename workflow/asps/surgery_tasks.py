"""What surgery asks for: its date, pazopanib held before it, and restarted only when the wound has healed."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from workflow.acts import DecideLocalTherapy, PerformSurgery, ScheduleSurgery
from workflow.asps.facts import OPERATIONS
from workflow.asps.regimens import is_agent, regimens
from workflow.asps.surgery import AFTER_SURGERY, BEFORE_SURGERY, LUNG, PERIOPERATIVE_LABEL, healed, operations
from workflow.calendar import days
from workflow.chart import Entry
from workflow.rules import CareTask, Priority, Situation, Topic, Wanted
from workflow.vocabulary import Role, State, extrapolated


def _lung_bookings(now: Situation) -> Iterator[tuple[Entry[Any], date | None, bool, Entry[Any] | None]]:
    """Each decision on lung surgery, or adoption after one: its planned date, whether it is the present one, and the
    operation."""
    arrivals = now.arrivals(State.SURGERY)
    for n, arrival in enumerate(arrivals):
        entry = now.chart.entries[arrival.entry]
        until = arrivals[n + 1].key if n + 1 < len(arrivals) else (date.max, 0)
        done = [e for e in now.chart.of(PerformSurgery) if e.fields.type == LUNG and entry.key < e.key < until]
        dates = [e for e in now.chart.of(ScheduleSurgery) if e.fields.type == LUNG and entry.key < e.key < until]
        planned = dates[-1].fields.planned if dates else entry.fields.given("planned")
        current = now.state is State.SURGERY and n == len(arrivals) - 1
        yield entry, planned, current, done[0] if done else None


def _surgery_date(now: Situation) -> Iterator[Wanted]:
    for decision, planned, current, done in _lung_bookings(now):
        if done or current:
            why = f"planned for {planned}" if planned else "no date is planned yet"
            yield Wanted(
                subject=decision.id, opened=decision.on, due=planned, why=why, done=done.on if done else None,
                done_by=done.id if done else "",
            )  # fmt: skip


def _bookings(now: Situation) -> Iterator[tuple[Entry[Any], date]]:
    """Operations that are booked and not yet done."""
    for decision, planned, current, done in _lung_bookings(now):
        if current and planned and not done:
            yield decision, planned
    others = [e for e in now.chart.of(ScheduleSurgery) if e.fields.type != LUNG]
    local = [e for e in now.chart.of(DecideLocalTherapy) if e.fields.modality in OPERATIONS and e.fields.planned]
    bookings: list[Entry[Any]] = [*others, *local]
    for booking in bookings:
        if not any(o.key > booking.key for o in operations(now.chart)):
            yield booking, booking.fields.planned


def _preoperative_hold(now: Situation) -> Iterator[Wanted]:
    for booking, planned in _bookings(now):
        for regimen in [r for r in regimens(now.chart) if r.has("pazopanib") and r.covers(booking.on)]:
            agent = next(a for a in regimen.agents if is_agent("pazopanib", a))
            held = regimen.held.get(agent)
            off = held.on if held else regimen.stopped.get(agent) or regimen.ended
            due = days(BEFORE_SURGERY).before(planned)
            yield Wanted(
                subject=booking.id, opened=booking.on, due=due, why=f"surgery {planned} - 7 days = {due}",
                done=off, done_by=held.id if held else "",
            )  # fmt: skip


def _restart_check(now: Situation) -> Iterator[Wanted]:
    for operation in operations(now.chart):
        on_drug = [r for r in regimens(now.chart) if r.has("pazopanib") and r.covers(operation.on)]
        wound = healed(now.chart, operation)
        if on_drug and (wound or any(r.running for r in on_drug)):
            due = days(AFTER_SURGERY).after(operation.on)
            yield Wanted(
                subject=operation.id, opened=operation.on, due=due, why=f"surgery {operation.on} + 14 days = {due}",
                done=wound.on if wound else None, done_by=wound.id if wound else "",
            )  # fmt: skip


TASKS = (
    CareTask(
        name="surgery_date",
        title="surgery date",
        priority=Priority.ADMINISTRATION,
        owner=Role.COORDINATOR,
        wanted=_surgery_date,
        opens="decide_surgery, or adoption after it",
        done_when="perform_surgery",
        source=(extrapolated("due on the planned date"),),
    ),
    CareTask(
        name="pazopanib_preoperative_hold",
        title="pazopanib pre-op hold",
        priority=Priority.SAFETY,
        owner=Role.CLINICIAN,
        wanted=_preoperative_hold,
        opens="an operation is booked while on pazopanib",
        done_when="hold_regimen or stop_regimen of pazopanib",
        timer="T13",
        source=(PERIOPERATIVE_LABEL,),
    ),
    CareTask(
        name="pazopanib_restart_check",
        title="pazopanib restart check",
        priority=Priority.SAFETY,
        owner=Role.CLINICIAN,
        wanted=_restart_check,
        opens="an operation was done while on pazopanib",
        done_when="wound_healed",
        timer="T14",
        source=(PERIOPERATIVE_LABEL,),
    ),
)


TOPIC = Topic(name="surgery tasks", tasks=TASKS)
