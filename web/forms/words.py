"""How fields and values are said on a page: plain words for the names that data has."""

import re
from decimal import Decimal
from typing import Any

from markupsafe import Markup, escape

_DATA = re.compile(r"(?<![\w.])[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)+(?!\w|\.\w)")
"""A name of data; not a setting, which has a point inside, nor a code such as 840_q2w: they are typed as they are."""
_DATE = re.compile(r"\b\d{4}-\d\d-\d\d\b")

_CAPITALS = {
    word.casefold(): word
    for word in (
        "ASPS", "CNS", "CT", "ECG", "ECOG", "FDA", "GI", "ILD", "MDT", "MRI", "PET", "SABR", "RFA", "MWA", "RT", "SRS",
        "TKI", "TMB", "MSI", "R0", "R1", "R2", "TFE3", "ASPSCR1", "QT", "iUPD", "iCPD", "ALT", "AST", "TSH", "HSCT",
        "irAE", "MSS", "dMMR", "pMMR", "RECIST", "PD",
    )
}  # fmt: skip

_FIELDS = {
    "aspscr1_tfe3": "ASPSCR1::TFE3 fusion",
    "centre_role": "role of this centre",
    "reference_centre": "reference centre (its id)",
    "centre": "deciding centre (its id)",
    "class": "class of treatment",
    "ecog": "ECOG performance status",
    "fda_approved_assay": "FDA-approved assay",
    "index_ct": "index CT",
    "kg": "weight (kg)",
    "last_dose": "last dose on",
    "lln": "lower limit",
    "uln": "upper limit",
    "line": "line of treatment",
    "limited": "disease is limited, as the tumour board judges",
    "major": "major operation",
    "mdt_ruling": "ruling of the tumour board",
    "months": "interval (months)",
    "planned": "planned for",
    "qtc_ms": "QTc (ms)",
    "reported": "reported on",
    "second_user": "second person",
    "signer_2": "second signer",
    "since": "stands there since",
    "size_mm": "size (mm)",
    "staging_started": "staging started on",
    "starts": "starts on",
    "state": "where the patient stands",
    "stopped": "stopped on",
    "steroid_start": "steroids started on",
    "systolic": "systolic (mmHg)",
    "diastolic": "diastolic (mmHg)",
    "doubling_time_days": "doubling time (days)",
    "tfe3": "TFE3 result",
    "until": "until",
    "haemorrhage_on": "bleeding on",
    "term": "side effect",
    "text": "why",
    "reason_code": "kind of reason",
    "grade": "CTCAE grade",
    "brain_mri_interval": "brain MRI interval",
    "ct_accepted_by": "contrast CT accepted by",
}  # fmt: skip

_HINTS = {
    "agents": "one drug per line",
    "symptoms": "one per line",
    "schedule": "a code such as 1200_q3w, or words",
    "reference_centre": "letters, digits, . _ and -",
    "centre": "letters, digits, . _ and -; needed under shared care",
    "trial": "letters, digits, . _ and -",
    "value": "a point or a comma for decimals; nothing is converted",
    "limited": "the tumour board's judgement; there is no number for it",
    "expires": "local time at the site; left open: after as many hours as the site has set",
    "results": "limits are those of the laboratory, in the unit of the value; nothing is converted",
    "pattern": "as the clinician labels it; it is never computed",
}

_VALUES = {
    "ct_chest_abdomen_pelvis": "CT chest, abdomen and pelvis",
    "ct_brain_contrast": "CT brain with contrast",
    "pet_ct": "PET-CT",
    "ici_pdl1": "checkpoint inhibitor, PD-L1",
    "ici_pd1": "checkpoint inhibitor, PD-1",
    "combination": "TKI plus checkpoint inhibitor",
    "cr": "complete response",
    "pr": "partial response",
    "sd": "stable disease",
    "msi_h": "MSI-H",
    "oligo": "oligoprogression",
    "recist_pd": "RECIST progression",
    "haemorrhage_6m": "haemorrhage within 6 months",
    "off_label": "off-label use",
    "rt": "radiotherapy",
    "srs": "radiosurgery (SRS)",
    "sabr": "SABR",
    "rfa": "radiofrequency ablation",
    "mwa": "microwave ablation",
    "cryo": "cryoablation",
    "surgery_extrapulmonary": "operation outside the lungs",
    "non_reference": "neither a reference centre nor shared care",
    "asps_suspected": "ASPS suspected",
    "asps_confirmed": "ASPS confirmed",
    "gi": "gastrointestinal",
    "uncontrolled_bp": "blood pressure not controlled",
    "severe_hepatic": "severe hepatic impairment",
    "evidence_elsewhere": "the evidence exists elsewhere",
    "allo_hsct": "allogeneic stem cell transplant",
    "ild_pneumonitis": "interstitial lung disease or pneumonitis",
    "prior_permanent_irae": "earlier immune side effect that ended treatment",
    "qt_prolonged": "QT prolonged",
    "mdt_review": "tumour board review",
    "interval_scan": "interval CT due",
}


def label(name: str) -> str:
    """A field's name as a label."""
    return _first_capital(_FIELDS.get(name) or spaced(name))


def title(name: str) -> str:
    """A kind of record, an act or a guard as people say it."""
    return _first_capital(spaced(name))


def value_label(value: Any) -> str:
    """A value as people say it."""
    return _first_capital(_VALUES.get(str(value)) or spaced(str(value)))


def hint(name: str) -> str:
    """What helps to fill a field; empty where its label says it."""
    return _first_capital(_HINTS.get(name, ""))


def blank(name: str) -> str:
    """What it means to choose nothing in a field that may be left out."""
    return "All that run" if name == "agent" else "Not said"


def shortly(value: Any) -> str:
    """A field's value as people read it: `ALT 22 U/L, AST 19 U/L`."""
    if isinstance(value, (list, tuple)):
        return ", ".join(shortly(inner) for inner in value)
    if isinstance(value, dict):
        return " ".join(number(inner) if isinstance(inner, float) else spaced(str(inner)) for inner in value.values())
    if isinstance(value, float):
        return number(value)
    return "not said" if value is None else _VALUES.get(str(value)) or spaced(str(value))


def number(value: float) -> str:
    """A number as people write it: 70, not 70.0."""
    return format(Decimal(str(value)), "f").removesuffix(".0")


def plainly(text: str) -> str:
    """A sentence of the rules without the underscores of data."""
    return _DATA.sub(lambda found: spaced(found[0]), text)


def unbroken(text: str) -> Markup:
    """A sentence for a page in which no date is broken over two lines."""
    return Markup(_DATE.sub(r'<span class="nowrap">\g<0></span>', str(escape(plainly(text)))))


def spaced(name: str) -> str:
    """`ct_chest` as `CT chest`."""
    return " ".join(_CAPITALS.get(word.casefold(), word) for word in name.split("_")) if name.isascii() else name


def _first_capital(text: str) -> str:
    return text if any(c.isupper() for c in text.split(" ")[0]) else text[:1].upper() + text[1:]
