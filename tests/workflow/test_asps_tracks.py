"""The tracks beside the main state (2.3): each follows from the recorded facts, none is set by hand."""

from typing import Any

import pytest

from tests.workflow.build import Course, at_board, on_immunotherapy, on_tki
from workflow.asps.tracks import TRACKS, tracks

MRI: dict[str, Any] = {"modality": "mri_brain", "report": "final"}
FOUND: dict[str, Any] = {**MRI, "brain_metastases": "yes"}
CLEAR: dict[str, Any] = {**MRI, "brain_metastases": "no"}
Steps = list[tuple[str, dict[str, Any]]]


def brain_after(*steps: tuple[str, dict[str, Any]]) -> str:
    """The brain after records and acts, a week apart."""
    c = Course()
    c.do("2026-01-05", "accept_referral", centre_role="reference_centre")
    for n, (name, fields) in enumerate(steps):
        c.offer(f"2026-0{n + 2}-02", name, reason="agreed", **fields)
    return str(tracks(c.chart)["brain"])


SRS = ("perform_local_therapy", {"modality": "srs"})
OF_THE_BRAIN = ("perform_local_therapy", {"modality": "rt", "site": "brain"})
OF_THE_LUNG = ("perform_local_therapy", {"modality": "sabr", "site": "lung_left"})


@pytest.mark.parametrize(
    ("steps", "brain"),
    [
        ([], "unknown"),
        ([("imaging", MRI)], "unknown"),
        ([("imaging", {**MRI, "brain_metastases": "unknown"})], "unknown"),
        ([("imaging", {**FOUND, "report": "preliminary"})], "unknown"),
        ([("imaging", {**FOUND, "modality": "pet_ct"})], "unknown"),
        ([("imaging", CLEAR)], "clear"),
        ([("imaging", {**CLEAR, "modality": "ct_brain_contrast"})], "clear"),
        ([("imaging", CLEAR), ("imaging", FOUND)], "untreated_metastases"),
        ([("imaging", FOUND), ("imaging", CLEAR)], "clear"),
        ([("imaging", FOUND), SRS], "treated_metastases"),
        ([("imaging", FOUND), OF_THE_BRAIN], "treated_metastases"),
        ([("imaging", FOUND), OF_THE_LUNG], "untreated_metastases"),
        ([("imaging", FOUND), SRS, ("imaging", CLEAR)], "treated_metastases"),
        ([("imaging", FOUND), SRS, ("imaging", FOUND)], "treated_metastases"),
        ([("imaging", FOUND), SRS, ("imaging", {**FOUND, "new_lesions": "yes"})], "untreated_metastases"),
    ],
)
def test_the_brain_follows_its_final_reports_and_treatments(steps: Steps, brain: str) -> None:
    assert brain_after(*steps) == brain


def test_local_therapy_is_planned_then_done_then_planned_again() -> None:
    c = at_board()
    seen = [tracks(c.chart)["local_therapy"]]
    c.do("2026-01-22", "decide_local_therapy", modality="rfa")
    seen.append(tracks(c.chart)["local_therapy"])
    c.do("2026-02-02", "perform_local_therapy", modality="rfa", residual_disease="yes")
    seen.append(tracks(c.chart)["local_therapy"])
    c.do("2026-03-02", "decide_local_therapy", modality="sabr")
    seen.append(tracks(c.chart)["local_therapy"])
    assert seen == ["none", "planned", "done", "planned"]


@pytest.mark.parametrize("status", ["offered", "referred", "active", "declined"])
def test_palliative_care_is_what_was_recorded_last(status: str) -> None:
    c = at_board()
    assert tracks(c.chart)["palliative_care"] == "not_offered"
    c.record("2026-01-21", "palliative_care", status="offered")
    c.record("2026-02-21", "palliative_care", status=status)
    assert tracks(c.chart)["palliative_care"] == status


def test_bone_health_from_the_metastasis_to_the_agent_and_back() -> None:
    c = at_board()
    seen = [tracks(c.chart)["bone_health"]]
    c.record("2026-01-22", "lesion", site="bone")
    seen.append(tracks(c.chart)["bone_health"])
    c.record("2026-01-26", "bone_health", status="reviewed")
    seen.append(tracks(c.chart)["bone_health"])
    c.do("2026-02-02", "start_bone_agent", agent="zoledronate", reason="teeth seen last month")
    seen.append(tracks(c.chart)["bone_health"])
    c.do("2026-08-03", "stop_bone_agent")
    seen.append(tracks(c.chart)["bone_health"])
    assert seen == ["none", "metastases_unreviewed", "reviewed", "on_agent", "reviewed"]


def test_a_hold_is_per_agent() -> None:
    c = on_tki()
    seen = [tracks(c.chart)["hold"]]
    c.do("2026-07-01", "hold_regimen", agent="pazopanib")
    seen.append(tracks(c.chart)["hold"])
    c.do("2026-07-08", "resume_regimen", agent="pazopanib")
    seen.append(tracks(c.chart)["hold"])
    c.do("2026-07-15", "hold_regimen")
    c.do("2026-07-22", "stop_regimen", stop_reason="toxicity")
    seen.append(tracks(c.chart)["hold"])
    assert [each.get("pazopanib", "none") for each in seen] == ["none", "held", "resumed", "stopped_permanently"]


def test_a_drug_that_was_never_held_has_no_hold() -> None:
    c = on_immunotherapy()
    c.do("2026-03-02", "stop_regimen", stop_reason="choice")
    assert tracks(c.chart)["hold"] == {}


def test_every_track_has_one_of_its_values() -> None:
    for name, value in tracks(on_tki().chart).items():
        assert name in TRACKS
        assert name == "hold" or value in TRACKS[name]
