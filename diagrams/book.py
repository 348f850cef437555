"""The review book: every rule with its source and its sign-off, made from the very objects that run."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from diagrams import book_rules as words
from diagrams.book_model import Book, Citation, Reading, Rule, Section, SignOff, Standing, Timer
from diagrams.book_rules import Draft
from workflow.asps.sources import PLACE, independent
from workflow.asps.texts import TEXTS
from workflow.content import Content, content_of, hash_of
from workflow.pathway import Pathway
from workflow.rules import Topic
from workflow.site import Site
from workflow.vocabulary import Source, State

if TYPE_CHECKING:
    from storage.signing import Signature

DISCLAIMERS = ("D-PURPOSE", "D-SOURCE")
SOURCES = {
    "LABEL": "product label",
    "GUIDE": "published guideline",
    "TRIAL": "published trial",
    "MEM": "unverified: remembered, not found again",
    "EXTRAP": "design decision: no source says so",
}
BEFORE_ALL = "Before every act"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Chapter:
    """A section in the making."""

    title: str
    about: str
    drafts: tuple[Draft, ...]


def book(pathway: Pathway, site: Site | None = None, signatures: "Iterable[Signature]" = ()) -> Book:
    """The book with a site's numbers and signatures; without a site, with the defaults."""
    here = site or Site(keys=pathway.keys)
    contents = _contents(pathway, here)
    signed = list(signatures)
    sections = tuple(
        Section(
            title=chapter.title, about=chapter.about,
            rules=tuple(_rule(draft, contents[draft.id], here, signed) for draft in chapter.drafts),
        )
        for chapter in _chapters(pathway, here, contents)
    )  # fmt: skip
    rules = [rule for section in sections for rule in section.rules]
    places = {"version": pathway.version, "sign_off": _signed_by(rules)}
    return Book(
        title=f"Review book: the pathway of {pathway.name}", version=pathway.version,
        fingerprint=fingerprint(pathway), revision=site.revision if site else None,
        disclaimers=tuple(words.text(TEXTS[id], **places).sentence for id in DISCLAIMERS),
        sections=sections, timers=_timers(rules),
    )  # fmt: skip


def fingerprint(pathway: Pathway) -> str:
    """The hash of the whole rule set, whatever a site has set."""
    contents = _contents(pathway, Site(keys=pathway.keys))
    order = [[move.id for move in pathway.automatic], [guard.name for guard in pathway.absolute]]
    return hash_of([pathway.name, order, {id: content.hash for id, content in contents.items()}])


def _contents(pathway: Pathway, site: Site) -> dict[str, Content]:
    """What each rule comes to, by its id."""
    drafts = (draft for chapter in _chapters(pathway, site, {}) for draft in chapter.drafts)
    return {draft.id: content_of(*draft.parts, site=site) for draft in drafts}


def _chapters(pathway: Pathway, site: Site, contents: dict[str, Content]) -> Iterator[_Chapter]:
    """Everything, in the order in which the pathway runs."""
    yield _Chapter(
        title="States", about="Where a patient can stand: in exactly one of these at a time.",
        drafts=tuple(words.state(pathway, state) for state in State),
    )  # fmt: skip
    yield _Chapter(
        title=BEFORE_ALL, about="Asked first, whatever is done; where one of these is unmet, nothing else is asked.",
        drafts=tuple(words.guard(pathway, guard, site) for guard in pathway.absolute),
    )  # fmt: skip
    for topic in pathway.topics:
        title = topic.name[0].upper() + topic.name[1:]
        yield _Chapter(title=title, about="", drafts=tuple(_of_topic(pathway, topic, site)))
    yield _Chapter(
        title="Suggestions", about="What is suggested while a decision of the tumour board is awaited: the first row "
        "that applies. It only suggests; a clinician decides.",
        drafts=tuple(words.option(rank, row) for rank, row in enumerate(pathway.options, 1)),
    )  # fmt: skip
    yield _Chapter(
        title="Site settings", about="What neither the guide nor a public source fixes, or what a site may choose.",
        drafts=tuple(words.setting(key, _readers(contents, key.name)) for key in pathway.keys.values()),
    )  # fmt: skip
    yield _Chapter(
        title="Texts", about="For information, with population and date; never a prediction for one patient.",
        drafts=tuple(words.text(one) for one in TEXTS.values()),
    )  # fmt: skip


def _of_topic(pathway: Pathway, topic: Topic, site: Site) -> Iterator[Draft]:
    yield from (words.guard(pathway, guard, site) for guard in topic.guards)
    yield from words.transitions(pathway, topic.transitions)
    yield from (words.move(move, site) for move in topic.automatic)
    yield from (words.task(task) for task in topic.tasks)


def _readers(contents: dict[str, Content], key: str) -> tuple[str, ...]:
    return tuple(id for id, content in contents.items() if key in content.reads and id != f"setting:{key}")


def _rule(draft: Draft, content: Content, site: Site, signatures: "list[Signature]") -> Rule:
    return Rule(
        kind=draft.kind, name=draft.name, title=draft.title, sentence=draft.sentence, facts=draft.facts,
        rows=draft.rows, readings=tuple(_reading(site, key) for key in content.reads),
        sources=tuple(citation(source) for source in draft.source), content=content.hash,
        sign_off=sign_off(content.hash, [s for s in signatures if s.rule == draft.id]),
    )  # fmt: skip


def _reading(site: Site, name: str) -> Reading:
    key, value = site.keys[name], site.get(name)
    origin = "set by the site" if name in site.values else "default"
    if value is None:
        origin = f"means: {key.unset_means}" if key.unset_means else "an open site decision"
    return Reading(key=name, value=words.in_words(value), origin=origin)


def citation(source: Source) -> Citation:
    """A source with its place and who else says so."""
    place = PLACE.get(source.tag)
    if place is None:
        kind = SOURCES[source.tag]
        return Citation(tag=source.tag, kind=kind, sentence=source.sentence, confidence=source.confidence)
    return Citation(
        tag=source.tag, kind="source guide", sentence=source.sentence, confidence=source.confidence, line=place.line,
        markers=place.markers, independent=independent(source.tag),
    )  # fmt: skip


def sign_off(content: str, signatures: "list[Signature]") -> SignOff:
    """What the signatures of one rule, oldest first, are worth for it as it stands."""
    valid = [signature for signature in signatures if signature.content == content]
    if not signatures:
        return SignOff()
    last = (valid or signatures)[-1]
    return SignOff(standing=Standing.SIGNED if valid else Standing.CHANGED, user=last.user, on=last.day)


def _signed_by(rules: list[Rule]) -> str:
    """Who has signed the rule set, in the words of the disclaimer."""
    signed = [r.sign_off for r in rules if r.sign_off.standing is Standing.SIGNED]
    if not signed:
        return "(not signed by any clinician)"
    whole = "signed" if len(signed) == len(rules) else f"signed in part ({len(signed)} of {len(rules)} rules)"
    names = ", ".join(sorted({one.user for one in signed}))
    return f"{whole} by {names}, {max(one.on for one in signed if one.on)}"


def _timers(rules: list[Rule]) -> tuple[Timer, ...]:
    """Every timer of the pathway's table, and the moves that the date alone brings about."""
    found = [
        Timer(
            name=name, rule=rule.id, title=rule.title, readings=rule.readings,
            starts=str(rule.facts.get("interval") or rule.facts["opened_by"]),
        )
        for rule in rules
        for name in (*rule.facts.get("timer", ()), *([rule.name] if "interval" in rule.facts else []))
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda timer: timer.name))
