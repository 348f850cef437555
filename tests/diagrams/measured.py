"""Measures a page: what covers what."""

from collections.abc import Iterator
from dataclasses import dataclass

from diagrams.scene import Area, Group, Part, Scene, Text


@dataclass(frozen=True)
class Thing:
    """A text (its letters), a badge, or the box of a node or a label, where it lies on the page."""

    what: str
    said: str
    area: Area
    inside: tuple[int, ...]
    """The groups around it."""
    own: int

    def belongs_to(self, other: "Thing") -> bool:
        """It is drawn on the other, as a badge on its node."""
        return other.own in self.inside or other.own == self.own

    def __str__(self) -> str:
        return f"{self.what} {self.said!r}"


def collisions(scene: Scene) -> list[str]:
    """Texts that overlap, and badges that cover a text, a badge or a box which is not theirs."""
    things = sorted(_things(scene.parts), key=lambda thing: thing.area.x)
    return [f"{a} and {b}" for a, b in _near(things) if a.area.overlaps(b.area) and _must_not(a, b)]


def _near(things: list[Thing]) -> Iterator[tuple[Thing, Thing]]:
    """Pairs that share a piece of the page's width; the things are sorted by where they begin."""
    for number, one in enumerate(things):
        for other in things[number + 1 :]:
            if other.area.x >= one.area.right:
                break
            yield one, other


def _must_not(a: Thing, b: Thing) -> bool:
    kinds = {a.what, b.what}
    if kinds == {"text"} or kinds == {"badge"}:
        return True
    if "badge" in kinds:
        badge, other = (a, b) if a.what == "badge" else (b, a)
        return not badge.belongs_to(other) and not other.belongs_to(badge)
    return kinds == {"box"}


def _things(
    parts: tuple[Part, ...], at: tuple[float, float] = (0.0, 0.0), scale: float = 1.0, inside: tuple[Group, ...] = ()
) -> Iterator[Thing]:
    around = tuple(id(group) for group in inside)
    for part in parts:
        if isinstance(part, Text) and part.text.strip():
            letters = Area(part.x, part.y - 0.7 * part.size, part.area.width, 0.7 * part.size)
            yield Thing("text", part.text, _placed(letters, at, scale), around, id(part))
        elif isinstance(part, Group):
            if part.area is not None and (what := _kind(part, inside)):
                said = part.id or " ".join(inner.text for inner in part.parts if isinstance(inner, Text))
                yield Thing(what, said, _placed(part.area, at, scale), around, id(part))
            inner = at[0] + scale * part.at[0], at[1] + scale * part.at[1]
            yield from _things(part.parts, inner, scale * part.scale, (*inside, part))


def _kind(group: Group, inside: tuple[Group, ...]) -> str:
    if group.id.startswith(("node-", "line-")):
        return "box"
    return "badge" if not group.id and inside and inside[-1].id.startswith(("node-", "line-", "shared")) else ""


def _placed(area: Area, at: tuple[float, float], scale: float) -> Area:
    return Area(at[0] + scale * area.x, at[1] + scale * area.y, scale * area.width, scale * area.height)
