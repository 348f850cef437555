"""How wide text is, in the very font that is shipped and embedded; known without opening a font file."""

import json
from collections.abc import Iterator
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

FONTS = Path(__file__).parent / "fonts"
FAMILY = "Roboto Condensed"


class Weight(StrEnum):
    """The two weights that are shipped."""

    REGULAR = "Regular"
    BOLD = "Bold"


@cache
def metrics() -> dict[str, Any]:
    """The committed metrics: advances and glyph numbers per weight and character."""
    loaded: dict[str, Any] = json.loads((FONTS / "metrics.json").read_text())
    return loaded


def font_file(weight: Weight) -> Path:
    """The font itself."""
    return FONTS / f"RobotoCondensed-{weight}.ttf"


def advances(text: str, weight: Weight) -> list[int]:
    """Width of each character in units of the em; a character the font lacks counts as wide as its question mark."""
    glyphs = metrics()["weights"][weight]
    return [glyphs.get(character, glyphs["?"])[0] for character in text]


@lru_cache(maxsize=4096)
def width(text: str, size: float, weight: Weight = Weight.REGULAR) -> float:
    """Width of one line, in the unit of `size`. Kerning, which almost only narrows, is left out."""
    return float(sum(advances(text, weight)) * size / metrics()["unitsPerEm"])


def wrapped(text: str, limit: float, size: float, weight: Weight = Weight.REGULAR) -> list[str]:
    """The text in lines no wider than `limit`, broken at spaces; a single longer word is broken where the line ends."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width(longer, size, weight) <= limit:
            lines[-1] = longer
        else:
            lines += _broken(word, limit, size, weight)
    return lines


def _broken(word: str, limit: float, size: float, weight: Weight) -> Iterator[str]:
    """The word in pieces that fit, of one letter at least."""
    if width(word, size, weight) <= limit:
        yield word
        return
    piece = ""
    for letter in word:
        if piece and width(piece + letter, size, weight) > limit:
            yield piece
            piece = ""
        piece += letter
    yield piece
