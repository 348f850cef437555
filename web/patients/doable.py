"""What can be done for a patient now, and for each act in whose way something stands: what, and who can clear it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from web.forms.words import title
from web.here import Here
from web.patients.file import PatientFile
from workflow.acts import ACTS, Act, GiveBoneAgent, GiveDose, OfAgent
from workflow.asps.bone import running_agent
from workflow.asps.completing import COMPLETIONS
from workflow.asps.regimens import regimens
from workflow.judging import Possible, Scene, possible
from workflow.options import Option
from workflow.records import KINDS
from workflow.rules import Guard
from workflow.vocabulary import Blocker, Level, Role

LEVELS = {
    Level.SOFT: "a warning; a reason answers it",
    Level.HARD: "a hard stop; two clinicians may override it",
    Level.ABSOLUTE: "nothing overrides this",
}
_WORD = re.compile(r"[a-z_]+")


class Verdict(StrEnum):
    """Whether an act can be done now."""

    FREE = "free"
    REASON = "reason"
    BLOCKED = "blocked"
    DEPENDS = "depends"


class Group(StrEnum):
    """How acts are shown together, as the page says it."""

    ASKED = "Asked for"
    CHOICE = "One of these is asked for"
    REST = "Anything else"


@dataclass(frozen=True, kw_only=True, slots=True)
class Doable:
    """An act that the present state allows."""

    act: Act
    title: str
    verdict: Verdict
    blockers: tuple[Blocker, ...]
    mine: bool
    """Who is signed in may do it."""
    group: Group
    """Whether an open task asks for it, of whoever is signed in."""
    by: str
    """Who may."""
    meets: tuple[tuple[str, tuple[Guard, ...]], ...] = ()
    """Of an act that depends on what is said of it: the guards it may meet, by condition."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Suggestion:
    """A suggestion for the tumour board's next decision."""

    option: Option
    title: str
    mine: bool


def doable(here: Here, file: PatientFile) -> tuple[Doable, ...]:
    """The acts that whoever is signed in may know of: coordinators their own, unless the site shows them all."""
    asked = _asked(file)
    every = (one for one in possible(file.scene) if _has_subject(file, ACTS[one.action]))
    found = (_doable(here, file.scene, one, asked.get(one.action, Group.REST)) for one in every)
    return tuple(sorted((d for d in found if d.mine or here.sees_options), key=_order))


def suggestions(here: Here, file: PatientFile) -> tuple[Suggestion, ...]:
    """What is suggested, in order; none for those who do not see options."""
    if not here.sees_options:
        return ()
    return tuple(
        Suggestion(option=o, title=said(ACTS[o.action].title), mine=_mine(here, ACTS[o.action].by))
        for o in file.scene.suggested()
    )


def records_named(blocker: Blocker) -> tuple[str, ...]:
    """The kinds of records that would clear a blocker, as it says itself."""
    text = " ".join((blocker.cleared_by, *blocker.missing))
    return tuple(dict.fromkeys(word for word in _WORD.findall(text) if word in KINDS))


def said(text: str) -> str:
    """A title at the beginning of a line."""
    return text[:1].upper() + text[1:]


def guards_said(blockers: Iterable[Blocker]) -> tuple[tuple[str, bool], ...]:
    """The guards in the way, by name, each with whether a reason answers it."""
    return tuple({title(b.guard): b.level is Level.SOFT for b in blockers}.items())


def _asked(file: PatientFile) -> dict[str, Group]:
    """The acts by which an open task is completed."""
    completions = [COMPLETIONS[task.name] for task in file.now.open]
    choices = dict.fromkeys((act for one in completions for act in one.one_of), Group.CHOICE)
    return choices | dict.fromkeys((one.name for one in completions), Group.ASKED)


def _doable(here: Here, scene: Scene, found: Possible, asked: Group) -> Doable:
    act = ACTS[found.action]
    rows = scene.rows(found.action)
    by = (rows[0].by if rows else None) or act.by
    mine = _mine(here, by)
    return Doable(
        act=act, title=said(act.title), verdict=_verdict(found), blockers=found.blockers, mine=mine,
        by=" or ".join(sorted(by)), group=asked if mine else Group.REST, meets=tuple(_meets(scene, found)),
    )  # fmt: skip


def _has_subject(file: PatientFile, act: Act) -> bool:
    """Whether that which an act is done to exists: without a drug that runs none can be given, held or stopped."""
    if issubclass(act.fields, (GiveDose, OfAgent)):
        return any(regimen.active for regimen in regimens(file.chart))
    return act.fields is not GiveBoneAgent or running_agent(file.chart) is not None


def _verdict(found: Possible) -> Verdict:
    if found.needs:
        return Verdict.DEPENDS
    if not found.blockers:
        return Verdict.FREE
    soft = all(blocker.level is Level.SOFT for blocker in found.blockers)
    return Verdict.REASON if soft else Verdict.BLOCKED


def _meets(scene: Scene, found: Possible) -> Iterator[tuple[str, tuple[Guard, ...]]]:
    if found.needs:
        yield from ((row.condition, row.guards) for row in scene.rows(found.action) if row.guards)


def _mine(here: Here, by: Iterable[Role]) -> bool:
    return here.who.role.value in {role.value for role in by}


def _order(one: Doable) -> tuple[int, bool, bool, int]:
    """What is asked for first, then what one may do oneself; and so as the pathway lists the acts."""
    place = list(ACTS).index(one.act.name)
    return list(Group).index(one.group), not one.mine, one.verdict is Verdict.BLOCKED, place
