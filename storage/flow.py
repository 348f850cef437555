"""Where all patients stand, and how many went which way: counted by the database, and nobody is loaded.

An act counts as it stands: amended, by what it says now; entered in error, not at all. What facts brought about has no
name in the journal, only from where to where; `diagrams.cohort` finds the arrow.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import JSON, Connection, Engine, cast, distinct, func, or_, select, text, type_coerce
from sqlalchemy.sql import ColumnElement

from storage.faults import legible
from storage.tables import OPEN, journal, patient, task
from workflow.vocabulary import State

_MOVED = '{"from":"'
"""How the effects of an entry begin that moved the patient: the journal's JSON is sorted by name."""
_ACTS = ("act", "amendment", "retraction")
"""The entries that say what became of an act. A retraction carries no outcome."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Crowd:
    """Those who stand in one state."""

    patients: int = 0
    late: int = 0
    """Patients of whom a task is overdue."""
    overdue: int = 0
    """Overdue tasks."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Passage:
    """A way from one state to another."""

    source: State
    target: State
    via: str = ""
    """The transition; empty where facts brought it about."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Flow:
    """A cohort on a day."""

    crowds: Mapping[State, Crowd]
    """Of every state in which there is anybody."""
    passages: Mapping[Passage, int]
    """How often each way was gone; acts that keep the state included."""
    timed: Mapping[str, int]
    """How often each timed move took effect."""

    @property
    def patients(self) -> int:
        """All of them."""
        return sum(crowd.patients for crowd in self.crowds.values())

    @property
    def overdue(self) -> int:
        """Overdue tasks of all patients."""
        return sum(crowd.overdue for crowd in self.crowds.values())


@legible()
def flow(engine: Engine, today: date) -> Flow:
    """The cohort as it stands; what is overdue, is so on `today`."""
    with engine.connect() as connection:
        return Flow(
            crowds=_crowds(connection, today),
            passages=dict(_passages(connection)),
            timed=_timed(connection),
        )


@legible()
def crowds(engine: Engine, today: date) -> dict[State, Crowd]:
    """Where all patients stand, without the ways they went: two counts, however long the journals are."""
    with engine.connect() as connection:
        return _crowds(connection, today)


def _crowds(connection: Connection, today: date) -> dict[State, Crowd]:
    late = (
        select(patient.c.state, func.count(distinct(task.c.patient)), func.count())
        .join(patient, patient.c.id == task.c.patient)
        .where(text(OPEN), task.c.target < today)
        .group_by(patient.c.state)
    )
    overdue = {state: (people, tasks) for state, people, tasks in connection.execute(late)}
    found = connection.execute(select(patient.c.state, func.count()).group_by(patient.c.state)).all()
    by_state = {State(state): (count, *overdue.get(state, (0, 0))) for state, count in found}
    return {
        state: Crowd(patients=by_state[state][0], late=by_state[state][1], overdue=by_state[state][2])
        for state in State if state in by_state
    }  # fmt: skip


def _passages(connection: Connection) -> Iterator[tuple[Passage, int]]:
    counts = Counter[Passage]()
    for via, source, dest, entered, after, count in connection.execute(_standing_acts(connection)):
        there = State(dest or source)
        counts[Passage(source=State(source), target=there, via=via)] += count
        if dest and dest == entered and after not in (None, dest):  # what was on file already led on at once
            counts[Passage(source=there, target=State(after))] += count
    for source, after, count in connection.execute(_facts(connection)):
        counts[Passage(source=State(source), target=State(after))] += count
    yield from counts.items()


def _standing_acts(connection: Connection) -> Any:
    """Acts by what they say now, from where the patient stood when they were entered; how many of each."""
    payload, effects = _json(connection, journal.c.payload), _json(connection, journal.c.effects)
    dest, after = payload["outcome", "dest"].as_string(), effects["state"].as_string()
    before = func.coalesce(effects["from"].as_string(), after, State.REFERRED.value)
    act = journal.c.stream, payload["id"].as_string()
    told = (
        select(
            payload["outcome", "transition"].as_string().label("via"),
            func.first_value(before).over(partition_by=act, order_by=journal.c.seq).label("source"),
            dest.label("dest"),
            func.first_value(dest).over(partition_by=act, order_by=journal.c.seq).label("entered"),
            func.first_value(after).over(partition_by=act, order_by=journal.c.seq).label("after"),
            func.row_number().over(partition_by=act, order_by=journal.c.seq.desc()).label("latest"),
        )
        .where(or_(*(journal.c.payload.contains(f'"kind":"{kind}"', autoescape=True) for kind in _ACTS)))
        .subquery()
    )
    columns = (told.c[name] for name in ("via", "source", "dest", "entered", "after"))
    found = select(*columns, func.count()).where(told.c.latest == 1, told.c.via.is_not(None))
    return found.group_by(*found.selected_columns[:5])


def _facts(connection: Connection) -> Any:
    """What records brought about, new ones and corrected ones."""
    payload, effects = _json(connection, journal.c.payload), _json(connection, journal.c.effects)
    columns = effects["from"].as_string(), effects["state"].as_string()
    return (
        select(*columns, func.count())
        .where(
            journal.c.effects.startswith(_MOVED, autoescape=True),
            payload["kind"].as_string().not_in(("act", "timed")),
            payload["outcome", "transition"].as_string().is_(None),
        )
        .group_by(*columns)
    )


def _timed(connection: Connection) -> dict[str, int]:
    payload = _json(connection, journal.c.payload)
    name = payload["name"].as_string()
    query = (
        select(name, func.count())
        .where(journal.c.payload.contains('"kind":"timed"', autoescape=True), payload["kind"].as_string() == "timed")
        .group_by(name)
    )
    return dict(connection.execute(query).all())


def _json(connection: Connection, column: ColumnElement[str]) -> Any:
    """A column of text, to be read as JSON: PostgreSQL wants to be told, SQLite has no such type."""
    return cast(column, JSON) if connection.dialect.name == "postgresql" else type_coerce(column, JSON)
