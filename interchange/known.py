"""A row of a patient who is on file already: in which columns it says something else than the record."""

from collections.abc import Iterator

from interchange.columns import GROUPS, ON, Group
from interchange.intake import ADOPT, Intake
from storage.past import Past
from storage.queries import Person
from workflow.chart import Chart

_BY_ID = {group.id: group for group in GROUPS}
_UNKNOWN = {"sex_recorded": "unknown", "can_become_pregnant": "unknown", "name": "", "contact": ""}
REGISTERED = frozenset({"born", "sex_recorded", "name", "contact"})
"""Columns of the registration that no later entry says anew."""


def differences(chart: Chart, person: Person, intake: Intake) -> list[str]:
    """The columns that differ, each once; what was never entered from a sheet counts as missing."""
    return list(dict.fromkeys([*_of_person(chart, person, intake), *_of_past(chart, intake)]))


def _of_person(chart: Chart, person: Person, intake: Intake) -> Iterator[str]:
    for name in ("born", "sex_recorded", "can_become_pregnant", "name", "contact"):
        on_file = getattr(person if name in ("name", "contact") else chart.patient, name)
        if intake.registration.get(name, _UNKNOWN.get(name)) != on_file:
            yield name


def _of_past(chart: Chart, intake: Intake) -> Iterator[str]:
    given = {str(item.given["id"]): item for item in intake.past}
    for id, item in given.items():
        yield from _of_entry(chart, id, item)
    for id, group in _BY_ID.items():
        if id in chart.entries and id not in given:
            yield group.columns[0].name


def _of_entry(chart: Chart, id: str, item: Past) -> Iterator[str]:
    entry, group = chart.entries.get(id), _BY_ID.get(id)
    if entry is None or entry.name != item.name:
        yield group.columns[0].name if group else "state"
        return
    said = {name: value for name, value in item.given.items() if name != "id"}
    on_file = entry.fields.plain()
    for name in sorted(said.keys() | on_file.keys()):
        if said.get(name) != on_file.get(name):
            yield _column(group, name)
    if item.name != ADOPT and item.on not in (None, entry.on):
        yield _column(group, ON)


def _column(group: Group | None, name: str) -> str:
    """The column that fills a field; of one that is worked out, the group's first."""
    return name if group is None else group.names.get(name, group.columns[0].name)
