"""Each kind of rule in the words of the review book, from the very objects that run."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import Any

from diagrams.book_model import Fact, Kind
from workflow.acts import ACTS
from workflow.asps.states import MEANINGS
from workflow.asps.texts import Text
from workflow.pathway import Pathway
from workflow.records import KINDS
from workflow.rules import Automatic, CareTask, Guard, OptionRow, Transition
from workflow.site import Site, SiteKey
from workflow.vocabulary import EXITS, ON, Level, Role, Source, State

LEVELS = {
    Level.SOFT: "soft: one reason answers it",
    Level.HARD: "hard stop: only an override by two clinicians passes it",
    Level.ABSOLUTE: "absolute: nothing overrides it",
}
EVERY_ACT = "every act"
_RECORDS = {fields: name for name, fields in KINDS.items()}


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """A rule in words, and the objects that it is."""

    kind: Kind
    name: str
    title: str
    sentence: str
    facts: Mapping[str, Fact]
    source: tuple[Source, ...]
    parts: tuple[Any, ...]
    """All that its hash has to cover."""
    rows: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """As `Rule.id`."""
        return f"{self.kind.value}:{self.name}"


def state(pathway: Pathway, one: State) -> Draft:
    """What a state means, and the ways into it and out of it."""
    meaning, source = MEANINGS[one]
    moves: list[Transition | Automatic] = [*pathway.transitions, *pathway.automatic]
    return Draft(
        kind=Kind.STATE, name=one.value, title=one.title, sentence=meaning, source=source,
        facts=_facts(
            where="off the pathway: open tasks are cancelled, messages fall silent" if one in EXITS else "",
            ways_in=_stems(m.id for m in moves if m.dest is one),
            ways_out=_stems(m.id for m in moves if one in m.sources and m.dest not in (None, one)),
        ),
        parts=(one, one.title, one in EXITS, meaning, source),
    )  # fmt: skip


def guard(pathway: Pathway, one: Guard, site: Site) -> Draft:
    """A guard, and which acts it is asked for."""
    asked = _stems(row.id for row in pathway.transitions if one in row.guards)
    return Draft(
        kind=Kind.GUARD, name=one.name, title=one.name.replace("_", " "), sentence=one.sentence(site),
        source=one.source,
        facts=_facts(
            level=LEVELS[one.level], cleared_by=one.cleared_by,
            asked_at=(EVERY_ACT,) if one in pathway.absolute else asked,
        ),
        parts=(one,),
    )  # fmt: skip


def transitions(pathway: Pathway, rows: Iterable[Transition]) -> Iterator[Draft]:
    """The rows of the table; those that differ only in where they lead are one rule."""
    for _, family in groupby(rows, key=_family):
        yield _transition(pathway, tuple(family))


def _family(row: Transition) -> tuple[Any, ...]:
    same = row.when.func if isinstance(row.when, partial) else row.id
    return row.on, same, row.guards, row.by, row.reverses, row.source


def _transition(pathway: Pathway, rows: tuple[Transition, ...]) -> Draft:
    first, act = rows[0], ACTS[rows[0].on]
    several = len(rows) > 1
    condition = first.condition.replace(first.dest.title, "that state") if several and first.dest else first.condition
    return Draft(
        kind=Kind.TRANSITION, name=first.id.partition(".")[0] if several else first.id, title=act.title,
        sentence=act.title + (f", if: {condition}" if condition else ""), source=first.source,
        facts=_facts(
            act=act.name, by=_roles(first.by or act.by),
            leads_from=_states(frozenset().union(*(row.sources for row in rows))),
            leads_to=tuple(row.dest.title if row.dest else "the state stays" for row in rows),
            guards=tuple(f"{g.name} ({g.level})" for g in first.guards),
            takes_back="the move before it" if first.reverses else "",
        ),
        parts=(*rows, act, pathway.limits.get(first.on)), rows=tuple(row.id for row in rows) if several else (),
    )  # fmt: skip


def move(one: Automatic, site: Site) -> Draft:
    """A move that facts or the date bring about."""
    after = site.filled(one.interval)
    return Draft(
        kind=Kind.MOVE, name=one.id, title=one.condition,
        sentence=one.condition + (f": {after}" if after else ""), source=one.source,
        facts=_facts(
            brought_about_by=_causes(one), leads_from=_states(one.sources), leads_to=one.dest.title, interval=after
        ),
        parts=(one,),
    )  # fmt: skip


def _causes(one: Automatic) -> str:
    facts = f"a record of {_joined(sorted(_RECORDS[kind] for kind in one.facts))}" if one.facts else ""
    return " or ".join(filter(None, (facts, "a date" if one.due else "")))


def task(one: CareTask) -> Draft:
    """A kind of care task."""
    return Draft(
        kind=Kind.TASK, name=one.name, title=one.title, sentence=one.title, source=one.source,
        facts=_facts(
            owner=one.owner.value, priority=f"P{one.priority.value} {one.priority.name.lower().replace('_', ' ')}",
            opened_by=one.opens, done_with=one.done_when, timer=tuple(one.timer.split()),
            on_leaving="stays open: an exit opens it" if one.for_exit else "",
        ),
        parts=(one,),
    )  # fmt: skip


def option(rank: int, one: OptionRow) -> Draft:
    """A row of the ranking; the first that applies suggests."""
    suggested = tuple(ACTS[act].title for act in one.options)
    return Draft(
        kind=Kind.OPTION, name=str(rank), title=one.situation,
        sentence=f"{one.situation}: {', then '.join(suggested)}", source=one.source,
        facts=_facts(applies=f"where none of the {rank - 1} rows before it does" if rank > 1 else "first of all",
                     suggests=tuple(one.options)),
        parts=(rank, one),
    )  # fmt: skip


def setting(one: SiteKey, read_by: tuple[str, ...]) -> Draft:
    """What a site may set."""
    return Draft(
        kind=Kind.SETTING, name=one.name, title=one.title, sentence=one.title, source=one.source,
        facts=_facts(
            allowed=one.allowed, default="" if one.default is None else in_words(one.default),
            published=f"{one.offer}: holds only once the site takes it" if one.offer else "",
            left_open="" if one.default is not None else one.unset_means or "an open site decision",
            asked="when a site is set up" if one.ask else "", read_by=read_by,
        ),
        parts=(one,),
    )  # fmt: skip


def text(one: Text, **filled: str) -> Draft:
    """A text for information; `filled` are the words for its places."""
    body = one.body
    for place, words in filled.items():
        body = body.replace("{" + place + "}", words)
    return Draft(
        kind=Kind.TEXT, name=one.id, title=one.title, sentence=body, source=one.source,
        facts=_facts(population=one.population, as_of=one.as_of), parts=(one,),
    )  # fmt: skip


def in_words(value: Any) -> str:
    """A setting's value as people type it."""
    return "UNSET" if value is None else "-".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _facts(**facts: Fact) -> Mapping[str, Fact]:
    return {name: value for name, value in facts.items() if value}


def _stems(ids: Iterable[str]) -> tuple[str, ...]:
    """Rows by their ids; a row beside its namesakes goes by their common stem."""
    found = list(ids)
    stems = [id.partition(".")[0] for id in found]
    return tuple(dict.fromkeys(s if stems.count(s) > 3 else id for id, s in zip(found, stems, strict=True)))


def _states(states: frozenset[State]) -> Fact:
    """States in the order of the pathway; the common sets by name."""
    for named, words in ((frozenset(State), "every state"), (ON, "every state on the pathway")):
        missing = named - states
        if not states - named and len(missing) <= 2 < len(states):
            return words + (f" but {_joined(s.title for s in State if s in missing)}" if missing else "")
    return tuple(one.title for one in State if one in states)


def _roles(roles: frozenset[Role]) -> str:
    return _joined((role.value for role in Role if role in roles), "or")


def _joined(words: Iterable[str], last: str = "and") -> str:
    *most, end = words
    return f"{', '.join(most)} {last} {end}" if most else end
