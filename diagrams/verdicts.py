"""What each row of the table would meet from where a patient stands, whatever the details of the act turn out to be."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice, product
from typing import Any, Literal, get_args, get_origin

from workflow.acts import ACTS, TASK_ACTS
from workflow.decide import case_for, possible_acts, rows_for
from workflow.fields import Fields
from workflow.judging import Scene
from workflow.overrides import live_overrides
from workflow.rules import Case, Transition
from workflow.steps import Step
from workflow.vocabulary import Blocker, Level, Role

_NEVER_ASKED = TASK_ACTS | {"adopt"}
_MOST = 2000
"""Ways of filling in an act that are tried; today's acts have hit each of their rows long before."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """A row of the table that an act would take, and what stands in its way."""

    row: Transition
    hard: tuple[Blocker, ...]
    """What stops it; without what an override is granted for."""
    soft: tuple[Blocker, ...]
    """What a stated reason answers."""

    @property
    def stopped_by(self) -> tuple[str, ...]:
        """The guards that stop it, each once."""
        return tuple(dict.fromkeys(blocker.guard for blocker in self.hard))


def verdicts(scene: Scene) -> dict[str, Verdict]:
    """By the row's id, of every row that could apply to this chart in this state."""
    found: dict[str, Verdict] = {}
    for act in possible_acts(scene.pathway, scene.here.state):
        if act not in _NEVER_ASKED:
            found |= _of_act(scene, act)
    return found


def _of_act(scene: Scene, act: str) -> dict[str, Verdict]:
    """Tries what may be said of the act until each of its rows was hit, or nothing is left to say."""
    kind, rows = ACTS[act].fields, scene.rows(act)
    step = Step(
        id="", name=act, fields=next(_said(kind)), seq=2**62, at=scene.now, on=scene.on, by=Role.CLINICIAN, user=""
    )
    case = case_for(scene.pathway, scene.chart, scene.site, step)
    found: dict[str, Verdict] = {}
    for fields in islice(_said(kind), _MOST):
        row = _row(replace(case, fields=fields))
        if row is not None and row.id not in found:
            found[row.id] = _verdict(scene, case, row, fields)
        if len(found) == len(rows):
            break
    return found


def _row(case: Case) -> Transition | None:
    return next((row for row in rows_for(case.pathway, case) if case.state in row.sources), None)


def _verdict(scene: Scene, case: Case, row: Transition, fields: Fields) -> Verdict:
    blockers, granted = scene.blockers(row.on, fields), live_overrides(case)
    return Verdict(
        row=row,
        hard=tuple(b for b in blockers if b.level is not Level.SOFT and b.guard not in granted),
        soft=tuple(b for b in blockers if b.level is Level.SOFT),
    )


def _said(kind: type[Fields]) -> Iterator[Fields]:
    """Every way of filling in what has a choice of words, left out first; the rest is not said yet."""
    choices = {name: _choices(field.annotation, field.is_required()) for name, field in kind.model_fields.items()}
    for values in product(*choices.values()):
        yield kind.model_construct(**dict(zip(choices, values, strict=True)))


def _choices(annotation: Any, required: bool) -> tuple[Any, ...]:
    words = tuple(_words(annotation))
    if required:
        return words or (([],) if get_origin(annotation) is list else (None,))
    return (None, *words)


def _words(annotation: Any) -> Iterator[str]:
    if get_origin(annotation) is Literal:
        yield from get_args(annotation)
    elif get_origin(annotation) is not list:
        for part in get_args(annotation):
            yield from _words(part)
