"""The alphabet: everything that can happen to a patient, as far as the rules of some state tell it apart."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from workflow.acts import ACTS
from workflow.asps.lung_disease import index_ct, interval_opens
from workflow.proof.configuration import carrying
from workflow.proof.facts import CT, JUDGED, MRI
from workflow.proof.worlds import World, fields_of
from workflow.vocabulary import ACTIVE, EXITS, ON, WAIT, State

S = State
EVERYWHERE = frozenset(State)
UNDER_WAY = ON - {S.REFERRED}
SCANNED = WAIT | {S.STAGING, S.MDT_REVIEW, S.OBSERVATION, S.SURVEILLANCE, S.SURGERY}
"""Where a chest CT may change what happens next."""


How = Callable[..., World | None]
"""`World.take` or `World.assume`."""


@dataclass(frozen=True, kw_only=True)
class Letter:
    """One thing that may happen."""

    name: str
    happen: Callable[[World, How], World | None]
    """The patient afterwards, a step being taken in earnest or assumed; None where it cannot happen."""
    states: frozenset[State] = EVERYWHERE
    """Where it makes a difference."""
    what: str = ""
    """The act or the kind of record; empty for time passing, and for corrections."""

    @property
    def is_act(self) -> bool:
        """An act, which may be refused."""
        return self.what in ACTS


def entry(name: str, what: str, states: frozenset[State] = UNDER_WAY, /, **given: Any) -> Letter:
    """A record or an act, entered on the next day."""
    return past(name, what, states, 0, **given)


def past(name: str, what: str, states: frozenset[State], back: int, /, **given: Any) -> Letter:
    """A record or an act, entered on the next day, of something so many days ago."""
    fields = fields_of(what, **given)

    def happen(world: World, how: How) -> World | None:
        tomorrow = world.later(world.today + timedelta(days=1))
        on = tomorrow.today - timedelta(days=back) if back else None
        return how(tomorrow, what, fields, on=on)

    return Letter(name=name, happen=happen, states=states, what=what)


def dated(name: str, what: str, states: frozenset[State], dates: Mapping[str, int], /, **given: Any) -> Letter:
    """An act that names days to come, so many days ahead."""

    def happen(world: World, how: How) -> World | None:
        tomorrow = world.later(world.today + timedelta(days=1))
        ahead = {key: (tomorrow.today + timedelta(days=n)).isoformat() for key, n in dates.items()}
        return how(tomorrow, what, fields_of(what, **given, **ahead))

    return Letter(name=name, happen=happen, states=states, what=what)


DRUGS: dict[str, dict[str, Any]] = {
    "atezolizumab": {"agents": ["atezolizumab"], "class": "ici_pdl1", "schedule": "1200_q3w"},
    "pembrolizumab": {"agents": ["pembrolizumab"], "class": "ici_pd1", "schedule": "200_q3w"},
    "pazopanib": {"agents": ["pazopanib"], "class": "tki"},
    "both": {"agents": ["atezolizumab", "axitinib"], "class": "combination"},
    "doxorubicin": {"agents": ["doxorubicin"], "class": "cytotoxic_anthracycline"},
    "ifosfamide": {"agents": ["ifosfamide"], "class": "cytotoxic_other"},
    "another drug": {"agents": ["trabectedin"], "class": "other"},
}
LUNG = {"type": "lung_metastasectomy"}


def starts() -> Iterator[Letter]:
    """Every class of drug."""
    for name in ("atezolizumab", "pembrolizumab", "pazopanib", "both", "another drug"):
        yield entry(f"start {name}", "start_regimen", **DRUGS[name])
    yield entry("enrol", "enrol_in_trial", trial="TRIAL-1")


def decisions() -> Iterator[Letter]:
    """What a tumour board may decide."""
    yield entry("decide observation", "decide_observation")
    for name in ("immunotherapy", "tki", "combination", "trial", "other", "supportive_care"):
        yield entry(f"decide {name}", f"decide_{name}")
    yield entry("decide interval scan", "decide_interval_scan", **JUDGED)
    yield past("decide interval scan, entered late", "decide_interval_scan", UNDER_WAY, 60, **JUDGED)
    yield past("decide tki, entered late", "decide_tki", UNDER_WAY, 300)
    yield entry("decide surgery", "decide_surgery", **JUDGED)
    yield dated("decide surgery on a day", "decide_surgery", UNDER_WAY, {"planned": 20}, **JUDGED)
    yield entry("decide ablation", "decide_local_therapy", modality="rfa")
    yield entry("decide radiosurgery", "decide_local_therapy", modality="srs", site="brain")


def operations() -> Iterator[Letter]:
    """Local treatments, and what becomes of an operation."""
    yield dated("book lung surgery", "schedule_surgery", UNDER_WAY, {"planned": 20}, **LUNG)
    yield entry("resect all", "perform_surgery", **LUNG, completeness="R0", residual_disease="no")
    yield entry("resect in part", "perform_surgery", **LUNG, completeness="R1", residual_disease="yes")
    yield entry("cancel surgery", "cancel_surgery")
    yield entry("ablate all", "perform_local_therapy", modality="rfa", residual_disease="no")
    yield entry("ablate some", "perform_local_therapy", modality="rfa", residual_disease="yes")
    yield entry("treat the brain", "perform_local_therapy", modality="srs", site="brain")


def drugs() -> Iterator[Letter]:
    """A drug that runs is stopped."""
    yield entry("stop by choice", "stop_regimen", stop_reason="choice")
    yield entry("stop for progression", "stop_regimen", stop_reason="progression")


def leaving() -> Iterator[Letter]:
    """Ways off the pathway, and back."""
    for act in ("declare_death", "transfer", "declare_lost", "withdraw_consent", "return_to_pathway"):
        yield entry(act.replace("_", " "), act, EVERYWHERE)
    yield entry("reverse the death", "reverse_death", frozenset({S.DECEASED}), second_user="clinician-2")
    yield entry("out of scope: no metastasis", "declare_out_of_scope", ON, cause="no_metastasis")
    yield entry("out of scope: another disease", "declare_out_of_scope", ON, cause="other_histology")


def arriving() -> Iterator[Letter]:
    """From the referral to the tumour board."""
    referred, staging = frozenset({S.REFERRED}), frozenset({S.STAGING})
    for state in sorted(ON - {S.REFERRED}):  # first, for an adopted patient may do whatever another does, and more
        yield adoption(state)
    yield entry("accept the referral", "accept_referral", referred, centre_role="reference_centre")
    yield entry("complete staging", "complete_staging", staging)
    yield past("complete staging, entered late", "complete_staging", staging, 20)


def adoption(state: State) -> Letter:
    """A patient who was under way when the software arrived."""

    def happen(world: World, how: How) -> World | None:
        tomorrow = world.later(world.today + timedelta(days=1))
        return how(tomorrow, "adopt", fields_of("adopt", state=state.value, since=tomorrow.today.isoformat()))

    return Letter(name=f"adopt in {state.title}", happen=happen, states=frozenset({S.REFERRED}), what="adopt")


def reports() -> Iterator[Letter]:
    """Scans, as their reports differ for some rule."""
    yield entry("CT: lung lesions", "imaging", SCANNED, **CT, lung_lesions_right=2)
    yield entry("CT: favourable", "imaging", WAIT, **CT, lung_lesions_right=2, new_lesions="no", operable="yes")
    yield entry(
        "CT: new lesions", "imaging", WAIT | EXITS | {S.SURVEILLANCE}, **CT, lung_lesions_right=3, new_lesions="yes"
    )
    yield entry("CT: not operable", "imaging", WAIT, **CT, lung_lesions_right=2, new_lesions="no", operable="no")
    yield entry("CT: nothing said", "imaging", frozenset({S.STAGING}), **CT)
    in_brain = WAIT | EXITS | {S.STAGING, S.SURVEILLANCE}
    yield entry("MRI: clear", "imaging", in_brain, **MRI, brain_metastases="no")
    yield entry("MRI: metastases", "imaging", in_brain, **MRI, brain_metastases="yes", new_lesions="yes")
    yield entry("MRI: nothing said", "imaging", frozenset({S.STAGING}), **MRI)


def findings() -> Iterator[Letter]:
    """Other records that move a patient or open a question."""
    early, pause = frozenset({S.REFERRED, S.STAGING}), WAIT | EXITS | {S.OBSERVATION}
    yield entry("histology: suspected", "histology", early, result="asps_suspected")
    yield entry("histology: ASPS", "histology", early | {S.OUT_OF_SCOPE}, result="asps_confirmed")
    yield entry("histology: other", "histology", EVERYWHERE, result="other")
    yield entry("a metastasis", "extent", frozenset({S.OUT_OF_SCOPE}), extent="metastatic")
    yield entry("symptoms", "symptoms", pause, symptomatic="yes")
    yield entry("symptoms of the brain", "symptoms", WAIT, symptomatic="no", cns_symptoms="yes")
    growing = ACTIVE | EXITS | {S.OBSERVATION, S.SURVEILLANCE, S.REFRACTORY}
    for name, given in PROGRESSIONS.items():
        yield entry(name, "progression", growing, **given)
    yield entry("toxicity", "toxicity", ACTIVE, term="colitis", grade=3)
    yield entry("no trial found", "trial", frozenset({S.REFRACTORY}), status="none")
    yield entry("off study", "trial", ACTIVE | {S.REFRACTORY}, status="off_study")
    yield entry("consent given", "consent", frozenset({S.CONSENT_WITHDRAWN}), status="given")
    yield entry("immunotherapy ruled out", "immunotherapy_screen", ON, findings=["other"],
                mdt_ruling="contraindicated")  # fmt: skip


PROGRESSIONS = {
    "progression": {"criterion": "recist_pd", "pattern": "systemic"},
    "oligoprogression": {"criterion": "recist_pd", "pattern": "oligo"},
    "unconfirmed progression": {"criterion": "iupd", "pattern": "systemic", "clinically_stable": "yes"},
}


def histories() -> Iterator[Letter]:
    """Treatment before the referral; after an adoption, treatment that runs."""
    for name, what in BEFORE.items():
        ended = {**what, "stopped": "2025-12-01", "stop_reason": "progression"}
        yield past(f"{name} before", "prior_regimen", ON, 300, **ended)
        yield past(f"{name} runs since before", "prior_regimen", UNDER_WAY, 60, **what)
    yield past("immunotherapy before, ended by choice", "prior_regimen", ON, 300, **BEFORE["immunotherapy"],
               stopped="2025-12-01", stop_reason="choice")  # fmt: skip


BEFORE: dict[str, dict[str, Any]] = {
    "immunotherapy": {"agents": ["atezolizumab"], "class": "ici_pdl1", "schedule": "1200_q3w"},
    "a TKI": {"agents": ["pazopanib"], "class": "tki"},
    "a trial": {"agents": ["TRIAL-0"], "class": "trial"},
    "another drug": {"agents": ["trabectedin"], "class": "other"},
}


def times() -> Iterator[Letter]:
    """Time passing: to the day from which the interval CT counts, to its due date, and so long that all would end."""
    yield Letter(name="the interval CT may be done", happen=_to_window, states=WAIT)
    yield Letter(name="the months pass", happen=_to_move, states=WAIT | {S.SURGERY})
    yield Letter(name="eleven years pass", happen=lambda w, _: w.later(w.today + timedelta(days=4000)), states=ON)


def _to_window(world: World, how: How) -> World | None:
    index = index_ct(world.situation)
    opens = interval_opens(world.situation, index) if index else None
    return world.later(opens) if opens and opens > world.today else None


def _to_move(world: World, how: How) -> World | None:
    day: date | None = world.plan.look_again
    return world.later(day) if day and day > world.today else None


def marks() -> Iterator[Letter]:
    """A task of the course that people complete by hand."""
    yield Letter(name="mark as done", happen=_mark, what="complete_task")


def _mark(world: World, how: How) -> World | None:
    """Always in earnest: what is assumed knows no tasks."""
    name = next((task.name for task, _ in carrying(world) if task.by_hand), None)
    tomorrow = world.later(world.today + timedelta(days=1))
    return tomorrow.take("complete_task", fields_of("complete_task", task=name)) if name else None


@cache
def alphabet() -> tuple[Letter, ...]:
    """Every letter of the course."""
    parts = (arriving, decisions, starts, operations, drugs, leaving, reports, findings, histories, times, marks)
    return tuple(letter for part in parts for letter in part())
