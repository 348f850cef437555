"""Acts: what they say, and what of it is checked before any rule is asked."""

from typing import Any

import pytest

from tests.workflow.build import fields_of
from workflow.acts import ACTS, TASK_ACTS, DecideSurgery, Override
from workflow.errors import Invalid
from workflow.vocabulary import Role

LEAST: dict[str, dict[str, Any]] = {
    "adopt": {"state": "tki", "since": "2025-10-01"},
    "accept_referral": {"centre_role": "reference_centre"},
    "declare_out_of_scope": {"cause": "no_metastasis"},
    "decide_local_therapy": {"modality": "sabr"},
    "start_regimen": {"agents": ["atezolizumab"], "class": "ici_pdl1"},
    "give_dose": {"agent": "atezolizumab"},
    "stop_regimen": {"stop_reason": "toxicity"},
    "enrol_in_trial": {"trial": "TRIAL-1"},
    "schedule_surgery": {"type": "diagnostic_biopsy", "planned": "2026-05-11"},
    "perform_surgery": {"type": "other"},
    "perform_local_therapy": {"modality": "rfa"},
    "start_bone_agent": {"agent": "denosumab"},
    "give_bone_agent": {"agent": "zoledronate"},
    "reverse_death": {"second_user": "dr-grace"},
    "complete_task": {"task": "handover"},
    "claim_task": {"task": "interval_ct"},
    "snooze_task": {"task": "interval_ct", "until": "2026-05-11"},
    "waive_task": {"task": "interval_ct"},
    "override": {
        "guard": "interval_ct", "action": "decide_surgery", "reason_code": "emergency", "text": "bleeding",
        "signer_2": "dr-grace",
    },
}  # fmt: skip
"""The least that each act must say; the others need say nothing."""


def wrong(act: str, **given: Any) -> Invalid:
    """What is said about wrong fields of an act."""
    with pytest.raises(Invalid) as caught:
        fields_of(act).accept(LEAST.get(act, {}) | {name.rstrip("_"): value for name, value in given.items()})
    return caught.value


@pytest.mark.parametrize("act", [*ACTS, "override"])
def test_the_least_that_an_act_says_is_enough_and_no_less(act: str) -> None:
    kind, given = fields_of(act), LEAST.get(act, {})
    assert kind.accept(given).plain() == given
    assert set(kind.required()) == set(given)
    for field in given:
        with pytest.raises(Invalid) as caught:
            kind.accept({name: value for name, value in given.items() if name != field})
        assert caught.value.field == field


@pytest.mark.parametrize("act", [*ACTS, "override"])
def test_an_act_takes_no_field_of_another(act: str) -> None:
    assert wrong(act, favourite_colour="red").field == "favourite_colour"


@pytest.mark.parametrize("act", [name for name in ACTS if name.startswith("decide_")])
def test_every_decision_may_say_which_centre_decided_and_why(act: str) -> None:
    said = {"centre": "UMC-1", "goal": "stabilisation", "reasons": "the patient's wish"}
    assert fields_of(act).accept(LEAST.get(act, {}) | said).plain() == LEAST.get(act, {}) | said


@pytest.mark.parametrize("act", ACTS)
def test_an_act_is_done_by_clinicians_and_some_by_coordinators_too(act: str) -> None:
    assert Role.CLINICIAN in ACTS[act].by
    assert (ACTS[act].name, bool(ACTS[act].title), bool(ACTS[act].fields.__doc__)) == (act, True, True)


def test_treatment_is_never_decided_or_started_by_a_coordinator() -> None:
    treating = [name for name in ACTS if name.startswith(("decide_", "start_", "stop_", "hold_", "resume_", "enrol_"))]
    assert len(treating) == 17
    assert [name for name in treating if Role.COORDINATOR in ACTS[name].by] == []


def test_what_is_done_to_a_task_is_open_to_both() -> None:
    assert {frozenset(ACTS[name].by) for name in TASK_ACTS} == {frozenset(Role)}


@pytest.mark.parametrize(
    ("act", "field", "value"),
    [
        ("adopt", "state", "cured"),
        ("adopt", "since", "some time ago"),
        ("start_regimen", "agents", []),
        ("start_regimen", "agents", ["x"] * 9),
        ("start_regimen", "agents", "atezolizumab"),
        ("start_regimen", "line", 0),
        ("start_regimen", "line", "1"),
        ("start_regimen", "class_", "trial"),
        ("stop_regimen", "stop_reason", "death"),
        ("decide_interval_scan", "limited", "perhaps"),
        ("decide_interval_scan", "planned", "2026-05-11"),
        ("perform_surgery", "completeness", "not_done"),
        ("perform_local_therapy", "planned", "2026-05-11"),
        ("start_bone_agent", "agent", "declined"),
        ("snooze_task", "until", "tomorrow"),
        ("claim_task", "until", "2026-05-11"),
        ("override", "text", ""),
        ("override", "reason_code", "because"),
        ("override", "expires", "tomorrow"),
    ],
)
def test_a_wrong_field_of_an_act_is_named(act: str, field: str, value: Any) -> None:
    assert wrong(act, **{field: value}).field == field.rstrip("_")


def test_the_decision_on_surgery_says_what_that_on_the_interval_scan_says_and_a_date() -> None:
    more = set(DecideSurgery.names()) - set(fields_of("decide_interval_scan").names())
    assert more == {"planned"}


def test_the_expiry_of_an_override_is_an_instant() -> None:
    given = LEAST["override"] | {"expires": "2026-05-11T12:00:00+02:00"}
    taken = Override.accept(given)
    assert taken.plain() == given
    assert taken.expires is not None
    assert taken.expires.utcoffset() is not None
