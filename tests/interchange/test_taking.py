"""Rows enter the record whole or not at all; twice changes nothing; what does not fit is told."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event

from interchange import taking as rooms
from interchange.taking import Became, Terms
from storage.ledger import Ledger
from storage.queries import Reader
from storage.rebuild import rebuild
from storage.verify import verify
from tests.interchange.sheets import NOW, ON_DRUG, WAITS, entered, shortly, taking, text, written
from tests.storage.clinic import COORDINATOR, DOCTOR, registered, snapshot
from workflow.errors import AspsError
from workflow.vocabulary import State


def test_rows_come_in_whole_with_their_plan(ledger: Ledger, reader: Reader, tmp_path: Path) -> None:
    outcomes = entered(ledger, written(tmp_path, text([WAITS, ON_DRUG])))
    assert shortly(outcomes) == [(2, "P-1", "taken in"), (3, "P-2", "taken in")]
    assert [reader.patient(id).state for id in ("P-1", "P-2")] == [State.INTERVAL_WAIT, State.IMMUNOTHERAPY]
    assert (reader.person("P-1").name, reader.person("P-1").contact) == ("Ann Example", "+31 6 1234")
    due = {task.name: str(task.due) for task in reader.tasks("P-1") if task.due}
    assert due["interval_ct"] == "2026-11-20"
    assert {task.name for task in reader.tasks("P-2")} >= {"immunotherapy_dose", "immunotherapy_labs"}
    assert verify(ledger.engine).ok


def test_a_second_time_changes_nothing_even_later_and_by_another(ledger: Ledger, tmp_path: Path) -> None:
    path = written(tmp_path, text([WAITS, ON_DRUG]))
    entered(ledger, path)
    before = snapshot(ledger.engine)
    later = Terms(author=COORDINATOR, now=NOW + timedelta(days=5), reason="another reason")
    for terms in (None, later):
        assert [outcome.became for outcome in entered(ledger, path, terms)] == [Became.KNOWN] * 2
    assert snapshot(ledger.engine) == before


def test_what_was_amended_since_does_not_make_the_row_another(ledger: Ledger, tmp_path: Path) -> None:
    path = written(tmp_path, text([WAITS]))
    entered(ledger, path)
    ledger.amend("P-1", "index-ct", {"lung_lesions_right": 3}, now=NOW, author=DOCTOR)
    assert shortly(entered(ledger, path)) == [(2, "P-1", "already there")]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"index_ct_right": "3"}, "index_ct_right"),
        ({"brain_mri": "2026-08-22"}, "brain_mri"),
        ({"born": "1991-02-09"}, "born"),
        ({"since": "2026-09-16"}, "since, centre_role, histology_date"),
        ({"state": "observation"}, "state"),
        ({"name": "Bea Example"}, "name"),
        ({"contact": ""}, "contact"),
        ({"ecog": "1"}, "ecog"),
        ({"brain_mri": "", "brain_metastases": ""}, "brain_mri"),
        ({"can_become_pregnant": "yes"}, "can_become_pregnant"),
    ],
)
def test_a_changed_row_of_a_known_patient_is_reported_and_not_merged(
    ledger: Ledger, tmp_path: Path, change: dict[str, str], named: str
) -> None:
    entered(ledger, written(tmp_path, text([WAITS])))
    before = snapshot(ledger.engine)
    (outcome,) = entered(ledger, written(tmp_path, text([{**WAITS, **change}])))
    assert outcome.became is Became.REJECTED
    differing = outcome.because[0].partition("differs in ")[2].partition(":")[0]
    assert set(differing.split(", ")) == set(named.split(", "))
    assert "Example" not in outcome.because[0]
    assert ("asps record or asps amend" in outcome.because[0]) == (named not in ("born", "name", "contact"))
    assert snapshot(ledger.engine) == before


def test_who_was_erased_does_not_come_back_with_the_sheet(ledger: Ledger, tmp_path: Path) -> None:
    entered(ledger, written(tmp_path, text([WAITS])))
    ledger.erase(WAITS["patient_id"], now=NOW, author=DOCTOR, reason="asked for")
    before = snapshot(ledger.engine)
    (outcome,) = entered(ledger, written(tmp_path, text([WAITS])))
    assert outcome.became is Became.REJECTED and "stays erased" in outcome.because[0]
    (outcome,) = entered(ledger, written(tmp_path, text([{**WAITS, "name": "", "contact": ""}])))
    assert outcome.became is Became.KNOWN
    assert snapshot(ledger.engine) == before


def test_a_patient_who_was_registered_by_hand_is_not_merged(ledger: Ledger, tmp_path: Path) -> None:
    registered(ledger)
    before = snapshot(ledger.engine)
    (outcome,) = entered(ledger, written(tmp_path, text([WAITS])))
    assert "on file already" in outcome.because[0]
    assert "index_ct" in outcome.because[0]
    assert snapshot(ledger.engine) == before


def test_the_same_patient_in_two_rows_comes_in_with_neither(ledger: Ledger, tmp_path: Path) -> None:
    path = written(tmp_path, text([WAITS, ON_DRUG, {**WAITS, "patient_id": "p-1"}]))
    outcomes = entered(ledger, path)
    assert shortly(outcomes) == [(2, "P-1", "rejected"), (3, "P-2", "taken in"), (4, "p-1", "rejected")]
    assert outcomes[0].because == ("patient_id: the same patient stands in rows 2, 4: leave one",)


@pytest.mark.parametrize(
    ("change", "because"),
    [
        ({"born": "2030-01-01"}, "born: 2030-01-01 lies in the future"),
        ({"index_ct": "2027-01-01"}, "index_ct: on 2027-01-01 lies in the future (today is 2026-11-02)"),
        ({"brain_mri": "1980-01-01"}, "brain_mri: on 1980-01-01 lies before the birth"),
        ({"histology": "other"}, "state: the patient left the pathway: out of scope"),
        ({"patient_id": "-"}, "patient_id: is not accepted"),
        ({"name": "Ann\x1b[2J"}, "name: control characters are not accepted"),
        ({"contact": "x" * 5000}, "contact: String should have at most 4000 characters"),
    ],
)
def test_what_the_record_refuses_comes_back(
    ledger: Ledger, tmp_path: Path, change: dict[str, str], because: str
) -> None:
    before = snapshot(ledger.engine)
    outcomes = entered(ledger, written(tmp_path, text([{**WAITS, **change}])))
    assert [(o.became, o.because[0][: len(because)]) for o in outcomes] == [(Became.REJECTED, because)]
    assert snapshot(ledger.engine) == before


def test_only_a_clinician_adopts(ledger: Ledger, tmp_path: Path) -> None:
    rows = [WAITS, {"patient_id": "P-3", "born": "1990-01-01", "state": "referred", "since": ""}]
    outcomes = entered(ledger, written(tmp_path, text(rows)), Terms(author=COORDINATOR, now=NOW))
    assert shortly(outcomes) == [(2, "P-1", "rejected"), (3, "P-3", "taken in")]
    assert outcomes[0].because[0].startswith("--by: adopt may be done by a clinician only")


def test_a_rehearsal_tells_the_same_and_writes_nothing(ledger: Ledger, tmp_path: Path) -> None:
    path = written(tmp_path, text([WAITS, {**ON_DRUG, "born": "soon"}, {**ON_DRUG, "patient_id": "P-3"}]))
    before = snapshot(ledger.engine)
    rehearsed = list(taking(ledger, path).rehearse())
    assert snapshot(ledger.engine) == before
    assert rehearsed == entered(ledger, path)


def test_the_facts_move_a_patient_on_from_where_the_row_says(ledger: Ledger, tmp_path: Path) -> None:
    row = {**WAITS, "state": "observation", "progression": "2026-10-20", "progression_criterion": "recist_pd",
           "progression_pattern": "systemic"}  # fmt: skip
    (outcome,) = entered(ledger, written(tmp_path, text([row])))
    assert outcome.answer and outcome.answer.after is State.MDT_REVIEW


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """Batches of three rows."""
    monkeypatch.setattr(rooms, "BATCH", 3)
    yield 3


def many(tmp_path: Path, count: int) -> Path:
    """A file of many patients."""
    return written(tmp_path, text([{**ON_DRUG, "patient_id": f"P-{n}"} for n in range(count)]))


@pytest.mark.parametrize("fails_at", range(1, 19, 2))
def test_what_fails_in_the_middle_leaves_whole_batches_and_goes_on_the_next_time(
    ledger: Ledger, reader: Reader, tmp_path: Path, small: int, fails_at: int
) -> None:
    path, written_so_far = many(tmp_path, 8), 0

    def fail(connection: object, cursor: object, statement: str, *rest: object) -> None:
        nonlocal written_so_far
        written_so_far += statement.startswith("INSERT")
        if written_so_far == fails_at:
            raise AspsError("there is no space left")

    event.listen(ledger.engine, "before_cursor_execute", fail)
    seen = []
    with pytest.raises(AspsError, match="no space"):
        for outcome in taking(ledger, path).enter():
            seen.append(outcome.patient)
    event.remove(ledger.engine, "before_cursor_execute", fail)
    assert [row.id for row in reader.patients()] == seen
    assert len(seen) % small == 0
    assert verify(ledger.engine).ok
    became = [outcome.became for outcome in entered(ledger, path)]
    assert became == [Became.KNOWN] * len(seen) + [Became.TAKEN] * (8 - len(seen))
    before = snapshot(ledger.engine)
    rebuild(ledger.engine)
    assert snapshot(ledger.engine) == before


def test_many_rows_are_one_transaction(ledger: Ledger, tmp_path: Path, small: int) -> None:
    commits = 0

    def count(connection: object) -> None:
        nonlocal commits
        commits += 1

    event.listen(ledger.engine, "commit", count)
    entered(ledger, many(tmp_path, 9))
    assert commits == 3
