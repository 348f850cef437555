"""The review book as Markdown, for the repository and for whoever reads it as text."""

import re
from collections.abc import Iterable, Iterator

from diagrams import book_labels as words
from diagrams.book_model import Book, Citation, Kind, Rule, Section, Timer

_SPECIAL = re.compile(r"([\\`*<\[\]|~]|^[>#+-]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9]))")
_UNSLUGGED = re.compile(r"[^a-z0-9 -]")
TIMERS = "Timers"


def markdown(book: Book) -> str:
    """The whole book."""
    return "\n".join(_lines(book)).rstrip() + "\n"


def _lines(book: Book) -> Iterator[str]:
    yield from (f"# {_text(book.title)}", "")
    for said in book.disclaimers:
        yield from (f"> **{_text(said)}**", ">")
    yield from (f"> {_text(words.about(book))}", "")
    for said in words.LEGEND:
        yield from (_text(said), "")
    yield from ("## Contents", "")
    yield from _table(words.COLUMNS, (_contents(section) for section in book.sections))
    if book.timers:
        yield from (f"Then: [{TIMERS}](#{_slug(TIMERS)})", "")
    for section in book.sections:
        yield from _section(section)
    if book.timers:
        yield from (f"## {TIMERS}", "")
        yield from _table(("Timer", "Dates", "Starts with", "Site settings"), map(_timer, book.timers))


def _contents(section: Section) -> tuple[str, ...]:
    title, *counts = words.count_row(section)
    return f"[{_text(title)}](#{_slug(title)})", *counts


def _section(section: Section) -> Iterator[str]:
    yield from (f"## {_text(section.title)}", "")
    if section.about:
        yield from (_text(section.about), "")
    for rule in section.rules:
        yield from _rule(rule)


def _rule(rule: Rule) -> Iterator[str]:
    title = "" if rule.kind is Kind.GUARD else f": {_text(rule.title)}"
    yield from (f"### {rule.kind.value.capitalize()} `{rule.name}`{title}", "")
    if rule.sentence != rule.title:
        yield from (_text(rule.sentence), "")
    yield from (f"- {words.label(name)}: {_text(words.shown(value))}" for name, value in rule.facts.items())
    if rule.rows:
        yield f"- Rows: {', '.join(f'`{row}`' for row in rule.rows)}"
    yield from (f"- Site setting: `{r.key}` = **{_text(r.value)}** ({_text(r.origin)})" for r in rule.readings)
    yield from (f"- Source: {_source(source)}" for source in rule.sources)
    yield from (f"- Sign-off: **{_text(str(rule.sign_off))}** (content `{rule.content[:12]}`)", "")


def _source(source: Citation) -> str:
    who = f"; {_text(words.confirmed(source))}" if words.confirmed(source) else ""
    return f"**{source.tag}** “{_text(source.sentence)}” ({_text(words.place(source))}{who})"


def _timer(timer: Timer) -> tuple[str, ...]:
    settings = "; ".join(f"`{r.key}` = {_text(r.value)} ({_text(r.origin)})" for r in timer.readings)
    return timer.name, f"`{timer.rule}`: {_text(timer.title)}", _text(timer.starts), settings


def _table(columns: Iterable[str], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    head = tuple(columns)
    yield _row(head)
    yield _row(tuple("---" for _ in head))
    yield from map(_row, rows)
    yield ""


def _row(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"


def _text(text: str) -> str:
    """Words that Markdown shows as they are."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def _slug(title: str) -> str:
    """The anchor that a heading gets."""
    return _UNSLUGGED.sub("", title.lower()).replace(" ", "-")
