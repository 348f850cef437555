"""The kinds of records: facts about a patient, with fields and values as the naming contract spells them.

A field left out says nothing: the last known value stays. `amend` changes the fields it gives.
"""

from typing import Annotated, Literal

from pydantic import Field

from workflow.fields import YNU, Count, Day, Fields, Id, Line, Measure
from workflow.labs import Labs

Site = Literal["lung_right", "lung_left", "brain", "bone", "liver", "node", "soft_tissue", "other"]
RegimenClass = Literal[
    "ici_pdl1", "ici_pd1", "tki", "combination", "cytotoxic_anthracycline", "cytotoxic_other", "other"
]
StopReason = Literal["progression", "toxicity", "completed", "choice", "pregnancy", "other"]
Growth = Literal["indolent", "intermediate", "rapid", "unknown"]
Evolution = Literal["stable", "slow", "rapid", "mixed", "unknown"]
CentreRoleName = Literal["reference_centre", "shared_care", "non_reference"]
MolecularResult = Literal["positive", "negative", "unknown"]


class Histology(Fields):
    """The diagnosis under the microscope (F12)."""

    result: Literal["asps_suspected", "asps_confirmed", "other"]
    sarcoma_pathology_review: YNU | None = None
    tfe3: MolecularResult | None = None
    aspscr1_tfe3: MolecularResult | None = None


class CentreRole(Fields):
    """Who treats: a reference centre, shared care with one, or neither (F11)."""

    centre_role: CentreRoleName
    reference_centre: Id | None = None


class Extent(Fields):
    """How far the disease has spread; the clinical date is the date of the finding (F13, F15)."""

    extent: Literal["localised", "metastatic", "unknown"]


class PrimarySurgery(Fields):
    """The operation of the primary tumour (F14)."""

    completeness: Literal["R0", "R1", "R2", "not_done", "unknown"]


class Imaging(Fields):
    """A scan and its typed report; the clinical date is the day it was performed (F16 to F18, F25)."""

    modality: Literal["ct_chest", "ct_chest_abdomen_pelvis", "mri_brain", "ct_brain_contrast", "pet_ct", "other"]
    report: Literal["preliminary", "final", "amended"]
    reported: Day | None = None
    purpose: Line | None = None
    lung_lesions_right: Count | None = None
    lung_lesions_left: Count | None = None
    extrapulmonary: Literal["present", "absent", "unknown"] | None = None
    new_lesions: YNU | None = None
    operable: YNU | None = None
    brain_metastases: YNU | None = None
    bone_metastases: YNU | None = None


class Lesion(Fields):
    """One lesion (F16)."""

    site: Site
    size_mm: Measure | None = None
    status: Literal["active", "treated", "resolved"] | None = None


class Symptoms(Fields):
    """Whether the disease is felt (F23), and from the nervous system (F27)."""

    symptomatic: YNU
    cns_symptoms: YNU | None = None
    symptoms: list[Line] | None = None


class PerformanceStatus(Fields):
    """ECOG performance status (F24)."""

    ecog: Literal[0, 1, 2, 3, 4, "unknown"]


class Resectability(Fields):
    """The tumour board's judgements about lung surgery (F19 to F22, F28)."""

    resectability: Literal["resectable", "unresectable", "unknown"] | None = None
    limited: YNU | None = None
    checklist: Literal["complete", "incomplete"] | None = None
    growth_rate: Growth | None = None
    disease_evolution: Evolution | None = None
    doubling_time_days: Count | None = None


class MriContraindication(Fields):
    """Why no MRI is possible, and which clinician accepts a contrast CT instead (F26)."""

    contraindicated: YNU
    cause: Line | None = None
    ct_accepted_by: Id | None = None


class ImmunotherapyScreen(Fields):
    """What speaks against a checkpoint inhibitor, and the tumour board's ruling (F32)."""

    findings: list[
        Literal[
            "none", "solid_organ_transplant", "allo_hsct", "autoimmune_active", "autoimmune_history",
            "immunosuppression", "ild_pneumonitis", "prior_permanent_irae", "other",
        ]
    ]  # fmt: skip
    mdt_ruling: Literal["acceptable", "contraindicated", "unavailable", "declined", "pending"] | None = None


class TkiScreen(Fields):
    """What speaks against an anti-angiogenic TKI (F33), and bleeding (F37)."""

    findings: list[
        Literal["none", "severe_hepatic", "uncontrolled_bp", "qt_prolonged", "haemorrhage_6m", "perforation_risk"]
    ]
    haemorrhage: Literal["haemoptysis", "cerebral", "gi", "none", "unknown"] | None = None
    haemorrhage_on: Day | None = None


class PregnancyStatus(Fields):
    """Whether the patient can become pregnant (F04)."""

    can_become_pregnant: YNU


class PregnancyTest(Fields):
    """A pregnancy test (F05)."""

    result: Literal["negative", "positive", "indeterminate"]


class BloodPressure(Fields):
    """Blood pressure in mmHg (F35)."""

    systolic: Measure
    diastolic: Measure


class Ecg(Fields):
    """QTc in milliseconds (F36)."""

    qtc_ms: Measure


class Weight(Fields):
    """Body weight in kg (F06)."""

    kg: Annotated[Measure, Field(gt=0)]


class Tmb(Fields):
    """Tumour mutational burden in mutations per megabase (F29)."""

    value: Measure
    assay: Line | None = None
    fda_approved_assay: YNU | None = None


class Msi(Fields):
    """Microsatellite and mismatch-repair status (F30)."""

    result: Literal["msi_h", "mss", "dmmr", "pmmr", "unknown"]


class PriorRegimen(Fields):
    """Systemic treatment before referral; the clinical date is its start (F31)."""

    agents: list[Line]
    regimen_class: RegimenClass | Literal["trial"] = Field(alias="class")
    line: Count | None = None
    schedule: Line | None = None
    last_dose: Day | None = None
    stopped: Day | None = None
    stop_reason: StopReason | None = None


class Response(Fields):
    """How the disease answers to treatment (F49)."""

    assessment: Literal["cr", "pr", "sd", "not_evaluable"]
    imaging: Id | None = None


class Progression(Fields):
    """Progression as the clinician labels it; the pattern is never computed (F38)."""

    criterion: Literal["recist_pd", "iupd", "icpd", "clinical"]
    pattern: Literal["systemic", "oligo"]
    imaging: Id | None = None
    regimen: Id | None = None
    clinically_stable: YNU | None = None


class WoundHealed(Fields):
    """The wound of an operation has healed (F40)."""

    surgery: Id | None = None


class BoneHealth(Fields):
    """The bone review, or that the patient declined it (F41)."""

    status: Literal["reviewed", "declined"]


class DentalExam(Fields):
    """A dental examination (F41)."""


class PalliativeCare(Fields):
    """Palliative care: offered, referred, active or declined (F42)."""

    status: Literal["offered", "referred", "active", "declined"]


class Trial(Fields):
    """The search for a clinical trial, and leaving one (F43)."""

    status: Literal["none", "searching", "screening", "off_study"]
    trial: Id | None = None


class Toxicity(Fields):
    """A side effect with its CTCAE grade (F44)."""

    term: Line
    grade: Literal[1, 2, 3, 4, 5]
    attribution: Line | None = None
    steroid_start: Day | None = None


class Communication(Fields):
    """A conversation with the patient on a topic (F45)."""

    topic: Literal["explain_interval", "prognosis", "pregnancy", "off_label", "palliative"]


class ContactAttempt(Fields):
    """An attempt to reach the patient (F46)."""

    result: Literal["reached", "not_reached"]


class Consent(Fields):
    """Consent to being followed here (F09)."""

    status: Literal["given", "declined", "withdrawn"]


class BrainMriInterval(Fields):
    """The brain surveillance interval that the tumour board set for this patient, in months (F50)."""

    months: Count


KINDS: dict[str, type[Fields]] = {
    "histology": Histology,
    "centre_role": CentreRole,
    "extent": Extent,
    "primary_surgery": PrimarySurgery,
    "imaging": Imaging,
    "lesion": Lesion,
    "symptoms": Symptoms,
    "performance_status": PerformanceStatus,
    "resectability": Resectability,
    "mri_contraindication": MriContraindication,
    "immunotherapy_screen": ImmunotherapyScreen,
    "tki_screen": TkiScreen,
    "pregnancy_status": PregnancyStatus,
    "pregnancy_test": PregnancyTest,
    "labs": Labs,
    "blood_pressure": BloodPressure,
    "ecg": Ecg,
    "weight": Weight,
    "tmb": Tmb,
    "msi": Msi,
    "prior_regimen": PriorRegimen,
    "response": Response,
    "progression": Progression,
    "wound_healed": WoundHealed,
    "bone_health": BoneHealth,
    "dental_exam": DentalExam,
    "palliative_care": PalliativeCare,
    "trial": Trial,
    "toxicity": Toxicity,
    "communication": Communication,
    "contact_attempt": ContactAttempt,
    "consent": Consent,
    "brain_mri_interval": BrainMriInterval,
}
