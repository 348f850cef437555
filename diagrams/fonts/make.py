"""Makes the font files and metrics.json of this folder from Roboto Condensed. Needs fontTools; run it by hand:

    python diagrams/fonts/make.py /usr/share/fonts/truetype/roboto/unhinted

The sources are RobotoCondensed-Regular.ttf and -Bold.ttf, version 2.137 (2017), of Debian's fonts-roboto-unhinted.
"""

import json
import sys
from pathlib import Path
from typing import Any

from fontTools import subset
from fontTools.ttLib import TTFont

HERE = Path(__file__).parent
WEIGHTS = ("Regular", "Bold")
_LATIN = {*range(0x20, 0x7F), *range(0xA0, 0x100), *map(ord, "‘’“”•…–—−€≤≥≈≠\u2009\u2011\u202f")}
_EXTENDED = {*range(0x100, 0x180), *range(0x386, 0x3CF), *range(0x400, 0x460), *map(ord, "‚„†‡‰‹›™±×÷")}


def metrics() -> dict[str, Any]:
    """Advance width (in 1/unitsPerEm) and glyph number of every character, per weight, from the shipped fonts."""
    fonts = {weight: TTFont(HERE / f"RobotoCondensed-{weight}.ttf") for weight in WEIGHTS}
    regular = fonts["Regular"]
    return {
        "unitsPerEm": regular["head"].unitsPerEm,
        "ascent": regular["hhea"].ascent,
        "descent": regular["hhea"].descent,
        "capHeight": regular["OS/2"].sCapHeight,
        "weights": {weight: _glyphs(font) for weight, font in fonts.items()},
    }


def metrics_text() -> str:
    """What metrics.json holds."""
    return json.dumps(metrics(), ensure_ascii=True, sort_keys=True, separators=(",", ":")) + "\n"


def _glyphs(font: TTFont) -> dict[str, tuple[int, int]]:
    return {
        chr(code): (font["hmtx"][name][0], font.getGlyphID(name)) for code, name in sorted(font.getBestCmap().items())
    }


def _subset(source: Path, codes: set[int], target: Path, flavor: str | None) -> None:
    options = subset.Options()
    options.hinting = False
    options.layout_features = ["kern", "ccmp", "locl", "mark", "mkmk"]
    options.name_IDs = ["*"]
    options.notdef_outline = True
    options.recalc_timestamp = False
    options.flavor = flavor
    font = subset.load_font(str(source), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=codes)
    subsetter.subset(font)
    subset.save_font(font, str(target), options)


def main(sources: Path) -> None:
    """Write the fonts (all characters for PNG and PDF, Latin ones to embed in SVG) and their metrics."""
    for weight in WEIGHTS:
        source = sources / f"RobotoCondensed-{weight}.ttf"
        _subset(source, _LATIN | _EXTENDED, HERE / source.name, None)
        _subset(source, _LATIN, HERE / f"RobotoCondensed-{weight}-Latin.woff", "woff")
    (HERE / "metrics.json").write_text(metrics_text())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
