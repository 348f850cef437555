"""How the review book looks in the terminal: in brief by topic, or a few rules in full."""

from collections.abc import Iterator
from itertools import groupby

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.text import Text

from cli.screen import FRAME, facts, table, words
from diagrams import book_labels as labels
from diagrams.book_model import Book, Citation, Kind, Reading, Rule, Section, Standing, Timer

FULL = 4
"""Up to so many rules are shown in full."""
SIGNS = {Standing.SIGNED: ("✓", "green"), Standing.CHANGED: ("!", "yellow"), Standing.UNSIGNED: ("–", "dim")}
"""By sign and word, and then by colour."""
BRIEF = {
    Kind.STATE: (),
    Kind.GUARD: ("level", "cleared_by", "asked_at"),
    Kind.TRANSITION: ("act", "by", "leads_from", "leads_to", "guards"),
    Kind.MOVE: ("leads_from", "leads_to"),
    Kind.TASK: ("owner", "priority", "opened_by", "done_with"),
    Kind.OPTION: (),
    Kind.SETTING: ("published",),
    Kind.TEXT: ("population", "as_of"),
}
"""The facts that are told in brief."""


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
    if book.timers:
        yield from ("", words("Timers", "bold cyan"))
        yield table("Timer", "Dates", "Starts with", "Site settings", rows=map(_timer, book.timers))
    yield from ("", words(_counts(list(book)), "bold"))
    yield words("One rule in full: asps pathway show --only RULE; as a page: asps pathway show -o FILE.html", "dim")


def leaf(rule: Rule) -> Panel:
    """One rule in full."""
    rows: list[tuple[str, RenderableType]] = [
        *((labels.label(name), words(labels.shown(value))) for name, value in rule.facts.items()),
        *(("Site setting", _reading(reading)) for reading in rule.readings),
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
        rows = [(_name(rule), _brief(rule), _sign_off(rule)) for rule in rules]
        yield table(kind.value.capitalize(), "What it says", "Sign-off", rows=rows)


def _counts(rules: list[Rule]) -> str:
    counts = [(sum(rule.sign_off.standing is standing for rule in rules), standing.value) for standing in Standing]
    return f"{len(rules)} rules: " + ", ".join(f"{count} {standing}" for count, standing in counts)


def _name(rule: Rule) -> Text:
    name = words(rule.name, "bold")
    name.no_wrap = len(rule.name) <= 24  # a longer one may not take half of a narrow terminal
    return name


def _brief(rule: Rule) -> Text:
    """What it says, what is most important about it, and its sources."""
    lines = [words(rule.sentence)]
    told = [(labels.label(name), labels.shown(rule.facts[name])) for name in BRIEF[rule.kind] if name in rule.facts]
    lines += [words(f"{name}: ", "dim") + words(value) for name, value in told]
    lines += [_reading(reading) for reading in rule.readings]
    lines.append(words(f"[{', '.join(dict.fromkeys(source.tag for source in rule.sources))}]", "dim"))
    return Text("\n").join(lines)


def _timer(timer: Timer) -> tuple[RenderableType, ...]:
    settings = Text("\n").join(map(_reading, timer.readings))
    return words(timer.name, "bold"), timer.title, timer.starts, settings


def _reading(reading: Reading) -> Text:
    value = words(reading.value, "magenta" if reading.value == "UNSET" else "bold")
    return words(f"{reading.key} = ") + value + words(f" ({reading.origin})", "dim")


def _sign_off(rule: Rule) -> Text:
    sign, style = SIGNS[rule.sign_off.standing]
    return words(f"{sign} {rule.sign_off}", style)


def _source(source: Citation) -> Text:
    said = "; ".join(filter(None, (labels.place(source), labels.confirmed(source))))
    return words(f"{source.tag} ", "bold") + words(f"“{source.sentence}” ") + words(f"({said})", "dim")
