"""A patient on one page: what is on file with its date, and what is not known named as such."""

from tests.workflow.build import Course, at_board, cleared, day, in_staging, in_wait, on_tki
from workflow.asps.summary import Fact, Line, Overridden, Summary, summary
from workflow.rules import Situation


def of(course: Course, today: str) -> Summary:
    """The page of an invented patient."""
    planned = course.plan(today)
    now = Situation(
        pathway=course.pathway, chart=course.chart, site=course.site, today=day(today), path=planned.path
    )  # fmt: skip
    return summary(now, planned)


def facts(found: Summary) -> dict[str, tuple[str, str]]:
    """By name: what it says, and its date."""
    return {fact.name: (fact.says, str(fact.on or "")) for fact in found.facts}


def test_facts_come_with_their_dates() -> None:
    assert facts(of(in_wait(), "2026-02-01")) == {
        "histology": ("asps_confirmed", "2026-01-06"),
        "centre": ("reference_centre", "2026-01-05"),
        "lung lesions": ("1 right, 1 left", "2026-01-10"),
        "interval": ("index CT of 2026-01-10, the interval CT counts from 2026-04-10", ""),
        "disease outside the lungs": ("absent", "2026-01-10"),
        "brain": ("clear", "2026-01-12"),
        "bone": ("none", ""),
        "symptoms": ("no", "2026-01-26"),
        "symptoms of the nervous system": ("no", "2026-01-26"),
        "ECOG": ("", ""),
        "palliative care": ("", ""),
        "TMB, mutations per megabase": ("", ""),
        "MSI": ("", ""),
    }


def test_criteria_are_met_unmet_or_unknown_and_what_is_unknown_is_an_open_question() -> None:
    met = of(in_wait(), "2026-02-01")
    assert [c.value for c in met.criteria] == ["yes"] * 5
    assert met.criteria[0].says == "disease-free interval of at least 1 year (2023-03-01 to 2026-01-10)"
    before = of(at_board(), "2026-01-21")
    assert [c.value for c in before.criteria] == ["yes", "yes", "unknown", "unknown", "unknown"]
    assert "not known: limited lung disease (not recorded)" in before.open_questions
    assert not any(q.startswith("not known") for q in met.open_questions)


def test_a_preliminary_report_is_a_question_and_no_evidence() -> None:
    course = in_staging()
    course.record("2026-01-10", "imaging", modality="ct_chest", report="preliminary", lung_lesions_right=1)
    found = of(course, "2026-01-11")
    assert found.scans == () and facts(found)["lung lesions"] == ("", "")
    assert "only preliminary: imaging ct_chest of 2026-01-10 (preliminary)" in found.open_questions


def test_systemic_treatments_by_line_and_what_became_of_them() -> None:
    course = on_tki()
    course.do("2026-07-01", "hold_regimen", agent="pazopanib")
    found = of(course, "2026-07-02")
    assert found.lines == (
        Line(line=1, agents="atezolizumab", kind="ici_pdl1", start=day("2026-02-02"), ended=day("2026-06-15"),
             why="progression"),
        Line(line=2, agents="pazopanib", kind="tki", start=day("2026-06-15"), ended=None,
             why="pazopanib on hold since 2026-07-01"),
    )  # fmt: skip
    assert found.course == (Fact(name="progression", says="systemic, recist_pd", on=day("2026-06-02")),)


def test_the_latest_final_report_of_each_kind_newest_first() -> None:
    found = of(cleared(), "2026-04-15")
    assert [(s.name, str(s.on)) for s in found.scans] == [("ct_chest", "2026-04-13"), ("mri_brain", "2026-01-12")]
    assert found.scans[0].says == "new_lesions no; operable yes"


def test_overrides_stay_in_sight() -> None:
    course = in_staging(site={"override.expiry_hours": "72"})
    course.override("2026-01-15", "baseline_brain_imaging", "complete_staging")
    assert of(course, "2026-01-16").overrides == (
        Overridden(
            guard="baseline_brain_imaging", action="complete_staging", on=day("2026-01-15"),
            by=("dr-ada", "dr-grace"), why="emergency: agreed by telephone",
        ),
    )  # fmt: skip
    assert of(in_staging(), "2026-01-16").overrides == ()
