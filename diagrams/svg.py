"""Writes a scene as SVG: text stays text, in the shipped font, which travels with the picture."""

import base64
from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from diagrams.scene import Command, Group, Part, Path, Pen, Scene, Text, number
from diagrams.text_size import FAMILY, FONTS, Weight

_MM = 25.4 / 96


def standalone(scene: Scene) -> bytes:
    """A file that looks the same everywhere: the font is embedded."""
    return _document(scene, _fonts())


def inline(scene: Scene) -> bytes:
    """For a page that serves the font itself. No style sheet, so a strict content security policy has no objection."""
    return _document(scene, "")


def _document(scene: Scene, style: str) -> bytes:
    size = f'width="{number(scene.width * _MM)}mm" height="{number(scene.height * _MM)}mm"'
    box = f'viewBox="0 0 {number(scene.width)} {number(scene.height)}"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} {box} role="graphics-document document"'
        f' aria-labelledby="title-text title-desc"'
        f' font-family="{FAMILY}, Roboto, Arial Narrow, sans-serif">',
        f'<title id="title-text">{escape(scene.title)}</title>',
        f'<desc id="title-desc">{escape(scene.description)}</desc>',
        *([style] if style else []),
        f'<path d="M0 0H{number(scene.width)}V{number(scene.height)}H0Z" fill="#ffffff"/>',
        *(line for part in scene.parts for line in _part(part)),
        "</svg>",
    ]
    return ("\n".join(lines) + "\n").encode()


def _fonts() -> str:
    faces = []
    for weight, value in ((Weight.REGULAR, 400), (Weight.BOLD, 700)):
        data = base64.b64encode((FONTS / f"RobotoCondensed-{weight}-Latin.woff").read_bytes()).decode()
        face = f"font-family:'{FAMILY}';font-weight:{value};src:url(data:font/woff;base64,{data}) format('woff')"
        faces.append(f"@font-face{{{face}}}")
    return f"<style>{''.join(faces)}</style>"


def _part(part: Part) -> Iterator[str]:
    if isinstance(part, Path):
        yield f'<path d="{_data(part.commands)}"{_pen(part.pen)}/>'
    elif isinstance(part, Text):
        bold = ' font-weight="700"' if part.weight is Weight.BOLD else ""
        place = f'x="{number(part.x)}" y="{number(part.y)}" font-size="{number(part.size)}"'
        yield f'<text {place}{bold} fill="{part.colour}">{escape(part.text)}</text>'
    else:
        yield from _group(part)


def _group(group: Group) -> Iterator[str]:
    attributes = f" id={quoteattr(group.id)}" if group.id else ""
    attributes += ' role="img"' if group.title else ""
    moves = f"translate({number(group.at[0])} {number(group.at[1])})" if group.at != (0.0, 0.0) else ""
    moves += f" scale({group.scale:.5f})" if group.scale != 1.0 else ""
    attributes += f' transform="{moves.strip()}"' if moves else ""
    inner = [line for part in group.parts for line in _part(part)]
    if not attributes and not group.title:
        yield from inner
        return
    yield f"<g{attributes}>"
    if group.title:
        yield f"<title>{escape(group.title)}</title>"
    yield from inner
    yield "</g>"


def _data(commands: tuple[Command, ...]) -> str:
    return "".join(name + " ".join(number(value) for value in values) for name, *values in commands)


def _pen(pen: Pen) -> str:
    text = f' fill="{pen.fill or "none"}"'
    if pen.stroke:
        text += f' stroke="{pen.stroke}" stroke-width="{number(pen.width)}"'
        if pen.dash:
            text += f' stroke-dasharray="{" ".join(number(value) for value in pen.dash)}"'
    return text
