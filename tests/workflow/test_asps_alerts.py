"""What must not be overlooked: overrides, holds, what is late, and what contradicts a death."""

from datetime import date

from tests.workflow.build import Course, in_staging, on_tki
from workflow.asps.alerts import alerts

HOURS = {"override.expiry_hours": "72", "brain_mri.due_days": "14"}


def shown(c: Course, today: str) -> tuple[str, ...]:
    return alerts(c.chart, c.plan(today), date.fromisoformat(today))


def test_an_override_that_was_used_is_shown_for_ever() -> None:
    c = in_staging(site=HOURS)
    c.record("2026-01-10", "imaging", id="ct-0", modality="ct_chest", report="final", lung_lesions_right=1)
    c.override("2026-01-12", "baseline_brain_imaging", "complete_staging")
    assert not [a for a in shown(c, "2026-01-12") if "overridden" in a], "granted is not used"
    c.do("2026-01-12", "complete_staging")
    assert "overridden, not satisfied: baseline_brain_imaging, for complete_staging of 2026-01-12" in shown(
        c, "2027-01-01"
    )


def test_a_drug_on_hold_is_shown_until_it_is_resumed() -> None:
    c = on_tki()
    today = str(c.plan("2026-12-01").path[-1].on)
    c.do(today, "hold_regimen", agent="pazopanib")
    assert "on hold: pazopanib" in shown(c, today)
    c.do(today, "resume_regimen", agent="pazopanib")
    assert not [a for a in shown(c, today) if "hold" in a]


def test_what_is_late_is_counted_with_the_oldest() -> None:
    c = in_staging(site=HOURS)
    (due,) = c.open("baseline_brain_mri", "2026-03-01")
    assert shown(c, "2026-03-01") == (f"overdue: 1, the oldest baseline brain MRI since {due}",)


def test_a_record_after_a_death_is_kept_and_contradicts_it() -> None:
    c = in_staging()
    c.do("2026-02-01", "declare_death")
    c.record("2026-02-03", "weight", kg=70)
    assert shown(c, "2026-02-05") == ("contradiction: weight of 2026-02-03 lies after the death of 2026-02-01",)
