"""`pathway check`: the proof that nobody can be forgotten, and what stands against it where it fails."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
import yaml
from rich.console import RenderableType

from cli import options as o
from cli.progress import bar
from cli.screen import say, words
from cli.terminal import DONE, FAILED

if TYPE_CHECKING:
    from workflow.proof.checking import Proof
    from workflow.proof.verdicts import Verdict
    from workflow.site import Value

Story = Annotated[
    Path | None, typer.Option("--story", metavar="FILE", help="Write the shortest counterexample here, as a story")
]


def check(story: Story = None, json: o.Json = False, database: o.Database = None) -> int:
    """Prove that no patient can be forgotten: explores every configuration that the rules allow (half a minute)."""
    from cli import shapes
    from workflow.asps import ASPS
    from workflow.proof.checking import check as prove

    values = _settings(database)
    with bar("exploring every configuration", shown=not json) as tell:
        proof = prove(ASPS, values, tell)
    if json:
        shapes.put(_plain(proof))
    else:
        say(*_shown(proof))
    if story is not None and not proof.holds:
        story.write_text(_counterexample(proof), encoding="utf-8")
        say(words(f"The shortest way there is a story: asps story run {story}"))
    return DONE if proof.holds else FAILED


def _settings(database: str | None) -> "Mapping[str, Value] | None":
    """The site's own settings, where one was set up or named: for what it still owes."""
    from cli.opening import opened

    default = f"sqlite:///{o.DEFAULT_DATABASE}"
    if o.database_url(database) == default and not Path(o.DEFAULT_DATABASE).exists():
        return None
    with opened(database) as place:
        return place.site.values


def _shown(proof: "Proof") -> Iterator[RenderableType]:
    yield words(f"Pathway {proof.version}: {proof.configurations} configurations of the course, {proof.steps} steps "
                f"between them, and {sum(proof.beside.values())} configurations beside it", "bold")  # fmt: skip
    for verdict in proof.verdicts:
        yield from _verdict(verdict)
    said = "Every property holds." if proof.holds else "Not every property holds: see above."
    yield words(said, "bold green" if proof.holds else "bold red")
    yield words("What this proves, and what it assumes: docs/proof.md", "dim")


def _verdict(verdict: "Verdict") -> Iterator[RenderableType]:
    sign, style = ("✓", "green") if verdict.holds else ("✗", "bold red")
    yield words(f"{sign} {verdict.number}. {verdict.name}", style) + words(f": {verdict.says}")
    if verdict.fault is None:
        yield words(f"     holds for all {verdict.count:,} {verdict.cases}", "green")
    else:
        yield words(f"     {verdict.fault.why}", "red")
        yield from (words(f"       {line}") for line in _steps(verdict))
    yield from (words(f"     {note}", "dim") for note in verdict.notes)


def _steps(verdict: "Verdict") -> Iterator[str]:
    """The way to a fault, a line a step."""
    from workflow.proof.telling import story

    assert verdict.fault is not None
    for step in story(verdict.fault)["steps"]:
        if "tick" in step:
            yield f"{step['tick']} the clock runs to here"
            continue
        verb = next(v for v in ("record", "do", "override", "amend", "retract") if v in step)
        fields = ", ".join(f"{name} {value}" for name, value in step.get("with", {}).items() if name != "id")
        yield f"{step['at']} {verb} {step[verb]} {fields}"


def _counterexample(proof: "Proof") -> str:
    from workflow.proof.telling import story

    fault = next(v.fault for v in proof.verdicts if v.fault)
    return yaml.safe_dump(story(fault), sort_keys=False, allow_unicode=True, width=120)


def _plain(proof: "Proof") -> dict[str, Any]:
    from workflow.proof.telling import story

    verdicts = [
        {
            "number": v.number, "name": v.name, "says": v.says, "holds": v.holds, "count": v.count, "cases": v.cases,
            "notes": list(v.notes), "fault": v.fault.why if v.fault else None,
            "counterexample": story(v.fault) if v.fault else None,
        }
        for v in proof.verdicts
    ]  # fmt: skip
    return {
        "pathway": proof.version, "holds": proof.holds, "configurations": proof.configurations, "steps": proof.steps,
        "beside": dict(proof.beside), "verdicts": verdicts,
    }  # fmt: skip
