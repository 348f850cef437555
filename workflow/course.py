"""Where a patient stands, and the way there: a function of the standing acts, the facts and the date.

Each standing act that moved the state has its destination, fixed when it was accepted. In between, the facts ordered
after the latest arrival, and the date, bring about the automatic moves. So the order of entry does not matter, and a
corrected date moves what depends on it.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from workflow.chart import Chart, Entry, Key
from workflow.pathway import Pathway
from workflow.rules import Automatic, Moment
from workflow.site import Site
from workflow.vocabulary import State

LAST = 2**62
"""Later than any entry of its day."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Arrival:
    """One step of the way: a state, since when, and what brought it about."""

    state: State
    on: date
    """Clinical date, or the effective date of a timed move."""
    key: Key
    via: str
    """The transition's id; `registered` for the first."""
    entry: str = ""
    """The act or fact that brought it about."""


def course(pathway: Pathway, chart: Chart, site: Site, today: date) -> tuple[Arrival, ...]:
    """Every state the patient has been in, oldest first, up to today: worked out once per chart."""
    known = chart.memo.get((course, today))
    if known is None or known[0] is not pathway or known[1] is not site:
        known = chart.memo[course, today] = pathway, site, _walked(pathway, chart, site, today)
    path: tuple[Arrival, ...] = known[2]
    return path


def _walked(pathway: Pathway, chart: Chart, site: Site, today: date) -> tuple[Arrival, ...]:
    start = chart.patient.registered
    path: list[Arrival] = [Arrival(state=State.REFERRED, on=start, key=(date.min, 0), via="registered")]
    for act in chart.movers:
        key = (max(act.on, path[-1].key[0]), act.seq)
        if act.outcome is None or act.outcome.dest is None or act.on > today:
            continue
        _advance(pathway, chart, site, path, key)
        if act.outcome.transition in pathway.reversals:
            if path[-1].entry == act.outcome.after:  # else what it takes back no longer stands
                path.pop()
            continue
        key = (max(act.on, path[-1].key[0]), act.seq)
        path.append(Arrival(state=act.outcome.dest, on=key[0], key=key, via=act.outcome.transition, entry=act.id))
    _advance(pathway, chart, site, path, (today, LAST))
    return tuple(path)


def state_of(pathway: Pathway, chart: Chart, site: Site, today: date) -> State:
    """Where the patient stands today."""
    return course(pathway, chart, site, today)[-1].state


def next_timed_move(
    pathway: Pathway, chart: Chart, site: Site, path: tuple[Arrival, ...]
) -> tuple[Automatic, date] | None:
    """The next move that the date alone will bring about, and when."""
    moment = Moment(chart=chart, site=site, arrival=path[-1], path=path)
    due = [(move, move.due(moment)) for move in pathway.moves_from[path[-1].state] if move.due]
    dated = [(move, on) for move, on in due if on is not None]
    return min(dated, key=lambda pair: pair[1], default=None)


def _advance(pathway: Pathway, chart: Chart, site: Site, path: list[Arrival], until: Key) -> None:
    """Applies the automatic moves up to a point in time, until none applies."""
    while step := _next(pathway, chart, site, path, until):
        path.append(step)


def _next(pathway: Pathway, chart: Chart, site: Site, path: list[Arrival], until: Key) -> Arrival | None:
    moves = pathway.moves_from[path[-1].state]
    if not moves:
        return None
    steps = [_by_fact(moves, chart, site, path, until), _by_date(moves, chart, site, path, until)]
    return min((s for s in steps if s), key=lambda s: s.key, default=None)


def _by_fact(moves: tuple[Automatic, ...], chart: Chart, site: Site, path: list[Arrival], until: Key) -> Arrival | None:
    """The first fact at which a move applies; facts that were there on arrival count at once where a move says so."""
    here = path[-1]
    begin = here.key if len(path) > 1 else (chart.patient.registered, 0)  # history is known as it stood by then
    kinds = {kind for move in moves for kind in move.facts}
    later = sorted((e for kind in kinds for e in chart.of(kind) if begin < e.key <= until), key=lambda e: e.key)
    known: list[tuple[Key, Entry[Any] | None]] = [(begin, None)] if begin <= until else []
    points = [*known, *((e.key, e) for e in later)]
    for key, entry in points:
        moment = Moment(chart=chart.upto(*key), site=site, arrival=here, path=tuple(path))
        for move in moves:
            if (entry is None or type(entry.fields) in move.facts) and move.when(moment):
                at = entry.id if entry else ""
                return Arrival(state=move.dest, on=key[0], key=key, via=move.id, entry=at)
    return None


def _by_date(moves: tuple[Automatic, ...], chart: Chart, site: Site, path: list[Arrival], until: Key) -> Arrival | None:
    here = path[-1]
    moment = Moment(chart=chart.upto(*until), site=site, arrival=here, path=tuple(path))
    for move in moves:
        on = move.due(moment) if move.due else None
        if on is not None and on <= until[0]:
            return Arrival(state=move.dest, on=max(on, here.on), key=(max(on, here.key[0]), here.key[1]), via=move.id)
    return None
