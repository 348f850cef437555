"""The words of the naming contract that several tests share, copied as plain data: states and allowed values."""

from tests.workflow.build import fields_of

OFF = "deceased transferred lost_to_follow_up consent_withdrawn out_of_scope"
STATES = (
    "referred staging mdt_review observation interval_wait interval_scan surgery immunotherapy tki refractory "
    f"combination clinical_trial other_systemic surveillance supportive_care {OFF}"
)
A = "immunotherapy tki combination clinical_trial other_systemic"
W = "interval_wait interval_scan"
EVERY_ON = STATES.removesuffix(f" {OFF}")
ON_BUT_REFERRED = EVERY_ON.removeprefix("referred ")


AWAY = "transferred lost_to_follow_up"

YNU, DATE, NUMBER, WHOLE = "yes / no / unknown", "date YYYY-MM-DD", "number", "whole number"
SITES = "lung_right / lung_left / brain / bone / liver / node / soft_tissue / other"
CLASSES = "ici_pdl1 / ici_pd1 / tki / combination / cytotoxic_anthracycline / cytotoxic_other / other"
GROWTH, EVOLUTION = "indolent / intermediate / rapid / unknown", "stable / slow / rapid / mixed / unknown"
RESECTABILITY, CHECKLIST = "resectable / unresectable / unknown", "complete / incomplete"
STOP = "progression / toxicity / completed / choice / pregnancy / other"
CENTRE = "reference_centre / shared_care / non_reference"


def names(text: str) -> set[str]:
    """The names in a text."""
    return set(text.split())


def written(name: str) -> dict[str, str]:
    """The fields of a record or act as the contract writes them: `?` after those that may be left out."""
    kind = fields_of(name)
    return {field + "?" * (field not in kind.required()): allowed for field, allowed in kind.names().items()}
