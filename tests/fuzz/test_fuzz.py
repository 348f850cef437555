"""Whatever is fed: no traceback, no hang, bounded memory."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.targets import TARGETS, feed, fit, seeds

RUNS = {"sheet": 8_000, "cells": 30_000, "story": 2_000, "sets": 40_000, "file": 15_000}
"""Inputs of each target; together about a minute."""
SECONDS, MEGABYTES = 10, 600
"""At most for one input, and for the process; libFuzzer ends it beyond."""


@pytest.mark.parametrize("name", TARGETS)
def test_what_is_right_is_taken(name: str) -> None:
    assert {feed(name, seed) for seed in seeds(name)} == {""}


@pytest.mark.parametrize("name", TARGETS)
@settings(max_examples=150)
@given(data=st.data())
def test_any_bytes_are_answered(name: str, data: st.DataObject) -> None:
    """Noise, and right inputs with a piece of noise in them."""
    seed = data.draw(st.sampled_from([b"", *seeds(name)]))
    first, last = sorted(data.draw(st.tuples(st.integers(0, len(seed)), st.integers(0, len(seed)))))
    noise = data.draw(st.binary(max_size=60) | st.text(max_size=60).map(str.encode) | st.sampled_from(HOSTILE))
    feed(name, seed[:first] + noise + seed[last:])


@pytest.mark.parametrize("part", [b"timezone: Europe/Amsterdam", b"Europe/Amsterdam", b"14"])
def test_an_endless_word_in_a_story_is_repeated_in_part(part: bytes) -> None:
    story = next(seed for seed in seeds("story") if b"{timezone: Europe/Amsterdam, brain_mri.due_days: 14" in seed)
    assert "999..." in feed("story", story.replace(part, b"9" * 5_000, 1))


HOSTILE = [
    b"", b'"', b"\x00", b"[" * 2_000, b'{"a":' * 500, b"9" * 5_000, b"1e999", b"\xff\xfe", b"\x1b[2J", b",,,,\n", b"\r",
    b"=cmd|'/C'!A0", b"&a [*a, *a]", b"\xed\xa0\x80", "\u202e".encode(), b"NaN", b"-0", b"0001-01-01",
    b"9999-12-31T23:59",
]  # fmt: skip


@pytest.mark.long
@pytest.mark.skipif(importlib.util.find_spec("atheris") is None, reason="atheris has no wheel for this system")
@pytest.mark.parametrize("name", TARGETS)
def test_inputs_that_the_code_itself_led_to_are_answered(name: str, tmp_path: Path) -> None:
    """The same by atheris, which keeps what reaches new code and goes on from there."""
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for number, seed in enumerate(seeds(name)):
        (corpus / str(number)).write_bytes(seed)
    limits = (f"-runs={RUNS[name]}", "-seed=1", f"-timeout={SECONDS}", f"-rss_limit_mb={MEGABYTES}", "-max_len=8192",
              f"-artifact_prefix={tmp_path}/", "-print_final_stats=1")  # fmt: skip
    command = (sys.executable, "-m", "tests.fuzz.harness", name, str(corpus), *limits)
    ended = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    assert ended.returncode == 0, ended.stderr[-4_000:]
    assert f"stat::number_of_executed_units: {RUNS[name]}" in ended.stderr


@pytest.mark.parametrize("text", ["", "two\nlines", "\x1b[2J", "x" * 2_001])
def test_an_answer_that_is_not_fit_for_a_terminal_would_be_noticed(text: str) -> None:
    with pytest.raises(AssertionError):
        fit(text)
