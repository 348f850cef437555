"""Writes a scene as a one-page PDF: vectors and selectable text, the shipped font embedded. No library, no dates."""

import hashlib
import zlib
from collections.abc import Iterator

from diagrams.scene import Command, Group, Part, Path, Pen, Scene, Text, number
from diagrams.text_size import FAMILY, Weight, font_file, metrics, width

_POINTS = 72 / 96
_FONTS = {Weight.REGULAR: "F1", Weight.BOLD: "F2"}
_OPERATORS = {"M": "m", "L": "l", "C": "c", "Z": "h"}


def render(scene: Scene) -> bytes:
    """The file; the same bytes for the same scene."""
    wide, high = scene.width * _POINTS, scene.height * _POINTS
    drawing = "\n".join([f"{_POINTS} 0 0 {-_POINTS} 0 {number(high)} cm", *_parts(scene.parts)]).encode("ascii")
    fonts = " ".join(f"/{name} {5 + 5 * place} 0 R" for place, name in enumerate(_FONTS.values()))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R /Lang (en) /ViewerPreferences << /DisplayDocTitle true >> >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {number(wide)} {number(high)}] /Contents 4 0 R"
        f" /Resources << /Font << {fonts} >> >> >>".encode(),
        _stream(drawing),
    ]
    for place, weight in enumerate(_FONTS):
        objects += _font(weight, 5 + 5 * place)
    objects.append(b"<< /Title " + _string(scene.title) + b" /Subject " + _string(scene.description) + b" >>")
    return _file(objects)


def _file(objects: list[bytes]) -> bytes:
    """Objects numbered from 1 (the first is the catalog, the last the information), and the table of their places."""
    body, places = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", []
    for place, content in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n" % place + content + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    name = hashlib.sha256(body).hexdigest()[:32].encode()
    return body + (
        b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
        + table
        + b"trailer\n<< /Size %d /Root 1 0 R /Info %d 0 R" % (len(objects) + 1, len(objects))
        + b" /ID [<%s> <%s>] >>\nstartxref\n%d\n%%%%EOF\n" % (name, name, len(body))
    )


def _stream(data: bytes, more: str = "") -> bytes:
    packed = zlib.compress(data, 9)
    return f"<< /Length {len(packed)} /Filter /FlateDecode{more} >>\nstream\n".encode() + packed + b"\nendstream"


def _string(text: str) -> bytes:
    return b"<" + ("\ufeff" + text).encode("utf-16-be").hex().encode() + b">"


def _parts(parts: tuple[Part, ...]) -> Iterator[str]:
    for part in parts:
        if isinstance(part, Path):
            yield _pen(part.pen)
            yield _data(part.commands) + " " + _paint(part.pen)
        elif isinstance(part, Text):
            yield _text(part)
        else:
            yield from _group(part)


def _group(group: Group) -> Iterator[str]:
    yield "q"
    if group.at != (0.0, 0.0) or group.scale != 1.0:
        yield f"{group.scale:.5f} 0 0 {group.scale:.5f} {number(group.at[0])} {number(group.at[1])} cm"
    yield from _parts(group.parts)
    yield "Q"


def _text(text: Text) -> str:
    glyphs = "".join(f"{_glyph(character, text.weight):04x}" for character in text.text)
    place = f"1 0 0 -1 {number(text.x)} {number(text.y)} Tm"
    return f"{_colour(text.colour)} rg BT /{_FONTS[text.weight]} {number(text.size)} Tf {place} <{glyphs}> Tj ET"


def _glyph(character: str, weight: Weight) -> int:
    glyphs = metrics()["weights"][weight]
    return int(glyphs.get(character, glyphs["?"])[1])


def _colour(colour: str) -> str:
    return " ".join(f"{int(colour[start : start + 2], 16) / 255:.3f}" for start in (1, 3, 5))


def _pen(pen: Pen) -> str:
    dash = " ".join(number(value) for value in pen.dash)
    stroke = f"{_colour(pen.stroke)} RG {number(pen.width)} w [{dash}] 0 d" if pen.stroke else ""
    return " ".join(part for part in (f"{_colour(pen.fill)} rg" if pen.fill else "", stroke) if part)


def _paint(pen: Pen) -> str:
    if pen.fill:
        return "B" if pen.stroke else "f"
    return "S" if pen.stroke else "n"


def _data(commands: tuple[Command, ...]) -> str:
    return " ".join(" ".join([*map(number, values), _OPERATORS[name]]) for name, *values in commands)


def _font(weight: Weight, first: int) -> list[bytes]:
    """The five objects of an embedded font, the first of which has the number `first`."""
    name = f"{FAMILY.replace(' ', '')}-{weight}"
    em, file = metrics()["unitsPerEm"], font_file(weight).read_bytes()
    high = {key: round(1000 * metrics()[key] / em) for key in ("ascent", "descent", "capHeight")}
    return [
        f"<< /Type /Font /Subtype /Type0 /BaseFont /{name} /Encoding /Identity-H"
        f" /DescendantFonts [{first + 1} 0 R] /ToUnicode {first + 4} 0 R >>".encode(),
        f"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /{name} /CIDToGIDMap /Identity"
        f" /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>"
        f" /FontDescriptor {first + 2} 0 R /W [{_widths(weight)}] >>".encode(),
        f"<< /Type /FontDescriptor /FontName /{name} /Flags 4 /FontBBox [-300 {high['descent']} 1500 {high['ascent']}]"
        f" /ItalicAngle 0 /Ascent {high['ascent']} /Descent {high['descent']} /CapHeight {high['capHeight']}"
        f" /StemV {140 if weight is Weight.BOLD else 80} /FontFile2 {first + 3} 0 R >>".encode(),
        _stream(file, f" /Length1 {len(file)}"),
        _stream(_to_unicode(weight).encode("ascii")),
    ]


def _widths(weight: Weight) -> str:
    glyphs = metrics()["weights"][weight]
    return " ".join(f"{glyph} [{number(width(character, 1000, weight))}]" for character, (_, glyph) in glyphs.items())


def _to_unicode(weight: Weight) -> str:
    """Which character each glyph stands for, so that text can be searched and copied."""
    glyphs = {glyph: ord(character) for character, (_, glyph) in reversed(metrics()["weights"][weight].items())}
    rows = [f"<{glyph:04x}> <{code:04x}>" for glyph, code in sorted(glyphs.items())]
    blocks = (rows[start : start + 100] for start in range(0, len(rows), 100))
    listed = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CMapName /Shipped def\n/CMapType 2 def\n"
        f"1 begincodespacerange\n<0000> <ffff>\nendcodespacerange\n{listed}\n"
        "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
    )
