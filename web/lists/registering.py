"""Registering a patient from a form: what was typed, what is wrong with it, and who may be the same person."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from interchange.columns import REGISTRATION
from interchange.dates import day_in
from storage.ledger import Answer
from storage.searching import Hit, fold, search
from web.here import Here

SEX = (("unknown", "not recorded"), ("female", "female"), ("male", "male"), ("other", "other"))
YES_NO = (("unknown", "unknown"), ("yes", "yes"), ("no", "no"))
LABELS = {
    "id": "Id", "name": "Name", "born": "Date of birth", "contact": "Contact", "sex_recorded": "Sex",
    "can_become_pregnant": "Can become pregnant",
}  # fmt: skip
MEANS = {column.becomes: column.means for column in REGISTRATION}


@dataclass(frozen=True, kw_only=True, slots=True)
class Typed:
    """A form as it was sent."""

    given: Mapping[str, str]
    sure: bool = False
    """Whoever may be the same person is another one."""


def typed(here: Here) -> Typed:
    """What was sent."""
    given = {name: str(here.fields.get(name, "")).strip() for name in LABELS}
    return Typed(given=given, sure=here.fields.get("sure") == "yes")


def read(form: Typed) -> tuple[dict[str, Any], dict[str, str]]:
    """What the ledger takes, and what is missing or no date, by field."""
    given: dict[str, Any] = {name: value for name, value in form.given.items() if value}
    wrong = {name: f"{LABELS[name]} is needed" for name in ("id", "born") if name not in given}
    if "born" in given:
        try:
            given["born"] = day_in(given["born"], None)
        except ValueError as error:
            wrong["born"] = f"{LABELS['born']}: {str(error).partition(', or say')[0]}"
    return given, wrong


def same(here: Here, given: Mapping[str, Any]) -> list[Hit]:
    """Patients on file with this date of birth, and the same name or none."""
    with here.desk.engine.connect() as connection:
        born = search(connection, "", {given["born"]})
    name = sorted(fold(given.get("name", "")).split())
    found = [hit for hit in born if not name or not hit.name or sorted(fold(hit.name).split()) == name]
    here.saw((hit.patient for hit in found), "same_person")
    return found


def register(here: Here, given: Mapping[str, Any]) -> Answer:
    """Registers, with the functions that the terminal uses. Raises Invalid."""
    return here.ledger.register(**given, now=here.now, author=here.author, key=here.key)
