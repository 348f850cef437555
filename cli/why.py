"""`asps why PATIENT [ACTION]`: what is possible, what blocks the rest, and what every guard of an act looked at."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import RenderableType

from cli import options as o
from cli.given import gather, known_act
from cli.moments import day
from cli.screen import say, table, two, words
from workflow.acts import ACTS, TASK_ACTS
from workflow.fields import Fields
from workflow.vocabulary import Blocker, Level, Role

if TYPE_CHECKING:
    from cli.opening import Record
    from workflow.chart import Chart
    from workflow.rules import Guard

Action = Annotated[str | None, typer.Argument(metavar="[ACTION]", help="One act; left out: all that are possible")]


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A patient at a moment."""

    place: "Record"
    patient: str
    chart: "Chart"
    now: datetime
    on: date

    @property
    def today(self) -> date:
        """The civil date at the site."""
        return self.place.site.today(self.now)

    def blockers(self, action: str, fields: Fields) -> tuple[Blocker, ...]:
        """What would refuse an act."""
        from workflow.decide import blockers_of

        pathway = self.place.ledger.pathway
        return blockers_of(pathway, self.chart, self.place.site, action, fields, self.on, self.now)


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A guard of an act, and what it found."""

    guard: "Guard"
    met: bool
    says: str
    looked_at: tuple[str, ...]
    overridden: bool
    """An override for it is granted and unused."""


def why(
    patient: o.Patient, action: Action = None, set_: o.Set = None, file: o.File = None, on: o.On = None,
    at: o.At = None, json: o.Json = False, database: o.Database = None,
) -> int:  # fmt: skip
    """Say what is possible for a patient and what blocks the rest; with an act, what each of its guards looked at."""
    from cli.opening import opened

    with opened(database) as place:
        now = place.moment(at)
        chart = place.reader.chart(patient, now if at else None)
        when = day(on) if on else place.site.today(now)
        scene = Scene(place=place, patient=patient, chart=chart, now=now, on=when)
        if action is None:
            _everything(scene, json)
        else:
            given = gather(known_act(action), set_ or [], file)
            needs = [name for name in ACTS[action].fields.required() if name not in given]
            if needs and not given:
                _unsaid(scene, action, needs, json)
            else:
                _one(scene, action, given, json)
    return 0


def _everything(scene: Scene, json: bool) -> None:
    from cli import shapes
    from workflow.options import options

    pathway, site = scene.place.ledger.pathway, scene.place.site
    suggested = options(pathway, scene.chart, site, scene.today)
    acts = [(name, *outlook) for name in _possible(scene) if not _no_row(outlook := _outlook(scene, name))]
    state = _state(scene)
    if json:
        shapes.put(
            {
                "patient": scene.patient,
                "state": state[0],
                "since": state[1],
                "options": [
                    {"action": s.action, "situation": s.situation, "blockers": [shapes.blocker(b) for b in s.blockers]}
                    for s in suggested
                ],
                "acts": [
                    {"action": name, "needs": needs, "blockers": [shapes.blocker(b) for b in blockers]}
                    for name, needs, blockers in acts
                ],
            }
        )
        return
    say(words(f"{scene.patient} is in {state[0].title}", "bold") + words(f", since {state[1]}", "dim"))
    if suggested:
        say("", words(f"Suggested for the tumour board ({suggested[0].situation}); it decides:", "dim"))
        say(table("", "Act", "", rows=[(str(n), s.action, _short(s.blockers)) for n, s in enumerate(suggested, 1)]))
    say("", table("Possible here", "Stands in the way", rows=_rows(acts)))
    say("", words(f"Each guard of one of them: asps why {scene.patient} ACTION", "dim"))


def _possible(scene: Scene) -> list[str]:
    from workflow.decide import possible_acts

    return [a for a in possible_acts(scene.place.ledger.pathway, _state(scene)[0]) if a not in TASK_ACTS]


def _state(scene: Scene) -> tuple[Any, date]:
    from workflow.course import course

    last = course(scene.place.ledger.pathway, scene.chart, scene.place.site, scene.today)[-1]
    return last.state, last.on


def _outlook(scene: Scene, name: str) -> tuple[list[str], tuple[Blocker, ...]]:
    """What an act still has to say, or else what stands in its way."""
    kind = ACTS[name].fields
    if kind.required():
        return list(kind.required()), ()
    return [], scene.blockers(name, kind.model_construct(**dict.fromkeys(kind.model_fields)))


def _no_row(outlook: tuple[list[str], tuple[Blocker, ...]]) -> bool:
    """The chart leaves the act no row, such as a drug to be held where none runs."""
    return any(blocker.guard == "wrong_state" for blocker in outlook[1])


def _rows(acts: list[tuple[str, list[str], tuple[Blocker, ...]]]) -> Iterator[tuple[RenderableType, ...]]:
    for name, needs, blockers in acts:
        depends = words(f"depends on {', '.join(needs)}", "dim")
        yield two(name, ACTS[name].title), depends if needs else _short(blockers)


def _short(blockers: Iterable[Blocker]) -> RenderableType:
    """The guards in the way, by name."""
    found = {b.guard: b.level for b in blockers}
    if not found:
        return words("✓ nothing", "green")
    hard = any(level is not Level.SOFT for level in found.values())
    names = ", ".join(
        name if level is not Level.SOFT else f"{name} (a reason answers it)" for name, level in found.items()
    )
    return words(f"✗ {names}" if hard else f"! {names}", "red" if hard else "yellow")


def _unsaid(scene: Scene, action: str, needs: list[str], json: bool) -> None:
    """An act of which too little is said to judge it: the guards it may meet, by what it turns out to be."""
    from cli import shapes

    pathway, state = scene.place.ledger.pathway, _state(scene)[0]
    rows = [row for row in pathway.rows.get(action, ()) if state in row.sources]
    if json:
        shapes.put(
            {"patient": scene.patient, "action": action, "state": state, "needs": needs,
             "rows": [{"when": row.condition, "guards": [g.name for g in row.guards]} for row in rows]}
        )  # fmt: skip
        return
    say(words(f"{action} for {scene.patient}, in {state.title}: ", "bold") + words(f"depends on {', '.join(needs)}"))
    if not rows:
        say(words(f"Whatever they are, it is not possible in {state.title}.", "red"))
        return
    say(table("When", "Guards it meets", rows=[(r.condition, ", ".join(g.name for g in r.guards)) for r in rows]))
    sets = " ".join(f"--set {name}=..." for name in needs)
    say("", words(f"For an answer: asps why {scene.patient} {action} {sets}", "dim"))


def _one(scene: Scene, action: str, given: dict[str, Any], json: bool) -> None:
    from cli import shapes
    from cli.refusals import panel

    fields = ACTS[action].fields.accept(given)
    blockers, judged = scene.blockers(action, fields), _judged(scene, action, fields)
    if json:
        shapes.put(
            {
                "patient": scene.patient,
                "action": action,
                "state": _state(scene)[0],
                "by": sorted(ACTS[action].by),
                "blockers": [shapes.blocker(b) for b in blockers],
                "guards": [
                    {"guard": j.guard.name, "level": j.guard.level, "met": j.met, "says": j.says,
                     "looked_at": j.looked_at, "overridden": j.overridden, "cleared_by": j.guard.cleared_by,
                     "source": [str(s) for s in j.guard.source]}
                    for j in judged
                ],
            }
        )  # fmt: skip
        return
    state = _state(scene)[0].title
    free = words("nothing stands in its way", "bold green") if not blockers else words("not now", "bold red")
    say(words(f"{action} for {scene.patient}, in {state}: ", "bold") + free)
    say(*(panel(blocker) for blocker in blockers))
    say(table("Guard", "Looked at", rows=[_guard_row(j) for j in judged]))
    say("", words(f"By a {' or '.join(sorted(ACTS[action].by))}.", "dim"))


def _guard_row(judged: Judged) -> tuple[RenderableType, ...]:
    mark, style = ("✓", "green") if judged.met else ("✗", "yellow" if judged.guard.level is Level.SOFT else "red")
    looked = list(judged.looked_at) or ([] if judged.met else ["nothing on file"])
    passed = ["an override is granted: overridden, not satisfied"] if judged.overridden else []
    return two(words(f"{mark} {judged.guard.name}", style), judged.says), "; ".join(looked + passed)


def _judged(scene: Scene, action: str, fields: Fields) -> list[Judged]:
    """Every guard of the rows that apply, asked one by one."""
    from workflow.decide import case_for, rows_for
    from workflow.overrides import live_overrides
    from workflow.steps import Step

    pathway, site = scene.place.ledger.pathway, scene.place.site
    step = Step(id="", name=action, fields=fields, seq=2**62, at=scene.now, on=scene.on, by=Role.CLINICIAN, user="")
    case = case_for(pathway, scene.chart, site, step)
    rows = rows_for(pathway, case)
    here = [row for row in rows if case.state in row.sources]
    guards = {g.name: g for row in here or rows for g in (*pathway.absolute, *row.guards)}
    live = live_overrides(case)
    found = [(guard, guard.findings(case)) for guard in guards.values()]
    return [
        Judged(
            guard=guard,
            met=all(f.met for f in findings),
            says=guard.sentence(site),
            looked_at=tuple(dict.fromkeys(str(entry) for f in findings for entry in f.seen)),
            overridden=name in live,
        )
        for (guard, findings) in found
        for name in [guard.name]
    ]
