"""Lung metastasectomy: never without a favourable interval CT (S24, S25, S52), never on pazopanib."""

from datetime import date, timedelta
from typing import Any

from workflow.acts import PerformLocalTherapy, PerformSurgery, ScheduleSurgery
from workflow.asps.facts import OPERATIONS, chest_cts
from workflow.asps.general import REFERENCE_CENTRE
from workflow.asps.interval_scan import METASTASECTOMY_CRITERIA
from workflow.asps.lung_disease import (
    favourable,
    index_ct,
    interval_due,
    qualifying_cts,
    unfavourable,
    unread_qualifying_cts,
)
from workflow.asps.regimens import is_agent, last_pazopanib, regimens
from workflow.asps.sources import s
from workflow.asps.staging import BASELINE_BRAIN_IMAGING
from workflow.chart import Chart, Entry
from workflow.records import WoundHealed
from workflow.rules import Automatic, Case, Finding, Guard, Moment, Topic, Transition, met, unmet
from workflow.vocabulary import ON, WAIT, Level, State, extrapolated, label

LUNG = "lung_metastasectomy"
BEFORE_SURGERY = 7
"""Days from the last pazopanib to elective surgery (label, 2020 wording)."""
AFTER_SURGERY = 14
"""Days from major surgery to pazopanib, and the wound has to be healed (label)."""
PERIOPERATIVE_LABEL = label(
    "pazopanib: withhold for at least 1 week before elective surgery; not for at least 2 weeks after major surgery and "
    "until adequate wound healing"
)


def _interval_ct(case: Case) -> Finding:
    index = index_ct(case, case.fields.given("index_ct"))
    if index is None:
        return unmet("no index CT on file", missing=("a final chest CT that shows lung lesions",))
    due = interval_due(case, index)
    if due is None:
        return unmet("no date: interval_ct.months is UNSET at this site", index)
    late_enough = [c for c in qualifying_cts(case, index) if c.on <= case.judged_on]
    good = [c for c in late_enough if favourable(c) and not _expired(case, c)]
    if good:
        return met(index, good[-1])
    number = case.site.number("interval_ct.months")
    why = f"no favourable chest CT on or after {due} (index CT {index.on} + {number} calendar months)"
    seen = late_enough[-1:] or chest_cts(case.chart)[-1:]
    if seen and seen[-1] in late_enough:
        why += f"; the CT of {seen[-1].on} {_verdict(case, seen[-1])}"
    return unmet(why, index, *seen, missing=("imaging ct_chest, report = final, new_lesions = no, operable = yes",))


def _verdict(case: Case, scan: Entry[Any]) -> str:
    if favourable(scan):
        return f"is older than {case.site.number('interval_ct.valid_for_days')} days"
    return "is unfavourable" if unfavourable(scan) else "does not say whether lesions are new and operable"


def _expired(case: Case, scan: Entry[Any]) -> bool:
    limit = case.site.number("interval_ct.valid_for_days")
    return limit is not None and (case.judged_on - scan.on).days > limit


INTERVAL_CT = Guard(
    name="interval_ct",
    level=Level.HARD,
    says="a final chest CT at least {interval_ct.months} calendar months after the index CT, without new lesions and "
    "operable, before lung metastasectomy",
    cleared_by="a coordinator: have the interval CT done on or after its date, and record the final report",
    source=(*s(24, 52, 53), extrapolated("counted from the index CT: the guide names no anchor")),
    check=_interval_ct,
    preliminary=lambda case: unread_qualifying_cts(case, index_ct(case, case.fields.given("index_ct"))),
)


def _interval_ct_favourable(case: Case) -> Finding:
    index = index_ct(case, case.fields.given("index_ct"))
    later = [c for c in chest_cts(case.chart) if index and c.on > index.on]
    if later and unfavourable(later[-1]):
        shown = "new lesions" if later[-1].fields.new_lesions == "yes" else "disease that is not operable"
        return unmet(f"the latest chest CT, of {later[-1].on}, shows {shown}", later[-1])
    return met(*later[-1:])


INTERVAL_CT_FAVOURABLE = Guard(
    name="interval_ct_favourable",
    level=Level.HARD,
    says="no surgery when the latest chest CT after the index CT shows new lesions or is not operable",
    cleared_by="the tumour board: decide on systemic treatment; a later favourable CT",
    source=s(25, 26, 53),
    check=_interval_ct_favourable,
)


def _is_operation(case: Case) -> bool:
    return case.act in ("decide_surgery", "schedule_surgery", "perform_surgery") or (
        case.act in ("decide_local_therapy", "perform_local_therapy") and case.fields.given("modality") in OPERATIONS
    )


def _takes_pazopanib(case: Case) -> bool:
    if case.act == "start_regimen":
        return any(is_agent("pazopanib", a) for a in case.fields.given("agents"))
    agent = case.fields.given("agent")
    held = [a for r in regimens(case.chart) if r.running for a in r.held]
    return case.act == "resume_regimen" and any(
        is_agent("pazopanib", a) and (agent is None or is_agent("pazopanib", agent)) for a in held
    )


def _pazopanib_perioperative(case: Case) -> Finding:
    if _is_operation(case):
        return _before_operation(case)
    return _after_operation(case) if _takes_pazopanib(case) else met()


def _before_operation(case: Case) -> Finding:
    last = last_pazopanib(case.chart, case.on)
    if last is None or (case.judged_on - last[0]).days >= BEFORE_SURGERY:
        return met(last[1] if last else None)
    earliest = last[0] + timedelta(days=BEFORE_SURGERY)
    why = f"last pazopanib {last[0]}; surgery not before {earliest} ({BEFORE_SURGERY} days), not on {case.judged_on}"
    return unmet(why, last[1], missing=("hold_regimen or stop_regimen of pazopanib, 7 days before",))


def operations(chart: Chart) -> list[Entry[Any]]:
    """Operations done here, whatever their kind."""
    local = [e for e in chart.of(PerformLocalTherapy) if e.fields.modality in OPERATIONS]
    return sorted([*chart.of(PerformSurgery), *local], key=lambda e: e.key)


def healed(chart: Chart, operation: Entry[Any]) -> Entry[WoundHealed] | None:
    """That the wound of an operation has healed."""
    said = [e for e in chart.of(WoundHealed) if e.on >= operation.on]
    return next((e for e in said if e.fields.surgery in (None, operation.id)), None)


def _after_operation(case: Case) -> Finding:
    major = [o for o in operations(case.chart) if o.fields.given("major") != "no"]
    if not major:
        return met()
    last = major[-1]
    wound, earliest = healed(case.chart, last), last.on + timedelta(days=AFTER_SURGERY)
    if wound and case.judged_on >= earliest:
        return met(last, wound)
    missing = () if wound else ("wound_healed",)
    return unmet(
        f"pazopanib not before {earliest} and a healed wound, after the surgery of {last.on}",
        last,
        wound,
        missing=missing,
    )


PAZOPANIB_PERIOPERATIVE = Guard(
    name="pazopanib_perioperative",
    level=Level.HARD,
    says="no elective surgery within 7 days of pazopanib; no pazopanib within 14 days of major surgery or before the "
    "wound healed",
    cleared_by="a clinician: hold or stop pazopanib in time; record wound_healed; an emergency: break-glass",
    source=(PERIOPERATIVE_LABEL,),
    check=_pazopanib_perioperative,
)

CLEARED = (INTERVAL_CT, INTERVAL_CT_FAVOURABLE, PAZOPANIB_PERIOPERATIVE)
ON_BUT_REFERRED = ON - {State.REFERRED}


def _lung(case: Case) -> bool:
    return bool(case.fields.given("type") == LUNG)


def _complete(case: Case) -> bool:
    fields = case.fields
    return _lung(case) and (fields.given("completeness"), fields.given("residual_disease")) == ("R0", "no")


_SURGERY = frozenset({State.SURGERY})
_NO_GUIDE = (extrapolated("the guide stops at the decision"),)

TRANSITIONS = (
    Transition(
        id="X11",
        on="decide_surgery",
        sources=WAIT | {State.MDT_REVIEW},
        dest=State.SURGERY,
        guards=(
            REFERENCE_CENTRE,
            BASELINE_BRAIN_IMAGING,
            INTERVAL_CT,
            INTERVAL_CT_FAVOURABLE,
            METASTASECTOMY_CRITERIA,
            PAZOPANIB_PERIOPERATIVE,
        ),
        source=s(25),
    ),
    Transition(
        id="X12",
        on="perform_surgery",
        sources=_SURGERY,
        dest=State.SURVEILLANCE,
        when=_complete,
        condition="R0 and no residual disease",
        guards=CLEARED,
        source=s(21),
    ),
    Transition(
        id="X13",
        on="perform_surgery",
        sources=_SURGERY,
        dest=State.MDT_REVIEW,
        when=lambda case: _lung(case) and not _complete(case),
        condition="not R0, or residual disease",
        guards=CLEARED,
        source=_NO_GUIDE,
    ),
    Transition(id="X13.cancel", on="cancel_surgery", sources=_SURGERY, dest=State.MDT_REVIEW, source=_NO_GUIDE),
    Transition(
        id="X24.schedule_lung",
        on="schedule_surgery",
        sources=_SURGERY,
        dest=None,
        when=_lung,
        condition="lung metastasectomy",
        guards=CLEARED,
        source=_NO_GUIDE,
    ),
    *(
        Transition(
            id=f"X24.{act}", on=act, sources=ON_BUT_REFERRED, dest=None, when=lambda case: not _lung(case),
            condition="a biopsy or another operation", guards=(PAZOPANIB_PERIOPERATIVE,), source=_NO_GUIDE,
        )
        for act in ("schedule_surgery", "perform_surgery")
    ),
)  # fmt: skip


def _basis_changed(moment: Moment) -> date | None:
    """The day of the first correction of what the decision, or the booking, relied on."""
    booked = [a for a in moment.chart.of(ScheduleSurgery) if a.fields.type == LUNG and a.key > moment.arrival.key]
    basis = [e for e in (moment.chart.entries.get(moment.arrival.entry), *booked) if e and e.outcome]
    days = [
        c.day
        for e in basis
        for c in moment.chart.corrections
        if e.outcome and c.target in e.outcome.relied and c.seq > e.version
    ]
    return min(days, default=None)


AUTOMATIC = (
    Automatic(
        id="X13.basis",
        sources=_SURGERY,
        dest=State.MDT_REVIEW,
        condition="a report on which the operation was decided has been corrected",
        due=_basis_changed,
        source=(extrapolated("R7: what was decided on a fact since corrected goes back to the tumour board"),),
    ),
)


TOPIC = Topic(
    name="surgery",
    guards=(INTERVAL_CT, INTERVAL_CT_FAVOURABLE, PAZOPANIB_PERIOPERATIVE),
    transitions=TRANSITIONS,
    automatic=AUTOMATIC,
)
