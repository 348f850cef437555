"""What a site may set for this pathway: every number and choice that neither the guide nor a public source fixes.

A default stands only where the guide or a source gives the number. An offer is published too, but holds only once the
site takes it. What has neither, and no meaning when left out, is an open decision: its task is opened without a date.
Bounds guard against slips of the pen (a date that never comes, a repeat every 0 days); they are not clinical advice.
"""

from collections.abc import Callable
from typing import Final

from workflow.asps.sources import s
from workflow.site import SiteKey, Value, one_of, whole, window, zone
from workflow.vocabulary import Confidence, Source, extrapolated, guideline, label, trial, unverified

_Values = tuple[Callable[[str], Value], str]
"""A parser, and in words what it takes."""

_DAYS: Final[_Values] = (whole(0, 3650), "whole days, 0 to 3650")
_EVERY_DAYS: Final[_Values] = (whole(1, 3650), "whole days, 1 to 3650")
_MONTHS: Final[_Values] = (whole(1, 120), "whole calendar months, 1 to 120")


def _words(*words: str) -> _Values:
    return one_of(*words), " / ".join(words)


def _key(
    name: str,
    title: str,
    values: _Values,
    *source: Source,
    default: Value = None,
    unset_means: str = "",
    ask: bool = False,
    offer: str = "",
) -> SiteKey:
    parse, allowed = values
    return SiteKey(
        name=name,
        title=title,
        parse=parse,
        allowed=allowed,
        default=default,
        unset_means=unset_means,
        ask=ask,
        offer=offer,
        source=source,
    )


_NO_NUMBER = extrapolated("neither the guide nor a public source gives this number; the site decides")
_ESMO = guideline(
    "ESMO practice for surgically treated localised high-grade sarcoma: every 3-4 months for 2-3 years, twice a year "
    "to year 5, yearly after"
)
_AFTER_METASTASECTOMY = extrapolated("its use after metastasectomy")
_IO_SCANS = trial(
    "ML39345/NCT03141684, early protocol version, 21-day cycles: scans at the end of cycle 3 (day 63), then every "
    "2 cycles (42 days)"
)

_SITE = (
    _key(
        "timezone",
        "Time zone of the site; due dates are its civil dates",
        (zone, "an IANA name such as Europe/Amsterdam"),
        extrapolated("R4: due dates are local civil dates"),
    ),
    _key(
        "jurisdiction",
        "Whose labels and approvals apply",
        _words("US", "EU", "UK", "JP", "other"),
        extrapolated("approvals and labels differ by country, the guide speaks of the FDA alone"),
        *s(5),
    ),
    _key(
        "reminder.before_days",
        "Days before its due date that a task raises a notice",
        _EVERY_DAYS,
        extrapolated("no notice before the due date unless the site asks for it"),
        unset_means="none before the due date",
    ),
    _key(
        "escalation.after_days",
        "Days past its due date after which a task is escalated",
        _DAYS,
        extrapolated("no escalation unless the site asks for it"),
        unset_means="none",
    ),
    _key(
        "override.expiry_hours",
        "Hours for which an override may be used",
        (whole(1, 8760), "whole hours, 1 to 8760"),
        extrapolated("R13: one action, one use, expiring"),
        unset_means="every override states its own expiry",
        ask=True,
    ),
    _key(
        "override.flag_share",
        "Percentage of overridden refusals above which a guard is flagged for review",
        (whole(0, 100), "whole percent, 0 to 100"),
        extrapolated("a guard that is mostly overridden is reviewed; the share is the site's"),
    ),
)

_STAGING = (
    _key("referral.due_days", "Days from registration to the answer to a referral", _DAYS, _NO_NUMBER),
    _key("staging_ct.due_days", "Days from acceptance to the staging CT", _DAYS, _NO_NUMBER, ask=True),
    _key(
        "staging_ct.abdomen_pelvis",
        "Whether the staging CT has to cover abdomen and pelvis beside the chest",
        _words("yes", "no"),
        extrapolated("chest CT alone unless the site asks for more"),
        unset_means="no",
    ),
    _key(
        "brain_mri.due_days",
        "Days from acceptance to the baseline brain MRI",
        _DAYS,
        *s(33),
        guideline('NCCN "consider CNS imaging" for ASPS; ESMO-type guidance: contrast CT or MRI of the brain'),
        _NO_NUMBER,
        ask=True,
    ),
    _key(
        "brain_mri.lookback_days",
        "Days before the start of staging from which a brain MRI still counts as baseline",
        _DAYS,
        extrapolated("a brain MRI from before the start of staging does not count unless the site allows it"),
        *s(33, 54),
        unset_means="0",
    ),
    _key("staging_completion.due_days", "Days from the last staging report to completing staging", _DAYS, _NO_NUMBER),
    _key("mdt.due_days", "Days from complete staging or a trigger to the MDT decision", _DAYS, _NO_NUMBER, ask=True),
    _key("treatment_start.due_days", "Days from a decision to its start", _DAYS, _NO_NUMBER),
    _key(
        "baseline_imaging.max_age_days",
        "Age in days up to which a CT is baseline imaging for a systemic start",
        _DAYS,
        unverified("RECIST 1.1: baseline no more than 4 weeks before treatment"),
        default=28,
    ),
    _key("re_review.due_days", "Days from a correction to the review of what relied on it", _DAYS, _NO_NUMBER),
)

_INTERVAL = (
    _key(
        "interval_ct.months",
        "Calendar months from the index CT to the interval CT",
        _MONTHS,
        *s(24, 52),
        extrapolated("counted from the index CT: the guide names no anchor"),
        default=3,
    ),
    _key(
        "interval_ct.early_tolerance_days",
        "Days before its date at which an interval CT still counts",
        (whole(0, 27), "whole days, 0 to 27: less than the shortest month"),
        *s(24),
        extrapolated("a CT one day early does not count unless the site allows it"),
        default=0,
    ),
    _key(
        "interval_ct.valid_for_days",
        "Days for which a favourable interval CT clears surgery",
        _DAYS,
        extrapolated("the guide gives no expiry of the clearance; without a number it stands"),
        unset_means="no limit",
    ),
    _key(
        "explain_interval.due_days",
        "Days from deciding on the interval scan to explaining it to the patient",
        _DAYS,
        *s(27),
        _NO_NUMBER,
    ),
    _key("post_interval_mdt.days", "Days from the report of the interval CT to its MDT", _DAYS, _NO_NUMBER),
)

_IMMUNOTHERAPY = (
    _key(
        "io_labs.every_n_doses",
        "Doses of a checkpoint inhibitor from one set of labs to the next",
        (whole(1, 100), "whole doses, 1 to 100"),
        label("atezolizumab 5.1: liver tests before and periodically; no interval given", Confidence.MEDIUM),
        _NO_NUMBER,
    ),
    _key(
        "io_response.first_days",
        "Days from the start of a checkpoint inhibitor to the first response imaging",
        _EVERY_DAYS,
        _IO_SCANS,
        offer="63",
    ),
    _key(
        "io_response.repeat_days",
        "Days between response imaging on a checkpoint inhibitor after the first",
        _EVERY_DAYS,
        _IO_SCANS,
        offer="42",
    ),
    _key(
        "confirm_pd.window",
        "Days after an unconfirmed progression: not before the first, due on the last",
        (window, "two whole numbers of days such as 28-56"),
        guideline("iRECIST (Seymour 2017; EORTC FAQ): confirmed 4 to 8 weeks later", Confidence.HIGH),
        default=(28, 56),
    ),
    _key(
        "pregnancy_test.max_age_days",
        "Age in days up to which a negative pregnancy test clears a start",
        _DAYS,
        label("a pregnancy test before the start; no age given"),
        _NO_NUMBER,
    ),
    _key(
        "refractory.criterion",
        "When systemic progression is refractory: on an ICI and a TKI, or on the TKI where IO was ruled out: "
        "contraindicated, unavailable or declined (ici_and_tki), or contraindicated alone (contraindicated_only)",
        _words("ici_and_tki", "contraindicated_only"),
        extrapolated("the guide says refractory without saying what it is"),
        *s(16, 40),
        default="ici_and_tki",
    ),
)

_TKI = (
    _key(
        "tki_baseline.max_age_days",
        "Age in days up to which results are the baseline of a TKI",
        _DAYS,
        extrapolated("the label wants a baseline and gives no age"),
        label("pazopanib: liver tests before the start"),
        unset_means="results count from the event that asked for them, else from the start of staging",
    ),
    _key(
        "pazo_lft.periodic_days",
        "Days from one liver test on pazopanib to the next after month 4",
        _EVERY_DAYS,
        label("pazopanib 5.1: to month 4 on fixed dates, then periodically"),
        _NO_NUMBER,
    ),
    _key(
        "pazo_bp.repeat_days",
        "Days from one blood pressure on pazopanib to the next after the first week",
        _EVERY_DAYS,
        label("pazopanib (2015 highlights): within 1 week, frequently after", Confidence.MEDIUM),
        _NO_NUMBER,
    ),
    _key(
        "pazo_other.days",
        "Days from one thyroid, urine protein, ECG and electrolyte check on a TKI to the next",
        _EVERY_DAYS,
        label("pazopanib: at baseline and periodically"),
        _NO_NUMBER,
    ),
    _key(
        "tki_response.days",
        "Days between response imaging on a TKI, combination, trial or other systemic treatment, from its start",
        _EVERY_DAYS,
        extrapolated("the pazopanib label and the guide are silent; the site decides"),
    ),
)

_BRAIN_AND_LOCAL = (
    _key("brain_referral.due_days", "Days from the brain report to the CNS local-therapy referral", _DAYS, _NO_NUMBER),
    _key(
        "brain_surv.months_clear",
        "Calendar months from one brain MRI to the next while the brain is clear",
        _MONTHS,
        *s(35),
        extrapolated("the guide demands specific surveillance and gives no interval; the site or the MDT decides"),
    ),
    _key(
        "brain_surv.months_treated",
        "Calendar months from one brain MRI to the next after CNS local therapy",
        _MONTHS,
        guideline("Dutch guideline (richtlijnendatabase.nl): every 3 months after SRS, or surgery without WBRT"),
        trial("a retrospective study of 2026 found no benefit of 6 over 12 weeks"),
        default=3,
    ),
    _key(
        "ablation.months",
        "Calendar months from one imaging after local treatment to the next",
        _MONTHS,
        guideline("lung SBRT practice: CT every 3-6 months for 2 years", Confidence.LOW),
        trial("SABR-SYNC: visits at 3, 6, 12, 18, 24 months, imaging per site", Confidence.LOW),
        _NO_NUMBER,
    ),
)

_FOLLOW_UP = (
    _key(
        "surveillance.phase1_months",
        "Calendar months from one surveillance visit to the next in the first years",
        (whole(3, 4), "3 or 4 calendar months"),
        _ESMO,
        _AFTER_METASTASECTOMY,
        offer="3 or 4",
    ),
    _key(
        "surveillance.phase1_years",
        "Years of the closer surveillance, before visits twice a year",
        (whole(2, 3), "2 or 3 years"),
        _ESMO,
        _AFTER_METASTASECTOMY,
        offer="2 or 3",
    ),
    _key("observation.months", "Calendar months from one restaging CT to the next in observation", _MONTHS, _NO_NUMBER),
    _key(
        "ltfu.attempts",
        "Contact attempts after a missed contact",
        (whole(1, 100), "whole attempts, 1 to 100"),
        _NO_NUMBER,
    ),
    _key("ltfu.spacing_days", "Days from one contact attempt to the next", _EVERY_DAYS, _NO_NUMBER),
)

_SUPPORT = (
    _key(
        "palliative.offer_days",
        "Days from confirmed metastatic disease to the offer of palliative care",
        _DAYS,
        *s(47),
        guideline("ASCO 2016 and 2024: early in the course of disease", Confidence.HIGH),
        unverified("within 8 weeks (56 days): the ASCO 2016 panel's figure"),
        offer="56",
    ),
    _key("supportive_review.days", "Days from one review under supportive care to the next", _EVERY_DAYS, _NO_NUMBER),
    _key("bone.review_days", "Days from a recorded bone metastasis to its review", _DAYS, *s(49), _NO_NUMBER),
    _key(
        "bone.calcium_days",
        "Days from one calcium check on denosumab to the next",
        _EVERY_DAYS,
        label('denosumab: monitor calcium, "especially in the first weeks"; no interval given'),
        _NO_NUMBER,
    ),
)

KEYS: Final[dict[str, SiteKey]] = {
    key.name: key
    for group in (
        _SITE,
        _STAGING,
        _INTERVAL,
        _IMMUNOTHERAPY,
        _TKI,
        _BRAIN_AND_LOCAL,
        _FOLLOW_UP,
        _SUPPORT,
    )
    for key in group
}
"""Every setting by name, in the order in which a site is asked or shown them."""
