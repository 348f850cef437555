"""The review book as one page that needs nothing else: no scripts, no pictures, no fonts; light, dark and on paper."""

from collections.abc import Iterable, Iterator, Mapping
from html import escape
from pathlib import Path

from diagrams import book_labels as words
from diagrams.book_model import Book, Citation, Fact, Kind, Reading, Rule, Section, Standing, Timer

_STYLE = Path(__file__).with_name("book.css")
_CLASSES = {Standing.SIGNED: "signed", Standing.CHANGED: "changed", Standing.UNSIGNED: "unsigned"}
TIMERS = "Timers"


def html(book: Book) -> str:
    """The whole book."""
    return "\n".join(_lines(book)) + "\n"


def _lines(book: Book) -> Iterator[str]:
    anchors = anchors_of(book)
    yield '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{escape(book.title)}</title>\n<style>\n{_STYLE.read_text(encoding='utf-8')}</style>\n</head>\n<body>"
    yield '<a class="skip" href="#rules">Skip to the rules</a>\n<div class="page">'
    yield from _header(book)
    yield from _contents(book)
    yield '<main id="rules">'
    for section in book.sections:
        yield from _section(section, anchors)
    yield from _timers(book.timers, anchors)
    yield "</main>\n</div>\n</body>\n</html>"


def anchors_of(book: Book) -> Mapping[str, str]:
    """Where to go for what a fact names: a rule's id, or the name of a row, a move or a guard."""
    found = {f"guard {rule.name}": rule.id for rule in book if rule.kind is Kind.GUARD}
    moves = [rule for rule in book if rule.kind in (Kind.TRANSITION, Kind.MOVE)]
    found |= {rule.name.partition(".")[0]: rule.id for rule in reversed(moves)}
    found |= {name: rule.id for rule in moves for name in (rule.name, *rule.rows)}
    return found | {rule.id: rule.id for rule in book}


def _header(book: Book) -> Iterator[str]:
    yield f"<header>\n<h1>{escape(book.title)}</h1>"
    yield '<div class="warning" role="note">'
    yield from (f"<p>{escape(said)}</p>" for said in book.disclaimers)
    yield f'</div>\n<p class="soft">{escape(words.about(book))}</p>'
    yield from (f'<p class="soft">{escape(said)}</p>' for said in words.LEGEND)
    yield "</header>"


def _contents(book: Book) -> Iterator[str]:
    yield '<nav aria-label="Contents">\n<table>\n<caption>Contents</caption>'
    heads = [f'<th scope="col"{"" if n == 0 else _NUMBER}>{escape(name)}</th>' for n, name in enumerate(words.COLUMNS)]
    yield f"<thead><tr>{''.join(heads)}</tr></thead>\n<tbody>"
    for section in book.sections:
        title, *counts = words.count_row(section)
        cells = "".join(f"<td{_NUMBER}>{count}</td>" for count in counts)
        yield f'<tr><td><a href="#{_slug(title)}">{escape(title)}</a></td>{cells}</tr>'
    if book.timers:
        yield f'<tr><td colspan="{len(words.COLUMNS)}"><a href="#{_slug(TIMERS)}">{TIMERS}</a></td></tr>'
    yield "</tbody>\n</table>\n</nav>"


_NUMBER = ' class="number"'


def _section(section: Section, anchors: Mapping[str, str]) -> Iterator[str]:
    slug = _slug(section.title)
    yield f'<section aria-labelledby="{slug}">\n<h2 id="{slug}">{escape(section.title)}</h2>'
    if section.about:
        yield f"<p>{escape(section.about)}</p>"
    for rule in section.rules:
        yield from _rule(rule, anchors)
    yield "</section>"


def _rule(rule: Rule, anchors: Mapping[str, str]) -> Iterator[str]:
    title = "" if rule.kind is Kind.GUARD else f" {escape(rule.title)}"
    yield f'<article id="{_slug(rule.id)}">'
    yield f'<p class="kind">{rule.kind.value}, {words.origin(rule)}</p>'
    yield f"<h3><code>{escape(rule.name)}</code>{title}</h3>"
    if rule.sentence != rule.title:
        yield f'<p class="sentence">{escape(rule.sentence)}</p>'
    yield "<dl>"
    for name, value in rule.facts.items():
        yield _entry(words.label(name), _value(name, value, anchors))
    if rule.rows:
        yield _entry("Rows", ", ".join(f"<code>{escape(row)}</code>" for row in rule.rows))
    if rule.readings:
        yield _entry("Site settings", _list(map(_reading, rule.readings)))
    yield _entry("Sign-off", _sign_off(rule))
    yield f'</dl>\n<ul class="sources" aria-label="Sources">{"".join(map(_source, rule.sources))}</ul>\n</article>'


def _entry(name: str, value: str) -> str:
    return f"<dt>{escape(name)}</dt><dd>{value}</dd>"


def _list(items: Iterable[str]) -> str:
    return f"<ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>"


def _value(name: str, value: Fact, anchors: Mapping[str, str]) -> str:
    """A fact; what it names is linked."""
    if isinstance(value, str):
        hard = name == "level" and not value.startswith("soft")
        return f'<span class="hard">{escape(value)}</span>' if hard else escape(value)
    named = {one: f"guard {one.partition(' ')[0]}" if name == "guards" else one for one in value}
    return ", ".join(_linked(shown, target, anchors) for shown, target in named.items())


def _linked(shown: str, name: str, anchors: Mapping[str, str]) -> str:
    rule = anchors.get(name)
    return f'<a href="#{_slug(rule)}">{escape(shown)}</a>' if rule else escape(shown)


def _reading(reading: Reading) -> str:
    style = "unset" if reading.value == "UNSET" else "set"
    value = f'<span class="{style}">{escape(reading.value)}</span>'
    return f"<code>{escape(reading.key)}</code> = {value} ({escape(reading.origin)})"


def _sign_off(rule: Rule) -> str:
    style = f"sign-off {_CLASSES[rule.sign_off.standing]}"
    return f'<span class="{style}">{escape(str(rule.sign_off))}</span> (content <code>{rule.content[:12]}</code>)'


def _source(source: Citation) -> str:
    said = filter(None, (words.place(source), words.confirmed(source)))
    about = f'<span class="soft">({escape("; ".join(said))})</span>'
    return f'<li><span class="tag">{escape(source.tag)}</span> “{escape(source.sentence)}” {about}</li>'


def _timers(timers: tuple[Timer, ...], anchors: Mapping[str, str]) -> Iterator[str]:
    if not timers:
        return
    slug = _slug(TIMERS)
    yield f'<section aria-labelledby="{slug}">\n<h2 id="{slug}">{TIMERS}</h2>\n<table>\n<thead><tr>'
    yield "".join(f'<th scope="col">{name}</th>' for name in ("Timer", "Dates", "Starts with", "Site settings"))
    yield "</tr></thead>\n<tbody>"
    for timer in timers:
        dates, settings = _linked(timer.title, timer.rule, anchors), _list(map(_reading, timer.readings))
        cells = (escape(timer.name), dates, escape(timer.starts), settings if timer.readings else "")
        yield f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"
    yield "</tbody>\n</table>\n</section>"


def _slug(name: str) -> str:
    """An anchor."""
    return "-".join("".join(c if c.isalnum() or c in "_." else " " for c in name).lower().split())
