"""Courses of invented patients through all of the pathway, and facts to go with them."""

from collections.abc import Callable
from datetime import date, timedelta

from hypothesis import strategies as st

from tests.workflow.build import (
    CRITERIA,
    Course,
    Line,
    at_board,
    baseline_of_tki,
    booked,
    cleared,
    in_staging,
    in_wait,
    on_immunotherapy,
    on_tki,
    refractory,
)
from tests.workflow.facts import DAYS, FACTS

SITE = {
    "staging_ct.due_days": "14", "brain_mri.due_days": "14", "mdt.due_days": "7", "post_interval_mdt.days": "7",
    "treatment_start.due_days": "10", "io_labs.every_n_doses": "2", "io_response.first_days": "63",
    "io_response.repeat_days": "42", "pazo_lft.periodic_days": "30", "pazo_bp.repeat_days": "14",
    "tki_response.days": "56", "brain_referral.due_days": "5", "brain_surv.months_clear": "6", "ablation.months": "3",
    "surveillance.phase1_months": "3", "surveillance.phase1_years": "2", "observation.months": "3",
    "palliative.offer_days": "56", "bone.calcium_days": "7", "ltfu.attempts": "2", "ltfu.spacing_days": "14",
}  # fmt: skip
"""Most tasks are dated, so that dates are compared; the rest stays UNSET."""


def observed() -> Course:
    c = at_board(site=SITE)
    c.do("2026-01-27", "decide_observation", id="watch")
    return c


def ablated() -> Course:
    c = observed()
    c.do("2026-02-10", "decide_local_therapy", id="plan-rfa", modality="rfa")
    c.do("2026-02-20", "perform_local_therapy", id="rfa", modality="rfa", residual_disease="no")
    return c


def resected() -> Course:
    c = booked(site=SITE)
    c.do("2026-05-11", "perform_surgery", id="done", type="lung_metastasectomy", completeness="R0",
         residual_disease="no")  # fmt: skip
    return c


def dosed() -> Course:
    c = on_immunotherapy(site=SITE)
    for on in ("2026-02-23", "2026-03-16", "2026-04-07"):
        c.do(on, "give_dose", id=f"dose-{on}", by="coordinator", agent="atezolizumab")
    return c


def held_and_stopped() -> Course:
    c = on_tki(site=SITE)
    c.do("2026-08-03", "hold_regimen", id="hold", agent="pazopanib")
    c.do("2026-08-31", "resume_regimen", id="resume", agent="pazopanib")
    c.do("2026-11-02", "stop_regimen", id="stop", stop_reason="toxicity")
    return c


def combined() -> Course:
    c = refractory(site=SITE)
    c.do("2026-12-10", "decide_combination", id="decided-both")
    baseline_of_tki(c, "2026-12-14")
    c.do("2026-12-17", "start_regimen", id="both", agents=["atezolizumab", "axitinib"], class_="combination",
         schedule="1200_q3w", reason="no new CT")  # fmt: skip
    return c


def in_trial() -> Course:
    c = refractory(site=SITE)
    c.do("2026-12-17", "enrol_in_trial", id="enrol", trial="TRIAL-1")
    return c


def on_bone_agent() -> Course:
    c = on_immunotherapy(site=SITE)
    c.record("2026-02-10", "dental_exam", id="teeth")
    c.do("2026-02-12", "start_bone_agent", id="bone", agent="denosumab", schedule="120_q4w")
    c.do("2026-03-12", "give_bone_agent", id="bone-2", agent="denosumab")
    return c


def returned() -> Course:
    c = in_wait(site=SITE)
    c.do("2026-02-16", "transfer", id="away", by="coordinator")
    c.do("2026-08-17", "return_to_pathway", id="back", by="coordinator")
    return c


def supported() -> Course:
    c = on_immunotherapy(site=SITE)
    c.do("2026-07-06", "decide_supportive_care", id="support")
    return c


def died() -> Course:
    c = on_tki(site=SITE)
    c.do("2026-09-14", "declare_death", id="death")
    return c


def taken_for_dead() -> Course:
    c = in_wait(site=SITE)
    c.do("2026-02-16", "declare_death", id="death", by="coordinator")
    c.do("2026-02-23", "reverse_death", id="alive", by="coordinator", second_user="dr-ada")
    return c


def adopted() -> Course:
    c = Course(site=SITE)
    c.do("2025-10-01", "adopt", id="adopt", entered="2026-01-06", state="immunotherapy", since="2025-10-01",
         reason="referred on treatment")  # fmt: skip
    return c


def waiting_again() -> Course:
    c = resected()
    c.record("2026-09-07", "imaging", id="ct-2", modality="ct_chest", report="final", reported="2026-09-07",
             new_lesions="yes", lung_lesions_left=1, operable="yes", extrapulmonary="absent")  # fmt: skip
    c.do("2026-09-15", "decide_interval_scan", id="wait-2", **CRITERIA)
    return c


COURSES: dict[str, Callable[[], Course]] = {
    "referred": lambda: Course(site=SITE),
    "staging": lambda: in_staging(site=SITE),
    "board": lambda: at_board(site=SITE),
    "wait": lambda: in_wait(site=SITE),
    "cleared": lambda: cleared(site=SITE),
    "booked": lambda: booked(site=SITE),
    "resected": resected,
    "waiting again": waiting_again,
    "observed": observed,
    "ablated": ablated,
    "immunotherapy": dosed,
    "tki": lambda: on_tki(site=SITE),
    "tki stopped": held_and_stopped,
    "refractory": lambda: refractory(site=SITE),
    "combination": combined,
    "trial": in_trial,
    "bone agent": on_bone_agent,
    "returned": returned,
    "supportive care": supported,
    "dead": died,
    "taken for dead": taken_for_dead,
    "adopted": adopted,
}
DONE_BY = date(2027, 8, 1)
"""After the last step and the last fact."""


@st.composite
def facts_for(draw: st.DrawFn, course: Course) -> list[Line]:
    """Facts with clinical dates of their own, none of them a day of the course."""
    taken = {on for on, _, _ in course.log}
    days = draw(st.lists(DAYS.filter(lambda on: on not in taken), min_size=2, max_size=9, unique=True))
    lines: list[Line] = []
    for n, on in enumerate(days):
        kind, fields = draw(FACTS)
        if kind == "imaging":
            later = draw(st.sampled_from([0, 1, 9]))
            fields = fields | {"reported": str(date.fromisoformat(on) + timedelta(days=later))}
        if kind == "prior_regimen" and draw(st.booleans()):
            fields = fields | {"stopped": str(date.fromisoformat(on) + timedelta(days=40))}
        lines.append((on, kind, {"id": f"f{n}", **fields}))
    return lines
