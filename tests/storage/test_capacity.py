"""An administrator decides for the site, and enters nothing about a patient."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from storage.inputs import ADMINISTRATOR
from storage.ledger import Author, Ledger
from storage.queries import Reader
from tests.storage.clinic import START, accepted, registered, snapshot
from workflow.errors import Invalid

ADMIN = Author(by=ADMINISTRATOR, user="adm-1")
LATER = START + timedelta(hours=1)


def test_a_setting_says_that_an_administrator_set_it(ledger: Ledger, reader: Reader) -> None:
    ledger.set_site({"mdt.due_days": "10"}, now=LATER, author=ADMIN, reason="board meets every ten days")

    row = reader.settings_history("mdt.due_days")[-1]

    assert (row.value, row.by, row.user, row.reason) == (
        "10", "administrator", "adm-1", "board meets every ten days",
    )  # fmt: skip


@pytest.mark.parametrize(
    "enter",
    [
        lambda ledger: registered(ledger, "P-2", author=ADMIN),
        lambda ledger: ledger.enter("P-1", "complete_staging", {}, now=LATER, author=ADMIN),
        lambda ledger: ledger.amend("P-1", "a2", {"centre_role": "shared_care"}, now=LATER, author=ADMIN),
        lambda ledger: ledger.retract("P-1", "a2", now=LATER, author=ADMIN),
        lambda ledger: ledger.erase("P-1", now=LATER, author=ADMIN, reason="asked for it"),
        lambda ledger: ledger.sign("guard:interval_ct", "0" * 64, now=LATER, author=ADMIN),
    ],
)
def test_but_nothing_about_a_patient_and_no_rule(ledger: Ledger, enter: Callable[[Ledger], Any]) -> None:
    accepted(ledger)
    before = snapshot(ledger.engine)

    with pytest.raises(Invalid, match=r"^by: "):
        enter(ledger)

    assert snapshot(ledger.engine) == before
