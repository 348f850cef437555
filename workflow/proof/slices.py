"""The groups of tasks that stand beside the course, each with what can happen to it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from workflow.proof.facts import BASELINE, CT, MRI, labs
from workflow.proof.letters import DRUGS, How, Letter, dated, entry
from workflow.proof.worlds import World, fields_of
from workflow.vocabulary import EXITS, State

_BOARD = ("accept the referral", "complete staging")
_ON_ICI = (*_BOARD, "start atezolizumab")
_ON_TKI = (*_BOARD, "start pazopanib")
_ON_BOTH = (*_BOARD, "start both")
_ON_ANOTHER_ICI = (*_BOARD, "start pembrolizumab")
_IN_TRIAL = (*_BOARD, "enrol")
_READ = ("accept the referral", "CT: lung lesions", "complete staging")
_CLEARED = (*_READ, "decide interval scan", "the interval CT may be done", "CT: favourable", "decide surgery")


@dataclass(frozen=True, kw_only=True)
class Slice:
    """One group."""

    name: str
    tasks: frozenset[str]
    ways: tuple[tuple[str, ...], ...]
    """How its patients come to where it begins."""
    happens: Callable[[], Iterator[Letter]]
    tracks: tuple[str, ...] = ()
    by_state: bool = False
    """Whether the main state matters to it."""
    unset: bool = False
    """Whether it is explored at a site that has decided nothing, too."""
    acts: tuple[str, ...] = ("complete_task", "waive_task")
    """What people do to its tasks."""

    def letters(self) -> tuple[Letter, ...]:
        """All that can happen to it."""
        if self not in _LETTERS:
            _LETTERS[self] = (
                *self.happens(),
                *times(self.tasks),
                *(_task(a, t) for a in self.acts for t in sorted(self.tasks)),
            )
        return _LETTERS[self]


_LETTERS: dict[Slice, tuple[Letter, ...]] = {}


def times(tasks: frozenset[str]) -> tuple[Letter, ...]:
    """Time passing, to the day on which a task of the group falls due, and past it."""

    def to(world: World, days: int) -> World | None:
        ahead = [t.target for t in world.plan.open if t.name in tasks and t.target]
        later = [day + timedelta(days=days) for day in ahead if day + timedelta(days=days) > world.today]
        return world.later(min(later)) if later else None

    return (
        Letter(name="it falls due", happen=lambda world, how: to(world, 0)),
        Letter(name="it is late", happen=lambda world, how: to(world, 1)),
    )


def _task(act: str, task: str) -> Letter:
    """Something done to a task."""

    def happen(world: World, how: How) -> World | None:
        if task not in {t.name for t in world.plan.open}:
            return None
        tomorrow = world.later(world.today + timedelta(days=1))
        until = {"until": (tomorrow.today + timedelta(days=10)).isoformat()} if act == "snooze_task" else {}
        return how(tomorrow, act, fields_of(act, task=task, **until))

    return Letter(name=f"{act} {task}", happen=happen, what=act)


def _stops() -> Iterator[Letter]:
    yield entry("stop", "stop_regimen", stop_reason="choice")


def _doses() -> Iterator[Letter]:
    yield entry("dose", "give_dose", agent="atezolizumab")
    yield entry("hold", "hold_regimen")
    yield entry("resume", "resume_regimen")
    yield from _stops()


def _blood() -> Iterator[Letter]:
    liver = {"ALT": (20, "U/L"), "AST": (20, "U/L"), "bilirubin": (8, "umol/L")}
    for name, kind, given in (
        ("liver tests", *labs(**liver)),
        ("high liver tests", *_with_limit("ALT", 150)),
        ("thyroid and the rest", *BASELINE[0]),
        ("blood pressure", *BASELINE[1]),
        ("ecg", *BASELINE[2]),
    ):
        yield entry(name, kind, **given)
    yield entry("dose", "give_dose", agent="atezolizumab")
    yield from _stops()


def _with_limit(analyte: str, value: int) -> tuple[str, dict[str, Any]]:
    results = [{"analyte": analyte, "value": value, "unit": "U/L", "uln": 40}]
    return "labs", {"status": "final", "results": results}


def _scans() -> Iterator[Letter]:
    yield entry("CT", "imaging", **CT)
    yield entry("CT with new lesions", "imaging", **CT, new_lesions="yes")
    yield entry("unconfirmed", "progression", criterion="iupd", pattern="systemic")
    yield entry("oligo", "progression", criterion="recist_pd", pattern="oligo")
    yield entry("decide ablation", "decide_local_therapy", modality="rfa")
    yield from _stops()


def _ablations() -> Iterator[Letter]:
    yield entry("ablate", "perform_local_therapy", modality="rfa", residual_disease="yes")
    yield entry("CT", "imaging", **CT)
    yield Letter(name="two years pass", happen=lambda w, how: w.later(w.today + timedelta(days=800)))


def _harm() -> Iterator[Letter]:
    yield entry("toxicity", "toxicity", term="colitis", grade=3)
    yield entry("toxicity with steroids", "toxicity", term="hepatitis", grade=3, steroid_start="2026-01-06")
    yield entry("very high ALT", "labs", **_with_limit("ALT", 400)[1])
    yield entry("pregnant", "pregnancy_test", result="positive")
    yield from _stops()


def _after_a_drug() -> Iterator[Letter]:
    yield entry("can become pregnant", "pregnancy_status", can_become_pregnant="yes")
    yield entry("cannot", "pregnancy_status", can_become_pregnant="no")
    yield entry("start again", "start_regimen", **DRUGS["atezolizumab"])
    yield from _stops()


def _before_immunotherapy() -> Iterator[Letter]:
    yield entry("decide pembrolizumab", "decide_immunotherapy", agents=["pembrolizumab"])
    yield entry("decide observation", "decide_observation")
    yield entry("screen", "immunotherapy_screen", findings=["none"])
    yield entry("TMB", "tmb", value=12, fda_approved_assay="no")
    yield entry("everything measured", "labs", **BASELINE[0][1])


def _before_a_tki() -> Iterator[Letter]:
    yield entry("decide a TKI", "decide_tki")
    yield entry("decide observation", "decide_observation")
    yield entry("everything measured", "labs", **BASELINE[0][1])
    yield entry("blood pressure", "blood_pressure", **BASELINE[1][1])
    yield entry("ecg", "ecg", **BASELINE[2][1])
    yield entry("can become pregnant", "pregnancy_status", can_become_pregnant="yes")
    yield entry("pregnancy test", "pregnancy_test", result="negative")


def _off_label() -> Iterator[Letter]:
    yield entry("start pazopanib", "start_regimen", **DRUGS["pazopanib"])
    yield entry("told", "communication", topic="off_label")


def _operations() -> Iterator[Letter]:
    yield dated("book an operation", "schedule_surgery", frozenset(State) - EXITS, {"planned": 20}, type="other")
    yield entry("operate", "perform_surgery", type="other")
    yield entry("healed", "wound_healed")
    yield entry("hold", "hold_regimen")
    yield from _stops()


def _waiting() -> Iterator[Letter]:
    yield entry("CT: lung lesions", "imaging", **CT, lung_lesions_right=2)
    yield entry("decide the interval", "decide_interval_scan")
    yield entry("explained", "communication", topic="explain_interval")
    yield entry("checklist", "resectability", checklist="complete")
    yield entry("not limited", "resectability", limited="no")
    yield entry("decide observation", "decide_observation")


def _brain() -> Iterator[Letter]:
    yield entry("MRI: clear", "imaging", **MRI, brain_metastases="no")
    yield entry("MRI: metastases", "imaging", **MRI, brain_metastases="yes", new_lesions="yes")
    yield entry("decide radiosurgery", "decide_local_therapy", modality="srs", site="brain")
    yield entry("radiosurgery", "perform_local_therapy", modality="srs", site="brain")
    yield entry("own interval", "brain_mri_interval", months=4)


def _bone() -> Iterator[Letter]:
    yield entry("bone metastasis", "lesion", site="bone")
    yield entry("reviewed", "bone_health", status="reviewed")
    yield entry("declined", "bone_health", status="declined")
    yield entry("teeth", "dental_exam")
    yield entry("start denosumab", "start_bone_agent", agent="denosumab", schedule="120_q4w")
    yield entry("give denosumab", "give_bone_agent", agent="denosumab")
    yield entry("stop it", "stop_bone_agent")
    yield entry("calcium", "labs", **labs(corrected_calcium=(2.3, "mmol/L"))[1])


def _support() -> Iterator[Letter]:
    yield entry("metastatic", "extent", extent="metastatic")
    for status in ("offered", "referred", "active", "declined"):
        yield entry(f"palliative care {status}", "palliative_care", status=status)
    yield entry("missed", "contact_attempt", result="not_reached")
    yield entry("reached", "contact_attempt", result="reached")
    yield entry("outside", "centre_role", centre_role="non_reference")
    yield entry("inside", "centre_role", centre_role="reference_centre")


def _missing() -> Iterator[Letter]:
    yield entry("symptoms", "symptoms", symptomatic="no")
    yield entry("judged", "resectability", limited="yes", resectability="resectable")
    yield entry("CT", "imaging", **CT, extrapulmonary="absent", lung_lesions_right=1)
    yield entry("primary", "primary_surgery", completeness="R0")


def _corrections() -> Iterator[Letter]:
    def relied(world: World) -> str:
        used = [id for act in reversed(world.chart.acts) if act.outcome for id in act.outcome.relied]
        return next((id for id in used if id in world.chart.entries and world.chart.entries[id].name == "imaging"), "")

    def amend(world: World, how: How) -> World | None:
        id, tomorrow = relied(world), world.later(world.today + timedelta(days=1))
        return tomorrow.amended(id, purpose="read again") if id else None

    def retract(world: World, how: How) -> World | None:
        id, tomorrow = relied(world), world.later(world.today + timedelta(days=1))
        return tomorrow.retracted(id) if id else None

    yield Letter(name="the scan is read again", happen=amend)
    yield Letter(name="the scan was another patient's", happen=retract)


def _staging() -> Iterator[Letter]:
    yield entry("histology", "histology", result="asps_confirmed")
    yield entry("CT", "imaging", **CT)
    yield entry("MRI", "imaging", **MRI)
    yield entry("complete staging", "complete_staging")


def _visits() -> Iterator[Letter]:
    yield entry("CT", "imaging", **CT, new_lesions="no")
    yield entry("recurrence", "imaging", **CT, new_lesions="yes")


def _returns() -> Iterator[Letter]:
    yield entry("return", "return_to_pathway", frozenset(State))


SLICES = (
    Slice(name="doses", tasks=frozenset({"immunotherapy_dose"}), happens=_doses, tracks=("hold",),
          ways=(_ON_ICI, _ON_BOTH, _ON_ANOTHER_ICI), acts=("complete_task", "claim_task", "snooze_task", "waive_task")),
    Slice(name="monitoring under immunotherapy", tasks=frozenset({"immunotherapy_labs"}), happens=_blood,
          ways=(_ON_ICI, _ON_BOTH, _ON_ANOTHER_ICI)),
    Slice(name="monitoring under pazopanib: liver", tasks=frozenset({"pazopanib_liver_tests"}), ways=(_ON_TKI,),
          happens=_blood),
    Slice(name="monitoring under pazopanib: the rest", ways=(_ON_TKI, _ON_BOTH), happens=_blood,
          tasks=frozenset({"pazopanib_blood_pressure", "tki_monitoring"})),
    Slice(name="response", tasks=frozenset({"response_imaging", "confirm_progression", "local_ablation_review"}),
          ways=(_ON_ICI, _ON_TKI, _ON_BOTH, _IN_TRIAL), happens=_scans),
    Slice(name="after ablation", tasks=frozenset({"post_ablation_imaging"}), ways=(_BOARD,), happens=_ablations),
    Slice(name="harm", tasks=frozenset({"toxicity_review"}), ways=(_ON_ICI, _ON_BOTH), happens=_harm),
    Slice(name="contraception", tasks=frozenset({"contraception_end"}), ways=(_ON_ICI, _ON_TKI), happens=_after_a_drug),
    Slice(name="before immunotherapy", ways=(_BOARD,), happens=_before_immunotherapy,
          tasks=frozenset({"immunotherapy_screen", "immunotherapy_baseline_labs", "tmb_test"})),
    Slice(name="before any drug", ways=(_BOARD,), happens=_before_a_tki,
          tasks=frozenset({"pregnancy_test", "tki_baseline"})),
    Slice(name="off label", tasks=frozenset({"off_label_documentation"}), ways=(_BOARD,), happens=_off_label),
    Slice(name="operations on pazopanib", ways=(_ON_TKI,), happens=_operations,
          tasks=frozenset({"pazopanib_preoperative_hold", "pazopanib_restart_check"})),
    Slice(name="the wait", tasks=frozenset({"explain_interval", "metastasectomy_checklist"}), ways=(_BOARD,),
          happens=_waiting, by_state=True),
    Slice(name="brain", ways=(_BOARD,), happens=_brain, tracks=("brain",), unset=True,
          tasks=frozenset({"brain_local_therapy_referral", "brain_mri_surveillance", "set_brain_mri_interval"})),
    Slice(name="bone", ways=(_BOARD,), happens=_bone, tracks=("bone_health",),
          tasks=frozenset({"bone_health_review", "dental_exam", "bone_agent_dose", "calcium_check"}), acts=()),
    Slice(name="support", ways=(_BOARD,), happens=_support, tracks=("palliative_care",),
          tasks=frozenset({"palliative_care_offer", "contact_attempt", "refer_to_reference_centre"})),
    Slice(name="missing data", tasks=frozenset({"complete_missing_data"}), ways=(_BOARD,), happens=_missing),
    Slice(name="staging", ways=(("accept the referral",),), happens=_staging, by_state=True, acts=(),
          tasks=frozenset({"confirm_histology", "staging_ct", "baseline_brain_mri", "staging_completion"})),
    Slice(name="surveillance", tasks=frozenset({"surveillance_visit"}), happens=_visits, by_state=True,
          ways=((*_BOARD, "decide surgery", "resect all"),)),
    Slice(name="supportive care", tasks=frozenset({"supportive_review"}), ways=((*_BOARD, "decide supportive_care"),),
          happens=_returns),
    Slice(name="after leaving", tasks=frozenset({"handover", "death_administration"}), happens=_returns, by_state=True,
          ways=((*_ON_ICI, "transfer"), (*_ON_ICI, "declare death"), (*_ON_ICI, "histology: other"))),
    Slice(name="corrections", tasks=frozenset({"re_review"}), ways=(_READ, _CLEARED), happens=_corrections,
          by_state=True),
)  # fmt: skip
