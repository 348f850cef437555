"""What a pathway must be to be built at all: every rule sourced, every name known, every state reachable."""

from collections import Counter
from collections.abc import Iterable, Iterator

from workflow.acts import ACTS
from workflow.pathway import Pathway
from workflow.vocabulary import State


def problems(pathway: Pathway) -> list[str]:
    """Everything wrong with the pathway as written; empty when it is sound."""
    return [*_unsourced(pathway), *_misnamed(pathway), *_doubled(pathway), *_unreachable(pathway)]


def _unsourced(pathway: Pathway) -> Iterator[str]:
    rules = [
        *((f"guard {g.name}", g.source) for g in pathway.guards.values()),
        *((f"transition {t.id}", t.source) for t in pathway.transitions),
        *((f"move {m.id}", m.source) for m in pathway.automatic),
        *((f"task {t.name}", t.source) for t in pathway.tasks.values()),
        *((f"options {o.situation!r}", o.source) for o in pathway.options),
        *((f"key {k.name}", k.source) for k in pathway.keys.values()),
    ]
    yield from (f"{name} has no source" for name, source in rules if not source)


def _misnamed(pathway: Pathway) -> Iterator[str]:
    for row in pathway.transitions:
        if row.on not in ACTS:
            yield f"transition {row.id}: there is no act {row.on!r}"
        for guard in row.guards:
            if pathway.guards.get(guard.name) is not guard:
                yield f"transition {row.id}: guard {guard.name!r} belongs to no topic"
    for task in pathway.tasks.values():
        yield from (f"task {task.name}: there is no key {key!r}" for key in task.keys if key not in pathway.keys)
    for option in pathway.options:
        yield from (f"options {option.situation!r}: there is no act {a!r}" for a in option.options if a not in ACTS)
    yield from (f"limit for {act!r}: there is no such act" for act in pathway.limits if act not in ACTS)


def _doubled(pathway: Pathway) -> Iterator[str]:
    topics = pathway.topics
    yield from _twice("rule id", [*(t.id for t in pathway.transitions), *(m.id for m in pathway.automatic)])
    yield from _twice("guard", [*(g.name for g in pathway.absolute), *(g.name for t in topics for g in t.guards)])
    yield from _twice("task", (task.name for topic in topics for task in topic.tasks))


def _twice(what: str, names: Iterable[str]) -> Iterator[str]:
    yield from (f"{what} {name!r} is there twice" for name, n in Counter(names).items() if n > 1)


def _unreachable(pathway: Pathway) -> Iterator[str]:
    reached = {State.REFERRED}
    moves = [(t.sources, t.dest) for t in pathway.transitions] + [(m.sources, m.dest) for m in pathway.automatic]
    while more := {dest for sources, dest in moves if dest and sources & reached} - reached:
        reached |= more
    yield from (f"state {state.value} cannot be reached" for state in State if state not in reached)
