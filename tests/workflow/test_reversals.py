"""A death entered in error: once it is reversed, the patient stands where they stood, as if never taken for dead."""

from tests.workflow.build import in_wait
from workflow.vocabulary import State


def test_a_death_entered_in_error_leaves_everything_as_it_was() -> None:
    c, never = in_wait(), in_wait()
    c.do("2026-02-10", "declare_death")
    assert c.way("2026-02-11")[-1] == ("deceased", "2026-02-10")
    c.do("2026-02-12", "reverse_death", second_user="dr-grace")
    assert c.path("2026-09-01") == never.path("2026-09-01")
    assert c.plan("2026-09-01") == never.plan("2026-09-01")


def test_a_reversal_takes_back_the_death_and_not_what_facts_brought_about_meanwhile() -> None:
    """The wait had ended before the death, but nobody had entered that yet."""
    c = in_wait()
    c.do("2026-02-10", "declare_death")
    c.do("2026-02-12", "reverse_death", second_user="dr-grace")
    c.record("2026-02-02", "symptoms", symptomatic="yes")
    assert c.way("2026-09-01")[-1] == ("mdt_review", "2026-02-02")


def test_a_reversal_of_a_death_that_was_retracted_as_well_moves_nobody() -> None:
    c, never = in_wait(), in_wait()
    c.do("2026-02-10", "declare_death", id="death")
    c.do("2026-02-12", "reverse_death", second_user="dr-grace")
    c.retract("death", entered="2026-02-13")
    assert c.path("2026-09-01") == never.path("2026-09-01")


def test_an_act_entered_after_a_reversal_is_not_undone_by_it_whatever_its_date() -> None:
    c = in_wait()
    c.do("2026-02-10", "declare_death", entered="2026-02-16")
    c.do("2026-02-17", "reverse_death", second_user="dr-grace")
    c.do("2026-02-12", "decide_observation", entered="2026-02-18")
    assert c.state("2026-02-18") is State.OBSERVATION


def test_what_happened_while_taken_for_dead_counts_once_the_death_is_reversed() -> None:
    c = in_wait()
    c.do("2026-02-10", "declare_death")
    c.record("2026-02-11", "symptoms", symptomatic="yes")
    c.do("2026-02-12", "reverse_death", second_user="dr-grace")
    assert c.way("2026-02-12")[-1] == ("mdt_review", "2026-02-11")
