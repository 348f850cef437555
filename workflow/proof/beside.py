"""What stands beside the course: each group of tasks explored on its own, for nothing outside the group changes it."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from workflow.asps.regimens import regimens
from workflow.asps.tracks import tracks
from workflow.chart import Entry
from workflow.pathway import Pathway
from workflow.plan import Planned, Status
from workflow.proof.letters import Letter
from workflow.proof.routes import along
from workflow.proof.slices import SLICES, Slice
from workflow.proof.worlds import World, begin
from workflow.records import KINDS
from workflow.site import Site
from workflow.vocabulary import EXITS

View = tuple[object, ...]
"""What of a patient the tasks of one group can tell apart."""


@dataclass(frozen=True, kw_only=True)
class Beside:
    """What was found in one group."""

    slice: Slice
    worlds: dict[View, World] = field(default_factory=dict)
    steps: dict[View, dict[str, View]] = field(default_factory=dict)
    """Where each letter leads; leaving something undone on purpose (`waive_task`) is none."""
    taken: dict[str, World] = field(default_factory=dict)
    """The first patient who went along each transition."""
    seen: set[tuple[str, Status]] = field(default_factory=set)
    """Tasks that were ever open, done, waived."""


def beside(pathway: Pathway, site: Site, own: Site) -> Iterator[Beside]:
    """Every group, explored at a site that has decided everything, and where it matters at one that has not."""
    yield from (explored_group(one, pathway, site, own) for one in SLICES)


def explored_group(one: Slice, pathway: Pathway, site: Site, own: Site) -> Beside:
    """One group, explored."""
    found, starts = Beside(slice=one), [begin(pathway, site), *([begin(pathway, own)] if one.unset else [])]
    bases = [world for start in starts for way in one.ways if (world := along(start, way))]
    found.worlds.update({view(one, world): world for world in bases})
    queue = deque(found.worlds)
    while queue:
        here = queue.popleft()
        found.steps[here] = {}
        for letter in one.letters():
            known = len(found.worlds)
            there = _along(found, here, letter)
            if there and len(found.worlds) > known:
                queue.append(there)
    return found


def _along(found: Beside, here: View, letter: Letter) -> View | None:
    world = found.worlds[here]
    taken = letter.happen(world, World.take) if world.state in letter.states else None
    if taken is None:
        return None
    found.taken.update(dict.fromkeys(taken.moves(world) - found.taken.keys(), taken))
    found.seen.update((task.name, task.status) for task in taken.plan.tasks)
    there = view(found.slice, taken)
    found.worlds.setdefault(there, taken)
    if not letter.name.startswith("waive_task"):
        found.steps[here][letter.name] = there
    return there


def view(one: Slice, world: World) -> View:
    """The group's open tasks with their place in time, what is on record, the tracks, and which drugs run."""
    tasks = frozenset((t.name, place_in_time(t, world.today)) for t in world.plan.open if t.name in one.tasks)
    if world.state in EXITS:
        return (world.state, tasks)
    running = frozenset((a, a in r.held) for r in regimens(world.chart) if r.running for a in r.active)
    known = tracks(world.chart)
    facts = {_of(e): str(e.fields.plain()) for e in world.chart.ordered if e.name in KINDS}
    return (
        world.state if one.by_state else "", tasks, running, frozenset(facts.items()),
        tuple(str(known[name]) for name in one.tracks), world.site.revision,
    )  # fmt: skip


def _of(entry: Entry[Any]) -> tuple[str, ...]:
    """What a record is about: a later one about the same takes its place."""
    about = [str(entry.fields.given(name)) for name in ("modality", "criterion", "analyte") if entry.fields.given(name)]
    results = entry.fields.given("results") or ()
    return (entry.name, *about, *sorted(r.analyte for r in results))


def place_in_time(task: Planned, today: date) -> str:
    """Before, in or after its window; or without a date."""
    if task.target is None:
        return "no date"
    if task.not_before and today < task.not_before:
        return "before"
    return "after" if today > task.target else "in" if today == task.target or task.not_before else "before"
