"""What people decide and do: each act with its fields, the roles that may take it, spelled as in the naming contract.

What an act leads to, from which states, and which guards it meets stands in `asps/`, in the rows of the pathway.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from workflow.fields import YNU, Day, Fields, Id, Line, Words
from workflow.records import CentreRoleName, Evolution, Growth, RegimenClass, Site, StopReason
from workflow.vocabulary import CK, C, Role, State

Modality = Literal["sabr", "rfa", "mwa", "cryo", "rt", "srs", "neurosurgery", "surgery_extrapulmonary"]
Intent = Literal["prolong_remission", "symptom_control"]
SurgeryType = Literal["lung_metastasectomy", "diagnostic_biopsy", "other"]
BoneAgent = Literal["denosumab", "zoledronate", "other_bisphosphonate"]
Agents = Annotated[list[Line], Field(min_length=1, max_length=8)]


class Nothing(Fields):
    """An act without fields of its own."""


class Adopt(Fields):
    """A patient who was already under way when the software arrived: where, since when."""

    state: State
    since: Day
    staging_started: Day | None = None


class AcceptReferral(Fields):
    """Staging begins; who treats is recorded."""

    centre_role: CentreRoleName
    reference_centre: Id | None = None


class DeclareOutOfScope(Fields):
    """Not metastatic ASPS after all."""

    cause: Literal["other_histology", "no_metastasis", "other"]


class Decision(Fields):
    """What every decision of a tumour board may say (F28)."""

    centre: Id | None = None
    goal: Literal["stabilisation", "remission", "symptom_control", "other"] | None = None
    reasons: Words | None = None


class DecideIntervalScan(Decision):
    """Wait three months, scan again, then decide about lung surgery."""

    limited: YNU | None = None
    resectability: Literal["resectable", "unresectable", "unknown"] | None = None
    checklist: Literal["complete", "incomplete"] | None = None
    growth_rate: Growth | None = None
    disease_evolution: Evolution | None = None
    index_ct: Id | None = None


class DecideSurgery(DecideIntervalScan):
    """Resect the lung metastases."""

    planned: Day | None = None


class DecideSystemic(Decision):
    """Treat with a drug; the start is an act of its own."""

    agents: list[Line] | None = None


class DecideTrial(Decision):
    """Treat within a clinical trial."""

    trial: Id | None = None


class DecideOther(DecideSystemic):
    """Any other systemic treatment."""

    regimen_class: RegimenClass | None = Field(default=None, alias="class")


class DecideLocalTherapy(Decision):
    """Ablate, irradiate or operate outside the lungs."""

    modality: Modality
    site: Site | None = None
    lesions: list[Id] | None = None
    intent: Intent | None = None
    planned: Day | None = None


class StartRegimen(Fields):
    """A systemic treatment starts; the start counts as the first dose given."""

    agents: Agents
    regimen_class: RegimenClass = Field(alias="class")
    schedule: Line | None = None
    line: Annotated[int, Field(ge=1, le=99)] | None = None
    starts: Day | None = None


class GiveDose(Fields):
    """One dose of a running regimen."""

    agent: Line
    schedule: Line | None = None


class OfAgent(Fields):
    """Holds or resumes one agent, or all that run."""

    agent: Line | None = None


class StopRegimen(OfAgent):
    """Ends one agent, or all that run."""

    stop_reason: StopReason


class EnrolInTrial(Fields):
    """Enrolment in a clinical trial."""

    trial: Id
    starts: Day | None = None


class ScheduleSurgery(Fields):
    """A date for an operation."""

    type: SurgeryType
    planned: Day


class PerformSurgery(Fields):
    """An operation was done; a biopsy is never a metastasectomy."""

    type: SurgeryType
    completeness: Literal["R0", "R1", "R2", "unknown"] | None = None
    residual_disease: YNU | None = None
    major: YNU | None = None


class PerformLocalTherapy(Fields):
    """A local treatment was done."""

    modality: Modality
    site: Site | None = None
    lesions: list[Id] | None = None
    intent: Intent | None = None
    residual_disease: YNU | None = None


class StartBoneAgent(Fields):
    """A drug against bone loss starts."""

    agent: BoneAgent
    schedule: Line | None = None
    starts: Day | None = None


class GiveBoneAgent(Fields):
    """One dose of it."""

    agent: BoneAgent


class ReverseDeath(Fields):
    """The death was entered in error; another person confirms."""

    second_user: Id


class Transfer(Fields):
    """Care goes elsewhere."""

    to_centre: Line | None = None


class TaskAct(Fields):
    """Something done to a care task by its name."""

    task: Id


class ClaimTask(TaskAct):
    """Who will do a task: the person named, else whoever enters it."""

    user: Id | None = None


class SnoozeTask(TaskAct):
    """Put a task off; the original date stays visible."""

    until: Day


class Override(Fields):
    """Break-glass: one guard, one action, one use, a second signer (R13)."""

    guard: Id
    action: Id
    reason_code: Literal["emergency", "urgent_symptoms", "evidence_elsewhere", "patient_choice", "other"]
    text: Words
    signer_2: Id
    expires: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Act:
    """One act: its fields, who may take it, and a title."""

    name: str
    fields: type[Fields]
    by: frozenset[Role]
    title: str


_ALL = (
    Act(name="adopt", fields=Adopt, by=C, title="adopt a patient who is already under way"),
    Act(name="accept_referral", fields=AcceptReferral, by=CK, title="accept the referral"),
    Act(name="complete_staging", fields=Nothing, by=CK, title="complete staging"),
    Act(name="declare_out_of_scope", fields=DeclareOutOfScope, by=C, title="declare out of scope"),
    Act(name="decide_observation", fields=Decision, by=C, title="decide on observation"),
    Act(name="decide_interval_scan", fields=DecideIntervalScan, by=C, title="decide on an interval CT"),
    Act(name="decide_surgery", fields=DecideSurgery, by=C, title="decide on lung surgery"),
    Act(name="decide_immunotherapy", fields=DecideSystemic, by=C, title="decide on immunotherapy"),
    Act(name="decide_tki", fields=DecideSystemic, by=C, title="decide on a TKI"),
    Act(name="decide_combination", fields=DecideSystemic, by=C, title="decide on TKI plus checkpoint inhibitor"),
    Act(name="decide_trial", fields=DecideTrial, by=C, title="decide on a clinical trial"),
    Act(name="decide_other", fields=DecideOther, by=C, title="decide on another systemic treatment"),
    Act(name="decide_local_therapy", fields=DecideLocalTherapy, by=C, title="decide on local therapy"),
    Act(name="decide_supportive_care", fields=Decision, by=C, title="decide on supportive care"),
    Act(name="start_regimen", fields=StartRegimen, by=C, title="start a systemic treatment"),
    Act(name="give_dose", fields=GiveDose, by=CK, title="record a dose given"),
    Act(name="hold_regimen", fields=OfAgent, by=C, title="hold a drug"),
    Act(name="resume_regimen", fields=OfAgent, by=C, title="resume a drug"),
    Act(name="stop_regimen", fields=StopRegimen, by=C, title="stop a drug"),
    Act(name="enrol_in_trial", fields=EnrolInTrial, by=C, title="enrol in a clinical trial"),
    Act(name="schedule_surgery", fields=ScheduleSurgery, by=CK, title="schedule an operation"),
    Act(name="perform_surgery", fields=PerformSurgery, by=C, title="record an operation done"),
    Act(name="cancel_surgery", fields=Nothing, by=C, title="cancel the operation"),
    Act(name="perform_local_therapy", fields=PerformLocalTherapy, by=C, title="record a local treatment done"),
    Act(name="start_bone_agent", fields=StartBoneAgent, by=C, title="start a bone agent"),
    Act(name="give_bone_agent", fields=GiveBoneAgent, by=CK, title="record a bone agent given"),
    Act(name="stop_bone_agent", fields=Nothing, by=C, title="stop the bone agent"),
    Act(name="declare_death", fields=Nothing, by=CK, title="record the death"),
    Act(name="reverse_death", fields=ReverseDeath, by=CK, title="reverse a death entered in error"),
    Act(name="transfer", fields=Transfer, by=CK, title="transfer to another centre"),
    Act(name="declare_lost", fields=Nothing, by=CK, title="declare lost to follow-up"),
    Act(name="withdraw_consent", fields=Nothing, by=CK, title="record that consent is withdrawn"),
    Act(name="return_to_pathway", fields=Nothing, by=CK, title="return to the pathway"),
    Act(name="complete_task", fields=TaskAct, by=CK, title="mark a task as done"),
    Act(name="claim_task", fields=ClaimTask, by=CK, title="claim a task"),
    Act(name="snooze_task", fields=SnoozeTask, by=CK, title="put a task off"),
    Act(name="waive_task", fields=TaskAct, by=CK, title="waive a task"),
)

ACTS: dict[str, Act] = {act.name: act for act in _ALL}
TASK_ACTS = frozenset({"complete_task", "claim_task", "snooze_task", "waive_task"})
"""Done to a task, not to the patient: allowed in every state."""
