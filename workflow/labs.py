"""Laboratory results: each in its own unit, with the limits of its own laboratory; nothing is ever converted."""

from typing import Literal

from pydantic import ValidationInfo, field_validator

from workflow.fields import Fields, Line, Measure

UNITS: dict[str, tuple[str, ...]] = {
    "ALT": ("U/L",),
    "AST": ("U/L",),
    "bilirubin": ("umol/L", "mg/dL"),
    "creatinine": ("umol/L", "mg/dL"),
    "creatinine_clearance": ("mL/min",),
    "TSH": ("mIU/L",),
    "corrected_calcium": ("mmol/L", "mg/dL"),
    "potassium": ("mmol/L", "mEq/L"),
    "magnesium": ("mmol/L", "mg/dL"),
    "urine_protein": ("g/L", "g/24h"),
}
"""Units accepted for each analyte; any other is refused, never converted (section 4.4)."""


class LabResult(Fields):
    """One value with its unit and the limits of its own laboratory in the same unit (F34)."""

    analyte: Literal[
        "ALT", "AST", "bilirubin", "creatinine", "creatinine_clearance", "TSH", "corrected_calcium", "potassium",
        "magnesium", "urine_protein",
    ]  # fmt: skip
    value: Measure
    unit: Line
    uln: Measure | None = None
    lln: Measure | None = None

    @field_validator("unit")
    @classmethod
    def _unit_fits(cls, unit: str, info: ValidationInfo) -> str:
        analyte = info.data.get("analyte")
        if analyte and unit not in UNITS[analyte]:
            raise ValueError(f"{analyte} is given in {' or '.join(UNITS[analyte])}; units are never converted")
        return unit


class Labs(Fields):
    """A laboratory report."""

    status: Literal["preliminary", "final", "amended"]
    results: list[LabResult]
