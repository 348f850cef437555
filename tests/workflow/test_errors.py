"""What is told of wrong input: in part what was typed, never all of it."""

from workflow.errors import LONGEST_FIELD, LONGEST_REASON, Invalid


def test_a_sentence_names_the_field_the_reason_and_the_way_out() -> None:
    error = Invalid("kg", "is no number", allowed="number")
    assert (str(error), error.field, error.reason, error.allowed) == (
        "kg: is no number (allowed: number)", "kg", "is no number", "number",
    )  # fmt: skip


def test_what_is_endless_is_cut() -> None:
    error = Invalid("9" * 5_000, "x" * 5_000, allowed="a word")
    assert (len(error.field), len(error.reason)) == (LONGEST_FIELD, LONGEST_REASON)
    assert str(error) == f"{'9' * (LONGEST_FIELD - 3)}...: {'x' * (LONGEST_REASON - 3)}... (allowed: a word)"
    assert Invalid("9" * LONGEST_FIELD, "x" * LONGEST_REASON).reason == "x" * LONGEST_REASON
