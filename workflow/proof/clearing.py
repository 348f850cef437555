"""8. Every blocked action can be cleared by something that a named role can do."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import product

from workflow.acts import ACTS
from workflow.errors import Invalid
from workflow.fields import Fields
from workflow.pathway import Pathway
from workflow.proof.exploring import Explored
from workflow.proof.facts import (
    BASELINE,
    BRAIN,
    CENTRE,
    FAVOURABLE,
    GOOD,
    JUDGED,
    LESIONS,
    Fact,
    Given,
    ahead,
    labs,
    wait,
    with_facts,
)
from workflow.proof.letters import DRUGS, LUNG, alphabet
from workflow.proof.routes import along, patients
from workflow.proof.verdicts import Fault, Verdict
from workflow.proof.worlds import REASON, World, begin, fields_of
from workflow.site import Site
from workflow.steps import Refused
from workflow.vocabulary import Blocker, Level, State

SAYS = "what stands in the way of an act can be recorded, answered with a reason, or overridden by two signers"
Act = tuple[str, Given]

ACTS_TRIED: tuple[Act, ...] = (
    ("complete_staging", {}),
    ("decide_observation", {}),
    ("decide_interval_scan", {}),
    ("decide_surgery", {}),
    *(("start_regimen", given) for given in DRUGS.values()),
    ("start_regimen", {"agents": ["atezolizumab"], "class": "ici_pdl1"}),
    ("start_regimen", {"agents": ["atezolizumab", "pazopanib"], "class": "combination"}),
    ("enrol_in_trial", {"trial": "TRIAL-1"}),
    ("give_dose", {"agent": "atezolizumab"}),
    ("resume_regimen", {}),
    ("decide_local_therapy", {"modality": "surgery_extrapulmonary"}),
    ("perform_local_therapy", {"modality": "surgery_extrapulmonary"}),
    ("perform_surgery", {**LUNG, "completeness": "R0", "residual_disease": "no"}),
    ("perform_surgery", {"type": "other"}),
    ("schedule_surgery", {**LUNG, "planned": 3}),
    ("schedule_surgery", {"type": "other", "planned": 3}),
    ("start_bone_agent", {"agent": "denosumab"}),
    ("start_bone_agent", {"agent": "zoledronate"}),
    ("give_bone_agent", {"agent": "denosumab"}),
)
"""Every act that meets guards, in each variant whose guards differ."""

_SCREENED = ("solid_organ_transplant", "autoimmune_active")
_SPOTLESS: tuple[Fact, ...] = (
    ("primary_surgery", {"completeness": "R0"}), wait(400), ("imaging", LESIONS), *FAVOURABLE,
    ("resectability", JUDGED), wait(120), ("imaging", GOOD),
    ("prior_regimen", {"agents": ["ifosfamide"], "class": "cytotoxic_other", "stop_reason": "progression"}),
)  # fmt: skip
ADVERSE: tuple[tuple[Fact, ...], ...] = (
    (),
    FAVOURABLE,
    _SPOTLESS,
    (("imaging", LESIONS), wait(120), ("imaging", {**GOOD, "new_lesions": "yes"})),
    (("imaging", LESIONS), wait(120), ("imaging", {**GOOD, "report": "preliminary"})),
    *((("immunotherapy_screen", {"findings": [finding]}),) for finding in _SCREENED),
    (("immunotherapy_screen", {"findings": ["none"], "mdt_ruling": "contraindicated"}),),
    (("tki_screen", {"findings": ["severe_hepatic", "uncontrolled_bp"], "haemorrhage": "gi"}),),
    (("pregnancy_status", {"can_become_pregnant": "yes"}), ("pregnancy_test", {"result": "positive"})),
    (("imaging", {"modality": "mri_brain", "report": "final", "brain_metastases": "yes", "new_lesions": "yes"}),
     ("symptoms", {"symptomatic": "yes", "cns_symptoms": "yes"})),
    (("tmb", {"value": 4}),),
    (("labs", {"status": "final", "results": [
        {"analyte": "corrected_calcium", "value": 1.8, "unit": "mmol/L", "lln": 2.1},
        {"analyte": "creatinine_clearance", "value": 20, "unit": "mL/min"}]}),),
    (("centre_role", {"centre_role": "non_reference"}),),
)  # fmt: skip
"""What may stand on a chart and speak for or against an act, one after the other."""

CLEARING: Mapping[str, tuple[Fact, ...]] = {
    "reference_centre": (CENTRE,),
    "baseline_brain_imaging": (BRAIN,),
    "staging_ct": (("imaging", LESIONS),),
    "confirmed_asps": (("histology", {"result": "asps_confirmed"}),),
    "interval_ct": (("imaging", LESIONS), wait(120), ("imaging", GOOD)),
    "interval_ct_favourable": (("imaging", GOOD),),
    "metastasectomy_criteria": (
        ("primary_surgery", {"completeness": "R0"}), wait(400), ("imaging", LESIONS), ("resectability", JUDGED),
    ),
    "symptomatic_patient": (("symptoms", {"symptomatic": "no", "cns_symptoms": "no"}),),
    "immunotherapy_screen": (("immunotherapy_screen", {"findings": ["none"], "mdt_ruling": "acceptable"}),),
    "tmb_high": (("tmb", {"value": 12, "fda_approved_assay": "yes"}),),
    "tki_baseline": (*BASELINE, ("tki_screen", {"findings": ["none"], "haemorrhage": "none"})),
    "hepatic_impairment": (("tki_screen", {"findings": ["none"]}),),
    "recent_haemorrhage": (wait(200),),
    "not_pregnant": (("pregnancy_test", {"result": "negative"}),),
    "pregnancy_test": (("pregnancy_test", {"result": "negative"}),),
    "untreated_brain_metastases": (BRAIN,),
    "untreated_brain_metastases_tki": (BRAIN,),
    "bone_agent_safety": (
        labs(corrected_calcium=(2.3, "mmol/L"), creatinine_clearance=(90, "mL/min")),
    ),
    "bone_agent_dental": (("dental_exam", {}),),
    "baseline_imaging_age": (("imaging", LESIONS),),
    "pazopanib_perioperative": (("wound_healed", {}), wait(20)),
    "final_report": (wait(1), ("imaging", GOOD)),
    "minimum_age": (wait(800),),
}  # fmt: skip
"""The facts that clear a guard. Where there are none, a soft one asks for a reason, a hard one for two signers."""
ONLY_ONCE = {"accept the referral"}
"""At the beginning, and never again."""


Refusal = tuple[str, str, Level, State, str]
"""Guard, act, level, state, and what the guard found."""


@dataclass(kw_only=True)
class Cleared:
    """What was found at the guards."""

    looked_at: int = 0
    fired: set[str] = field(default_factory=set)
    content: set[str] = field(default_factory=set)
    how: dict[Refusal, str] = field(default_factory=dict)
    """A fact, a reason, an override; or nothing."""
    fault: Fault | None = None


def clearing(found: Explored, pathway: Pathway, site: Site) -> tuple[Verdict, Cleared]:
    """Looks at every guard that fires for any patient with any adverse fact, and clears it."""
    cleared, acts = Cleared(), (*ACTS_TRIED, *_others(pathway))
    grown = product(patients(pathway, site), ADVERSE)
    small = product(patients(pathway, site, INFANT), (FAVOURABLE,))
    for (_, patient), facts in (*grown, *small):
        world = _tomorrow(with_facts(patient, facts))
        for name, given in acts:
            _look(cleared, world, name, fields_of(name, **ahead(world, given)))
    _absolute(cleared, begin(pathway, site))
    fault = cleared.fault or _nobody_may(found, pathway) or _never_possible(found)
    by = {way: sorted({guard for (guard, *_), how in cleared.how.items() if how == way}) for way in WAYS}
    notes = [f"{way}: {', '.join(guards)}" for way, guards in by.items() if guards]
    verdict = Verdict(number=8, name="Every blocked action can be cleared", says=SAYS, count=cleared.looked_at,
                      cases="refusals", fault=fault, notes=tuple(notes))  # fmt: skip
    return verdict, cleared


def _others(pathway: Pathway) -> Iterator[Act]:
    """Acts that ask for no fields and met no guards when `ACTS_TRIED` was written."""
    known = {name for name, _ in ACTS_TRIED}
    asked = sorted({row.on for row in pathway.transitions if row.guards} - known)
    yield from ((name, {}) for name in asked if not ACTS[name].fields.required())


def _tomorrow(world: World) -> World:
    return world.later(world.today + timedelta(days=1))


BY_FACT, BY_REASON, BY_OVERRIDE = "cleared by a fact", "cleared by a reason", "here or there only by an override"
WAYS = (BY_FACT, BY_REASON, BY_OVERRIDE)
INFANT = date(2025, 1, 5)
"""Born a year before the registration: some guards look at the age."""


def _look(cleared: Cleared, world: World, name: str, fields: Fields) -> None:
    """One act of one patient: who fires, who is content, and how each can be cleared."""
    row = world.row(name, fields)
    blockers = _blockers(world, name, fields, "")
    if row is None or blockers is None:
        return
    fired = {b.guard for b in blockers}
    cleared.looked_at += bool(fired)
    cleared.fired |= fired
    cleared.content |= {g.name for g in row.guards} - fired
    for blocker in blockers:
        key = (blocker.guard, name, blocker.level, world.state, blocker.why)
        if blocker.guard in world.pathway.guards and not cleared.how.get(key):
            cleared.how[key] = _clear(world, name, fields, blocker)
            if not cleared.how[key] and not cleared.fault:
                why = f"{blocker.guard} blocks {name} in {world.state.value}, and nothing clears it: {blocker.why}"
                cleared.fault = Fault(why=why, world=world, expect={"state": world.state.value})


def _blockers(world: World, name: str, fields: Fields, reason: str) -> tuple[Blocker, ...] | None:
    """What stands in the way of an act today; None where it has no row any more, or is no valid input."""
    try:
        decision, _ = world.offer(name, fields, reason=reason)
    except Invalid:
        return None
    blockers = decision.blockers if isinstance(decision, Refused) else ()
    return None if any(b.guard == "wrong_state" for b in blockers) else blockers


def _clear(world: World, name: str, fields: Fields, blocker: Blocker) -> str:
    """How a guard can be cleared; empty where it cannot."""
    if blocker.guard in CLEARING:
        then = _blockers(_tomorrow(with_facts(world, CLEARING[blocker.guard])), name, fields, "")
        if then is not None and (blocker.guard, blocker.level) not in {(b.guard, b.level) for b in then}:
            return BY_FACT
    if blocker.level is Level.SOFT:
        return BY_REASON if blocker not in (_blockers(world, name, fields, REASON) or ()) else ""
    overridden = world.overridden(blocker.guard, name)
    then = _blockers(overridden, name, fields, "") if overridden else None
    return BY_OVERRIDE if then is not None and blocker.guard not in {b.guard for b in then} else ""


def _absolute(cleared: Cleared, start: World) -> None:
    """What nothing overrides: an impossible date, which another date clears; an exit, which a return clears."""
    there, act = _tomorrow(start), fields_of("accept_referral", centre_role="reference_centre")
    for on, guards in ((there.today + timedelta(days=9), cleared.fired), (there.today, cleared.content)):
        decision, _ = there.offer("accept_referral", act, on=on)
        guards |= {b.guard for b in decision.blockers} if isinstance(decision, Refused) else {"possible_dates"}
    left = along(start, ("accept the referral", "transfer"))
    if left is not None:
        decision, _ = left.offer("complete_staging", fields_of("complete_staging"))
        cleared.fired |= {b.guard for b in decision.blockers} if isinstance(decision, Refused) else set()
    cleared.content |= {"pathway_ended"} if along(left, ("return to pathway", "transfer")) else set()


def _nobody_may(found: Explored, pathway: Pathway) -> Fault | None:
    for row in pathway.transitions:
        if not (ACTS[row.on].by if row.by is None else row.by):
            world = next((w for w in found.worlds.values() if w.state in row.sources), None)
            if world:
                return Fault(why=f"{row.on} ({row.id}) may be done by nobody", world=world)
    return None


def _never_possible(found: Explored) -> Fault | None:
    """`wrong_state` is cleared by an act that leads to where the action is possible: from everywhere there is one."""
    for letter in _acts():
        able = found.reaching([here for here, steps in found.steps.items() if letter in steps])
        if able and (stuck := next((c for c in found.worlds if c not in able), None)):
            why = f"from {stuck.state.value} no way leads to where “{letter}” is possible"
            return Fault(why=why, world=found.worlds[stuck], expect={"state": stuck.state.value})
    return None


def _acts() -> Iterator[str]:
    for letter in alphabet():
        if letter.is_act and not letter.name.startswith("adopt") and letter.name not in ONLY_ONCE:
            yield letter.name
