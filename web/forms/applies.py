"""When a field is asked at all: what would say nothing is not put before people.

Without scripts every field is there, with the condition beside it. The rules accept a field at any time; this is help.
"""

from dataclasses import dataclass

from web.forms.words import label, value_label


@dataclass(frozen=True, kw_only=True, slots=True)
class When:
    """Another field of the same form, and the values with which this one means something."""

    field: str
    values: tuple[str, ...]

    @property
    def words(self) -> str:
        """The condition in words."""
        return f"with {label(self.field)}: {' or '.join(value_label(value) for value in self.values)}"


def when(field: str, *values: str) -> When:
    """The condition that a field has one of some values."""
    return When(field=field, values=values)


_CHEST = when("modality", "ct_chest", "ct_chest_abdomen_pelvis", "pet_ct", "other")
_BODY = when("modality", "ct_chest_abdomen_pelvis", "pet_ct", "other")
_HEAD = when("modality", "mri_brain", "ct_brain_contrast", "pet_ct", "other")
_REPORTED = when("report", "final", "amended")
_SHARED = when("centre_role", "shared_care")
_LUNG = when("type", "lung_metastasectomy")
_NO_MRI = when("contraindicated", "yes")
_RULED = (
    "solid_organ_transplant", "allo_hsct", "autoimmune_active", "autoimmune_history", "immunosuppression",
    "ild_pneumonitis", "prior_permanent_irae", "other",
)  # fmt: skip

WHEN: dict[tuple[str, str], When] = {
    ("centre_role", "reference_centre"): _SHARED,
    ("accept_referral", "reference_centre"): _SHARED,
    ("imaging", "reported"): _REPORTED,
    ("imaging", "lung_lesions_right"): _CHEST,
    ("imaging", "lung_lesions_left"): _CHEST,
    ("imaging", "new_lesions"): _CHEST,
    ("imaging", "operable"): _CHEST,
    ("imaging", "extrapulmonary"): _CHEST,
    ("imaging", "bone_metastases"): _BODY,
    ("imaging", "brain_metastases"): _HEAD,
    ("symptoms", "symptoms"): when("symptomatic", "yes"),
    ("mri_contraindication", "cause"): _NO_MRI,
    ("mri_contraindication", "ct_accepted_by"): _NO_MRI,
    ("immunotherapy_screen", "mdt_ruling"): when("findings", *_RULED),
    ("tki_screen", "haemorrhage_on"): when("haemorrhage", "haemoptysis", "cerebral", "gi"),
    ("trial", "trial"): when("status", "screening", "off_study"),
    ("perform_surgery", "residual_disease"): _LUNG,
}
"""By kind of record or act, and field. What is not named here is always asked."""
