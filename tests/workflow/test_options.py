"""What the tool suggests (2.8): ranked, with what stands in the way. It only ever suggests."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.workflow.build import CRITERIA, Course, at_board, cleared, day, in_wait, on_immunotherapy, on_tki, refractory
from tests.workflow.build import settings as site_with
from tests.workflow.tiny import TINY
from workflow.asps import ASPS
from workflow.options import Option, options


def suggested(c: Course, today: str) -> list[str]:
    """The suggestions, first the first."""
    return [option.action for option in every(c, today)]


def every(c: Course, today: str) -> tuple[Option, ...]:
    """The suggestions with all that belongs to them."""
    return options(c.pathway, c.chart, c.site, day(today))


def felt(c: Course, symptomatic: str) -> Course:
    """With a word on symptoms on 22 January."""
    c.record("2026-01-22", "symptoms", symptomatic=symptomatic)
    return c


def judged(c: Course, **fields: str) -> Course:
    """With the tumour board's judgements of 21 January."""
    c.record("2026-01-21", "resectability", **fields)
    return c


def outside(c: Course) -> Course:
    """With disease outside the lungs."""
    c.record("2026-01-21", "lesion", site="liver")
    return c


OLIGO: dict[str, Any] = {"criterion": "recist_pd", "pattern": "oligo"}
SYSTEMIC: dict[str, Any] = {"criterion": "recist_pd", "pattern": "systemic"}
LIMITED_ONLY = {"limited": "yes", "resectability": "unresectable"}


def progressed(c: Course, on: str, progression: dict[str, Any]) -> Course:
    """With a progression."""
    c.record(on, "progression", **progression)
    return c


def ruled(c: Course, ruling: str) -> Course:
    """With the tumour board's ruling on immunotherapy."""
    c.record("2026-01-21", "immunotherapy_screen", findings=["none"], mdt_ruling=ruling)
    return c


LOCAL = ["decide_local_therapy", "decide_immunotherapy", "decide_observation"]
UNRANKED = ["decide_immunotherapy", "decide_observation"]
SITUATIONS: dict[str, tuple[Callable[[], Course], str, list[str]]] = {
    "refractory": (
        refractory,
        "2026-12-05",
        ["decide_combination", "decide_trial", "decide_local_therapy", "decide_supportive_care"],
    ),
    "systemic progression on immunotherapy": (
        lambda: progressed(on_immunotherapy(), "2026-06-01", SYSTEMIC), "2026-06-02", ["decide_tki", "decide_trial"],
    ),
    "oligoprogression on immunotherapy": (
        lambda: progressed(on_immunotherapy(), "2026-06-01", OLIGO), "2026-06-02",
        ["decide_local_therapy", "decide_tki", "decide_immunotherapy"],
    ),
    "oligoprogression on both classes is not refractory": (
        lambda: progressed(on_tki(), "2026-12-01", OLIGO), "2026-12-02",
        ["decide_local_therapy", "decide_tki", "decide_immunotherapy"],
    ),
    "immunotherapy ruled out": (lambda: ruled(felt(at_board(), "yes"), "declined"), "2026-01-25", ["decide_tki"]),
    "immunotherapy ruled acceptable": (
        lambda: ruled(felt(at_board(), "yes"), "acceptable"), "2026-01-25", ["decide_immunotherapy"],
    ),
    "symptomatic": (lambda: felt(at_board(), "yes"), "2026-01-25", ["decide_immunotherapy"]),
    "symptomatic and resectable": (
        lambda: felt(judged(at_board(), **CRITERIA), "yes"), "2026-01-25",
        ["decide_immunotherapy", "decide_interval_scan"],
    ),
    "interval CT cleared": (cleared, "2026-04-15", ["decide_surgery"]),
    "well and resectable": (lambda: felt(judged(at_board(), **CRITERIA), "no"), "2026-01-25", ["decide_interval_scan"]),
    "well, limited, unresectable": (lambda: felt(judged(at_board(), **LIMITED_ONLY), "no"), "2026-01-25", LOCAL),
    "well, limited outside the lungs": (
        lambda: felt(outside(judged(at_board(), limited="yes")), "no"), "2026-01-25", LOCAL,
    ),
    "well, otherwise": (lambda: felt(at_board(), "no"), "2026-01-25", UNRANKED),
    "symptoms not recorded": (at_board, "2026-01-25", UNRANKED),
    "symptoms unknown": (lambda: felt(at_board(), "unknown"), "2026-01-25", UNRANKED),
}  # fmt: skip


@pytest.mark.parametrize("name", SITUATIONS)
def test_what_is_suggested_in_a_situation(name: str) -> None:
    begin, today, expected = SITUATIONS[name]
    assert suggested(begin(), today) == expected


def test_a_failed_interval_ct_turns_to_immunotherapy() -> None:
    c = in_wait()
    c.record("2026-04-13", "imaging", modality="ct_chest", report="final", new_lesions="yes", operable="yes")
    assert suggested(c, "2026-04-14") == ["decide_immunotherapy"]


@pytest.mark.parametrize("today", ["2026-01-06", "2026-02-01"])
def test_nothing_is_suggested_while_no_decision_is_awaited(today: str) -> None:
    assert suggested(in_wait(), today) == []
    assert suggested(on_immunotherapy(), "2026-02-05") == []


def test_on_treatment_suggestions_come_with_the_decision_that_progression_asks_for() -> None:
    c = on_immunotherapy()
    assert suggested(c, "2026-06-02") == []
    progressed(c, "2026-06-01", SYSTEMIC)
    assert c.open("mdt_decision", "2026-06-02") == [None]
    assert suggested(c, "2026-06-02") != []
    c.do("2026-06-03", "decide_tki")
    assert suggested(c, "2026-06-03") == []


def test_what_a_hard_stop_forbids_is_greyed_and_never_hidden() -> None:
    c = cleared()
    c.retract("mri-0", entered="2026-04-15")
    [surgery] = every(c, "2026-04-15")
    assert (surgery.action, surgery.greyed) == ("decide_surgery", True)
    assert [b.guard for b in surgery.blockers] == ["baseline_brain_imaging"]


def test_a_soft_warning_does_not_grey() -> None:
    observe = every(felt(at_board(), "no"), "2026-01-25")[1]
    assert (observe.greyed, observe.blockers) == (False, ())
    later = every(felt(judged(at_board(), **CRITERIA), "yes"), "2026-01-25")[1]
    assert ([b.guard for b in later.blockers], later.greyed) == (["symptomatic_patient"], False)


def test_a_suggestion_says_in_which_situation_and_on_what_ground() -> None:
    [surgery] = every(cleared(), "2026-04-15")
    assert surgery == Option(
        action="decide_surgery",
        situation="interval CT cleared, criteria met",
        source=("[S25] if no new lesions appear and disease remains operable, metastasectomy is recommended",),
        blockers=(),
    )


def test_suggesting_changes_nothing() -> None:
    c = cleared()
    before = (c.chart, c.plan("2026-04-15"))
    every(c, "2026-04-15")
    assert (c.chart, c.plan("2026-04-15")) == before


def test_the_first_row_that_applies_gives_the_order_and_the_last_always_applies() -> None:
    assert ASPS.options[0].situation == "refractory"
    assert ASPS.options[-1].situation == "symptoms not recorded: unknown is not no (unranked)"
    assert ASPS.options[-1].when(None) is True  # type: ignore[arg-type]


def test_no_row_of_the_ranking_suggests_chemotherapy_or_nothing() -> None:
    assert {act for row in ASPS.options for act in row.options} == {
        "decide_combination", "decide_trial", "decide_local_therapy", "decide_supportive_care", "decide_tki",
        "decide_immunotherapy", "decide_interval_scan", "decide_surgery", "decide_observation",
    }  # fmt: skip


def test_options_of_another_pathway_are_its_own() -> None:
    c = Course(pathway=TINY)
    c.do("2026-01-05", "adopt", state="mdt_review", since="2026-01-05")
    [option] = every(c, "2026-01-06")
    assert (option.action, [b.guard for b in option.blockers], option.greyed) == (
        "decide_observation",
        ["wrong_state"],
        True,
    )
    assert c.site == site_with(TINY, {})
