"""The order of entry does not matter (R8): facts with distinct clinical dates lead to the same place, tasks and dates.

What was decided is fixed when it is recorded, on evidence that must already be on file. So a course is played twice:
its acts with the evidence they need, and many more facts, entered in another order and in part before the acts. Where
a fact, known earlier, would have changed what was decided, it is entered late as well.
"""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import Phase, event, given, settings
from hypothesis import strategies as st

from tests.workflow.build import (
    CRITERIA,
    Course,
    Line,
    at_board,
    baseline_of_tki,
    booked,
    cleared,
    in_staging,
    in_wait,
    on_immunotherapy,
    on_tki,
    refractory,
)
from tests.workflow.facts import DAYS, FACTS
from workflow.steps import Refused

SITE = {
    "staging_ct.due_days": "14", "brain_mri.due_days": "14", "mdt.due_days": "7", "post_interval_mdt.days": "7",
    "treatment_start.due_days": "10", "io_labs.every_n_doses": "2", "io_response.first_days": "63",
    "io_response.repeat_days": "42", "pazo_lft.periodic_days": "30", "pazo_bp.repeat_days": "14",
    "tki_response.days": "56", "brain_referral.due_days": "5", "brain_surv.months_clear": "6", "ablation.months": "3",
    "surveillance.phase1_months": "3", "surveillance.phase1_years": "2", "observation.months": "3",
    "palliative.offer_days": "56", "bone.calcium_days": "7", "ltfu.attempts": "2", "ltfu.spacing_days": "14",
}  # fmt: skip
"""Most tasks are dated, so that dates are compared; the rest stays UNSET."""


def observed() -> Course:
    c = at_board(site=SITE)
    c.do("2026-01-27", "decide_observation", id="watch")
    return c


def ablated() -> Course:
    c = observed()
    c.do("2026-02-10", "decide_local_therapy", id="plan-rfa", modality="rfa")
    c.do("2026-02-20", "perform_local_therapy", id="rfa", modality="rfa", residual_disease="no")
    return c


def resected() -> Course:
    c = booked(site=SITE)
    c.do("2026-05-11", "perform_surgery", id="done", type="lung_metastasectomy", completeness="R0",
         residual_disease="no")  # fmt: skip
    return c


def dosed() -> Course:
    c = on_immunotherapy(site=SITE)
    for on in ("2026-02-23", "2026-03-16", "2026-04-07"):
        c.do(on, "give_dose", id=f"dose-{on}", by="coordinator", agent="atezolizumab")
    return c


def held_and_stopped() -> Course:
    c = on_tki(site=SITE)
    c.do("2026-08-03", "hold_regimen", id="hold", agent="pazopanib")
    c.do("2026-08-31", "resume_regimen", id="resume", agent="pazopanib")
    c.do("2026-11-02", "stop_regimen", id="stop", stop_reason="toxicity")
    return c


def combined() -> Course:
    c = refractory(site=SITE)
    c.do("2026-12-10", "decide_combination", id="decided-both")
    baseline_of_tki(c, "2026-12-14")
    c.do("2026-12-17", "start_regimen", id="both", agents=["atezolizumab", "axitinib"], class_="combination",
         schedule="1200_q3w", reason="no new CT")  # fmt: skip
    return c


def in_trial() -> Course:
    c = refractory(site=SITE)
    c.do("2026-12-17", "enrol_in_trial", id="enrol", trial="TRIAL-1")
    return c


def on_bone_agent() -> Course:
    c = on_immunotherapy(site=SITE)
    c.record("2026-02-10", "dental_exam", id="teeth")
    c.do("2026-02-12", "start_bone_agent", id="bone", agent="denosumab", schedule="120_q4w")
    c.do("2026-03-12", "give_bone_agent", id="bone-2", agent="denosumab")
    return c


def returned() -> Course:
    c = in_wait(site=SITE)
    c.do("2026-02-16", "transfer", id="away", by="coordinator")
    c.do("2026-08-17", "return_to_pathway", id="back", by="coordinator")
    return c


def supported() -> Course:
    c = on_immunotherapy(site=SITE)
    c.do("2026-07-06", "decide_supportive_care", id="support")
    return c


def died() -> Course:
    c = on_tki(site=SITE)
    c.do("2026-09-14", "declare_death", id="death")
    return c


def taken_for_dead() -> Course:
    c = in_wait(site=SITE)
    c.do("2026-02-16", "declare_death", id="death", by="coordinator")
    c.do("2026-02-23", "reverse_death", id="alive", by="coordinator", second_user="dr-ada")
    return c


def adopted() -> Course:
    c = Course(site=SITE)
    c.do("2025-10-01", "adopt", id="adopt", entered="2026-01-06", state="immunotherapy", since="2025-10-01",
         reason="referred on treatment")  # fmt: skip
    return c


def waiting_again() -> Course:
    c = resected()
    c.record("2026-09-07", "imaging", id="ct-2", modality="ct_chest", report="final", reported="2026-09-07",
             new_lesions="yes", lung_lesions_left=1, operable="yes", extrapulmonary="absent")  # fmt: skip
    c.do("2026-09-15", "decide_interval_scan", id="wait-2", **CRITERIA)
    return c


COURSES: dict[str, Callable[[], Course]] = {
    "referred": lambda: Course(site=SITE),
    "staging": lambda: in_staging(site=SITE),
    "board": lambda: at_board(site=SITE),
    "wait": lambda: in_wait(site=SITE),
    "cleared": lambda: cleared(site=SITE),
    "booked": lambda: booked(site=SITE),
    "resected": resected,
    "waiting again": waiting_again,
    "observed": observed,
    "ablated": ablated,
    "immunotherapy": dosed,
    "tki": lambda: on_tki(site=SITE),
    "tki stopped": held_and_stopped,
    "refractory": lambda: refractory(site=SITE),
    "combination": combined,
    "trial": in_trial,
    "bone agent": on_bone_agent,
    "returned": returned,
    "supportive care": supported,
    "dead": died,
    "taken for dead": taken_for_dead,
    "adopted": adopted,
}
DONE_BY = date(2027, 8, 1)
"""After the last step and the last fact."""


@st.composite
def facts_for(draw: st.DrawFn, course: Course) -> list[Line]:
    """Facts with clinical dates of their own, none of them a day of the course."""
    taken = {on for on, _, _ in course.log}
    days = draw(st.lists(DAYS.filter(lambda on: on not in taken), min_size=2, max_size=9, unique=True))
    lines: list[Line] = []
    for n, on in enumerate(days):
        kind, fields = draw(FACTS)
        if kind == "imaging":
            later = draw(st.sampled_from([0, 1, 9]))
            fields = fields | {"reported": str(date.fromisoformat(on) + timedelta(days=later))}
        if kind == "prior_regimen" and draw(st.booleans()):
            fields = fields | {"stopped": str(date.fromisoformat(on) + timedelta(days=40))}
        lines.append((on, kind, {"id": f"f{n}", **fields}))
    return lines


def known(line: Line) -> str:
    """The day on which a fact can be entered first."""
    on, _, fields = line
    return max(on, *(str(fields.get(name, on)) for name in ("reported", "stopped")))


def play(steps: Sequence[Line], early: Sequence[Line], late: Sequence[Line]) -> Course | None:
    """The course with some facts entered when they arose, the others afterwards; None where an act is refused."""
    c = Course(site=SITE)
    waiting = sorted(early, key=known)
    for on, name, said in steps:
        while waiting and known(waiting[0]) <= (said["entered"] or on):
            enter(c, waiting.pop(0))
        if isinstance(c.offer(on, name, **said | {"reason": said["reason"] or "as agreed"}), Refused):
            return None
    for fact in [*waiting, *late]:
        enter(c, fact)
    return c


def enter(c: Course, fact: Line) -> None:
    on, kind, fields = fact
    c.record(on, kind, entered=known(fact), **fields)


def decided(c: Course) -> list[Any]:
    """What each act led to, and against which warnings."""
    return [(a.id, a.outcome.transition, a.outcome.dest, a.outcome.warned) for a in c.chart.acts if a.outcome]


def outlook(c: Course) -> list[Any]:
    """The way, the tasks and the next timed move, on several later days."""
    days = [str(DONE_BY + timedelta(days=n)) for n in (0, 1, 45, 400)]
    plans = [c.plan(day) for day in days]
    ways = [[(a.state.value, str(a.on), a.via, a.entry) for a in plan.path] for plan in plans]
    return [(way, sorted(p.tasks, key=lambda t: t.key), p.look_again) for way, p in zip(ways, plans, strict=True)]


WITHOUT_EXPLAIN = (Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink)


@pytest.mark.parametrize("name", COURSES)
@settings(max_examples=15, deadline=None, phases=WITHOUT_EXPLAIN)
@given(data=st.data())
def test_facts_entered_in_any_order_lead_to_the_same_place(name: str, data: st.DataObject) -> None:
    steps = COURSES[name]()
    facts = data.draw(facts_for(steps))
    one = play(steps.log, [], facts)
    assert one is not None
    shuffled = data.draw(st.permutations(facts))
    split = data.draw(st.integers(0, len(facts)))
    other = play(steps.log, shuffled[:split], shuffled[split:])
    if other is None or decided(other) != decided(one):
        event("known earlier, the facts would have changed a decision")
        other = play(steps.log, [], shuffled)
    assert other is not None
    assert outlook(other) == outlook(one)


ON_BOTH = {
    "atezolizumab": ("give_dose", {"agent": "atezolizumab"}),
    "denosumab": ("give_bone_agent", {"agent": "denosumab"}),
}


@settings(max_examples=25, deadline=None, phases=WITHOUT_EXPLAIN)
@given(data=st.data())
def test_doses_entered_in_any_order_give_the_same_dates(data: st.DataObject) -> None:
    days = data.draw(st.lists(DAYS.filter(lambda on: on > "2026-03-13"), min_size=2, max_size=7, unique=True))
    doses = [(on, *data.draw(st.sampled_from(list(ON_BOTH.values())))) for on in days]
    outlooks = []
    for order in (sorted(doses, key=lambda dose: dose[0]), data.draw(st.permutations(doses))):
        c = on_bone_agent()
        for on, act, fields in order:
            c.do(on, act, id=f"{act}-{on}", **fields)
        outlooks.append(outlook(c))
    assert outlooks[0] == outlooks[1]


@pytest.mark.parametrize("name", COURSES)
def test_a_report_first_preliminary_then_final_leads_where_one_that_was_final_at_once_leads(name: str) -> None:
    scan = {"id": "scan", "modality": "ct_chest", "reported": "2027-05-03", "new_lesions": "yes", "operable": "no"}
    at_once, in_two_steps = COURSES[name](), COURSES[name]()
    at_once.record("2027-05-01", "imaging", report="final", **scan)
    in_two_steps.record("2027-05-01", "imaging", report="preliminary", **scan)
    waiting = outlook(in_two_steps)
    in_two_steps.amend("scan", report="final", entered="2027-05-20")
    assert outlook(in_two_steps) == outlook(at_once)
    assert waiting == outlook(COURSES[name]())


def test_what_is_compared_can_differ() -> None:
    """The facts of this file do move the state, the tasks and the dates."""
    without, with_new = observed(), observed()
    with_new.record("2026-02-03", "symptoms", symptomatic="yes")
    assert without.way("2027-08-01")[-1] == ("observation", "2026-01-27")
    assert with_new.way("2027-08-01")[-1] == ("mdt_review", "2026-02-03")
    assert outlook(without) != outlook(with_new)
