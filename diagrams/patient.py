"""One patient on the pathway: the way so far, where now, what is blocked and by what, and what comes when."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, time
from itertools import pairwise

from diagrams.graph import Edge, EdgeMark, Graph, Node, NodeMark, Panel, PanelIcon
from diagrams.pathway import graph_of
from diagrams.verdicts import Verdict, verdicts
from workflow.chart import Chart
from workflow.course import Arrival, next_timed_move
from workflow.judging import Scene
from workflow.pathway import Pathway
from workflow.plan import Plan, Planned, Stage, plan, stage_of
from workflow.site import Site
from workflow.vocabulary import EXITS, State

SHOWN = 9
"""Lines of a panel; more are counted."""
MOST_MOVES = 14
"""Of the way so far."""


def patient_graph(pathway: Pathway, chart: Chart, site: Site, today: date) -> Graph:
    """The pathway with one patient on it. It carries the patient's id, and nothing else that identifies."""
    now, base = plan(pathway, chart, site, today), graph_of(pathway, site)
    noon = datetime.combine(today, time(12), tzinfo=site.zone)
    found = verdicts(Scene(pathway=pathway, site=site, chart=chart, now=noon, on=today))
    edges = tuple(_edge(edge, now.path, found) for edge in base.edges)
    return replace(
        base,
        headline=f"Patient {chart.patient.id} on {today}: {now.path[-1].state.title}",
        told=_told(now, found),
        nodes=tuple(_node(node, now.path, edges) for node in base.nodes),
        edges=edges,
        panels=tuple(_panels(pathway, chart, site, now, today, found)),
    )


def _told(now: Plan, found: dict[str, Verdict]) -> str:
    """The picture in a sentence or two, for whoever cannot see it."""
    here, stopped = now.path[-1], _acts(verdict for verdict in found.values() if verdict.hard)
    barred = f"blocked now: {stopped}" if stopped else "nothing is blocked"
    moves = len(now.path) - 1
    return f"In {here.state.title} since {here.on}, after {moves} move{'' if moves == 1 else 's'}; {barred}."


def _node(node: Node, path: tuple[Arrival, ...], edges: tuple[Edge, ...]) -> Node:
    marks, days = set[NodeMark](), [a.on for a in path if a.state.value == node.id]
    if path[-1].state.value == node.id:
        return replace(node, marks=frozenset({NodeMark.HERE}), stamp=f"here since {path[-1].on}")
    if days:
        marks.add(NodeMark.VISITED)
    ways = {edge.mark for edge in edges if edge.target == node.id and edge.source == path[-1].state.value}
    if EdgeMark.BLOCKED in ways and not ways & {EdgeMark.POSSIBLE, EdgeMark.VISITED}:
        marks.add(NodeMark.BLOCKED)
    return replace(node, marks=frozenset(marks), stamp=_days(days))


def _days(days: list[date]) -> str:
    """The last one, and how many there were."""
    if not days:
        return ""
    return f"{days[-1]}" if len(days) == 1 else f"{len(days)}×, last {days[-1]}"


def _edge(edge: Edge, path: tuple[Arrival, ...], found: dict[str, Verdict]) -> Edge:
    """Gone, blocked, or possible; ways out are always possible, so nothing is said of them."""
    taken = [b.on for a, b in pairwise(path) if edge.id == f"{b.via}.{a.state.value}.{b.state.value}"]
    verdict = found.get(edge.id.removesuffix(f".{edge.source}.{edge.target}"))
    if verdict and verdict.hard and edge.source == path[-1].state.value:
        return replace(edge, mark=EdgeMark.BLOCKED, stamp=f"blocked: {', '.join(verdict.stopped_by)}")
    if taken:
        return replace(edge, mark=EdgeMark.VISITED, stamp=_days(taken))
    stays, leaves = edge.source == edge.target, State(edge.target) in EXITS
    if verdict is None or edge.source != path[-1].state.value or stays or leaves:
        return edge
    return replace(edge, mark=EdgeMark.POSSIBLE, stamp="with a reason" if verdict.soft else "")


def _panels(
    pathway: Pathway, chart: Chart, site: Site, now: Plan, today: date, found: dict[str, Verdict]
) -> Iterator[Panel]:
    yield Panel(title="The way so far", lines=tuple(_way(now.path)))
    coming = [*_tasks(now, today), *_by_the_date(pathway, chart, site, now)]
    lines = [text for _, text in sorted(coming, key=lambda line: line[0])] or ["nothing is open"]
    yield Panel(title="What comes when", lines=_short(lines), icon=PanelIcon.CLOCK)
    if blocked := list(_blocked(found)):
        yield Panel(title="What is blocked, and by what", lines=_short(blocked), icon=PanelIcon.LOCK, headed=True)


def _way(path: tuple[Arrival, ...]) -> Iterator[str]:
    """Every state with its day, oldest first; of a very long way the latest part."""
    left_out = max(0, len(path) - MOST_MOVES)
    if left_out:
        yield f"{left_out} states before, from {path[0].on} on"
    for before, here in list(pairwise((path[0], *path)))[left_out:]:
        earlier = " already, when taken over" if here.on < before.on else ""  # someone adopted arrived before
        yield f"{here.on}: {here.state.title}{earlier}"


def _tasks(now: Plan, today: date) -> Iterator[tuple[tuple[date, int, str], str]]:
    """Open tasks with what they are sorted by; those without a date at the end."""
    for task in now.open:
        yield (task.target or date.max, task.priority, task.name), _line(task, today)


def _line(task: Planned, today: date) -> str:
    if task.target is None:
        return f"no date: {task.title}"
    late = stage_of(task.target, today) is Stage.OVERDUE
    days = (today - task.target).days
    return f"{task.target}: {task.title}" + (f" ({days} day{'' if days == 1 else 's'} late)" if late else "")


def _by_the_date(pathway: Pathway, chart: Chart, site: Site, now: Plan) -> Iterator[tuple[tuple[date, int, str], str]]:
    """The move that the date alone will bring about."""
    if coming := next_timed_move(pathway, chart, site, now.path):
        move, on = coming
        yield (on, 99, ""), f"{on}: on to {move.dest.title}, by the date alone"


def _blocked(found: dict[str, Verdict]) -> Iterator[str]:
    """Guard by guard: why it stops something, and what."""
    stops = {guard: None for verdict in found.values() for guard in verdict.stopped_by}
    for guard in stops:
        stopped = [verdict for verdict in found.values() if guard in verdict.stopped_by]
        first, *others = dict.fromkeys(b.why for verdict in stopped for b in verdict.hard if b.guard == guard)
        more = f", and {len(others)} more" if others else ""
        yield f"{guard}: {first}{more}. Stops {_acts(stopped)}"


def _acts(found: Iterable[Verdict]) -> str:
    """Acts by name, each once, with the conditions of its rows."""
    conditions: dict[str, list[str]] = {}
    for verdict in found:
        conditions.setdefault(verdict.row.on, []).extend(filter(None, [verdict.row.condition]))
    return ", ".join(f"{act} ({'; '.join(when)})" if when else act for act, when in conditions.items())


def _short(lines: list[str]) -> tuple[str, ...]:
    more = len(lines) - SHOWN
    return (*lines[:SHOWN], f"and {more} more") if more > 0 else tuple(lines)
