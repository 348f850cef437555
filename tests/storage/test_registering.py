"""Registrations and settings: the site's own stream."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine

from storage.ledger import Ledger
from storage.queries import Reader
from tests.storage.clinic import (
    DOCTOR,
    START,
    at,
    opened,
    registered,
    snapshot,
)
from workflow.errors import Invalid

LATER = at("2026-11-03T10:00")


def test_a_name_is_nowhere_in_the_journal(ledger: Ledger, reader: Reader) -> None:
    registered(ledger, name="Zoë O'Brien", contact="zoe@example.org")
    assert (reader.person("P-1").name, reader.person("P-1").contact) == ("Zoë O'Brien", "zoe@example.org")
    for table, rows in snapshot(ledger.engine, "person").items():
        assert "Brien" not in repr(rows) and "zoe@" not in repr(rows), table


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"id": "P 1"}, "id"), ({"id": ""}, "id"), ({"id": "@site"}, "id"), ({"id": "x" * 65}, "id"),
        ({"born": date(2026, 11, 3)}, "born"), ({"born": date(1800, 1, 1)}, "born"), ({"born": "1991"}, "born"),
        ({"can_become_pregnant": "maybe"}, "can_become_pregnant"), ({"name": "a\nb"}, "name"),
        ({"name": "\x1b[2Jx"}, "name"), ({"name": "x" * 300}, "name"), ({"contact": "\x07"}, "contact"),
    ],
)  # fmt: skip
def test_a_wrong_registration_changes_nothing(ledger: Ledger, changes: dict[str, Any], field: str) -> None:
    before = snapshot(ledger.engine)
    given = {"id": "P-1", "born": date(1991, 2, 8), "now": START, "author": DOCTOR, **changes}
    with pytest.raises(Invalid) as caught:
        ledger.register(**given)
    assert caught.value.field == field
    assert snapshot(ledger.engine) == before


def test_a_patient_is_registered_once(both: Engine) -> None:
    ledger = opened(both)
    registered(ledger)
    before = snapshot(both)
    with pytest.raises(Invalid, match="registered already"):
        registered(ledger)
    assert snapshot(both) == before


def test_settings_are_entries_with_who_and_when(ledger: Ledger, reader: Reader) -> None:
    revision = ledger.site().revision
    site = ledger.set_site({"mdt.due_days": " 9 ", "timezone": None}, now=LATER, author=DOCTOR, reason="agreed")
    assert (site.revision, site.number("mdt.due_days"), site.word("timezone")) == (revision + 1, 9, None)
    assert ledger.site() == site == reader.site()
    last = reader.settings_history("mdt.due_days")[-1]
    assert (last.value, last.user, last.at, last.reason, last.revision) == ("9", "dr-a", LATER, "agreed", site.revision)
    assert [row.value for row in reader.settings_history("timezone")] == ["Europe/Amsterdam", None]


def test_settings_that_are_so_already_change_nothing(ledger: Ledger) -> None:
    before = snapshot(ledger.engine)
    ledger.set_site({"mdt.due_days": "7", "treatment_start.due_days": None}, now=LATER, author=DOCTOR)
    assert snapshot(ledger.engine) == before


@pytest.mark.parametrize("values", [{"mdt.due_days": "soon"}, {"timezone": "Mars/Base"}, {"colour": "red"}])
def test_wrong_settings_change_nothing(ledger: Ledger, values: dict[str, str | None]) -> None:
    before = snapshot(ledger.engine)
    with pytest.raises(Invalid) as caught:
        ledger.set_site({"post_interval_mdt.days": "3", **values}, now=LATER, author=DOCTOR)
    assert caught.value.field in values
    assert snapshot(ledger.engine) == before
