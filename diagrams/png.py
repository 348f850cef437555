"""Turns an SVG of ours into PNG, with the shipped font and none of the machine's."""

import resvg_py

from diagrams.text_size import FAMILY, Weight, font_file

DPI = 192
"""Sharp on a screen and good on paper: A3 becomes 3175 dots wide."""


def render(svg: bytes, dpi: int = DPI) -> bytes:
    """The picture at so many dots to the inch."""
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg.decode(),
            dpi=96,
            zoom=1,
            width=round(420 / 25.4 * dpi),
            font_files=[str(font_file(weight)) for weight in Weight],
            skip_system_fonts=True,
            font_family=FAMILY,
            sans_serif_family=FAMILY,
        )
    )
