"""The kinds of records, in the groups in which people look for them."""

from workflow.records import KINDS

_GROUPS = {
    "Scans and response": ("imaging", "response", "progression", "lesion"),
    "How the patient is": ("symptoms", "performance_status", "weight", "toxicity", "wound_healed"),
    "Drug safety": (
        "labs", "blood_pressure", "ecg", "pregnancy_status", "pregnancy_test", "immunotherapy_screen", "tki_screen",
        "mri_contraindication",
    ),
    "Diagnosis and history": (
        "histology", "extent", "primary_surgery", "prior_regimen", "tmb", "msi", "centre_role",
    ),
    "Tumour board": ("resectability", "brain_mri_interval", "trial"),
    "Care and contact": (
        "communication", "contact_attempt", "consent", "palliative_care", "bone_health", "dental_exam",
    ),
}  # fmt: skip


def groups() -> dict[str, tuple[str, ...]]:
    """Every kind of record; one that is new stands under More."""
    known = {kind for kinds in _GROUPS.values() for kind in kinds}
    more = tuple(kind for kind in KINDS if kind not in known)
    found = {name: tuple(kind for kind in kinds if kind in KINDS) for name, kinds in _GROUPS.items()}
    return found | ({"More": more} if more else {})
