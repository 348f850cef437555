"""The banner on every page about a patient: two identifiers, where they stand, and what must not be overlooked."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from web.forms.words import plainly, spaced
from web.here import Here
from web.patients.file import PatientFile
from workflow.asps.alerts import alerts
from workflow.asps.tracks import tracks
from workflow.vocabulary import State

QUIET = frozenset({"none", "unknown", "not_offered", "not offered"})
"""Tracks that say nothing yet."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Banner:
    """Who it is, and where they stand."""

    id: str
    name: str
    born: date
    age: int
    sex: str
    state: State
    since: date
    alerts: tuple[str, ...]
    tracks: tuple[tuple[str, str], ...]


def banner_of(here: Here, file: PatientFile) -> Banner:
    """The banner as of now."""
    about, arrival = file.chart.patient, file.now.path[-1]
    return Banner(
        id=file.id, name=file.person.name, born=about.born, age=age(about.born, here.today), sex=about.sex_recorded,
        state=arrival.state, since=arrival.on, tracks=tuple(_tracks(tracks(file.chart))),
        alerts=tuple(plainly(alert) for alert in alerts(file.chart, file.now, here.today)),
    )  # fmt: skip


def age(born: date, today: date) -> int:
    """In completed years."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _tracks(found: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The tracks that say something: brain, local therapy, palliative care, bone, and what is on hold."""
    for name, value in found.items():
        if isinstance(value, dict):
            yield from ((agent, spaced(str(held))) for agent, held in value.items())
        elif value not in QUIET:
            yield spaced(name), spaced(str(value))
