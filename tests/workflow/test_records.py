"""Records and laboratory results: every value of the contract is taken, anything else refused by its field."""

from typing import Any, get_args

import pytest
from hypothesis import given, settings

from tests.workflow.contract import YNU
from tests.workflow.facts import FACTS, Fact
from workflow.errors import Invalid
from workflow.fields import Fields
from workflow.labs import UNITS, LabResult, Labs
from workflow.records import KINDS, Imaging, PriorRegimen

LEAST: dict[str, dict[str, Any]] = {
    "histology": {"result": "asps_confirmed"},
    "centre_role": {"centre_role": "shared_care"},
    "extent": {"extent": "metastatic"},
    "primary_surgery": {"completeness": "R0"},
    "imaging": {"modality": "ct_chest", "report": "final"},
    "lesion": {"site": "lung_left"},
    "symptoms": {"symptomatic": "no"},
    "performance_status": {"ecog": 1},
    "resectability": {},
    "mri_contraindication": {"contraindicated": "yes"},
    "immunotherapy_screen": {"findings": ["none"]},
    "tki_screen": {"findings": ["none"]},
    "pregnancy_status": {"can_become_pregnant": "unknown"},
    "pregnancy_test": {"result": "negative"},
    "labs": {"status": "final", "results": []},
    "blood_pressure": {"systolic": 120, "diastolic": 80},
    "ecg": {"qtc_ms": 410},
    "weight": {"kg": 61.5},
    "tmb": {"value": 10},
    "msi": {"result": "mss"},
    "prior_regimen": {"agents": ["doxorubicin"], "class": "cytotoxic_anthracycline"},
    "response": {"assessment": "sd"},
    "progression": {"criterion": "iupd", "pattern": "systemic"},
    "wound_healed": {},
    "bone_health": {"status": "reviewed"},
    "dental_exam": {},
    "palliative_care": {"status": "offered"},
    "trial": {"status": "searching"},
    "toxicity": {"term": "hepatitis", "grade": 3},
    "communication": {"topic": "prognosis"},
    "contact_attempt": {"result": "not_reached"},
    "consent": {"status": "given"},
    "brain_mri_interval": {"months": 3},
}
"""The least that each kind can say."""


def choices(kind: type[Fields]) -> list[tuple[str, Any]]:
    """Every value of every field of one word out of several."""
    named = [(f.alias or name, f.annotation) for name, f in kind.model_fields.items()]
    return [(name, value) for name, annotation in named for value in _literals(annotation)]


def _literals(annotation: Any) -> list[Any]:
    found = [v for v in get_args(annotation) if isinstance(v, str | int)]
    inner = [v for part in get_args(annotation) if get_args(part) for v in _literals(part)]
    return found if found else inner if not str(annotation).startswith("list") else []


def test_every_kind_has_a_least_sample() -> None:
    assert list(LEAST) == list(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_the_least_that_a_kind_can_say_is_enough(kind: str) -> None:
    taken = KINDS[kind].accept(LEAST[kind])
    assert (taken.plain(), KINDS[kind].load(taken.plain())) == (LEAST[kind], taken)


@pytest.mark.parametrize("kind", KINDS)
def test_every_required_field_is_missed(kind: str) -> None:
    for field in KINDS[kind].required():
        less = {name: value for name, value in LEAST[kind].items() if name != field}
        with pytest.raises(Invalid) as caught:
            KINDS[kind].accept(less)
        assert (caught.value.field, caught.value.reason) == (field, "is required")


@pytest.mark.parametrize(("kind", "field", "value"), [(k, *choice) for k, c in KINDS.items() for choice in choices(c)])
def test_every_value_of_the_contract_is_taken(kind: str, field: str, value: Any) -> None:
    assert KINDS[kind].accept(LEAST[kind] | {field: value}).plain()[field] == value


@pytest.mark.parametrize(("kind", "field"), sorted({(k, choice[0]) for k, c in KINDS.items() for choice in choices(c)}))
def test_no_other_word_is_taken(kind: str, field: str) -> None:
    for wrong in ("certainly", "", "YES", None if field in KINDS[kind].required() else True, 7):
        with pytest.raises(Invalid) as caught:
            KINDS[kind].accept(LEAST[kind] | {field: wrong})
        assert caught.value.field.partition(".")[0] == field
        assert caught.value.allowed == KINDS[kind].names()[field]


@pytest.mark.parametrize("kind", KINDS)
def test_a_field_of_another_kind_is_refused(kind: str) -> None:
    with pytest.raises(Invalid) as caught:
        KINDS[kind].accept(LEAST[kind] | {"favourite_colour": "red"})
    assert caught.value.field == "favourite_colour"


def test_findings_of_a_report_have_three_values() -> None:
    assert {Imaging.names()[f] for f in ("new_lesions", "operable", "brain_metastases", "bone_metastases")} == {YNU}
    assert Imaging.accept(LEAST["imaging"]).new_lesions is None


@pytest.mark.parametrize("analyte", UNITS)
def test_a_result_is_taken_in_its_units_and_no_other(analyte: str) -> None:
    every = sorted({unit for units in UNITS.values() for unit in units} | {"mg/L", "lb", "u/l"})
    taken = []
    for unit in every:
        try:
            taken.append(LabResult.accept({"analyte": analyte, "value": 1, "unit": unit}).unit)
        except Invalid as error:
            assert error.field == "unit"
            assert "never converted" in error.reason
    assert taken == sorted(UNITS[analyte])


def test_a_mixed_up_unit_within_a_report_is_refused_and_not_converted() -> None:
    wrong = {"analyte": "corrected_calcium", "value": 2.3, "unit": "U/L"}
    with pytest.raises(Invalid) as caught:
        Labs.accept({"status": "final", "results": [wrong]})
    assert (caught.value.field, caught.value.reason) == (
        "results.unit",
        "'U/L' is not accepted: corrected_calcium is given in mmol/L or mg/dL; units are never converted",
    )


def test_a_result_keeps_the_limits_of_its_own_laboratory() -> None:
    given = {"analyte": "ALT", "value": 130, "unit": "U/L", "uln": 40, "lln": 5}
    taken = Labs.accept({"status": "final", "results": [given]})
    assert taken.results == [LabResult(analyte="ALT", value=130.0, unit="U/L", uln=40.0, lln=5.0)]


@pytest.mark.parametrize("grade", [0, 6, "3", 2.5])
def test_a_grade_is_a_whole_number_from_1_to_5(grade: Any) -> None:
    with pytest.raises(Invalid) as caught:
        KINDS["toxicity"].accept({"term": "rash", "grade": grade})
    assert caught.value.field == "grade"


def test_nobody_weighs_nothing() -> None:
    for kg in (0, -60):
        with pytest.raises(Invalid) as caught:
            KINDS["weight"].accept({"kg": kg})
        assert caught.value.field == "kg"


def test_a_regimen_from_before_may_have_been_a_trial() -> None:
    assert PriorRegimen.accept({"agents": ["x"], "class": "trial"}).regimen_class == "trial"


@settings(max_examples=150)
@given(fact=FACTS)
def test_every_fact_is_kept_as_it_was_given(fact: Fact) -> None:
    name, given = fact
    plain = {field.rstrip("_"): value for field, value in given.items()}
    taken = KINDS[name].accept(plain)
    assert taken.plain() == plain
    assert KINDS[name].load(taken.plain()) == taken
