"""How the review book looks in the terminal: tables by topic; a few rules in full."""

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.text import Text

from cli.screen import FRAME, facts, table, words
from diagrams import book_labels as labels
from diagrams.book_model import Book, Citation, Kind, Rule, Section, Standing

FULL = 4
"""Up to so many rules are shown in full."""
SIGNS = {Standing.SIGNED: ("✓", "green"), Standing.CHANGED: ("!", "yellow"), Standing.UNSIGNED: ("–", "dim")}
"""By sign and word, and then by colour."""
_Cell = Callable[[Rule], RenderableType]


def shown(book: Book) -> Iterator[RenderableType]:
    """The whole book."""
    yield words(book.title, "bold")
    yield from (words(said, "bold red") for said in book.disclaimers)
    yield words(labels.about(book), "dim")
    if len(list(book)) <= FULL:
        yield from (leaf(rule) for rule in book)
        return
    for section in book.sections:
        yield from _section(section)
    yield from ("", words(_counts(list(book)), "bold"))
    yield words("One rule in full: asps pathway show --only RULE; as a page: asps pathway show -o FILE.html", "dim")


def leaf(rule: Rule) -> Panel:
    """One rule in full."""
    rows: list[tuple[str, RenderableType]] = [
        *((labels.label(name), words(labels.shown(value))) for name, value in rule.facts.items()),
        *(("Site setting", words(reading)) for reading in rule.readings),
        *(("Source", _source(source)) for source in rule.sources),
        ("Sign-off", _sign_off(rule)),
        ("Content", words(rule.content[:12], "dim")),
    ]
    title = Text.assemble(" ", words(rule.id, "bold"), f" · {labels.origin(rule)} ")
    parts = [words(rule.title, "bold")] if rule.kind is not Kind.GUARD else []
    parts += [words(rule.sentence, "bold")] if rule.sentence != rule.title else []
    return Panel(Group(*parts, facts(rows)), title=title, title_align="left", box=FRAME)


def _section(section: Section) -> Iterator[RenderableType]:
    yield from ("", words(section.title, "bold cyan"))
    if section.about:
        yield words(section.about, "dim")
    for kind, rules in groupby(section.rules, key=lambda rule: rule.kind):
        columns: dict[str, _Cell] = {**_COLUMNS[kind], "Sources": _tags, "Sign-off": _sign_off}
        yield table(*columns, rows=[[cell(rule) for cell in columns.values()] for rule in rules])


def _counts(rules: list[Rule]) -> str:
    counts = [(sum(rule.sign_off.standing is standing for rule in rules), standing.value) for standing in Standing]
    return f"{len(rules)} rules: " + ", ".join(f"{count} {standing}" for count, standing in counts)


def _name(rule: Rule) -> RenderableType:
    return words(rule.name, "bold")


def _sentence(rule: Rule) -> RenderableType:
    return words(rule.sentence)


def _fact(name: str) -> _Cell:
    return lambda rule: words(labels.shown(rule.facts.get(name, "")))


def _level(rule: Rule) -> RenderableType:
    level = labels.shown(rule.facts["level"]).partition(":")[0]
    return words(level, "yellow" if level == "soft" else "red")


def _way(rule: Rule) -> RenderableType:
    """From where to where."""
    return words(f"{labels.shown(rule.facts['leads_from'])} → {labels.shown(rule.facts['leads_to'])}")


def _owner(rule: Rule) -> RenderableType:
    return words(f"{rule.facts['owner']}, {rule.facts['priority']}")


def _readings(rule: Rule) -> RenderableType:
    return Text("\n").join(_reading(r.key, r.value) for r in rule.readings)


def _reading(key: str, value: str) -> Text:
    return words(f"{key} = ", "dim") + words(value, "magenta" if value == "UNSET" else "")


def _value(rule: Rule) -> RenderableType:
    value, origin = rule.readings[0].value, rule.readings[0].origin
    return words(value, "magenta" if value == "UNSET" else "bold") + words(f" ({origin})", "dim")


def _tags(rule: Rule) -> RenderableType:
    return words(" ".join(dict.fromkeys(source.tag for source in rule.sources)), "dim")


def _sign_off(rule: Rule) -> RenderableType:
    sign, style = SIGNS[rule.sign_off.standing]
    return words(f"{sign} {rule.sign_off}", style)


def _source(source: Citation) -> Text:
    said: Iterable[str] = filter(None, (labels.place(source), labels.confirmed(source)))
    return words(f"{source.tag} ", "bold") + words(f"“{source.sentence}” ") + words(f"({'; '.join(said)})", "dim")


_COLUMNS: dict[Kind, dict[str, _Cell]] = {
    Kind.STATE: {"State": _name, "Means": _sentence},
    Kind.GUARD: {
        "Guard": _name, "Level": _level, "Asks for": _sentence, "Cleared by": _fact("cleared_by"),
        "Asked at": _fact("asked_at"),
    },
    Kind.TRANSITION: {
        "Row": _name, "What": _sentence, "By": _fact("by"), "From → to": _way, "Guards": _fact("guards"),
    },
    Kind.MOVE: {"By itself": _name, "When": _sentence, "From → to": _way, "Site settings": _readings},
    Kind.TASK: {
        "Task": _name, "What": _sentence, "Owner": _owner, "Opened by": _fact("opened_by"),
        "Done with": _fact("done_with"), "Site settings": _readings,
    },
    Kind.OPTION: {"Rank": _name, "Suggests": _sentence},
    Kind.SETTING: {"Setting": _name, "What it means": _sentence, "Value": _value},
    Kind.TEXT: {"Text": _name, "Says": _sentence, "Population": _fact("population"), "As of": _fact("as_of")},
}  # fmt: skip
