"""Input is strict, and what is wrong with it is said in one clear sentence that names the field."""

from datetime import date
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field

from tests.workflow.build import day
from workflow.errors import AspsError, Invalid
from workflow.fields import YNU, Count, Day, Fields, Id, Line, Measure, Words


class Inner(Fields):
    """A part of a sample."""

    name: Line
    size: Measure | None = None


class Sample(Fields):
    """One field of every type."""

    result: Literal["good", "bad"]
    kind: Literal["a", "b"] | Literal["c"] = Field(default="a", alias="class")
    felt: YNU | None = None
    count: Count | None = None
    size: Measure | None = None
    on: Day | None = None
    id: Id | None = None
    line: Line | None = None
    words: Words | None = None
    tags: list[Line] | None = None
    parts: list[Inner] | None = None


def why_not(**given: Any) -> Invalid:
    """What is said about wrong fields."""
    with pytest.raises(Invalid) as caught:
        Sample.accept({"result": "good"} | given)
    return caught.value


def test_good_fields_are_taken_as_typed_values() -> None:
    given = {
        "result": "good", "class": "c", "felt": "unknown", "count": 3, "size": 7, "on": "2026-02-28", "id": "ct-1",
        "line": "  a line ", "words": "two\nlines", "tags": ["x"], "parts": [{"name": "n", "size": 1.5}],
    }  # fmt: skip
    sample = Sample.accept(given)
    assert (sample.result, sample.kind, sample.size, sample.on) == ("good", "c", 7.0, date(2026, 2, 28))
    assert (sample.line, sample.parts) == ("a line", [Inner(name="n", size=1.5)])
    assert sample.plain() == given | {"line": "a line", "size": 7.0}


def test_what_was_left_out_stays_left_out() -> None:
    sample = Sample.accept({"result": "good"})
    assert sample.plain() == {"result": "good"}
    assert (sample.felt, sample.given("felt"), sample.given("no_such_field")) == (None, None, None)


def test_fields_are_loaded_as_they_were_stored() -> None:
    sample = Sample.accept({"result": "bad", "class": "b", "on": "2026-02-28", "tags": ["x", "y"]})
    assert Sample.load(sample.plain()) == sample


def test_fields_cannot_be_changed() -> None:
    sample = Sample.accept({"result": "good"})
    with pytest.raises(ValueError, match="frozen"):
        sample.felt = "no"


def test_fields_in_words() -> None:
    assert Sample.names() == {
        "result": "good / bad",
        "class": "a / b / c",
        "felt": "yes / no / unknown",
        "count": "whole number",
        "size": "number",
        "on": "date YYYY-MM-DD",
        "id": "text",
        "line": "text",
        "words": "text",
        "tags": "list of text",
        "parts": "list of {name, size}",
    }
    assert Sample.required() == ("result",)


def test_an_unknown_field_is_named_with_those_there_are() -> None:
    error = why_not(colour="red")
    assert (error.field, error.reason) == ("colour", "there is no such field here")
    assert error.allowed == ", ".join(Sample.names())


def test_a_mistyped_name_is_said_rather_than_that_the_right_one_is_missing() -> None:
    with pytest.raises(Invalid, match="RESULT: there is no such field here"):
        Sample.accept({"RESULT": "good"})


def test_a_missing_field_is_named_with_what_is_allowed() -> None:
    with pytest.raises(Invalid) as caught:
        Sample.accept({})
    error = caught.value
    assert str(error) == "result: is required (allowed: good / bad)"
    assert isinstance(error, AspsError)


def test_the_name_in_code_is_not_accepted_for_the_name_people_type() -> None:
    assert why_not(kind="a").field == "kind"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("result", "excellent"), ("result", True), ("result", None), ("class", "d"), ("felt", "maybe"), ("felt", True),
        ("count", "3"), ("count", 3.5), ("count", -1), ("count", 1000), ("count", True),
        ("size", "7"), ("size", -0.1), ("size", 1e9), ("size", float("nan")), ("size", float("inf")),
        ("on", "2026-02-29"), ("on", "28.02.2026"), ("on", "2026-02-28T10:00"), ("on", 20260228), ("on", "1899-12-31"),
        ("on", "2200-01-01"), ("on", ""), ("id", "no spaces"), ("id", ""), ("id", "../etc"), ("id", "x" * 65),
        ("id", "-x"), ("line", ""), ("line", "   "), ("line", "two\nlines"), ("line", "x" * 201), ("line", 5),
        ("words", "x" * 4001), ("tags", "x"), ("tags", ["x", ""]), ("tags", {}), ("parts", [{}]),
        ("parts", [{"name": "n", "size": "big"}]), ("parts", [{"name": "n", "colour": "red"}]),
    ],
)  # fmt: skip
def test_a_wrong_value_is_refused_by_the_name_of_its_field(field: str, value: Any) -> None:
    assert why_not(**{field: value}).field.partition(".")[0] == field


def test_a_wrong_part_of_a_list_is_named_within_it() -> None:
    assert (why_not(parts=[{"name": "n"}, {"name": "n", "size": "big"}]).field) == "parts.size"


def test_what_was_given_is_shown_with_what_is_allowed() -> None:
    error = why_not(felt="maybe")
    assert str(error) == (
        "felt: 'maybe' is not accepted: Input should be 'yes', 'no' or 'unknown' (allowed: yes / no / unknown)"
    )


CONTROL = ["\x1b[31mred", "bell\x07", "\u202eevil", "zero\u200bwidth", "line\u2028sep", "null\x00", "\ud800"]


@pytest.mark.parametrize("text", CONTROL)
@pytest.mark.parametrize("field", ["line", "words"])
def test_control_characters_and_hidden_directions_are_refused(field: str, text: str) -> None:
    error = why_not(**{field: text})
    assert error.field in (field, "fields")
    assert str(error).isprintable()


def test_a_field_name_full_of_escapes_is_shown_without_them() -> None:
    error = why_not(**{"\x1b[31mred" + "x" * 100: 1})
    assert (error.field, str(error).isprintable()) == ("?[31mred" + "x" * 49 + "...", True)


def test_ordinary_names_of_all_languages_are_taken() -> None:
    for text in ("Zoë O’Brien-Müller", "Łukasz", "王芳", "محمد", "'; DROP TABLE patient; --", "<b>&amp;"):
        assert Sample.accept({"result": "good", "line": text}).line == text


def test_ten_megabytes_of_text_make_a_short_answer() -> None:
    error = why_not(words="x" * 10_000_000)
    assert (error.field, len(str(error)) < 400) == ("words", True)


@pytest.mark.parametrize("value", [{1, 2}, object(), b"bytes"])
def test_what_is_no_json_is_refused(value: Any) -> None:
    assert why_not(line=value).field == "fields"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.dates().map(str),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(given=st.dictionaries(st.sampled_from([*Sample.names(), "colour"]) | st.text(max_size=5), JSON, max_size=5))
def test_whatever_is_given_is_taken_or_refused_in_a_printable_sentence(given: dict[str, Any]) -> None:
    try:
        sample = Sample.accept(given)
    except Invalid as error:
        assert error.reason
        assert str(error).isprintable()
    else:
        assert Sample.load(sample.plain()) == sample


@given(on=st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_every_date_of_three_centuries_is_taken(on: date) -> None:
    assert Sample.accept({"result": "good", "on": on.isoformat()}).on == on


def test_the_edges_of_the_centuries() -> None:
    assert Sample.accept({"result": "good", "on": "1900-01-01"}).on == day("1900-01-01")
    assert Sample.accept({"result": "good", "on": "2199-12-31"}).on == day("2199-12-31")
