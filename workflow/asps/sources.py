"""The source guide, statement by statement: the wording, where it stands, and who else says so.

The guide, "Treatment Options for Metastatic ASPS" (droracle.ai/articles/809327, last updated 5 Feb 2026), is an
unreviewed educational article: its page says "pending human review". Its citation markers 1 to 4 point to a reference
list that it does not contain (S58). A high confidence here means that the wording was read at the owner, not that it
is true.
"""

from typing import Final, NamedTuple

from workflow.vocabulary import Source

ORIGIN: Final = "droracle.ai/articles/809327, an educational article pending human review"
UPDATED: Final = "5 Feb 2026"
"""When the guide says it was last updated: the date shown beside its figures."""

REFERENCE_LIST: Final = "reference list missing"
"""Status of every citation marker (S58)."""

NOT_CONFIRMED: Final = "no independent source found"


class Place(NamedTuple):
    """Where a statement stands in the guide."""

    line: int
    """Counted from the title = 1; 0 is the guide as a whole."""
    markers: str
    """The guide's own citation markers, such as "1, 2"; empty where it gives none."""


_SENTENCES: Final = {
    "S1": "Treatment Options for Metastatic ASPS",
    "S2": (
        "For metastatic alveolar soft part sarcoma, atezolizumab (PD-L1 inhibitor) is the recommended first-line "
        "systemic therapy based on FDA approval"
    ),
    "S3": "with anti-angiogenic tyrosine kinase inhibitors like pazopanib as alternative targeted options",
    "S4": (
        "while surgical metastasectomy should be considered for limited, resectable lung metastases in carefully "
        "selected patients"
    ),
    "S5": "Atezolizumab is FDA-approved specifically for metastatic ASPS",
    "S6": "and represents the preferred first-line systemic treatment option",
    "S7": (
        "Pembrolizumab is approved for unresectable or metastatic solid tumors with high tumor mutational burden "
        "(TMB-H)"
    ),
    "S8": "which may apply to select ASPS cases",
    "S9": (
        "Checkpoint inhibitors have shown encouraging efficacy in ASPS compared to disappointing results in other "
        "sarcoma subtypes"
    ),
    "S10": "Anti-angiogenic tyrosine kinase inhibitors (TKIs) demonstrate activity in metastatic ASPS",
    "S11": "and provide prolonged disease stabilization",
    "S12": "Pazopanib is specifically recommended as a targeted therapy option for ASPS",
    "S13": "In pediatric/young adult series, targeted therapy achieved partial response in 2/11 patients",
    "S14": "stable disease in 6/11",
    "S15": "with median time to progression of 12 months compared to 7 months with cytotoxic chemotherapy",
    "S16": "Combination of TKI with checkpoint inhibitors may be considered for refractory disease",
    "S17": "Standard cytotoxic chemotherapy is NOT recommended for metastatic ASPS",
    "S18": "as this histologic subtype is recognized as insensitive to conventional chemotherapy",
    "S19": (
        "ASPS is specifically listed among subtypes poorly responsive to chemotherapy where targeted approaches "
        "should be prioritized"
    ),
    "S20": (
        "Historical data shows cytotoxic chemotherapy produces minimal benefit with median time to progression of "
        "only 7 months"
    ),
    "S21": "Complete resection of limited lung metastases should be considered in carefully selected patients",
    "S22": "without extrapulmonary disease",
    "S23": (
        "Decision-making criteria include: disease-free interval following primary surgery, absence of other "
        "metastases, number of lesions per lung, tumor growth rate, and disease evolution"
    ),
    "S23a": "disease-free interval following primary surgery",
    "S23b": "absence of other metastases",
    "S23c": "number of lesions per lung",
    "S23d": "tumor growth rate",
    "S23e": "disease evolution",
    "S24": "Perform interval CT scan at 3 months before proceeding with surgery",
    "S25": "if no new lesions appear and disease remains operable, metastasectomy is recommended",
    "S26": "This interval scan approach prevents futile surgery when rapid progression would occur",
    "S27": "though it can be difficult to explain to patients",
    "S28": (
        "Long-term survivors are reported in 20-40% of patients undergoing lung metastasectomy for soft tissue sarcomas"
    ),
    "S29": (
        "Stereotactic ablative radiotherapy (SABR) represents a targeted high-dose hypo-fractionated option for "
        "lung metastases"
    ),
    "S30": "Radiofrequency or microwave ablation can be considered for limited metastatic disease",
    "S31": "For extrapulmonary oligometastases, surgery, RFA, cryotherapy, or radiotherapy",
    "S32": "may prolong remission or reduce symptoms in selected cases",
    "S33": "Baseline brain MRI should be performed at staging",
    "S34": "due to ASPS's unique propensity for CNS spread compared to other sarcomas",
    "S35": "This is a critical distinguishing feature of ASPS that requires specific surveillance",
    "S36": "Symptomatic metastatic disease: Start atezolizumab as first-line systemic therapy",
    "S37": (
        "Limited resectable lung metastases (≥1 year disease-free interval, no extrapulmonary disease): Consider "
        "surgical metastasectomy after 3-month interval staging"
    ),
    "S38": "Progressive disease on immunotherapy: Switch to anti-angiogenic TKI (pazopanib)",
    "S39": "Oligometastatic progression: Consider local ablative techniques (SABR, RFA)",
    "S40": "Refractory disease: Consider combination TKI plus checkpoint inhibitor or clinical trial enrollment",
    "S41": "Median survival for metastatic soft tissue sarcomas is approximately 12-18 months",
    "S42": "though ASPS may have more indolent behavior",
    "S43": "Overall survival correlates with absence of disease progression, not degree of response",
    "S44": "disease stabilization is an equally valid treatment goal",
    "S45": "In localized ASPS, 5-year overall survival is 87%",
    "S46": "but drops to 61% for metastatic disease",
    "S47": "Early involvement of palliative care services should be considered for all patients with advanced disease",
    "S48": "to optimize quality of life",
    "S49": "Bisphosphonates or denosumab may reduce fracture risk or bone pain from bone metastases",
    "S50": "Do not use standard anthracycline-based chemotherapy (doxorubicin) as first-line for metastatic ASPS",
    "S51": "this histology is chemotherapy-resistant and immunotherapy/targeted therapy should be prioritized",
    "S52": "Do not proceed immediately to lung metastasectomy without 3-month interval staging",
    "S53": "to avoid futile surgery in rapidly progressive disease",
    "S54": "Do not neglect brain imaging at baseline staging",
    "S55": "ASPS has higher CNS metastasis risk than other sarcomas",
    "S56": "Ensure treatment at specialized sarcoma reference centers",
    "S57": "given the rarity and unique biology of this disease",
    "S58": f"Citation markers 1, 2, 3, 4 after sentences: {REFERENCE_LIST}",  # about the guide, not of it
}

_PLACES: Final = (
    (1, "", "S1"),
    (2, "1, 2", "S2 S3 S4"),
    (5, "1, 2", "S5 S6"),
    (6, "1, 2", "S7 S8"),
    (7, "1", "S9"),
    (9, "1, 2", "S10 S11"),
    (10, "1, 2", "S12"),
    (11, "3", "S13 S14 S15"),
    (12, "4", "S16"),
    (14, "1, 4", "S17 S18"),
    (15, "1", "S19"),
    (16, "3", "S20"),
    (19, "1, 2", "S21 S22"),
    (20, "1, 2", "S23 S23a S23b S23c S23d S23e"),
    (21, "1", "S24 S25"),
    (22, "1", "S26 S27"),
    (23, "1", "S28"),
    (25, "1", "S29"),
    (26, "1", "S30"),
    (27, "1", "S31 S32"),
    (29, "1, 2", "S33 S34"),
    (29, "", "S35"),
    (31, "1, 2", "S36"),
    (32, "1, 2", "S37"),
    (33, "1, 2", "S38"),
    (34, "1", "S39"),
    (35, "4", "S40"),
    (37, "1", "S41 S42"),
    (38, "1", "S43 S44"),
    (39, "3", "S45 S46"),
    (40, "1", "S47 S48"),
    (41, "1", "S49"),
    (43, "1, 4", "S50 S51"),
    (44, "1", "S52 S53"),
    (45, "1, 2", "S54 S55"),
    (46, "1", "S56 S57"),
    (0, "1, 2, 3, 4", "S58"),
)
"""Line, markers, the statements that stand there."""

S: Final[dict[str, Source]] = {tag: Source(tag=tag, sentence=sentence) for tag, sentence in _SENTENCES.items()}
"""The guide's own words, a sentence or the half of one, verbatim. S23 is the whole sentence, S23a to S23e its items."""

PLACE: Final[dict[str, Place]] = {tag: Place(line, markers) for line, markers, tags in _PLACES for tag in tags.split()}
"""Line and citation markers of each statement."""


def s(*numbers: int | str) -> tuple[Source, ...]:
    """Statements by number: `s(24, 52)`, `s("23a")`."""
    return tuple(S[f"S{number}"] for number in numbers)


_APPROVAL = (
    'fda.gov "FDA grants approval to atezolizumab for alveolar soft part sarcoma", 9 Dec 2022; esmo.org copy; '
    "gene.com statement [H]"
)
_TRIAL = "Chen AP, NEJM 2023;389:911 (abstract) [H]"  # its response rate is never shown alone (R16)
_PEMBROLIZUMAB = "keytrudahcp.com; medicinematters (doses); TGA [H]"
_COMBINATION = "for the combination: Wilky, Lancet Oncol 2019 (NCT02636725, axitinib + pembrolizumab), abstract [M]"
_METASTASECTOMY = "JTD review 2020 (disease-free >= 12 months); JCMT 2023 oligometastatic STS review [M]"
_PORTERA = "Portera 2001 (brain metastases 9/48 = 19%, always with other sites) [M]"
_BRAIN = f"droracle 68995/686267 quoting guidelines (publisher of the guide); drsrinathgupta; {_PORTERA}"

INDEPENDENT: Final[dict[str, str]] = {
    "S2": f"for the approval, not for the first line: {_APPROVAL}",
    "S4": _METASTASECTOMY,
    "S5": _APPROVAL,
    "S7": _PEMBROLIZUMAB,
    "S9": f"for ASPS, not for the comparison: {_TRIAL}",
    "S16": _COMBINATION,
    "S21": _METASTASECTOMY,
    "S23a": _METASTASECTOMY,
    "S33": _BRAIN,
    "S34": _PORTERA,
    "S37": f"for the disease-free interval, not for the interval scan: {_METASTASECTOMY}",
    "S39": 'none in ASPS: systematic review 2024 (PubMed 38648995); droracle 441227 ("up to 5") [L]',
    "S40": _COMBINATION,
    "S45": "Portera 2001 also reports 87% 5-year overall survival in localised ASPS [L]",
    "S47": "guidelinecentral/ace.asco.org 2024; NGC copy of ASCO 2016 [H for early]",
    "S49": "MIMS Xgeva/Osteomet/Zometa texts; droracle 397253 (secondary) [H]",
    "S54": _BRAIN,
    "S55": _PORTERA,
}
"""Who else says so, with the confidence of that reading. A statement that is absent here has no independent source."""


def independent(tag: str) -> str:
    """The independent source of a statement, or that none was found."""
    return INDEPENDENT.get(tag, NOT_CONFIRMED)
