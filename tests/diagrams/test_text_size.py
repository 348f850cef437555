"""Text is measured as the shipped font is, without opening it."""

import pytest
from fontTools.ttLib import TTFont

from diagrams.fonts.make import metrics_text
from diagrams.text_size import FONTS, Weight, font_file, width, wrapped


def test_the_committed_metrics_are_those_of_the_shipped_fonts() -> None:
    assert (FONTS / "metrics.json").read_text() == metrics_text()


@pytest.mark.parametrize("weight", Weight)
def test_width_is_the_sum_of_advances(weight: Weight) -> None:
    font = TTFont(font_file(weight))
    names, advances = font.getBestCmap(), font["hmtx"]
    text = "decide_interval_scan ≥ 3 Ärzte"
    expected = sum(advances[names[ord(character)]][0] for character in text) * 12 / font["head"].unitsPerEm
    assert width(text, 12, weight) == pytest.approx(expected)


def test_unknown_characters_are_measured_too() -> None:
    assert width("語", 10) == width("?", 10)


def test_wrapped_lines_keep_to_the_limit_and_lose_nothing() -> None:
    text = "the final report of a qualifying chest CT on or after the earliest date of the interval"
    lines = wrapped(text, 120, 11)
    assert len(lines) > 2
    assert max(width(line, 11) for line in lines) <= 120
    assert " ".join(lines) == text


def test_a_word_that_is_too_long_is_broken_and_loses_nothing() -> None:
    lines = wrapped("untreated_brain_metastases_tki and", 60, 11)
    assert max(width(line, 11) for line in lines) <= 60
    assert "".join(lines).replace(" ", "") == "untreated_brain_metastases_tkiand"
    assert wrapped("ab", 1, 11) == ["a", "b"], "one letter at least"


def test_the_fonts_come_with_their_licence() -> None:
    assert "Apache License" in (FONTS / "LICENSE.txt").read_text()
    assert "Roboto Condensed" in (FONTS / "NOTICE.txt").read_text()
