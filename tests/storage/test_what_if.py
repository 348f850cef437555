"""Other settings are tried out before they are taken, and nothing of it stays."""

from datetime import date, timedelta

import pytest

from storage.effects import TaskChange
from storage.ledger import Ledger
from storage.queries import Reader
from storage.what_if import Effect, WhatIf, effects, what_if
from tests.storage.clinic import COORDINATOR, START, accepted, snapshot
from workflow.errors import Invalid

LATER = START + timedelta(hours=1)


def test_a_shorter_time_to_the_mri_would_move_it_for_both_patients(ledger: Ledger, reader: Reader) -> None:
    accepted(ledger, "P-1")
    accepted(ledger, "P-2")
    before = snapshot(ledger.engine)

    found = what_if(ledger, reader, {"brain_mri.due_days": "7"}, now=LATER, author=COORDINATOR)

    moved = TaskChange(
        name="baseline_brain_mri", subject="once", occurrence=1, title="baseline brain MRI", what="moved",
        old_due=date(2026, 11, 16), new_due=date(2026, 11, 9),
        why="start of staging 2026-11-02 + 7 days = 2026-11-09",
    )  # fmt: skip
    assert found == WhatIf(changed=(("P-1", (moved,)), ("P-2", (moved,))), looked_at=2, patients=2)
    day = date(2026, 11, 9)
    assert effects(found.changed) == [
        Effect(task="baseline_brain_mri", title="baseline brain MRI", what="moved", tasks=2, first=day, last=day)
    ]
    assert snapshot(ledger.engine) == before


def test_in_a_large_clinic_it_is_said_how_many_were_looked_at(ledger: Ledger, reader: Reader) -> None:
    for id in ("P-1", "P-2", "P-3"):
        accepted(ledger, id)

    found = what_if(ledger, reader, {"mdt.due_days": None}, now=LATER, author=COORDINATOR, most=2)

    assert found == WhatIf(changed=(), looked_at=2, patients=3)


def test_what_the_date_alone_brings_about_is_not_told_as_the_settings_doing(ledger: Ledger, reader: Reader) -> None:
    accepted(ledger)

    in_a_year = what_if(
        ledger, reader, {"mdt.due_days": "9"}, now=START + timedelta(days=365), author=COORDINATOR
    )  # fmt: skip

    assert in_a_year == WhatIf(changed=(), looked_at=1, patients=1)


def test_an_impossible_value_is_refused_and_nothing_is_written(ledger: Ledger, reader: Reader) -> None:
    accepted(ledger)
    before = snapshot(ledger.engine)

    with pytest.raises(Invalid, match=r"mdt.due_days: 'soon' is not possible \(allowed: whole days, 0 to 3650\)"):
        what_if(ledger, reader, {"mdt.due_days": "soon"}, now=LATER, author=COORDINATOR)

    assert snapshot(ledger.engine) == before
