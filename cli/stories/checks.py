"""Compares what came of a step with what the story expects. Each difference is one sentence."""

from collections.abc import Iterable, Iterator
from datetime import date

from cli.stories.format import Expect, Step, Story
from cli.stories.player import Played, Sight
from storage.ledger import Answer
from storage.queries import TaskRow
from workflow.acts import ACTS
from workflow.asps.tracks import tracks
from workflow.course import state_of
from workflow.options import options
from workflow.pathway import Pathway
from workflow.plan import Stage, Status, stage_of
from workflow.vocabulary import Level


def misspelt(pathway: Pathway, story: Story) -> Iterator[tuple[int, str]]:
    """Names in expectations that do not exist: a check of them would prove nothing. With the step's number from 0."""
    for number, step in enumerate(story.steps):
        expect = step.expect
        tasks = {*expect.open, *expect.overdue, *expect.done, *expect.absent, *expect.cancelled}
        guards = {*(step.refused_by or ()), *(step.warned_by or ())}
        yield from ((number, f"there is no task {name!r}") for name in sorted(tasks - set(pathway.tasks)))
        yield from ((number, f"there is no guard {name!r}") for name in sorted(guards - set(pathway.guards)))
        yield from ((number, f"there is no act {name!r}") for name in expect.options if name not in ACTS)


def differences(pathway: Pathway, played: Played) -> list[str]:
    """What is other than expected; empty when all is as it should be."""
    return [*_answer(played), *_expectations(pathway, played)]


def _answer(played: Played) -> Iterator[str]:
    """Whether the step was accepted, refused, invalid or denied as it should be."""
    step, answer = played.step, played.answer
    if step.tick:
        return
    if step.invalid is not None:
        yield from _invalid(step.invalid, played)
    elif answer is None:
        yield f"the input was refused: {played.error}"
    elif step.denied:
        yield from [] if answer.denied else [f"should be denied to a {step.by}, but {_came(answer)}"]
    elif step.refused_by is not None:
        yield from _refused(step.refused_by, answer)
    elif not answer.accepted:
        yield f"should be accepted, but {_came(answer)}"
    elif step.warned_by is not None and played.alone:
        yield from _warned(step.warned_by, answer, played.alone)
    if _must_change_nothing(step) and _changed(played):
        yield "should change nothing, but the state or the tasks are others now"


def _invalid(field: str, played: Played) -> Iterator[str]:
    named = str(getattr(played.error, "field", getattr(played.error, "what", "")))
    if played.error is None and played.answer is not None:
        yield f"should be invalid because of {field}, but {_came(played.answer)}"
    elif field != named and field not in named.split("."):
        yield f"should be invalid because of {field}, but {named or 'nothing'} is named: {played.error}"


def _refused(guards: Iterable[str], answer: Answer) -> Iterator[str]:
    wanted = set(guards)
    named = {b.guard for b in answer.blockers if b.level is not Level.SOFT}
    if answer.accepted or answer.denied or named - {"wrong_state"} != wanted or not (wanted or named):
        should = " and ".join(sorted(wanted)) or "the state alone"
        yield f"should be refused by {should}, but {_came(answer)}"


def _warned(guards: Iterable[str], answer: Answer, alone: Answer) -> Iterator[str]:
    wanted = set(guards)
    if alone.accepted or {b.guard for b in alone.blockers} != wanted:
        yield f"without its reason it should be refused by {' and '.join(sorted(wanted))}, but {_came(alone)}"
    if {b.guard for b in answer.warned} != wanted:
        warned = " and ".join(sorted({b.guard for b in answer.warned})) or "no guard"
        yield f"its reason should answer {' and '.join(sorted(wanted))}, but it answered {warned}"


def _came(answer: Answer) -> str:
    """What came instead, in words."""
    if answer.accepted:
        return "it was accepted"
    return "it was refused by " + "; ".join(f"{b.guard} ({b.level}): {b.why}" for b in answer.blockers)


def _must_change_nothing(step: Step) -> bool:
    return step.refused_by is not None or step.invalid is not None or bool(step.denied)


def _changed(played: Played) -> bool:
    return (played.before.kept, played.before.tasks) != (played.after.kept, played.after.tasks)


def _expectations(pathway: Pathway, played: Played) -> Iterator[str]:
    expect, after = played.step.expect, played.after
    today = after.site.today(after.now)
    yield from _state(pathway, expect, played, today)
    yield from _tasks(expect, after, today)
    if expect.tracks:
        yield from _tracks(expect, tracks(after.chart))
    if expect.options:
        found = [option.action for option in options(pathway, after.chart, after.site, today)]
        if found[: len(expect.options)] != expect.options:
            yield _differs("options", expect.options, found)
    if expect.notices is not None and played.notices != expect.notices:
        yield _differs("notices", expect.notices, played.notices)
    said = " ".join(played.says.split())
    yield from (
        f"says: {text!r} does not appear in: {said}" for text in expect.says if " ".join(text.split()) not in said
    )


def _state(pathway: Pathway, expect: Expect, played: Played, today: date) -> Iterator[str]:
    after = played.after
    found = state_of(pathway, after.chart, after.site, today)
    if expect.state is not None and found is not expect.state:
        yield _differs("state", expect.state, found)
    written = played.step.tick or (played.answer and played.answer.accepted)
    if written and after.kept is not found:
        yield f"the record keeps the state {after.kept}, but by its own facts it is {found}"


def _tasks(expect: Expect, after: Sight, today: date) -> Iterator[str]:
    def rows(name: str, status: Status) -> list[TaskRow]:
        return [row for row in after.tasks if row.name == name and row.status is status]

    for name, due in expect.open.items():
        wanted = sorted(map(_day, due if isinstance(due, list) else [due]))
        found = sorted(_day(row.due) for row in rows(name, Status.OPEN))
        if wanted != found:
            yield _differs(f"open {name}", " and ".join(wanted), " and ".join(found) or "not open")
    for name in expect.overdue:
        stages = [stage_of(row.target, today) for row in rows(name, Status.OPEN)]
        if Stage.OVERDUE not in stages:
            yield _differs(name, "overdue", " and ".join(stages) or "not open")
    for name in expect.done:
        if not rows(name, Status.DONE):
            yield _differs(name, "done", _standing(after, name))
    for name in expect.absent:
        if rows(name, Status.OPEN):
            yield _differs(name, "not open", _standing(after, name))
    for name, reason in expect.cancelled.items():
        reasons = [row.reason for row in rows(name, Status.CANCELLED)]
        if not any(reason in given for given in reasons):
            yield _differs(name, f"cancelled: {reason}", " and ".join(reasons) or _standing(after, name))


def _day(due: date | None) -> str:
    return "no date" if due is None else str(due)


def _standing(after: Sight, name: str) -> str:
    return " and ".join(f"{row.status} ({_day(row.due)})" for row in after.tasks if row.name == name) or "nowhere"


def _tracks(expect: Expect, found: object) -> Iterator[str]:
    values = found if isinstance(found, dict) else {}
    for name, wanted in expect.tracks.items():
        value = values.get(name)
        if isinstance(wanted, dict):
            agents = value if isinstance(value, dict) else {}
            yield from (_differs(f"{name} {a}", w, agents.get(a)) for a, w in wanted.items() if agents.get(a) != w)
        elif value != wanted:
            yield _differs(f"track {name}", wanted, value)


def _differs(what: str, wanted: object, found: object) -> str:
    return f"{what}: expected {wanted}, found {found}"
