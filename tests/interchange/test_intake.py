"""One row becomes a registration, a history and an adoption; or every reason why not, at once."""

from datetime import date
from typing import Any

import pytest

from interchange.columns import COLUMNS, GROUPS, ON
from interchange.intake import Faulty, Intake, read_row
from storage.past import Past
from tests.interchange.sheets import ON_DRUG, WAITS
from workflow.records import KINDS
from workflow.vocabulary import EXITS, State

SINCE = date(2026, 9, 15)
MINIMAL = {"patient_id": "P-1", "born": "1991-02-08", "state": "staging", "since": "2026-09-15", "reason": "list"}


def intake(**cells: str) -> Intake:
    """A row that is right."""
    found = read_row({**MINIMAL, **cells})
    assert isinstance(found, Intake), found
    return found


def faults(**cells: str) -> tuple[str, ...]:
    """What is wrong with a row."""
    found = read_row({**MINIMAL, **cells})
    assert isinstance(found, Faulty), found
    return found.faults


def facts(**cells: str) -> dict[str, tuple[Any, date | None]]:
    """The records of a row: fields and date by id, without the adoption."""
    return {
        item.given["id"]: ({k: v for k, v in item.given.items() if k != "id"}, item.on)
        for item in intake(**cells).past[:-1]
    }


def test_a_whole_row() -> None:
    found = read_row(WAITS)
    assert isinstance(found, Intake)
    assert found.registration == {
        "id": "P-1", "born": date(1991, 2, 8), "name": "Ann Example", "contact": "+31 6 1234",
    }  # fmt: skip
    ct = {"modality": "ct_chest", "report": "final", "lung_lesions_right": 2, "lung_lesions_left": 1}
    assert found.past == (
        Past(name="centre_role", given={"id": "centre", "centre_role": "reference_centre"}, on=date(2026, 9, 15)),
        Past(name="histology", given={"id": "histology", "result": "asps_confirmed"}, on=date(2026, 9, 15)),
        Past(name="imaging", given={"id": "index-ct", **ct, "extrapulmonary": "absent"}, on=date(2026, 8, 20)),
        Past(
            name="imaging", on=date(2026, 8, 21),
            given={"id": "brain-mri", "modality": "mri_brain", "report": "final", "brain_metastases": "no"},
        ),
        Past(
            name="adopt", reason="waits since September",
            given={
                "id": "adoption", "state": "interval_wait", "since": "2026-09-15", "staging_started": "2026-08-10",
            },
        ),
    )  # fmt: skip


def test_earlier_and_present_treatments() -> None:
    found = read_row(ON_DRUG)
    assert isinstance(found, Intake)
    treatments = {p.given["id"]: p for p in found.past if p.name == "prior_regimen"}
    assert treatments["prior-1"].given["agents"] == ["doxorubicin", "ifosfamide"]
    assert treatments["prior-1"].given["stopped"] == "2026-03-01"
    assert treatments["current"].given["last_dose"] == "2026-10-20"
    assert "stopped" not in treatments["current"].given


def test_a_patient_who_was_only_referred_is_registered_with_the_history() -> None:
    found = intake(state="referred", since="", reason="", histology="asps_suspected")
    assert [(item.name, item.on) for item in found.past] == [("histology", None)]


@pytest.mark.parametrize(
    ("cells", "record"),
    [
        ({"brain_mri": "2026-08-21", "brain_metastases": "yes"}, ("final", {"brain_metastases": "yes"})),
        ({"brain_mri": "2026-08-21", "brain_metastases": "unknown"}, ("preliminary", {"brain_metastases": "unknown"})),
        ({"brain_mri": "2026-08-21"}, ("preliminary", {})),
    ],
)
def test_a_scan_without_a_result_is_no_final_report(cells: dict[str, str], record: tuple[str, Any]) -> None:
    report, findings = record
    given = {"modality": "mri_brain", "report": report, **findings}
    assert facts(**cells) == {"brain-mri": (given, date(2026, 8, 21))}


@pytest.mark.parametrize(
    ("cells", "record"),
    [
        ({"primary_surgery": "2023-05-16"}, ("primary-surgery", {"completeness": "unknown"}, date(2023, 5, 16))),
        ({"primary_surgery_completeness": "not done"}, ("primary-surgery", {"completeness": "not_done"}, SINCE)),
        ({"first_metastasis": "16.05.2025"}, ("first-metastasis", {"extent": "metastatic"}, date(2025, 5, 16))),
        ({"ecog": "1"}, ("performance", {"ecog": 1}, SINCE)),
        ({"ecog": "unknown", "ecog_date": "2026-08-01"}, ("performance", {"ecog": "unknown"}, date(2026, 8, 1))),
        (
            {"symptomatic": "JA", "cns_symptoms": "?"},
            ("symptoms", {"symptomatic": "yes", "cns_symptoms": "unknown"}, SINCE),
        ),
        (
            {"index_ct": "2026-08-20", "index_ct_right": "2.0"},
            ("index-ct", {"modality": "ct_chest", "report": "final", "lung_lesions_right": 2}, date(2026, 8, 20)),
        ),
    ],
)
def test_cells_become_records(cells: dict[str, str], record: tuple[str, Any, date]) -> None:
    id, given, on = record
    assert facts(**cells) == {id: (given, on)}


def test_what_stands_for_nothing_says_nothing() -> None:
    assert facts(symptomatic="-", ecog="n/a", histology="NA", palliative_care="–", brain_mri="N.A.") == {}


@pytest.mark.parametrize(
    ("cells", "reasons"),
    [
        ({"born": ""}, ["born: is required"]),
        ({"state": ""}, ["state: is required"]),
        ({"since": ""}, ["since: is required: the day on which the state began"]),
        ({"reason": ""}, ["reason: is required: say where the history stands, or give --reason TEXT for all rows"]),
        ({"state": "somewhere"}, ["state: this is none of: referred / staging / mdt_review"]),
        ({"state": "deceased"}, ["state: deceased has left the pathway: leave the row out"]),
        ({"state": "referred"}, ["since: a patient who is only referred", "reason: a patient who is only referred"]),
        ({"brain_metastases": "no"}, ["brain_mri: a date is needed beside brain_metastases"]),
        ({"primary_surgery_completeness": "R0"}, ["primary_surgery: a date is needed"]),
        ({"cns_symptoms": "yes"}, ["symptomatic: is needed beside cns_symptoms"]),
        ({"prior_1_drugs": "pazopanib", "prior_1_class": "tki", "prior_1_start": "2025-01-01"},
         ["prior_1_stopped: is needed beside prior_1_drugs, prior_1_class, prior_1_start"]),
        ({"current_drugs": "pazopanib", "current_start": "2025-01-01"}, ["current_class: is needed"]),
        ({"progression": "2026-08-01"}, ["progression_criterion: is needed", "progression_pattern: is needed"]),
        ({"pregnancy_test": "negative"}, ["pregnancy_test_date: a date is needed beside pregnancy_test"]),
        ({"index_ct": "2026-08-20", "last_ct": "2026-08-20"}, ["last_ct: is not after index_ct"]),
        ({"index_ct": "2026-08-20", "index_ct_right": "many"}, ["index_ct_right: this is no whole number"]),
        ({"index_ct": "2026-08-20", "index_ct_right": "1000"}, ["index_ct_right: Input should be less than"]),
        ({"index_ct": "2026-08-20", "index_ct_modality": "mri_brain"}, ["index_ct_modality: this is none of"]),
        ({"reference_centre": "a b", "centre_role": "shared care"}, ["reference_centre: String should match"]),
        ({"since": "3/4/2026"}, ["since: 3/4/2026 may be 3 April or 4 March"]),
    ],
)  # fmt: skip
def test_what_is_wrong_names_the_column_and_the_way_out(cells: dict[str, str], reasons: list[str]) -> None:
    found = faults(**cells)
    assert [reason[: len(wanted)] for reason, wanted in zip(found, reasons, strict=True)] == reasons


def test_everything_wrong_is_said_at_once() -> None:
    found = faults(born="31.02.1991", since="", ecog="7", brain_metastases="no")
    assert [fault.partition(":")[0] for fault in found] == ["born", "since", "brain_mri", "ecog"]


def test_what_stands_in_a_wrong_column_is_not_repeated() -> None:
    text = [name for name, column in COLUMNS.items() if not column.text and name != "current_schedule"]
    dated = dict.fromkeys((g.names[ON] for g in GROUPS if ON in g.names), "2026-08-01")
    for name in (*text, "patient_id"):
        found = read_row({**MINIMAL, **dated, name: "Ann Example"})
        assert isinstance(found, Intake) or "Ann" not in f"{found.patient} {found.faults}", name


def test_a_date_is_read_as_declared() -> None:
    found = read_row({**MINIMAL, "since": "3/4/2026"}, "day-first")
    assert isinstance(found, Intake) and found.past[-1].given["since"] == "2026-04-03"


def test_a_reason_for_all_stands_where_a_row_gives_none() -> None:
    for own, meant in (("", "for all"), ("its own", "its own")):
        found = read_row({**MINIMAL, "reason": own}, reason="for all")
        assert isinstance(found, Intake) and found.past[-1].reason == meant


def test_cells_that_were_neutralised_on_the_way_out_are_as_before() -> None:
    assert intake(contact="'+31 6 1234", name="'Abd Example").registration["contact"] == "+31 6 1234"
    assert intake(name="'Abd Example").registration["name"] == "'Abd Example"


def test_the_key_stands_for_what_the_row_says_and_tells_nothing_of_the_name() -> None:
    key = intake(name="Ann", contact="here").key
    assert key == intake(name="Bea").key == intake(state="Staging", since="15.09.2026", reason="worded anew").key
    assert len({key, intake(ecog="1").key, intake(since="2026-09-16").key, intake(born="1991-02-09").key}) == 4


def test_the_columns_are_the_fields_of_the_records() -> None:
    for group in GROUPS:
        known = {field.alias or name for name, field in KINDS[group.kind].model_fields.items()}
        assert {column.becomes for column in group.columns} - {ON} <= known
        given = {*group.names, *group.fixed, *group.finished({})}
        assert set(KINDS[group.kind].required()) <= given
    assert len({group.id for group in GROUPS}) == len(GROUPS)


@pytest.mark.parametrize("state", sorted(State))
def test_every_state_is_known_by_its_name_and_its_title(state: State) -> None:
    for word in (state.value, state.title, state.title.upper()):
        if state in EXITS:
            assert "left the pathway" in faults(state=word)[0]
        elif state is not State.REFERRED:
            assert intake(state=word).state is state
