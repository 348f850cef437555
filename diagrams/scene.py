"""What is on a page: outlines, texts and groups of them, in CSS pixels (96 to the inch), y downwards.

So small a set that each writer (SVG, PDF) says it all in a page of code.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from diagrams.text_size import Weight, metrics, width

Command = tuple[str, *tuple[float, ...]]
"""("M", x, y), ("L", x, y), ("C", x1, y1, x2, y2, x, y) or ("Z",); all absolute."""

_ROUND = 0.5523  # a quarter circle as one Bézier curve: how far its handles reach
_TOKEN = re.compile(r"[MLCZ]|-?\d+(?:\.\d+)?")


class Area(NamedTuple):
    """A rectangle."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    @property
    def middle(self) -> tuple[float, float]:
        return self.x + self.width / 2, self.y + self.height / 2

    def grown(self, by: float) -> "Area":
        """The same with `by` more on every side (less, if negative)."""
        return Area(self.x - by, self.y - by, self.width + 2 * by, self.height + 2 * by)

    def overlaps(self, other: "Area") -> bool:
        """Both cover some common ground; a shared border is none."""
        apart = self.right <= other.x or other.right <= self.x or self.bottom <= other.y or other.bottom <= self.y
        return not apart


@dataclass(frozen=True, kw_only=True, slots=True)
class Pen:
    """How an outline is drawn. Colours as #rrggbb; an empty one draws nothing."""

    fill: str = ""
    stroke: str = ""
    width: float = 1.0
    dash: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Path:
    """An outline, open or closed."""

    commands: tuple[Command, ...]
    pen: Pen


@dataclass(frozen=True, kw_only=True, slots=True)
class Text:
    """One line of text, standing on `y`."""

    x: float
    y: float
    text: str
    size: float
    weight: Weight = Weight.REGULAR
    colour: str

    @property
    def area(self) -> Area:
        """What it covers, from ascender to descender."""
        em = metrics()["unitsPerEm"]
        top, bottom = self.size * metrics()["ascent"] / em, -self.size * metrics()["descent"] / em
        return Area(self.x, self.y - top, width(self.text, self.size, self.weight), top + bottom)


@dataclass(frozen=True, kw_only=True)
class Group:
    """Things that belong together; with an id and a title it is one thing to a screen reader."""

    id: str = ""
    title: str = ""
    parts: "tuple[Part, ...]"
    area: Area | None = None
    """What it covers, where nothing else may be."""
    at: tuple[float, float] = (0.0, 0.0)
    scale: float = 1.0


Part = Path | Text | Group


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A page, its size in CSS pixels."""

    title: str
    description: str
    width: float
    height: float
    parts: tuple[Part, ...] = field(default=())


def texts(parts: Sequence[Part], at: tuple[float, float] = (0.0, 0.0), scale: float = 1.0) -> Iterator[Text]:
    """Every text, where and as large as it is on the page."""
    for part in parts:
        if isinstance(part, Text):
            yield replace(part, x=at[0] + scale * part.x, y=at[1] + scale * part.y, size=scale * part.size)
        elif isinstance(part, Group):
            inner = at[0] + scale * part.at[0], at[1] + scale * part.at[1]
            yield from texts(part.parts, inner, scale * part.scale)


def faded(part: Part, strength: float) -> Part:
    """The same in paler colours, as if printed with so much ink (0 to 1); nothing shows through it."""
    if isinstance(part, Text):
        return replace(part, colour=_pale(part.colour, strength))
    if isinstance(part, Path):
        pen = replace(part.pen, fill=_pale(part.pen.fill, strength), stroke=_pale(part.pen.stroke, strength))
        return Path(part.commands, pen)
    return replace(part, parts=tuple(faded(inner, strength) for inner in part.parts))


def _pale(colour: str, strength: float) -> str:
    if not colour:
        return ""
    channels = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return "#" + "".join(f"{round(255 - strength * (255 - channel)):02x}" for channel in channels)


def number(value: float) -> str:
    """With two decimals at most."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def parse(text: str, x: float = 0.0, y: float = 0.0, scale: float = 1.0) -> tuple[Command, ...]:
    """Commands from SVG's notation (M, L, C and Z, absolute), moved and scaled."""
    commands: list[list[float | str]] = []
    for token in _TOKEN.findall(text):
        if token.isalpha():
            commands.append([token])
        else:
            shift = x if len(commands[-1]) % 2 else y
            commands[-1].append(shift + scale * float(token))
    return tuple(tuple(command) for command in commands)  # type: ignore[misc] # the letter, then numbers


def polygon(points: Sequence[tuple[float, float]], pen: Pen) -> Path:
    """A closed outline through the points."""
    first, *others = points
    return Path((("M", *first), *(("L", *point) for point in others), ("Z",)), pen)


def line(points: Sequence[tuple[float, float]], pen: Pen) -> Path:
    """An open outline through the points."""
    first, *others = points
    return Path((("M", *first), *(("L", *point) for point in others)), pen)


def rectangle(area: Area, pen: Pen, radius: float = 0.0) -> Path:
    """A rectangle; its corners rounded, if a radius is given."""
    x, y, w, h = area
    if not radius:
        return polygon([(x, y), (x + w, y), (x + w, y + h), (x, y + h)], pen)
    r = min(radius, w / 2, h / 2)
    k = r * (1 - _ROUND)
    return Path(
        (
            ("M", x + r, y),
            ("L", x + w - r, y),
            ("C", x + w - k, y, x + w, y + k, x + w, y + r),
            ("L", x + w, y + h - r),
            ("C", x + w, y + h - k, x + w - k, y + h, x + w - r, y + h),
            ("L", x + r, y + h),
            ("C", x + k, y + h, x, y + h - k, x, y + h - r),
            ("L", x, y + r),
            ("C", x, y + k, x + k, y, x + r, y),
            ("Z",),
        ),
        pen,
    )


def circle(x: float, y: float, radius: float, pen: Pen) -> Path:
    """A circle around a point."""
    return rectangle(Area(x - radius, y - radius, 2 * radius, 2 * radius), pen, radius)
