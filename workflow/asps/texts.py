"""What the product tells for information: published figures, reasons behind a rule, and what the product is not.

A text is about a group of people, named with it; none says what will happen to one patient. Figures that mislead alone
stand in one text: the two response rates (R16), the survival of sarcomas and the milder course of ASPS (S41 S42).
"""

from dataclasses import dataclass
from typing import Final

from workflow.asps.sources import ORIGIN, UPDATED, s
from workflow.vocabulary import Confidence, Source, extrapolated, label, trial, unverified


@dataclass(frozen=True, kw_only=True, slots=True)
class Text:
    """One text, shown only with its population, date and sources."""

    id: str
    title: str
    body: str
    population: str
    """Whom it speaks about."""
    as_of: str
    """When the figure or fact was published."""
    source: tuple[Source, ...]

    def __str__(self) -> str:
        tags = ", ".join(source.tag for source in self.source)
        return f"{self.body} Population: {self.population}. As of: {self.as_of}. [{tags}]"


_GUIDE: Final = f"guide, last updated {UPDATED}"
_NOT_LOOKED_UP = extrapolated("no statement was looked up for this jurisdiction; the local label decides")
_SERIES = "one series of children and young adults with ASPS"
_SERIES_UNSEEN = unverified("the series is probably Flores 2018; it was not found again")

_APPROVALS = (
    Text(
        id="T-ATEZO-APPROVAL-US",
        title="Atezolizumab in ASPS: United States",
        body="The FDA approved atezolizumab on 9 Dec 2022 for unresectable or metastatic ASPS.",
        population="adults and children of 2 years and older with unresectable or metastatic ASPS",
        as_of="9 Dec 2022",
        source=(*s(5), label("FDA grants approval to atezolizumab for alveolar soft part sarcoma, fda.gov")),
    ),
    Text(
        id="T-ATEZO-APPROVAL-JP",
        title="Atezolizumab in ASPS: Japan",
        body="Atezolizumab was approved in Japan in February 2025 for unresectable ASPS.",
        population="people of 2 years and older with unresectable ASPS",
        as_of="20 Feb 2025",
        source=(*s(5), label("Japan approval (Chugai), pharmanow.live", Confidence.MEDIUM)),
    ),
    Text(
        id="T-ATEZO-APPROVAL-EU",
        title="Atezolizumab in ASPS: European Union",
        body="No approval of atezolizumab for ASPS was found for the European Union. Check the current label.",
        population="people with ASPS in the European Union",
        as_of="not verified",
        source=(*s(5), unverified("no EU approval found")),
    ),
    Text(
        id="T-ATEZO-APPROVAL-UK",
        title="Atezolizumab in ASPS: United Kingdom",
        body="The approval of atezolizumab for ASPS in the United Kingdom was not looked up. Check the current label.",
        population="people with ASPS in the United Kingdom",
        as_of="not looked up",
        source=(*s(5), _NOT_LOOKED_UP),
    ),
    Text(
        id="T-ATEZO-APPROVAL-other",
        title="Atezolizumab in ASPS: elsewhere",
        body="The approval of atezolizumab for ASPS in this country was not looked up. Check the current label.",
        population="people with ASPS elsewhere",
        as_of="not looked up",
        source=(*s(5), _NOT_LOOKED_UP),
    ),
)
"""One for each word of the site key `jurisdiction`, which ends the id."""

_IMMUNOTHERAPY = (
    Text(
        id="T-ICI-EFFICACY",
        title="Checkpoint inhibitors in ASPS",
        body=(
            "Checkpoint inhibitors have shown encouraging efficacy in ASPS, and disappointing results in other "
            "sarcomas."
        ),
        population="people with ASPS, compared with people with other sarcoma subtypes; the guide names no study",
        as_of=_GUIDE,
        source=s(9),
    ),
    Text(
        id="T-ATEZO-RESPONSE",
        title="Response to atezolizumab",
        body=(
            "Two response rates are published for atezolizumab in ASPS: 24% by independent review and 37% as assessed "
            "by the investigators."
        ),
        population="people with advanced ASPS treated with atezolizumab in a trial",
        as_of="24%: 9 Dec 2022 (FDA); 37%: 2023 (NEJM 389:911)",
        source=(
            label("FDA approval announcement, 9 Dec 2022: response rate 24%, independent review"),
            trial("Chen AP, NEJM 2023;389:911 (abstract): response rate 37%, investigators", Confidence.HIGH),
        ),
    ),
    Text(
        id="T-ATEZO-PAUSE",
        title="Pausing atezolizumab",
        body=(
            "In the trial, 7 people paused atezolizumab after 2 years and kept their response. The label continues it "
            "until progression or unacceptable toxicity. No rule of this product follows from it."
        ),
        population="7 people with ASPS who responded to atezolizumab in a trial",
        as_of="2023 (NEJM 389:911)",
        source=(
            trial("7 patients paused after 2 years and kept response", Confidence.HIGH),
            label("atezolizumab: until progression or unacceptable toxicity"),
        ),
    ),
)

_TKI = (
    Text(
        id="T-TKI-ACTIVITY",
        title="Anti-angiogenic TKIs in ASPS",
        body=(
            "Anti-angiogenic TKIs are active in metastatic ASPS and provide prolonged disease stabilisation. Stable "
            "disease counts as benefit."
        ),
        population="people with metastatic ASPS; the guide names no study",
        as_of=_GUIDE,
        source=s(10, 11),
    ),
    Text(
        id="T-TKI-SERIES",
        title="Targeted therapy in children and young adults",
        body=(
            "Of 11 people given targeted therapy, 2 had a partial response and 6 had stable disease. The median time "
            "to progression was 12 months with targeted therapy and 7 months with cytotoxic chemotherapy."
        ),
        population=f"{_SERIES}; 11 given targeted therapy, the number given chemotherapy is not stated",
        as_of=f"{_GUIDE}; date of the series unknown",
        source=(*s(13, 14, 15), _SERIES_UNSEEN),
    ),
)

_CHEMOTHERAPY = (
    Text(
        id="T-CHEMO-INSENSITIVE",
        title="Why not chemotherapy first",
        body=(
            "ASPS is recognised as insensitive to conventional chemotherapy and is listed among the subtypes that "
            "respond poorly to it. Immunotherapy and targeted approaches are prioritised."
        ),
        population="people with metastatic ASPS; the guide names no study",
        as_of=_GUIDE,
        source=s(18, 19, 51),
    ),
    Text(
        id="T-CHEMO-TTP",
        title="What chemotherapy has achieved",
        body=(
            "Historical data show minimal benefit of cytotoxic chemotherapy: a median time to progression of only 7 "
            "months."
        ),
        population=f"historical data in ASPS; by its citation marker {_SERIES}, number not stated",
        as_of=f"{_GUIDE}; date of the data unknown",
        source=(*s(20), _SERIES_UNSEEN),
    ),
)

_SURGERY = (
    Text(
        id="T-INTERVAL-REASON",
        title="Why an interval scan before surgery",
        body=(
            "Waiting three months and scanning again before lung surgery avoids futile surgery where the disease is "
            "progressing rapidly."
        ),
        population="people with lung metastases considered for metastasectomy; the guide names no study",
        as_of=_GUIDE,
        source=s(26, 53),
    ),
    Text(
        id="T-METASTASECTOMY-SURVIVORS",
        title="Long-term survivors after lung metastasectomy",
        body=(
            "Long-term survivors are reported in 20-40% of people who had lung metastases of a soft tissue sarcoma "
            "removed. The figure is not one of ASPS."
        ),
        population="people with soft tissue sarcomas, not ASPS, selected for lung metastasectomy",
        as_of=_GUIDE,
        source=(*s(28), unverified("probably the UK sarcoma guideline 2024; its text was not reachable")),
    ),
)

_DISEASE = (
    Text(
        id="T-BRAIN-PROPENSITY",
        title="Why imaging of the brain",
        body=(
            "ASPS has a unique propensity for spread to the central nervous system: the risk of brain metastases is "
            "higher than in other sarcomas."
        ),
        population="people with ASPS, compared with people with other sarcomas",
        as_of=_GUIDE,
        source=s(34, 55),
    ),
    Text(
        id="T-SURVIVAL-STS",
        title="Survival with metastatic soft tissue sarcoma",
        body=(
            "Median survival with metastatic soft tissue sarcomas is approximately 12-18 months. The figure is not "
            "one of ASPS, which may have a more indolent behaviour."
        ),
        population="people with metastatic soft tissue sarcomas of all kinds",
        as_of=_GUIDE,
        source=s(41, 42),
    ),
    Text(
        id="T-SURVIVAL-ASPS",
        title="Five-year survival with ASPS",
        body="In one series, 5-year overall survival was 87% in localised ASPS and 61% in metastatic ASPS.",
        population=f"{_SERIES}; not the people of the figures for soft tissue sarcomas",
        as_of=f"{_GUIDE}; date of the series unknown",
        source=(*s(45, 46), _SERIES_UNSEEN),
    ),
    Text(
        id="T-STABILISATION",
        title="Stable disease is a goal",
        body=(
            "Overall survival correlates with the absence of progression, not with the degree of response. "
            "Stabilisation is an equally valid goal of treatment."
        ),
        population="people with metastatic sarcoma; the guide names neither subtype nor study",
        as_of=_GUIDE,
        source=s(43, 44),
    ),
    Text(
        id="T-PALLIATIVE-PURPOSE",
        title="What palliative care is for",
        body=(
            "Palliative care services are offered early to optimise quality of life; they go along with any treatment."
        ),
        population="all people with advanced disease",
        as_of=_GUIDE,
        source=s(47, 48),
    ),
    Text(
        id="T-REFERENCE-CENTRE",
        title="Why a reference centre",
        body=(
            "The disease is rare and its biology is unique: treatment belongs in specialised sarcoma reference centres."
        ),
        population="people with ASPS",
        as_of=_GUIDE,
        source=s(56, 57),
    ),
)

_DISCLAIMERS = (
    Text(
        id="D-PURPOSE",
        title="What this is",
        body=(
            "Decision support for clinicians and coordinators. It does not diagnose, prescribe, or replace a sarcoma "
            "MDT. It shows rules, their source and date; the clinician decides."
        ),
        population="clinicians and coordinators",
        as_of="this version",
        source=(extrapolated("intended purpose of the product"),),
    ),
    Text(
        id="D-SOURCE",
        title="Where the rules come from",
        body=(
            "Source guide is an unreviewed educational article; rule set version {version} {sign_off}. Not for "
            "emergencies. Not for patient self-use."
        ),
        population="clinicians and coordinators",
        as_of=_GUIDE,
        source=(extrapolated(f"the guide: {ORIGIN}"),),
    ),
)
"""`sign_off` is "signed by NAME, DATE", or says that nobody has signed."""

TEXTS: Final[dict[str, Text]] = {
    text.id: text
    for group in (_APPROVALS, _IMMUNOTHERAPY, _TKI, _CHEMOTHERAPY, _SURGERY, _DISEASE, _DISCLAIMERS)
    for text in group
}
"""Every text by its id."""


def for_statement(tag: str) -> tuple[Text, ...]:
    """The texts that carry a statement of the guide, such as "S41"."""
    return tuple(text for text in TEXTS.values() if any(source.tag == tag for source in text.source))
