"""May a step be taken? Everything that stands in the way is said at once, and a refusal changes nothing."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.workflow.build import (
    CRITERIA,
    Course,
    accepted,
    at_board,
    booked,
    cleared,
    guards,
    in_staging,
    in_wait,
    on_immunotherapy,
    on_tki,
    refractory,
    refused,
)
from tests.workflow.test_acts import LEAST
from workflow.acts import ACTS, TASK_ACTS
from workflow.asps import ASPS
from workflow.chart import Outcome
from workflow.decide import blockers_of, possible_acts, standing
from workflow.errors import Invalid, NotFound
from workflow.steps import Refused
from workflow.vocabulary import Blocker, Level, State

EVERYWHERE: list[Callable[[], Course]] = [
    Course,
    in_staging,
    at_board,
    in_wait,
    cleared,
    booked,
    on_immunotherapy,
    on_tki,
    refractory,
]


def test_all_that_is_missing_is_listed_at_once() -> None:
    c = Course()
    c.do("2026-01-05", "accept_referral", centre_role="reference_centre")
    assert guards(c.refused("2026-01-06", "complete_staging")) == [
        "baseline_brain_imaging",
        "staging_ct",
        "confirmed_asps",
    ]


def test_hard_and_soft_stand_beside_each_other() -> None:
    blockers = at_board().refused("2026-01-21", "start_regimen", agents=["pazopanib"], class_="tki")
    assert [(b.guard, b.level) for b in blockers] == [
        ("tki_baseline", Level.HARD),
        ("tki_baseline", Level.SOFT),
        ("treatment_order", Level.SOFT),
        ("pazopanib_prior_chemotherapy", Level.SOFT),
    ]


def test_a_blocker_says_why_on_what_grounds_what_is_missing_and_who_clears_it() -> None:
    guard = ASPS.guards["interval_ct"]
    assert in_wait().refused("2026-02-01", "decide_surgery") == (
        Blocker(
            guard="interval_ct",
            level=Level.HARD,
            why="no favourable chest CT on or after 2026-04-10 (index CT 2026-01-10 + 3 calendar months)",
            looked_at=("imaging ct_chest of 2026-01-10 (final)",),
            missing=("imaging ct_chest, report = final, new_lesions = no, operable = yes",),
            cleared_by=guard.cleared_by,
            source=tuple(str(source) for source in guard.source),
        ),
    )


def offered(c: Course, act: str) -> tuple[Blocker, ...]:
    """What stands in the way of an act with the least fields it needs, if anything does."""
    try:
        decision = c.offer("2027-03-01", act, reason="", **LEAST.get(act, {}))
    except Invalid:
        return ()
    return decision.blockers if isinstance(decision, Refused) else ()


@pytest.mark.parametrize("act", ACTS)
def test_no_refusal_of_any_act_anywhere_is_without_its_reason_and_its_remedy(act: str) -> None:
    found = [blocker for begin in EVERYWHERE for blocker in offered(begin(), act)]
    assert [b for b in found if not (b.why and b.cleared_by and b.source)] == []
    assert {b.guard for b in found} <= set(ASPS.guards) | {"wrong_state"}


def test_a_refused_step_leaves_chart_state_and_tasks_as_they_were() -> None:
    c = in_wait()
    chart, plan = c.chart, c.plan("2026-02-01")
    c.refused("2026-02-01", "decide_surgery", planned="2026-02-10", **CRITERIA)
    assert c.chart is chart
    assert c.plan("2026-02-01") == plan


def test_an_accepted_act_fixes_what_it_led_to_and_what_it_relied_on() -> None:
    entry = booked().chart.entries["surgery"]
    assert entry.outcome == Outcome(
        transition="X11",
        dest=State.SURGERY,
        after="wait",
        relied={"accept": 1, "mri-0": 5, "ct-0": 4, "ct-1": 9, "primary": 3, "wait": 8},
    )


def test_a_soft_warning_needs_a_reason_and_the_reason_is_kept() -> None:
    c = at_board()
    c.record("2026-01-21", "symptoms", symptomatic="yes")
    assert guards(c.refused("2026-01-22", "decide_observation")) == ["symptomatic_patient"]
    taken = c.do("2026-01-22", "decide_observation", reason="the patient's wish")
    assert ([b.guard for b in taken.warned], taken.overridden) == (["symptomatic_patient"], ())
    assert taken.entry.outcome is not None
    assert (taken.entry.outcome.warned, taken.entry.reason) == (("symptomatic_patient",), "the patient's wish")
    assert c.state("2026-01-22") is State.OBSERVATION


def test_without_a_warning_a_reason_answers_nothing() -> None:
    taken = at_board().do("2026-01-22", "decide_observation", reason="just so")
    assert (taken.warned, taken.entry.outcome and taken.entry.outcome.warned) == ((), ())


def test_no_reason_answers_a_hard_stop() -> None:
    c = at_board()
    doxorubicin: dict[str, Any] = {"agents": ["doxorubicin"], "class_": "cytotoxic_anthracycline"}
    without = c.refused("2026-01-22", "start_regimen", **doxorubicin)
    assert guards(without) == ["no_first_line_chemotherapy"]
    assert c.refused("2026-01-22", "start_regimen", reason="it is what we always give", **doxorubicin) == without


def test_a_reason_leaves_only_the_hard_stops_in_the_way() -> None:
    c = at_board()
    blockers = c.refused("2026-01-21", "start_regimen", agents=["pazopanib"], class_="tki", reason="agreed")
    assert [(b.guard, b.level) for b in blockers] == [("tki_baseline", Level.HARD)]


def test_a_role_that_may_not_is_told_so_before_any_guard_is_asked() -> None:
    c = at_board()
    decision = refused(c.offer("2026-01-21", "decide_tki", by="coordinator"))
    assert decision.denied
    assert decision.blockers == (
        Blocker(
            guard="role",
            level=Level.ABSOLUTE,
            why="decide_tki may be done by a clinician only",
            cleared_by="a clinician does it",
        ),
    )
    elsewhere = refused(Course().offer("2026-01-06", "decide_surgery", by="coordinator"))
    assert (elsewhere.denied, guards(elsewhere.blockers)) == (True, ["role"])


def test_a_coordinator_may_bring_a_patient_back_but_not_out_of_supportive_care() -> None:
    away, supported = at_board(), at_board()
    away.do("2026-01-21", "transfer", by="coordinator")
    supported.do("2026-01-21", "decide_supportive_care")
    assert accepted(away.offer("2026-01-22", "return_to_pathway", by="coordinator"))
    assert refused(supported.offer("2026-01-22", "return_to_pathway", by="coordinator")).denied
    assert accepted(supported.offer("2026-01-22", "return_to_pathway", by="clinician"))


def test_an_act_without_a_row_names_those_that_are_possible_and_its_guards_beside() -> None:
    first, *beside = Course().refused("2026-01-06", "decide_surgery")
    assert (first.guard, first.level, first.looked_at) == ("wrong_state", Level.ABSOLUTE, ("state referred",))
    assert first.why == (
        "decide_surgery is not possible in referred (referred). Possible here: adopt, accept_referral, "
        "declare_out_of_scope, decide_supportive_care, declare_death, transfer, declare_lost, withdraw_consent"
    )
    assert guards(tuple(beside)) == [
        "reference_centre",
        "baseline_brain_imaging",
        "interval_ct",
        "metastasectomy_criteria",
    ]


def test_where_the_state_alone_forbids_it_nothing_stands_beside() -> None:
    assert guards(at_board().refused("2026-01-21", "complete_staging")) == ["wrong_state"]


def test_a_start_in_the_wrong_state_names_the_guards_of_its_class() -> None:
    beside = guards(in_wait().refused("2026-02-01", "start_regimen", agents=["durvalumab"], class_="ici_pdl1"))
    assert beside == ["wrong_state", "immunotherapy_screen"]


def test_a_row_for_some_cases_only_says_for_which() -> None:
    c = in_staging()
    first, *_ = c.refused("2026-01-08", "decide_local_therapy", modality="rfa")
    assert first.why.startswith("decide_local_therapy is not possible in staging (staging) unless of the brain.")
    assert guards(c.refused("2026-01-08", "decide_local_therapy", modality="srs")) == ["baseline_brain_imaging"]


def test_after_leaving_nothing_else_is_asked() -> None:
    c = at_board()
    c.do("2026-01-21", "declare_death")
    assert guards(c.refused("2026-01-22", "decide_surgery")) == ["pathway_ended"]
    assert guards(c.refused("2026-01-22", "transfer")) == ["pathway_ended"]


def test_facts_are_still_taken_after_leaving() -> None:
    c = at_board()
    c.do("2026-01-21", "transfer", by="coordinator")
    assert c.record("2026-01-25", "imaging", modality="ct_chest", report="final").id in c.chart.entries


def test_a_preliminary_report_is_named_beside_the_guard_that_needs_it() -> None:
    c = in_staging()
    c.record("2026-01-10", "imaging", id="ct", modality="ct_chest", report="preliminary")
    blockers = c.refused("2026-01-12", "complete_staging")
    assert [(b.guard, b.missing) for b in blockers if b.guard == "final_report"] == [
        ("final_report", ("the final report of ct",)),
    ]
    assert guards(blockers) == ["baseline_brain_imaging", "staging_ct", "final_report"]


def test_a_preliminary_report_beside_a_final_one_is_no_matter() -> None:
    c = at_board()
    c.record("2026-01-22", "imaging", modality="mri_brain", report="preliminary", brain_metastases="yes")
    decision = c.offer("2026-01-27", "decide_interval_scan", **CRITERIA)
    assert accepted(decision).entry.name == "decide_interval_scan"


@pytest.mark.parametrize("state", State)
def test_the_possible_acts_of_a_state_are_those_with_a_row_for_it(state: State) -> None:
    rows = {row.on for row in ASPS.transitions if state in row.sources}
    assert set(possible_acts(ASPS, state)) == rows >= TASK_ACTS


def test_what_would_refuse_an_act_is_known_without_trying_it() -> None:
    c = in_wait()
    fields = ACTS["decide_surgery"].fields.model_construct()
    would = blockers_of(ASPS, c.chart, c.site, "decide_surgery", fields, c.now.date(), c.now)
    assert would == c.refused("2026-01-27", "decide_surgery")


def test_what_is_not_on_file_is_not_found() -> None:
    with pytest.raises(NotFound, match="no record 'ct-9'"):
        standing(at_board().chart, "ct-9")
    assert standing(at_board().chart, "ct-0").name == "imaging"
