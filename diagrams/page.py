"""Puts a page together: the laid-out lines, the blocks around them, panels and footer."""

from collections.abc import Iterator

from diagrams import theme
from diagrams.arrows import course, label
from diagrams.blocks import blocks
from diagrams.graph import EdgeMark, Graph
from diagrams.layout import Layout
from diagrams.outline import Line, Outline, outline
from diagrams.panels import GAP, WIDTH, panels
from diagrams.places import node, region
from diagrams.scene import Area, Group, Part, Scene, Text
from diagrams.text_size import width

_FOOTER = 10.5
_AIR = 18.0
_WIDE, _HIGH = theme.PAGE[0] - 2 * theme.MARGIN, theme.PAGE[1] - 2 * theme.MARGIN - theme.FOOT


def page(graph: Graph, layout: Layout) -> Scene:
    """The picture on its page. StaleLayout when the layout was made for another graph."""
    layout.check(graph)
    whole = Area(theme.MARGIN, theme.MARGIN, _WIDE, _HIGH)
    arranged = [_scaled(layout, room, extra) for room, extra in _arrangements(graph, whole)]
    scale, at, extra = max(arranged, key=lambda one: one[0])
    picture = Group(id="picture", parts=tuple(_content(graph, outline(graph), layout)), at=at, scale=scale)
    return Scene(
        title=f"{graph.title}: {graph.headline}" if graph.headline else graph.title,
        description=f"{graph.told} {graph.description}".strip(),
        width=theme.PAGE[0],
        height=theme.PAGE[1],
        parts=(picture, *extra, *_footer(graph)),
    )


def _arrangements(graph: Graph, whole: Area) -> Iterator[tuple[Area, tuple[Group, ...]]]:
    """The room for the picture, with the panels beside it and with the panels below it."""
    for columns in (1, int((whole.width + GAP) / (WIDTH + GAP))):
        drawn = panels(graph, columns)
        if drawn is None or drawn.area is None:
            yield whole, ()
        elif columns == 1:
            scale = min(1.0, whole.height / drawn.area.height)
            left = whole.right - WIDTH
            yield Area(*whole[:2], whole.width - WIDTH - _AIR, whole.height), (_put(drawn, left, whole.y, scale),)
        else:
            top = whole.bottom - drawn.area.height
            yield Area(*whole[:3], whole.height - drawn.area.height - _AIR), (_put(drawn, whole.x, top, 1.0),)


def _put(drawn: Group, x: float, y: float, scale: float) -> Group:
    return Group(parts=(drawn,), at=(x, y), scale=scale)


def _scaled(
    layout: Layout, room: Area, extra: tuple[Group, ...]
) -> tuple[float, tuple[float, float], tuple[Group, ...]]:
    """How large the picture becomes in its room, where it starts, and what stands beside it."""
    scale = min(room.width / layout.width, room.height / layout.height)
    return scale, (room.x + (room.width - scale * layout.width) / 2, room.y), extra


def _content(graph: Graph, drawn: Outline, layout: Layout) -> Iterator[Part]:
    """From the ground up: regions, lines, labels, nodes, blocks."""
    covered = [piece for route in layout.lines.values() for piece in route.segments()]
    covered += [route.label for route in layout.lines.values()]
    covered += [area.grown(13.0) for area in layout.nodes.values()]
    regions = [region(one, layout.groups[one.id], covered) for one in graph.groups if one.id in layout.groups]
    yield from (ground for ground, _ in regions)
    most = max((line.count for line in drawn.lines), default=0)
    yield from (course(graph, line, layout.lines[line.id], most) for line in sorted(drawn.lines, key=_depth))
    yield from (name for _, name in regions)
    yield from (label(graph, drawn, line, layout.lines[line.id]) for line in drawn.lines)
    yield from (node(graph, drawn, one, layout.nodes[one.id]) for one in graph.inner)
    for block in blocks(graph, drawn):
        columns, area = layout.blocks[block.name]
        yield Group(parts=(block.draw(columns),), at=(area.x, area.y))


def _depth(line: Line) -> int:
    """The path so far lies on top."""
    return (EdgeMark.NONE, EdgeMark.POSSIBLE, EdgeMark.BLOCKED, EdgeMark.VISITED).index(line.mark)


def _footer(graph: Graph) -> Iterator[Part]:
    if graph.footer:
        x = theme.PAGE[0] - theme.MARGIN - width(graph.footer, _FOOTER)
        y = theme.PAGE[1] - theme.MARGIN
        yield Text(x=x, y=y, text=graph.footer, size=_FOOTER, colour=theme.SOFT_INK)
