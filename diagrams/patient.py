"""One patient on the pathway: the way so far, where now, what is blocked and by what, and what comes when."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time
from itertools import pairwise

from diagrams.graph import Edge, EdgeMark, Graph, Node, NodeMark, Panel, PanelIcon
from diagrams.pathway import graph_of
from workflow.acts import ACTS
from workflow.chart import Chart
from workflow.course import Arrival
from workflow.decide import blockers_of
from workflow.fields import Fields
from workflow.pathway import Pathway
from workflow.plan import Plan, Planned, Stage, plan, stage_of
from workflow.site import Site
from workflow.vocabulary import Blocker, Level, State

SHOWN = 9
"""Lines of a panel; more are counted."""


def patient_graph(pathway: Pathway, chart: Chart, site: Site, today: date) -> Graph:
    """The pathway with one patient on it. It carries the patient's id, and nothing else that identifies."""
    now, base = plan(pathway, chart, site, today), graph_of(pathway, site)
    blocked = _judged(pathway, chart, site, today, now.path[-1].state)
    return replace(
        base,
        headline=f"Patient {chart.patient.id} on {today}: {now.path[-1].state.title}",
        told=_told(now, blocked),
        nodes=tuple(_node(node, now.path) for node in base.nodes),
        edges=tuple(_edge(edge, now.path, blocked) for edge in base.edges),
        panels=(_who(chart, now.path, today), *_panels(now, today, blocked)),
    )


def _told(now: Plan, blocked: dict[str, tuple[Blocker, ...]]) -> str:
    """The picture in a sentence or two, for whoever cannot see it."""
    here, stopped = now.path[-1], [act for act, found in blocked.items() if _hard(found)]
    barred = f"blocked now: {', '.join(stopped)}" if stopped else "nothing is blocked"
    return f"In {here.state.title} since {here.on}, after {len(now.path) - 1} moves; {barred}."


def _who(chart: Chart, path: tuple[Arrival, ...], today: date) -> Panel:
    """Whose picture it is. The title stays the pathway's own, for the layout keeps room for that one."""
    way = [f"{a.on}: {a.state.title}" for a in path[-SHOWN:]]
    return Panel(title=f"Patient {chart.patient.id}, as of {today}", lines=tuple(way))


def _judged(pathway: Pathway, chart: Chart, site: Site, today: date, state: State) -> dict[str, tuple[Blocker, ...]]:
    """Every act that has a row here, with what would refuse it today."""
    noon = datetime.combine(today, time(12), tzinfo=site.zone)
    acts = {row.on for row in pathway.transitions if state in row.sources and row.dest}
    return {
        act: blockers_of(pathway, chart, site, act, _bare(ACTS[act].fields), today, noon)
        for act in sorted(acts)
        if not ACTS[act].fields.required()
    }


def _bare(kind: type[Fields]) -> Fields:
    return kind.model_construct(**dict.fromkeys(kind.model_fields))


def _node(node: Node, path: tuple[Arrival, ...]) -> Node:
    days = [a.on for a in path if a.state.value == node.id]
    if path[-1].state.value == node.id:
        return replace(node, marks=frozenset({NodeMark.HERE}), stamp=f"here since {path[-1].on}")
    if days:
        return replace(node, marks=frozenset({NodeMark.VISITED}), stamp=_days(days))
    return node


def _days(days: list[date]) -> str:
    return f"{days[-1]}" if len(days) == 1 else f"{days[-1]}, and {len(days) - 1} times before"


def _edge(edge: Edge, path: tuple[Arrival, ...], blocked: dict[str, tuple[Blocker, ...]]) -> Edge:
    steps = pairwise(path)
    taken = [b.on for a, b in steps if edge.id == f"{b.via}.{a.state.value}.{b.state.value}"]
    if taken:
        return replace(edge, mark=EdgeMark.VISITED, stamp=str(taken[-1]))
    act = edge.label[0]
    if edge.source != path[-1].state.value or edge.source == edge.target or act not in blocked:
        return edge
    hard = _hard(blocked[act])
    if hard:
        return replace(edge, mark=EdgeMark.BLOCKED, stamp=f"blocked: {', '.join(hard)}")
    return replace(edge, mark=EdgeMark.POSSIBLE)


def _hard(blockers: tuple[Blocker, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(b.guard for b in blockers if b.level is not Level.SOFT))


def _panels(now: Plan, today: date, blocked: dict[str, tuple[Blocker, ...]]) -> Iterator[Panel]:
    yield Panel(title="What comes when", lines=_short(_upcoming(now, today)), icon=PanelIcon.CLOCK)
    lines = [f"{act}: {b.why}" for act, found in blocked.items() for b in found if b.level is not Level.SOFT]
    if lines:
        yield Panel(title="What is blocked, and by what", lines=_short(lines), icon=PanelIcon.LOCK)


def _upcoming(now: Plan, today: date) -> list[str]:
    tasks = sorted(now.open, key=lambda t: (t.target is None, t.target or today, t.priority, t.name))
    return [_line(task, today) for task in tasks] or ["nothing is open"]


def _line(task: Planned, today: date) -> str:
    if task.target is None:
        return f"no date: {task.title}"
    late = stage_of(task.target, today) is Stage.OVERDUE
    return f"{task.target}: {task.title}" + (f" ({(today - task.target).days} days late)" if late else "")


def _short(lines: list[str]) -> tuple[str, ...]:
    more = len(lines) - SHOWN
    return (*lines[:SHOWN], f"and {more} more") if more > 0 else tuple(lines)
