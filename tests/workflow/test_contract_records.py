"""The naming contract, 2.9: the kinds of records, their fields and allowed values."""

import pytest

from tests.workflow.contract import (
    CENTRE,
    CHECKLIST,
    CLASSES,
    DATE,
    EVOLUTION,
    GROWTH,
    NUMBER,
    RESECTABILITY,
    SITES,
    STOP,
    WHOLE,
    YNU,
    written,
)
from workflow.labs import UNITS
from workflow.records import KINDS

MARKER = "positive / negative / unknown"
RECORDS = {
    "histology": {
        "result": "asps_suspected / asps_confirmed / other", "sarcoma_pathology_review?": YNU, "tfe3?": MARKER,
        "aspscr1_tfe3?": MARKER,
    },
    "centre_role": {"centre_role": CENTRE, "reference_centre?": "text"},
    "extent": {"extent": "localised / metastatic / unknown"},
    "primary_surgery": {"completeness": "R0 / R1 / R2 / not_done / unknown"},
    "imaging": {
        "modality": "ct_chest / ct_chest_abdomen_pelvis / mri_brain / ct_brain_contrast / pet_ct / other",
        "report": "preliminary / final / amended", "reported?": DATE, "purpose?": "text", "lung_lesions_right?": WHOLE,
        "lung_lesions_left?": WHOLE, "extrapulmonary?": "present / absent / unknown", "new_lesions?": YNU,
        "operable?": YNU, "brain_metastases?": YNU, "bone_metastases?": YNU,
    },
    "lesion": {"site": SITES, "size_mm?": NUMBER, "status?": "active / treated / resolved"},
    "symptoms": {"symptomatic": YNU, "cns_symptoms?": YNU, "symptoms?": "list of text"},
    "performance_status": {"ecog": "0 / 1 / 2 / 3 / 4 / unknown"},
    "resectability": {
        "resectability?": RESECTABILITY, "limited?": YNU, "checklist?": CHECKLIST, "growth_rate?": GROWTH,
        "disease_evolution?": EVOLUTION, "doubling_time_days?": WHOLE,
    },
    "mri_contraindication": {"contraindicated": YNU, "cause?": "text", "ct_accepted_by?": "text"},
    "immunotherapy_screen": {
        "findings": "list of none / solid_organ_transplant / allo_hsct / autoimmune_active / autoimmune_history / "
        "immunosuppression / ild_pneumonitis / prior_permanent_irae / other",
        "mdt_ruling?": "acceptable / contraindicated / unavailable / declined / pending",
    },
    "tki_screen": {
        "findings": "list of none / severe_hepatic / uncontrolled_bp / qt_prolonged / haemorrhage_6m / "
        "perforation_risk",
        "haemorrhage?": "haemoptysis / cerebral / gi / none / unknown", "haemorrhage_on?": DATE,
    },
    "pregnancy_status": {"can_become_pregnant": YNU},
    "pregnancy_test": {"result": "negative / positive / indeterminate"},
    "labs": {
        "status": "preliminary / final / amended", "results": "list of {analyte, value, unit, uln, lln}",
    },
    "blood_pressure": {"systolic": NUMBER, "diastolic": NUMBER},
    "ecg": {"qtc_ms": NUMBER},
    "weight": {"kg": NUMBER},
    "tmb": {"value": NUMBER, "assay?": "text", "fda_approved_assay?": YNU},
    "msi": {"result": "msi_h / mss / dmmr / pmmr / unknown"},
    "prior_regimen": {
        "agents": "list of text", "class": f"{CLASSES} / trial", "line?": WHOLE, "schedule?": "text",
        "last_dose?": DATE, "stopped?": DATE, "stop_reason?": STOP,
    },
    "response": {"assessment": "cr / pr / sd / not_evaluable", "imaging?": "text"},
    "progression": {
        "criterion": "recist_pd / iupd / icpd / clinical", "pattern": "systemic / oligo", "imaging?": "text",
        "regimen?": "text", "clinically_stable?": YNU,
    },
    "wound_healed": {"surgery?": "text"},
    "bone_health": {"status": "reviewed / declined"},
    "dental_exam": {},
    "palliative_care": {"status": "offered / referred / active / declined"},
    "trial": {"status": "none / searching / screening / off_study", "trial?": "text"},
    "toxicity": {"term": "text", "grade": "1 / 2 / 3 / 4 / 5", "attribution?": "text", "steroid_start?": DATE},
    "communication": {"topic": "explain_interval / prognosis / pregnancy / off_label / palliative"},
    "contact_attempt": {"result": "reached / not_reached"},
    "consent": {"status": "given / declined / withdrawn"},
    "brain_mri_interval": {"months": WHOLE},
}  # fmt: skip
LABS = {
    "ALT": ("U/L",), "AST": ("U/L",), "bilirubin": ("umol/L", "mg/dL"), "creatinine": ("umol/L", "mg/dL"),
    "creatinine_clearance": ("mL/min",), "TSH": ("mIU/L",), "corrected_calcium": ("mmol/L", "mg/dL"),
    "magnesium": ("mmol/L", "mg/dL"), "potassium": ("mmol/L", "mEq/L"), "urine_protein": ("g/L", "g/24h"),
}  # fmt: skip


def test_the_kinds_of_records() -> None:
    assert list(KINDS) == list(RECORDS)


@pytest.mark.parametrize("kind", RECORDS)
def test_the_fields_of_a_kind_of_record(kind: str) -> None:
    assert written(kind) == RECORDS[kind]


def test_the_analytes_and_their_units() -> None:
    assert UNITS == LABS
