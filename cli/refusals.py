"""How a refusal looks: one panel for every unmet guard, with what would clear it."""

from collections.abc import Iterable

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.text import Text

from cli.screen import FRAME, WIDEST, console, facts, words
from workflow.acts import ACTS
from workflow.vocabulary import Blocker, Level

LEVELS = {
    Level.SOFT: ("warning; a reason answers it", "yellow"),
    Level.HARD: ("hard stop; two clinicians may override it", "red"),
    Level.ABSOLUTE: ("nothing overrides this", "red"),
}


def refusal(what: str, patient: str, blockers: Iterable[Blocker]) -> Iterable[RenderableType]:
    """Everything a refusal says: the panels, and how to go on."""
    found = tuple(blockers)
    yield words("✗ ", "bold red") + words(f"{what} is refused for {patient}; nothing changed", "bold")
    yield from (panel(blocker) for blocker in found)
    yield from (words(line, "dim") for line in _how_to_go_on(what, patient, found))


def panel(blocker: Blocker) -> Panel:
    """One unmet guard."""
    level, colour = LEVELS[blocker.level]
    rows = facts(
        [
            ("looked at", list(dict.fromkeys(blocker.looked_at))),
            ("missing", blocker.missing),
            ("cleared by", blocker.cleared_by),
            ("source", blocker.source),
        ]
    )
    title = Text.assemble(" ", words(blocker.guard, "bold"), " · ", words(level), " ", style=colour)
    width = min(WIDEST, console().width)
    content = Group(words(blocker.why, "bold"), rows)
    return Panel(content, title=title, title_align="left", border_style=colour, box=FRAME, width=width)


def _how_to_go_on(what: str, patient: str, blockers: tuple[Blocker, ...]) -> Iterable[str]:
    levels = {blocker.level for blocker in blockers}
    if levels == {Level.SOFT}:
        yield "If it is right all the same, repeat it with --reason TEXT; the reason stays in the record."
    if Level.HARD in levels:
        guard = next(blocker.guard for blocker in blockers if blocker.level is Level.HARD)
        yield f"Clear what is missing; in an emergency: asps override {patient} {guard} --help"
    if what in ACTS and blockers[0].guard != "role":
        yield f"All guards of it, met and unmet: asps why {patient} {what}"
