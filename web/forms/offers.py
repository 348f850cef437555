"""What is on file to choose from, so that nobody types the id of a scan."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from web.forms.fields import Choice
from web.forms.words import shortly, spaced
from workflow.acts import PerformSurgery
from workflow.asps.bone import SCHEDULES as BONE_SCHEDULES
from workflow.asps.general import FITS
from workflow.asps.immunotherapy import SCHEDULES as ICI_SCHEDULES
from workflow.asps.regimens import regimens
from workflow.chart import Chart, Entry
from workflow.fields import Fields
from workflow.labs import UNITS
from workflow.plan import Planned
from workflow.records import Imaging, Lesion

Offers = Mapping[str, tuple[Choice, ...]]

UNIT_CHOICES = tuple(Choice(value=unit, label=unit) for unit in dict.fromkeys(u for us in UNITS.values() for u in us))
DRUGS = tuple(FITS)


@dataclass(frozen=True, kw_only=True, slots=True)
class People:
    """Who can be named, by id, with their names; `me` is the one who fills the form."""

    me: str
    clinicians: Mapping[str, str]
    carers: Mapping[str, str]
    """Clinicians and coordinators."""


def offers(chart: Chart, people: People, open_tasks: Iterable[Planned]) -> Offers:
    """By the name of the field."""
    scans = _entries(chart, Imaging)
    tasks = {task.name: task.title for task in open_tasks}
    return {
        "imaging": scans,
        "index_ct": scans,
        "regimen": tuple(Choice(value=r.root, label=f"{_listed(r.agents)} from {r.start}") for r in regimens(chart)),
        "surgery": _entries(chart, PerformSurgery),
        "lesions": _entries(chart, Lesion),
        "agent": tuple(Choice(value=a, label=a) for a in dict.fromkeys(a for r in regimens(chart) for a in r.active)),
        "task": tuple(Choice(value=name, label=title) for name, title in tasks.items()),
        "ct_accepted_by": _people(people.clinicians),
        "signer_2": _people(people.clinicians, people.me),
        "second_user": _people(people.carers, people.me),
        "unit": UNIT_CHOICES,
    }


def suggestions() -> Mapping[str, tuple[str, ...]]:
    """What is often meant, by the name of the field."""
    return {"agents": DRUGS, "agent": DRUGS, "schedule": (*ICI_SCHEDULES, *BONE_SCHEDULES)}


def _entries(chart: Chart, *kinds: type[Fields]) -> tuple[Choice, ...]:
    """Entries of these kinds, the latest first."""
    found = sorted((e for kind in kinds for e in chart.of(kind)), key=lambda e: e.key, reverse=True)
    return tuple(Choice(value=entry.id, label=_named(entry)) for entry in found)


def _named(entry: Entry[Any]) -> str:
    said = [shortly(v) for name, v in entry.fields.plain().items() if name in _TELLING]
    return f"{' '.join(said) or spaced(entry.name)} of {entry.on} ({entry.id})"


_TELLING = ("modality", "report", "agents", "type", "site", "size_mm")
"""The fields by which people know an entry."""


def _listed(agents: Iterable[str]) -> str:
    return " + ".join(agents)


def _people(found: Mapping[str, str], but: str = "") -> tuple[Choice, ...]:
    return tuple(Choice(value=id, label=f"{name} ({id})") for id, name in found.items() if id != but)
