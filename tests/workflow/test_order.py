"""The order of entry does not matter (R8): facts with distinct clinical dates lead to the same place, tasks and dates.

What was decided is fixed when it is recorded, on evidence that must already be on file. So a course is played twice:
its acts with the evidence they need, and many more facts, entered in another order and in part before the acts. Where
a fact, known earlier, would have changed what was decided, it is entered late as well.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import Phase, event, given, settings
from hypothesis import strategies as st

from tests.workflow.build import Course, Line
from tests.workflow.courses import COURSES, DONE_BY, SITE, facts_for, observed, on_bone_agent
from tests.workflow.facts import DAYS
from workflow.steps import Refused


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
