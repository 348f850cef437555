"""One row of a sheet as what will be entered: a registration, the history, and where the patient stands."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from interchange.columns import ADOPTION, GROUPS, ON, REGISTRATION, Column, Group
from interchange.dates import Order
from interchange.out import as_written
from interchange.values import NOTHING
from storage import inputs
from storage.past import Past
from workflow.errors import Invalid
from workflow.records import KINDS
from workflow.vocabulary import EXITS, State

ADOPT = "adopt"


@dataclass(frozen=True, kw_only=True, slots=True)
class Intake:
    """What one row says."""

    registration: Mapping[str, Any]
    """As the ledger takes it; name and contact among it."""
    past: tuple[Past, ...]
    """The history, and at its end the adoption; none for a patient who was only referred."""
    state: State
    """Where the row says the patient stands."""

    @property
    def patient(self) -> str:
        """The patient's id."""
        return str(self.registration["id"])

    @property
    def key(self) -> str:
        """Stands for what the row says. Nothing of the name: who has the record could try names on it."""
        person = {name: value for name, value in self.registration.items() if name not in ("name", "contact")}
        said = json.dumps([person, [item.content for item in self.past]], sort_keys=True, default=str)
        return f"import {sha256(said.encode()).hexdigest()}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Faulty:
    """A row that cannot be entered, and every reason."""

    patient: str
    faults: tuple[str, ...]


class _Cells:
    """The cells of one row, read one by one; what is wrong with them is gathered."""

    def __init__(self, cells: Mapping[str, str], order: Order | None) -> None:
        self._cells = {name: as_written(text) for name, cell in cells.items() if (text := cell.strip())}
        self._order = order
        self.faults: dict[str, str] = {}

    def value(self, column: Column) -> Any:
        """A cell's value; None where it says nothing or cannot be read."""
        text = self._cells.get(column.name)
        if text is None or (not column.text and text.casefold() in NOTHING):
            return None
        try:
            return column.read(text, self._order)
        except ValueError as error:
            self.wrong(column.name, str(error))
            return None

    def values(self, columns: tuple[Column, ...]) -> dict[str, Any]:
        """The values that are there, by what they become."""
        found = {column.becomes: self.value(column) for column in columns}
        return {name: value for name, value in found.items() if value is not None}

    def faulty(self, group: Group) -> bool:
        """Whether anything is wrong with its columns."""
        return any(column.name in self.faults for column in group.columns)

    def wrong(self, column: str, why: str) -> None:
        """Something is wrong with a cell; the first reason counts."""
        self.faults.setdefault(column, why)


def read_row(cells: Mapping[str, str], order: Order | None = None, reason: str = "") -> Intake | Faulty:
    """What a row says, or all that is wrong with it. `reason` is for rows that give none."""
    row = _Cells(cells, order)
    person, stands = row.values(REGISTRATION), row.values(ADOPTION)
    _check_id(row, person)
    for column, given in (("patient_id", "id" in person), ("born", "born" in person), ("state", "state" in stands)):
        if not given:
            row.wrong(column, "is required")
    state = _state(row, stands)
    adoption = _adoption(row, stands, state, reason)
    past = tuple(item for group in GROUPS for item in _record(row, group, stands.get("since")))
    _check_scans(row, past)
    if row.faults:
        faults = tuple(f"{column}: {why}" for column, why in row.faults.items())
        return Faulty(patient=str(person.get("id", "")), faults=faults)
    assert state is not None
    return Intake(registration=person | {"born": _day(person["born"])}, past=(*past, *adoption), state=state)


def _check_id(row: _Cells, person: dict[str, Any]) -> None:
    """An id that is none is not repeated anywhere: it may be a name."""
    try:
        inputs.new_id(person.get("id", "none"))
    except Invalid as error:
        del person["id"]
        row.wrong("patient_id", f"is not accepted ({error.allowed})")


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _state(row: _Cells, stands: Mapping[str, Any]) -> State | None:
    if "state" not in stands:
        return None
    state = State(stands["state"])
    if state in EXITS:
        why = f"{state.value} has left the pathway: leave the row out; who must be on file is registered by hand"
        row.wrong("state", why)
    return state


def _adoption(row: _Cells, stands: Mapping[str, Any], state: State | None, reason: str) -> Iterator[Past]:
    """The act that says where the patient stands; none where the referral is all there is."""
    if state is State.REFERRED:
        for name in ("since", "reason", "staging_started"):
            if name in stands:
                row.wrong(name, "a patient who is only referred counts from the day of entry: leave it empty")
        return iter(())
    if "since" not in stands:
        row.wrong("since", "is required: the day on which the state began")
    why = stands.get("reason") or reason
    if not why:
        row.wrong("reason", "is required: say where the history stands, or give --reason TEXT for all rows")
    given = {name: value for name, value in stands.items() if name != "reason"}
    return iter((Past(name=ADOPT, given={"id": "adoption", **given}, reason=why),))


def _record(row: _Cells, group: Group, since: str | None) -> Iterator[Past]:
    """The record that a group of columns becomes, if any of them says something."""
    found = row.values(group.columns)
    on = found.pop(ON, None)
    if not (found or on) or row.faulty(group):
        return
    given = {**group.fixed, **found}
    for name in (*KINDS[group.kind].required(), *group.needs):
        if name in group.names and name not in given:
            row.wrong(group.names[name], f"is needed beside {_others(group, found, on)}")
    if on is None and not row.faulty(group) and group.needs_date(given):
        row.wrong(group.names[ON], f"a date is needed beside {_others(group, found, on)}")
    if row.faulty(group):
        return
    given = group.finished(given)
    try:
        KINDS[group.kind].accept(given)
    except Invalid as error:
        row.wrong(group.names.get(error.field, group.columns[0].name), _without_value(error))
        return
    yield Past(name=group.kind, given={"id": group.id, **given}, on=_day(on or since))


def _others(group: Group, found: Mapping[str, Any], on: str | None) -> str:
    said = {**found, **({ON: on} if on else {})}
    return ", ".join(group.names[name] for name in said)


def _without_value(error: Invalid) -> str:
    """Why a value is not accepted, without the value: it may be a name in the wrong column."""
    why = error.reason.rpartition(" is not accepted: ")[2]
    return f"{why} ({error.allowed})" if error.allowed else why


def _check_scans(row: _Cells, past: tuple[Past, ...]) -> None:
    days = {item.given["id"]: item.on for item in past}
    index, last = days.get("index-ct"), days.get("last-ct")
    if index and last and last <= index:
        row.wrong("last_ct", "is not after index_ct: leave it empty where there is no later CT")
