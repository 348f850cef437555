"""A bar for whoever watches long work, nothing in a pipe."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from cli.screen import console

Tell = Callable[[int, int | None], None]
"""Called with how much is done, and of how much."""


@contextmanager
def bar(what: str, shown: bool = True) -> Iterator[Tell]:
    """Shows a bar on standard error while the work lasts."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    target = console(error=True)
    with Progress(*columns, console=target, transient=True, disable=not (shown and target.is_terminal)) as progress:
        task = progress.add_task(what, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)
