"""Invented facts, as plain fields: every kind of record, with all its values."""

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

Given = dict[str, Any]
Fact = tuple[str, Given]
"""A kind of record, or a dose, and its fields."""

YNU = st.sampled_from(["yes", "no", "unknown"])
MODALITIES = ["ct_chest", "ct_chest_abdomen_pelvis", "mri_brain", "ct_brain_contrast", "pet_ct", "other"]
CLASSES = ["ici_pdl1", "ici_pd1", "tki", "combination", "cytotoxic_anthracycline", "other", "trial"]
AGENTS = ["atezolizumab", "pembrolizumab", "pazopanib", "axitinib", "doxorubicin"]
Values = st.SearchStrategy[Any]
UNITS = {
    "ALT": "U/L", "AST": "U/L", "bilirubin": "umol/L", "creatinine": "umol/L", "TSH": "mIU/L", "potassium": "mmol/L",
    "corrected_calcium": "mmol/L", "magnesium": "mmol/L", "urine_protein": "g/L", "creatinine_clearance": "mL/min",
}  # fmt: skip


def one_of(*values: Any) -> Values:
    """Any of these values."""
    return st.sampled_from(values)


def record(kind: str, optional: dict[str, Values] | None = None, **required: Values) -> st.SearchStrategy[Fact]:
    """Facts of a kind; optional fields may be left out."""
    fields = st.fixed_dictionaries(required, optional=optional or {})
    return st.tuples(st.just(kind), fields)


def _results(names: list[str], times: float) -> list[Given]:
    return [{"analyte": n, "value": 40 * times, "unit": UNITS[n], "uln": 40, "lln": 20} for n in names]


LABS = st.builds(
    lambda names, times, status: ("labs", {"status": status, "results": _results(names, times)}),
    st.one_of(
        st.just(["ALT", "AST", "bilirubin"]),
        st.just(list(UNITS)),
        st.lists(one_of(*UNITS), min_size=1, max_size=4, unique=True),
    ),
    one_of(0.4, 0.9, 3.5, 9),
    one_of("final", "final", "amended", "preliminary"),
)

IMAGING = record(
    "imaging",
    modality=one_of(*MODALITIES, "ct_chest", "mri_brain"),
    report=one_of("final", "final", "amended", "preliminary"),
    optional={
        "lung_lesions_right": one_of(0, 1, 3), "lung_lesions_left": one_of(0, 2),
        "extrapulmonary": one_of("present", "absent", "unknown"), "new_lesions": YNU, "operable": YNU,
        "brain_metastases": YNU, "bone_metastases": YNU,
    },
)  # fmt: skip

PROGRESSION = record(
    "progression",
    criterion=one_of("recist_pd", "iupd", "icpd", "clinical"), pattern=one_of("systemic", "oligo"),
    optional={"clinically_stable": YNU},
)  # fmt: skip

BOARD = record(
    "resectability",
    optional={
        "resectability": one_of("resectable", "unresectable", "unknown"), "limited": YNU,
        "checklist": one_of("complete", "incomplete"), "growth_rate": one_of("indolent", "rapid"),
    },
)  # fmt: skip

DISEASE = st.one_of(
    record("histology", result=one_of("asps_suspected", "asps_confirmed", "asps_confirmed", "other")),
    record("extent", extent=one_of("localised", "metastatic", "unknown")),
    record("primary_surgery", completeness=one_of("R0", "R1", "R2", "not_done", "unknown")),
    record("lesion", site=one_of("lung_right", "brain", "bone", "liver"),
           optional={"status": one_of("active", "treated", "resolved")}),
    record("symptoms", symptomatic=YNU, optional={"cns_symptoms": YNU}),
    record("msi", result=one_of("msi_h", "mss")),
    record("tmb", value=one_of(3, 10, 14.5), optional={"fda_approved_assay": YNU}),
    record("performance_status", ecog=one_of(0, 2, "unknown")),
)  # fmt: skip

SAFETY = st.one_of(
    record("immunotherapy_screen", findings=one_of(["none"], ["allo_hsct"], ["autoimmune_history"]),
           optional={"mdt_ruling": one_of("acceptable", "contraindicated", "declined", "pending")}),
    record("tki_screen", findings=one_of(["none"], ["severe_hepatic"], ["qt_prolonged"]),
           optional={"haemorrhage": one_of("gi", "none")}),
    record("pregnancy_status", can_become_pregnant=YNU),
    record("pregnancy_test", result=one_of("negative", "positive", "indeterminate")),
    record("blood_pressure", systolic=one_of(120, 170), diastolic=st.just(80)),
    record("ecg", qtc_ms=one_of(410, 510)),
    record("weight", kg=st.just(61.5)),
    record("toxicity", term=st.just("fatigue"), grade=one_of(1, 3)),
    record("mri_contraindication", contraindicated=YNU, optional={"ct_accepted_by": st.just("dr-grace")}),
    record("wound_healed"),
    record("dental_exam"),
    record("bone_health", status=one_of("reviewed", "declined")),
)  # fmt: skip

CARE = st.one_of(
    record("centre_role", centre_role=one_of("reference_centre", "non_reference")),
    record("prior_regimen", agents=one_of(*AGENTS).map(lambda agent: [agent]), class_=one_of(*CLASSES),
           optional={"stop_reason": one_of("progression", "toxicity"), "schedule": one_of("1200_q3w", "200_q3w")}),
    record("response", assessment=one_of("cr", "pr", "sd", "not_evaluable")),
    record("palliative_care", status=one_of("offered", "referred", "active", "declined")),
    record("trial", status=one_of("none", "searching", "screening", "off_study")),
    record("communication", topic=one_of("explain_interval", "prognosis", "pregnancy", "off_label", "palliative")),
    record("contact_attempt", result=one_of("reached", "not_reached")),
    record("consent", status=one_of("given", "declined", "withdrawn")),
    record("brain_mri_interval", months=one_of(2, 6)),
)  # fmt: skip

FACTS: st.SearchStrategy[Fact] = st.one_of(IMAGING, LABS, PROGRESSION, BOARD, DISEASE, SAFETY, CARE)
"""Any fact; what decides most comes most often."""

FIRST, SPAN = date(2025, 3, 1), 800
"""Facts lie between March 2025 and May 2027: before the referral, during the courses, and after them."""

DAYS = st.integers(0, SPAN).map(lambda n: str(FIRST + timedelta(days=n)))
