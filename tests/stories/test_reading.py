"""Files are read as YAML 1.2: `on`, `yes`, `no` and dates stay plain text, and nothing clever is accepted."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.stories.reading import DEEPEST, LARGEST, read
from workflow.errors import Invalid


def test_words_and_dates_stay_text() -> None:
    assert read("{on: no, a: yes, b: 2026-01-02, c: off, d: 12:30, e: 2026-01-02T09:00, f: y}") == {
        "on": "no", "a": "yes", "b": "2026-01-02", "c": "off", "d": "12:30", "e": "2026-01-02T09:00", "f": "y",
    }  # fmt: skip


def test_only_null_booleans_and_numbers_become_more() -> None:
    found = read("{a: null, b: , c: ~, d: true, e: false, f: 12, g: -1.5, h: 1e3, i: '12', j: 012, k: 0x1f, l: 1_000}")
    assert found == {
        "a": None, "b": None, "c": None, "d": True, "e": False, "f": 12, "g": -1.5, "h": 1000.0, "i": "12",
        "j": "012", "k": "0x1f", "l": "1_000",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a: &x 1", "line 1: anchors and aliases"),
        ("a: &x {b: 1}\nc: *x", "line 1: anchors and aliases"),
        ("&k a: 1", "anchors"),
        ("a: 1\nb: 2\na: 3", "line 3: 'a' is given twice"),
        ("!!python/object/apply:os.system ['true']", "the tag"),
        ("a: !!binary aGk=", "the tag"),
        ("a: 1\n---\nb: 2", "line 2: a second document"),
        ("a: [1", "line 2: is no YAML"),
        ("a: \x07", "is no YAML"),
        ("? [a, b]\n: 1", "a key has to be plain text"),
        ("[" * (DEEPEST + 1), "nested more than"),
        ("[" * 100_000, "nested more than"),
        ("a: " + "x" * LARGEST, "longer than"),
    ],
)
def test_what_is_no_plain_data_is_refused_with_its_line(text: str, says: str) -> None:
    with pytest.raises(Invalid, match=says):
        read(text)


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(Invalid):
        read(text)
