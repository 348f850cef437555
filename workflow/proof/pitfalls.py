"""2. The four pitfalls of the guide (S50, S52, S54, S56) are passed only with an override on record.

For each pitfall: every fact that may stand on the chart about it, times every act that could fall into it, times every
state in which that act has a row; everything else speaks for the act. What is then accepted is judged once more, by a
few lines that know nothing of the guards. More unmet guards make no act possible, so nothing else needs to be varied.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import product
from typing import Any

from workflow.calendar import add_months
from workflow.chart import Chart, Entry
from workflow.errors import Invalid
from workflow.pathway import Pathway
from workflow.proof.facts import BRAIN, CENTRE, CT, FAVOURABLE, GOOD, JUDGED, LESIONS, MRI, Fact, wait, with_facts
from workflow.proof.letters import DRUGS, LUNG
from workflow.proof.routes import patients
from workflow.proof.verdicts import Fault, Verdict
from workflow.proof.worlds import World, fields_of
from workflow.site import Site
from workflow.steps import Accepted

SAYS = (
    "no first-line chemotherapy, no lung metastasectomy without a favourable interval CT, no treatment before brain "
    "imaging or outside a reference centre, unless an override with two signers is on record"
)
Given = Mapping[str, Any]
_STARTS = tuple(("start_regimen", given) for given in DRUGS.values())
_LOCAL = tuple(
    (act, {"modality": modality}) for act, modality in product(("decide_local_therapy", "perform_local_therapy"),
                                                               ("rfa", "srs", "surgery_extrapulmonary"))
)  # fmt: skip
_TREATMENTS = (*_STARTS, ("enrol_in_trial", {"trial": "TRIAL-1"}), *_LOCAL, ("decide_surgery", JUDGED))
_LUNG = (
    ("decide_surgery", JUDGED),
    ("decide_surgery", {**JUDGED, "planned": 30}),
    ("schedule_surgery", {**LUNG, "planned": 30}),
    ("perform_surgery", {**LUNG, "completeness": "R0", "residual_disease": "no"}),
    ("perform_surgery", {**LUNG, "completeness": "R1", "residual_disease": "yes"}),
)


@dataclass(frozen=True, kw_only=True)
class Pitfall:
    """One of the four."""

    name: str
    acts: tuple[tuple[str, Given], ...]
    facts: tuple[tuple[Fact, ...], ...]
    """What may stand on the chart about it, one after the other."""
    spared: frozenset[str] = frozenset()
    """Kinds of favourable records that are this pitfall's own subject."""
    sound: Callable[[World, Entry[Any]], bool] = field(repr=False)
    """Whether an accepted act has what the guide asks for."""


def pitfalls(pathway: Pathway, site: Site) -> Verdict:
    """Tries to fall into each of them."""
    count, accepted, fault = 0, 0, None
    for pitfall, world in ((p, w) for p in PITFALLS for w in _worlds(p, pathway, site)):
        for act in pitfall.acts:
            there = _accepted(world, act)
            count, accepted = count + 1, accepted + (there is not None)
            if there and not fault and not pitfall.sound(there, there.entry):
                fault = Fault(why=f"{pitfall.name}: {act[0]} was accepted", world=there)
    notes = (f"{accepted} of them were accepted, all with what the guide asks for",) if not fault else ()
    return Verdict(
        number=2, name="The four pitfalls", says=SAYS, count=count, cases="attempts", fault=fault, notes=notes
    )


def _worlds(pitfall: Pitfall, pathway: Pathway, site: Site) -> Iterator[World]:
    """Every patient with every fact."""
    for _, patient in patients(pathway, site):
        base = with_facts(patient, (fact for fact in FAVOURABLE if fact[0] not in pitfall.spared))
        for facts in pitfall.facts:
            yield with_facts(base, facts)


def _accepted(world: World, act: tuple[str, Given]) -> World | None:
    """The patient after an act that is offered with a reason and without any override."""
    name, given = act
    if not any(world.state in row.sources for row in world.pathway.rows.get(name, ())):
        return None
    there = world.later(world.today + timedelta(days=1))
    ahead = {k: (there.today + timedelta(days=v)).isoformat() for k, v in given.items() if k == "planned"}
    try:
        decision, line = there.offer(name, fields_of(name, **{**given, **ahead}))
    except Invalid:
        return None
    return there.after(decision, line) if isinstance(decision, Accepted) else None


def _has_interval_ct(world: World, act: Entry[Any]) -> bool:
    """Two chest CTs, the second at least the months after the first, without new lesions and operable, and no worse
    one since; both after any earlier lung metastasectomy."""
    scans = [e for e in world.chart.ordered if _is_report(e, "ct_chest", "ct_chest_abdomen_pelvis")]
    done = [e for e in world.chart.named("perform_surgery") if e.fields.type == LUNG["type"] and e.id != act.id]
    scans = [e for e in scans if all(e.on > d.on for d in done)]
    first = next((e for e in scans if e.fields.lung_lesions_right or e.fields.lung_lesions_left), None)
    months = world.site.number("interval_ct.months")
    if first is None or months is None:
        return False
    later = [e for e in scans if add_months(first.on, months) <= e.on <= act.on]
    good = [e for e in later if e.fields.new_lesions == "no" and e.fields.operable == "yes"]
    return bool(good) and good[-1] is scans[-1]


def _is_report(entry: Entry[Any], *modalities: str) -> bool:
    return entry.fields.given("modality") in modalities and entry.fields.given("report") in ("final", "amended")


def _has_brain_imaging(world: World, act: Entry[Any]) -> bool:
    """A final brain MRI since staging began, or a contrast CT that a clinician accepted; or no first treatment."""
    chart = world.chart
    if act.name != "decide_surgery" and _treated_before(chart, act):
        return True
    begun = max(e.on for e in chart.named("accept_referral", "adopt"))
    said = chart.named("mri_contraindication")
    taken = said and said[-1].fields.contraindicated == "yes" and said[-1].fields.ct_accepted_by
    allowed = ("mri_brain", "ct_brain_contrast") if taken else ("mri_brain",)
    return any(_is_report(e, *allowed) and e.on >= begun for e in chart.entries.values())


def _treated_before(chart: Chart, act: Entry[Any]) -> bool:
    done = chart.named("start_regimen", "enrol_in_trial", "perform_local_therapy", "perform_surgery")
    return any(e.seq < act.seq and e.fields.given("type") in (None, LUNG["type"]) for e in done)


def _in_reference_centre(world: World, act: Entry[Any]) -> bool:
    """The latest word on who treats is the reference centre, or one that shares care and decided this."""
    said = [e for e in world.chart.ordered if e.fields.given("centre_role")]
    role = said[-1].fields.centre_role if said else None
    if role == "reference_centre":
        return True
    named = said[-1].fields.reference_centre if role == "shared_care" else None
    by_it = [d for d in world.chart.acts if d.name.startswith("decide_") and d.fields.given("centre") == named]
    return named is not None and bool(by_it)


def _not_first_line(world: World, act: Entry[Any]) -> bool:
    """No chemotherapy, or some systemic treatment came before it."""
    if not str(act.fields.given("regimen_class")).startswith("cytotoxic"):
        return True
    before = world.chart.named("prior_regimen", "start_regimen", "enrol_in_trial")
    return any(e.seq < act.seq for e in before)


def _scan(**given: Any) -> Fact:
    return "imaging", given


_SHARED = {"centre_role": "shared_care", "reference_centre": "RC-1"}
_PAST = {"agents": ["atezolizumab"], "class": "ici_pdl1", "stop_reason": "progression"}
PITFALLS = (
    Pitfall(
        name="first-line chemotherapy",
        acts=tuple(
            ("start_regimen", {**DRUGS[drug], **line})
            for drug, line in product(("doxorubicin", "ifosfamide"), ({}, {"line": 1}, {"line": 2}))
        ),
        facts=((), (("prior_regimen", _PAST),)),
        sound=_not_first_line,
    ),
    Pitfall(
        name="lung metastasectomy without an interval CT",
        acts=_LUNG,
        facts=tuple(
            (*first, *second)
            for first, second in product(
                ((), (_scan(**LESIONS),)),
                (
                    (),
                    (wait(120), _scan(**{**GOOD, "report": "preliminary"})),
                    (wait(60), _scan(**GOOD)),
                    (wait(120), _scan(**GOOD)),
                    (wait(120), _scan(**GOOD), wait(30), _scan(**{**GOOD, "new_lesions": "yes"})),
                    (wait(120), _scan(**{**GOOD, "new_lesions": "yes"})),
                    (wait(120), _scan(**{**GOOD, "operable": "no"})),
                    (wait(120), _scan(**CT)),
                    (wait(120), _scan(modality="pet_ct", report="final", new_lesions="no", operable="yes")),
                ),
            )
        ),
        sound=_has_interval_ct,
    ),
    Pitfall(
        name="treatment before brain imaging",
        acts=_TREATMENTS,
        facts=(
            (),
            (_scan(**{**MRI, "report": "preliminary"}),),
            (_scan(modality="pet_ct", report="final", brain_metastases="no"),),
            (_scan(modality="ct_brain_contrast", report="final"),),
            (("mri_contraindication", {"contraindicated": "yes"}), _scan(modality="ct_brain_contrast", report="final")),
            (
                ("mri_contraindication", {"contraindicated": "yes", "ct_accepted_by": "clinician-1"}),
                _scan(modality="ct_brain_contrast", report="final"),
            ),
            (_scan(**MRI),),
            (_scan(**{**MRI, "report": "amended"}),),
        ),
        spared=frozenset({BRAIN[0]}),
        sound=_has_brain_imaging,
    ),
    Pitfall(
        name="treatment outside a reference centre",
        acts=(*_TREATMENTS, ("decide_interval_scan", JUDGED), ("decide_interval_scan", {**JUDGED, "centre": "RC-1"})),
        facts=(
            (("centre_role", {"centre_role": "non_reference"}),),
            (("centre_role", {"centre_role": "shared_care"}),),
            (("centre_role", _SHARED),),
            (("centre_role", {"centre_role": "reference_centre"}),),
        ),
        spared=frozenset({CENTRE[0]}),
        sound=_in_reference_centre,
    ),
)
