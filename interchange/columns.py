"""The columns of a coordinator's spreadsheet, one row per patient: how each is called, and what it becomes.

A group of columns becomes one record, whose fields are those of `workflow.records`. A record without a date of its own
counts from `since`, the day on which the patient's state began.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from interchange.values import Reader, allowed, plain, reader_of
from workflow.acts import Adopt
from workflow.fields import YNU, Day
from workflow.records import KINDS
from workflow.vocabulary import EXITS, State

ON = "on"
"""Stands for the clinical date, where the name of a field is expected."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """One column."""

    name: str
    means: str
    becomes: str
    """The field it fills, or `ON`."""
    read: Reader
    allowed: str
    also: tuple[str, ...] = ()
    """Other names people give it."""
    text: bool = False
    """Free text: kept as it is."""


@dataclass(frozen=True, kw_only=True)
class Group:
    """Columns that become one record together, if any of them says something."""

    id: str
    """The id of the entry."""
    kind: str
    columns: tuple[Column, ...]
    needs_date: Callable[[dict[str, Any]], bool] = lambda given: True
    """Whether it must have a date of its own."""
    fixed: Mapping[str, Any] = field(default_factory=dict)
    """Fields that no column gives, unless one does."""
    needs: tuple[str, ...] = ()
    """Fields that the record could go without, but not here."""
    finished: Callable[[dict[str, Any]], dict[str, Any]] = lambda given: given
    """The fields as they are entered."""

    @cached_property
    def names(self) -> Mapping[str, str]:
        """The columns by the field they fill."""
        return {column.becomes: column.name for column in self.columns}


Described = tuple[Any, ...]
"""Name, field, meaning, and other names."""


def _columns(annotations: Mapping[str, Any], *described: Described) -> tuple[Column, ...]:
    return tuple(_column(annotations, *one) for one in described)


def _column(annotations: Mapping[str, Any], name: str, becomes: str, means: str, *also: str) -> Column:
    annotation = annotations.get(becomes, Day)
    return Column(
        name=name, becomes=becomes, means=means, also=also, read=reader_of(annotation, _WORDS.get(name)),
        allowed=_ALLOWED.get(name) or allowed(annotation).removesuffix(" YYYY-MM-DD"),
        text=annotation is str,
    )  # fmt: skip


def _group(id: str, kind: str, *described: Described, only: Mapping[str, Any] | None = None, **how: Any) -> Group:
    """A group whose columns take what the fields of the record take, or less: `only`."""
    fields = {f.alias or name: f.annotation for name, f in KINDS[kind].model_fields.items()}
    return Group(id=id, kind=kind, columns=_columns({**fields, **(only or {})}, *described), **how)


def _never(given: dict[str, Any]) -> bool:
    return False


_WORDS: dict[str, dict[str, str]] = {
    "sex_recorded": {"f": "female", "w": "female", "m": "male", "d": "other"},
    "state": {state.title: state.value for state in State},
}
_ALLOWED = {"patient_id": "letters, digits, . _ -", "state": " / ".join(s.value for s in State if s not in EXITS)}
_PERSON = {
    "id": str, "born": Day, "name": str, "contact": str, "sex_recorded": Literal["female", "male", "other", "unknown"],
    "can_become_pregnant": YNU,
}  # fmt: skip
_ADOPT = {**{name: f.annotation for name, f in Adopt.model_fields.items()}, "since": Day, "reason": str}

REGISTRATION = _columns(
    _PERSON,
    ("patient_id", "id", "an id of your own choice: no name, no hospital number", "id", "patient no", "pseudonym"),
    ("born", "born", "date of birth", "date of birth", "birth date", "dob", "Geburtsdatum"),
    ("name", "name", "kept outside the chained record", "patient name"),
    ("contact", "contact", "kept outside the chained record", "contact details"),
    ("sex_recorded", "sex_recorded", "empty: unknown", "sex", "gender", "Geschlecht"),
    ("can_become_pregnant", "can_become_pregnant", "empty: unknown, which is not no", "childbearing potential"),
)

ADOPTION = _columns(
    _ADOPT,
    ("state", "state", "where the patient stands", "pathway state", "current state"),
    ("since", "since", "the day on which that state began", "state since"),
    ("reason", "reason", "where the history stands, and who says so; else --reason", "adoption reason"),
    ("staging_started", "staging_started", "empty: `since`. Brain imaging counts from here", "start of staging"),
)


def _reported(given: dict[str, Any]) -> dict[str, Any]:
    """A scan with findings was reported; one without stands as preliminary, and satisfies no guard (R6, R12)."""
    findings = {name: value for name, value in given.items() if name not in ("modality", "report")}
    said = any(value != "unknown" for value in findings.values())
    return {**given, "report": "final" if said else "preliminary"}


def _chest_ct(id: str, name: str, what: str, *more: Described) -> Group:
    also = (f"{name} date", f"date of {name}")
    return _group(
        id, "imaging",
        (name, ON, f"{what}; with findings it counts as reported, without as preliminary", *also),
        (f"{name}_modality", "modality", "empty: ct_chest"),
        (f"{name}_right", "lung_lesions_right", "lesions in the right lung", f"{name} lesions right"),
        (f"{name}_left", "lung_lesions_left", "lesions in the left lung", f"{name} lesions left"),
        (f"{name}_extrapulmonary", "extrapulmonary", "disease outside the lungs"),
        *more,
        fixed={"modality": "ct_chest"},
        only={"modality": Literal["ct_chest", "ct_chest_abdomen_pelvis"]},
        finished=_reported,
    )  # fmt: skip


def _prior(n: int) -> Group:
    return _group(
        f"prior-{n}", "prior_regimen",
        (f"prior_{n}_drugs", "agents", f"earlier systemic treatment {n}", f"prior {n}", f"prior treatment {n}"),
        (f"prior_{n}_class", "class", "its class"),
        (f"prior_{n}_start", ON, "its first day"),
        (f"prior_{n}_stopped", "stopped", "its last day: without one it would count as running"),
        (f"prior_{n}_stop_reason", "stop_reason", "why it ended"),
        needs=("stopped",),
    )  # fmt: skip


GROUPS: tuple[Group, ...] = (
    _group(
        "centre", "centre_role",
        ("centre_role", "centre_role", "who treats", "center role", "treating centre"),
        ("reference_centre", "reference_centre", "its id, under shared care", "reference center"),
        needs_date=_never,
    ),
    _group(
        "histology", "histology",
        ("histology", "result", "the diagnosis under the microscope", "histology result"),
        ("histology_date", ON, "empty: known since `since`"),
        ("sarcoma_pathology_review", "sarcoma_pathology_review", "seen by a sarcoma pathologist", "pathology review"),
        ("aspscr1_tfe3", "aspscr1_tfe3", "the fusion", "fusion"),
        needs_date=_never,
    ),
    _group(
        "first-metastasis", "extent",
        ("first_metastasis", ON, "when the first metastasis was found", "first metastasis date", "metastatic since"),
        fixed={"extent": "metastatic"},
    ),
    _group(
        "primary-surgery", "primary_surgery",
        ("primary_surgery", ON, "operation of the primary tumour", "primary surgery date", "date of primary surgery"),
        ("primary_surgery_completeness", "completeness", "not_done needs no date", "completeness", "resection margin"),
        fixed={"completeness": "unknown"},
        needs_date=lambda given: given["completeness"] != "not_done",
    ),
    _chest_ct("index-ct", "index_ct", "the CT from which the three months count"),
    _chest_ct(
        "last-ct", "last_ct", "the latest chest CT, if another than the index CT",
        ("last_ct_new_lesions", "new_lesions", "against the CT before", "new lesions"),
        ("last_ct_operable", "operable", "still operable", "operable"),
        ("last_ct_bone_metastases", "bone_metastases", "as this CT shows", "bone metastases"),
    ),
    _group(
        "brain-mri", "imaging",
        ("brain_mri", ON, "the latest; without a result it counts as preliminary", "brain mri date", "mri brain"),
        ("brain_metastases", "brain_metastases", "as this MRI shows", "brain mri result"),
        fixed={"modality": "mri_brain"},
        finished=_reported,
    ),
    _group(
        "symptoms", "symptoms",
        ("symptomatic", "symptomatic", "whether the disease is felt", "symptoms"),
        ("cns_symptoms", "cns_symptoms", "from the nervous system"),
        ("symptoms_date", ON, "empty: so since `since`"),
        needs_date=_never,
    ),
    _group(
        "performance", "performance_status",
        ("ecog", "ecog", "performance status", "ecog ps", "performance status"),
        ("ecog_date", ON, "empty: so since `since`"),
        needs_date=_never,
    ),
    _group(
        "resectability", "resectability",
        ("limited", "limited", "limited lung disease, as the tumour board says", "limited disease"),
        ("resectability", "resectability", "as the tumour board says"),
        needs_date=_never,
    ),
    _prior(1), _prior(2), _prior(3),
    _group(
        "current", "prior_regimen",
        ("current_drugs", "agents", "the systemic treatment that is running", "current drug", "current treatment"),
        ("current_class", "class", "its class"),
        ("current_start", ON, "its first day"),
        ("current_schedule", "schedule", "its schedule code"),
        ("current_last_dose", "last_dose", "the last infusion given: the next is due from there", "last dose"),
    ),
    _group(
        "progression", "progression",
        ("progression", ON, "the latest progression", "progression date", "date of progression"),
        ("progression_criterion", "criterion", "how it was judged"),
        ("progression_pattern", "pattern", "as the clinician labels it"),
    ),
    _group(
        "pregnancy-test", "pregnancy_test",
        ("pregnancy_test", "result", "the latest", "pregnancy test result"),
        ("pregnancy_test_date", ON, "its day"),
    ),
    _group(
        "palliative", "palliative_care",
        ("palliative_care", "status", "empty: not offered yet", "palliative care status"),
        ("palliative_care_date", ON, "empty: so since `since`"),
        needs_date=_never,
    ),
)  # fmt: skip

COLUMNS = {c.name: c for c in (*REGISTRATION, *ADOPTION, *(c for group in GROUPS for c in group.columns))}
"""Every column, in the order of the template."""

REQUIRED = ("patient_id", "born", "state", "since")
"""Columns that a sheet cannot go without."""


def named(header: str) -> str | None:
    """The column that a header cell names, however it is spaced and capitalised."""
    return _BY_NAME.get(plain(header))


_BY_NAME = {plain(name): column.name for column in COLUMNS.values() for name in (*column.also, column.name)}
