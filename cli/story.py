"""`asps story run|schema`: invented patients' courses, played and compared."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import RenderableType

from cli import options as o
from cli.screen import say, words
from cli.terminal import DONE, FAILED
from workflow.errors import Invalid

if TYPE_CHECKING:
    from cli.stories.runner import Run

Files = Annotated[list[Path], typer.Argument(metavar="FILE...", help="Story files; a folder means all *.yaml in it")]

stories = typer.Typer(no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.add_typer(
        stories, name="story", help="Play stories: invented courses as dated scripts", rich_help_panel="Try it"
    )


@stories.command("run")
def run(files: Files, json: o.Json = False) -> int:
    """Play stories on an empty record in memory and say, step by step, what differs."""
    from dataclasses import asdict

    from cli import shapes
    from cli.stories.runner import run_file
    from workflow.asps import ASPS

    runs = []
    for path in _all(files):
        runs.append(run_file(ASPS, path))
        if not json:
            say(*_told(runs[-1]))
    good = all(one.good for one in runs)
    if json:
        shapes.put([asdict(one) | {"good": one.good} for one in runs])
    elif len(runs) > 1:
        bad = sum(not one.good for one in runs)
        say(words(f"{len(runs)} stories, all as told" if good else f"{bad} of {len(runs)} stories differ", "bold"))
    return DONE if good else FAILED


@stories.command("schema")
def schema() -> int:
    """Print the JSON Schema of the story format, for editors."""
    import json

    from cli.stories.format import schema as of_the_format

    print(json.dumps(of_the_format(), indent=2))
    return DONE


def _all(files: Iterable[Path]) -> Iterator[Path]:
    for path in files:
        if path.is_dir():
            found = sorted((*path.rglob("*.yaml"), *path.rglob("*.yml")))
            if not found:
                raise Invalid(str(path), "holds no *.yaml files")
            yield from found
        else:
            yield path


def _told(one: "Run") -> Iterator[RenderableType]:
    """How a story went: one line, and every difference with its step."""
    count = "1 step" if one.steps == 1 else f"{one.steps} steps"
    if one.good:
        yield words("✓ ", "green") + words(f"{one.title} ") + words(f"({count})", "dim")
        return
    yield words("✗ ", "bold red") + words(one.title, "bold") + words(f" ({one.file})", "dim")
    last = None
    for difference in one.differences:
        if difference.step != last:
            yield words(f"  step {difference.step}: {difference.what}", "cyan")
        yield words(f"      {difference.says}")
        last = difference.step
