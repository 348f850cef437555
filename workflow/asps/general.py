"""What holds for every act: possible dates, the end of the pathway, final reports, the reference centre; task acts."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from workflow.acts import ACTS, TASK_ACTS, DecideIntervalScan, ReverseDeath, SnoozeTask, StartRegimen, TaskAct
from workflow.asps.facts import centre, chest_cts, decisions
from workflow.asps.regimens import is_agent, next_line, regimens
from workflow.asps.sources import s
from workflow.calendar import anniversary
from workflow.chart import Entry
from workflow.errors import Invalid
from workflow.rules import Case, Finding, Guard, Topic, Transition, met, unmet
from workflow.vocabulary import EXITS, Level, State, extrapolated

NOT_CLINICAL = TASK_ACTS | {"return_to_pathway", "declare_death", "reverse_death", "withdraw_consent"}
"""Allowed after an exit."""

PLANNED = frozenset({"starts", "planned", "until", "expires"})
"""Dates that may lie in the future (R18)."""


def _pathway_ended(case: Case) -> Finding:
    if case.state not in EXITS or case.act in NOT_CLINICAL:
        return met()
    why = f"the patient left the pathway: {case.state.title} since {case.path[-1].on}"
    return unmet(why, _entry(case, case.path[-1].entry))


def _entry(case: Case, id: str) -> Entry[Any] | None:
    return case.whole.entries.get(id)


PATHWAY_ENDED = Guard(
    name="pathway_ended",
    level=Level.ABSOLUTE,
    says="no clinical action after the patient left the pathway",
    cleared_by="return_to_pathway (or reverse_death), then the action; records may still be added",
    source=(extrapolated("an exit ends what was planned"),),
    check=_pathway_ended,
)


def _dates(case: Case) -> Iterator[tuple[str, date]]:
    yield "on", case.on
    for name in type(case.fields).model_fields:
        value = case.fields.given(name)
        if isinstance(value, date) and name not in PLANNED:
            yield name, value


def _death(case: Case) -> date | None:
    """The day of the death that stands: no act can be moved behind it. In `deceased` the state refuses already."""
    if case.state is State.DECEASED or case.act not in ACTS or case.act in TASK_ACTS | {"reverse_death"}:
        return None
    said = sorted(case.whole.named("declare_death", "reverse_death"), key=lambda e: e.seq)
    return said[-1].on if said and said[-1].name == "declare_death" else None


def _possible_dates(case: Case) -> tuple[Finding, ...]:
    found = [why for name, day in _dates(case) if (why := _impossible(case, name, day))]
    died = _death(case)
    if died and case.on > died:
        found.append(f"on {case.on} lies after the death of {died}")
    reported = case.fields.given("reported")
    if reported and reported < case.on:
        found.append(f"reported {reported} lies before the scan of {case.on}")
    return tuple(unmet(why) for why in found)


def _impossible(case: Case, name: str, day: date) -> str:
    if day > case.today:
        return f"{name} {day} lies in the future (today is {case.today})"
    if day < case.chart.patient.born:
        return f"{name} {day} lies before the birth of {case.chart.patient.born}"
    return ""


POSSIBLE_DATES = Guard(
    name="possible_dates",
    level=Level.ABSOLUTE,
    says="what is recorded as done lies neither in the future nor before birth, and no act after a death; planned "
    "dates may lie in the future",
    cleared_by="the right date",
    source=(extrapolated("planned dates may lie in the future, performed facts may not (R18)"),),
    check=_possible_dates,
)

FINAL_REPORT = Guard(
    name="final_report",
    level=Level.ABSOLUTE,
    says="only a final or amended report is evidence",
    cleared_by="whoever reads the scan: amend the record once the report is final",
    source=(extrapolated("R6: preliminary never satisfies a guard"),),
    check=lambda case: met(),
)
"""Fires beside the guard that asks for the report; see `Guard.preliminary`."""

DECISION_FOR = {
    "ici_pdl1": "decide_immunotherapy",
    "ici_pd1": "decide_immunotherapy",
    "tki": "decide_tki",
    "combination": "decide_combination",
    "cytotoxic_anthracycline": "decide_other",
    "cytotoxic_other": "decide_other",
    "other": "decide_other",
}
"""The decision behind a start, by class."""


def decision_name(case: Case) -> str:
    """The tumour board's decision that an act carries out; a decision is its own."""
    if isinstance(case.fields, StartRegimen):
        return DECISION_FOR[case.fields.regimen_class]
    return {"enrol_in_trial": "decide_trial", "perform_local_therapy": "decide_local_therapy"}.get(case.act, case.act)


def _reference_centre(case: Case) -> Finding:
    who = centre(case.chart)
    role = who.fields.centre_role if who else None
    if role == "reference_centre":
        return met(who)
    if role != "shared_care" or who is None:
        why = "care is outside a reference centre" if role else "who treats is not recorded"
        return unmet(why, who, missing=("centre_role = reference_centre, or shared_care with its reference centre",))
    return _shared_care(case, who)


def _shared_care(case: Case, who: Entry[Any]) -> Finding:
    named, decision = who.fields.reference_centre, decision_name(case)
    if not named:
        return unmet("shared care without a named reference centre", who, missing=("reference_centre",))
    if decision == case.act:
        decided = [who] if case.fields.given("centre") == named else []
    else:
        decided = [d for d in decisions(case.chart) if d.name == decision and d.fields.given("centre") == named]
    if decided:
        return met(who, decided[-1])
    return unmet(f"no {decision} of the reference centre {named}", who, missing=(f"{decision} with centre = {named}",))


REFERENCE_CENTRE = Guard(
    name="reference_centre",
    level=Level.HARD,
    says="treatment at a sarcoma reference centre, or shared with one whose tumour board decided it",
    cleared_by="a clinician: record centre_role, or the decision of the reference centre's tumour board",
    source=s(56, 57),
    check=_reference_centre,
)

ANYWHERE = frozenset(State)

TASK_ROWS = tuple(
    Transition(
        id=act, on=act, sources=ANYWHERE, dest=None,
        source=(extrapolated("a snoozed or waived task satisfies no guard"),),
    )
    for act in sorted(TASK_ACTS)
)  # fmt: skip


def _put_off(until: date, today: date) -> Invalid | None:
    """A day ahead, and within a year: against a slip of the pen, for a task put off is silent until then."""
    last = anniversary(today, 1)
    if until <= today:
        return Invalid("until", f"{until} is not after today, {today}")
    if until > last:
        return Invalid("until", f"{until} is more than a year ahead", allowed=f"a day up to {last}, and then once more")
    return None


def _task_limits(case: Case) -> Invalid | None:
    assert isinstance(case.fields, TaskAct)
    if isinstance(case.fields, SnoozeTask) and (wrong := _put_off(case.fields.until, case.today)):
        return wrong
    return None if case.reason else Invalid("reason", "is required: say why", allowed="text")


def _second_user(case: Case) -> Invalid | None:
    assert isinstance(case.fields, ReverseDeath)
    if case.fields.second_user == case.user:
        return Invalid("second_user", "must be another person than the one who reverses")
    return None


FITS = {
    "atezolizumab": ("ici_pdl1", "combination"),
    "pembrolizumab": ("ici_pd1", "combination"),
    "pazopanib": ("tki", "combination"),
    "doxorubicin": ("cytotoxic_anthracycline",),
}
"""The classes of drugs that guards know by name: under another class their guards would stay silent."""


def _start(case: Case) -> Invalid | None:
    return _class(case) or _line(case)


def _class(case: Case) -> Invalid | None:
    for agent in case.fields.given("agents"):
        for drug, classes in FITS.items():
            if is_agent(drug, agent) and case.fields.given("regimen_class") not in classes:
                return Invalid(
                    "class", f"{case.fields.given('regimen_class')} is not what {drug} is", allowed=" / ".join(classes)
                )
    return None


def _line(case: Case) -> Invalid | None:
    given, following = case.fields.given("line"), next_line(regimens(case.chart))
    allowed = sorted({following, max(following - 1, 1)})
    if given is None or given in allowed:
        return None
    why = f"line {given} does not follow from the record: the next is {following}"
    return Invalid("line", why, allowed=" or ".join(map(str, allowed)))


def _index_ct(case: Case) -> Invalid | None:
    assert isinstance(case.fields, DecideIntervalScan)
    named = case.fields.index_ct
    known = [scan.id for scan in chest_cts(case.chart)]
    if named is None or named in known:
        return None
    return Invalid("index_ct", f"{named!r} is not a final chest CT on file", allowed=", ".join(known) or "none on file")


def _adopt(case: Case) -> Invalid | None:
    return None if case.reason else Invalid("reason", "is required to adopt a patient: say where the history stands")


LIMITS: dict[str, Callable[[Case], Invalid | None]] = {
    "adopt": _adopt,
    "snooze_task": _task_limits,
    "waive_task": _task_limits,
    "reverse_death": _second_user,
    "start_regimen": _start,
    "decide_interval_scan": _index_ct,
    "decide_surgery": _index_ct,
}

TOPIC = Topic(name="what holds for every act", guards=(FINAL_REPORT, REFERENCE_CENTRE), transitions=TASK_ROWS)
