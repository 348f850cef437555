"""The ranking of options (2.8): what the tool suggests, first the first. A clinician decides (R14)."""

from workflow.asps.board import progressions_now
from workflow.asps.facts import chest_cts, symptoms
from workflow.asps.immunotherapy import ruled_out
from workflow.asps.lung_disease import (
    criteria,
    extrapulmonary,
    favourable,
    index_ct,
    judged,
    qualifying_cts,
    unfavourable,
)
from workflow.asps.regimens import latest, used
from workflow.asps.sources import s
from workflow.asps.tki import refractory_on
from workflow.rules import OptionRow, Situation
from workflow.vocabulary import ACTIVE, State, extrapolated


def _refractory(now: Situation) -> bool:
    met = refractory_on(now.chart, now.site.word("refractory.criterion"))
    return now.state is State.REFRACTORY or (met and not _oligo(now))


def _pattern(now: Situation) -> str:
    events = progressions_now(now)
    return events[-1].fields.pattern if events else ""


def _oligo(now: Situation) -> bool:
    return _pattern(now) == "oligo"


def _systemic_on_ici(now: Situation) -> bool:
    last = latest(now.chart)
    return last is not None and bool(last.with_kind("ici")) and _pattern(now) == "systemic"


def _symptomatic(now: Situation) -> str:
    entry = symptoms(now.chart)
    return entry.fields.symptomatic if entry else "unknown"


def criteria_met(now: Situation) -> bool:
    """All five criteria of metastasectomy are met."""
    return all(item.value == "yes" for item in criteria(now))


def _cleared(now: Situation) -> bool:
    scans = qualifying_cts(now, index_ct(now))
    return bool(scans) and favourable(scans[-1]) and criteria_met(now)


def _failed(now: Situation) -> bool:
    index = index_ct(now)
    later = [c for c in chest_cts(now.chart) if index and c.on > index.on]
    return bool(later) and unfavourable(later[-1])


def _oligometastases(now: Situation) -> bool:
    outside = extrapulmonary(now)[0] == "present"
    return _symptomatic(now) == "no" and outside and judged(now, "limited")[0] == "yes"


def _limited_lung(now: Situation) -> bool:
    limited, resectable = judged(now, "limited")[0], judged(now, "resectability")[0]
    in_lungs_only = extrapulmonary(now)[0] != "present"
    return _symptomatic(now) == "no" and limited == "yes" and resectable == "unresectable" and in_lungs_only


ROWS = (
    OptionRow(
        situation="refractory",
        when=_refractory,
        options=("decide_combination", "decide_trial", "decide_local_therapy", "decide_supportive_care"),
        source=s(16, 40),
    ),
    OptionRow(
        situation="systemic progression on immunotherapy",
        when=_systemic_on_ici,
        options=("decide_tki", "decide_trial"),
        source=s(38),
    ),
    OptionRow(
        situation="oligoprogression on treatment: local therapy, staying on the drug; then the switch",
        when=lambda now: _oligo(now) and now.state in ACTIVE | {State.MDT_REVIEW},
        options=("decide_local_therapy", "decide_tki", "decide_immunotherapy"),
        source=s(39),
    ),
    OptionRow(
        situation="immunotherapy ruled out, no TKI so far",
        when=lambda now: ruled_out(now.chart) and not used(now.chart, "tki"),
        options=("decide_tki",),
        source=s(3),
    ),
    OptionRow(
        situation="symptomatic; the criteria of metastasectomy are met",
        when=lambda now: _symptomatic(now) == "yes" and criteria_met(now),
        options=("decide_immunotherapy", "decide_interval_scan"),
        source=s(36),
    ),
    OptionRow(
        situation="symptomatic",
        when=lambda now: _symptomatic(now) == "yes",
        options=("decide_immunotherapy",),
        source=s(36),
    ),
    OptionRow(
        situation="interval CT cleared, criteria met",
        when=_cleared,
        options=("decide_surgery",),
        source=s(25),
    ),
    OptionRow(
        situation="interval CT failed",
        when=_failed,
        options=("decide_immunotherapy",),
        source=s(25, 6),
    ),
    OptionRow(
        situation="without symptoms, the criteria of metastasectomy are met",
        when=lambda now: _symptomatic(now) == "no" and criteria_met(now),
        options=("decide_interval_scan",),
        source=s(37),
    ),
    OptionRow(
        situation="without symptoms, limited lung disease, surgery not possible",
        when=_limited_lung,
        options=("decide_local_therapy", "decide_immunotherapy", "decide_observation"),
        source=s(29, 30),
    ),
    OptionRow(
        situation="without symptoms, extrapulmonary oligometastases",
        when=_oligometastases,
        options=("decide_local_therapy", "decide_immunotherapy", "decide_observation"),
        source=s(31),
    ),
    OptionRow(
        situation="without symptoms, otherwise (unranked)",
        when=lambda now: _symptomatic(now) == "no",
        options=("decide_immunotherapy", "decide_observation"),
        source=(extrapolated("the tumour board chooses; no automatic option"),),
    ),
    OptionRow(
        situation="symptoms not recorded: unknown is not no (unranked)",
        when=lambda now: True,
        options=("decide_immunotherapy", "decide_observation"),
        source=(extrapolated("R12"),),
    ),
)
