"""`asps why PATIENT [ACTION]`: what is possible, what blocks the rest, and what every guard of an act looked at."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import RenderableType

from cli import options as o
from cli.given import gather, known_act
from cli.screen import say, table, two, words
from workflow.acts import ACTS
from workflow.moments import day
from workflow.vocabulary import Blocker, Level

if TYPE_CHECKING:
    from workflow.judging import Judged, Possible, Scene

Action = Annotated[str | None, typer.Argument(metavar="[ACTION]", help="One act; left out: all that are possible")]


def why(
    patient: o.Patient, action: Action = None, set_: o.Set = None, file: o.File = None, on: o.On = None,
    at: o.At = None, json: o.Json = False, database: o.Database = None,
) -> int:  # fmt: skip
    """Say what is possible for a patient and what blocks the rest; with an act, what each of its guards looked at."""
    from cli import shapes
    from cli.opening import opened
    from workflow.judging import Scene

    given = gather(known_act(action), set_ or [], file) if action else {}
    when = day(on) if on else None
    with opened(database) as place:
        now = place.moment(at)
        chart = place.reader.chart(patient, now if at else None)
        scene = Scene(
            pathway=place.ledger.pathway, site=place.site, chart=chart, now=now, on=when or place.site.today(now)
        )
    shape, shown = _everything(scene) if action is None else _one(scene, action, given)
    if json:
        shapes.put({"patient": patient, "state": scene.here.state, "since": scene.here.on, **shape})
    else:
        say(*shown)
    return 0


Told = tuple[dict[str, Any], Iterable[RenderableType]]
"""For programs, and for people."""


def _everything(scene: "Scene") -> Told:
    from cli.shapes import blocker
    from workflow.judging import possible

    suggested, acts = scene.suggested(), list(possible(scene))
    shape = {
        "options": [
            {"action": s.action, "situation": s.situation, "blockers": [blocker(b) for b in s.blockers]}
            for s in suggested
        ],
        "acts": [
            {"action": a.action, "needs": list(a.needs), "blockers": [blocker(b) for b in a.blockers]} for a in acts
        ],
    }
    return shape, _shown(scene, acts)


def _shown(scene: "Scene", acts: "Iterable[Possible]") -> Iterator[RenderableType]:
    here, suggested = scene.here, scene.suggested()
    yield words(f"{scene.chart.patient.id} is in {here.state.title}", "bold") + words(f", since {here.on}", "dim")
    if suggested:
        yield ""
        yield words(f"Suggested for the tumour board, which decides ({suggested[0].situation}):", "dim")
        yield table("", "Act", "", rows=[(str(n), s.action, _short(s.blockers)) for n, s in enumerate(suggested, 1)])
    yield ""
    yield table("Possible here", "Stands in the way", rows=[_act(act) for act in acts])
    yield ""
    yield words(f"Each guard of one of them: asps why {scene.chart.patient.id} ACTION", "dim")


def _act(act: "Possible") -> tuple[RenderableType, ...]:
    depends = words(f"depends on {', '.join(act.needs)}", "dim")
    return two(act.action, ACTS[act.action].title), depends if act.needs else _short(act.blockers)


def _short(blockers: Iterable[Blocker]) -> RenderableType:
    """The guards in the way, by name."""
    found = {b.guard: b.level is Level.SOFT for b in blockers}
    names = ", ".join(f"{name} (a reason answers it)" if soft else name for name, soft in found.items())
    if not found:
        return words("✓ nothing", "green")
    return words(f"! {names}", "yellow") if all(found.values()) else words(f"✗ {names}", "red")


def _one(scene: "Scene", action: str, given: dict[str, Any]) -> Told:
    """One act, judged; or, where nothing is said of it yet, what it may meet."""
    needs = [name for name in ACTS[action].fields.required() if name not in given]
    if needs and not given:
        return _unsaid(scene, action, needs)
    from cli.shapes import blocker, guard
    from workflow.judging import judged

    fields = ACTS[action].fields.accept({name: value for name, value in given.items() if name != "id"})
    blockers, found = scene.blockers(action, fields), list(judged(scene, action, fields))
    shape = {
        "action": action,
        "by": sorted(ACTS[action].by),
        "blockers": [blocker(b) for b in blockers],
        "guards": [guard(j) for j in found],
    }
    return shape, _answered(scene, action, blockers, found)


def _answered(
    scene: "Scene", action: str, blockers: "tuple[Blocker, ...]", found: "Iterable[Judged]"
) -> Iterator[RenderableType]:
    from cli.refusals import panel

    free = words("nothing stands in its way", "bold green") if not blockers else words("not now", "bold red")
    yield words(f"{action} for {scene.chart.patient.id}, in {scene.here.state.title}: ", "bold") + free
    yield from (panel(blocker) for blocker in blockers)
    yield table("Guard", "Looked at", rows=[_guard(one) for one in found])
    yield ""
    yield words(f"By a {' or '.join(sorted(ACTS[action].by))}.", "dim")


def _guard(one: "Judged") -> tuple[RenderableType, ...]:
    mark, style = ("✓", "green") if one.met else ("✗", "yellow" if one.guard.level is Level.SOFT else "red")
    looked = list(one.looked_at) or ([] if one.met else ["nothing on file"])
    passed = ["an override is granted: overridden, not satisfied"] if one.overridden else []
    return two(words(f"{mark} {one.guard.name}", style), one.says), "; ".join(looked + passed)


def _unsaid(scene: "Scene", action: str, needs: list[str]) -> Told:
    """An act of which too little is said to judge it: the guards it may meet, by what it turns out to be."""
    rows = [(row.condition, [guard.name for guard in row.guards]) for row in scene.rows(action)]
    shape = {"action": action, "needs": needs, "rows": [{"when": when, "guards": guards} for when, guards in rows]}
    head = words(f"{action} for {scene.chart.patient.id}, in {scene.here.state.title}: ", "bold")
    if not rows:
        return shape, [head + words("not possible, whatever is said of it", "red")]
    sets = " ".join(f"--set {name}=..." for name in needs)
    return shape, [
        head + words(f"depends on {', '.join(needs)}"),
        table("When", "Guards it meets", rows=[(when, ", ".join(guards)) for when, guards in rows]),
        words(f"For an answer: asps why {scene.chart.patient.id} {action} {sets}", "dim"),
    ]
