"""After immunotherapy and a TKI: combination or a trial (S16, S40); chemotherapy never first (S17, S50)."""

from collections.abc import Iterator
from typing import Any

from workflow.acts import EnrolInTrial
from workflow.asps.board import BOARD
from workflow.asps.drug_safety import EVERY_START, PREGNANCY
from workflow.asps.general import REFERENCE_CENTRE
from workflow.asps.immunotherapy import ICI_DRUGS, ICI_SCREEN
from workflow.asps.regimens import CYTOTOXIC, line_of, running, systemic
from workflow.asps.sources import s
from workflow.asps.staging import BASELINE_BRAIN_IMAGING
from workflow.asps.tki import PAZOPANIB, TKI_BASELINE, TREATMENT_ORDER, refractory_on
from workflow.chart import Entry
from workflow.records import Progression, Trial
from workflow.rules import (
    Automatic,
    CareTask,
    Case,
    Finding,
    Guard,
    Moment,
    Priority,
    Situation,
    Topic,
    Transition,
    Wanted,
    met,
    unmet,
)
from workflow.vocabulary import ACTIVE, ON, Level, Role, State, extrapolated


def _cytotoxic(case: Case) -> bool:
    return case.fields.given("regimen_class") in CYTOTOXIC


def _first_line(case: Case) -> Finding:
    if not _cytotoxic(case) or line_of(case) != 1:
        return met()
    what = ", ".join(case.fields.given("agents"))
    return unmet(f"{what} would be first-line treatment (line 1, counted from the record)")


NO_FIRST_LINE_CHEMOTHERAPY = Guard(
    name="no_first_line_chemotherapy",
    level=Level.HARD,
    says="no cytotoxic chemotherapy as first line: ASPS does not answer to it",
    cleared_by="the tumour board: decide on immunotherapy; or record earlier regimens (prior_regimen)",
    source=s(17, 18, 50, 51),
    check=_first_line,
)


def _later_line(case: Case) -> Finding:
    if not _cytotoxic(case) or line_of(case) == 1:
        return met()
    return unmet(f"cytotoxic chemotherapy in line {line_of(case)}: the guide advises against it in any line")


LATER_LINE_CHEMOTHERAPY = Guard(
    name="later_line_chemotherapy",
    level=Level.SOFT,
    says="cytotoxic chemotherapy is not recommended in later lines either",
    cleared_by="the tumour board: give its reason",
    source=s(17, 19, 20),
    check=_later_line,
)

OTHER_START = (*EVERY_START, NO_FIRST_LINE_CHEMOTHERAPY, LATER_LINE_CHEMOTHERAPY)
COMBINATION_START = (*EVERY_START, *PREGNANCY, *ICI_SCREEN, TKI_BASELINE, TREATMENT_ORDER, *ICI_DRUGS, *PAZOPANIB)

TRANSITIONS = (
    Transition(
        id="X22",
        on="start_regimen",
        sources=frozenset({State.REFRACTORY, State.TKI, State.IMMUNOTHERAPY, State.MDT_REVIEW}),
        dest=State.COMBINATION,
        when=lambda case: case.fields.given("regimen_class") == "combination",
        condition="a TKI and a checkpoint inhibitor",
        guards=COMBINATION_START,
        source=s(16, 40),
    ),
    Transition(
        id="X23",
        on="enrol_in_trial",
        sources=BOARD | ACTIVE | {State.REFRACTORY},
        dest=State.CLINICAL_TRIAL,
        guards=(REFERENCE_CENTRE, BASELINE_BRAIN_IMAGING),
        source=s(40),
    ),
    Transition(
        id="X28",
        on="start_regimen",
        sources=ON - {State.REFERRED},
        dest=State.OTHER_SYSTEMIC,
        when=lambda case: _cytotoxic(case) or case.fields.given("regimen_class") == "other",
        condition="cytotoxic or other",
        guards=OTHER_START,
        source=(extrapolated("anything else, by recorded decision and reason"),),
    ),
)


def _refractory(moment: Moment) -> bool:
    """New systemic progression, and the criterion holds."""
    new = [e for e in moment.new(Progression) if systemic(e)]
    return bool(new) and refractory_on(moment.chart, moment.site.word("refractory.criterion"))


def _off_study(moment: Moment) -> bool:
    off = [e for e in moment.new(Trial) if e.fields.status == "off_study"]
    return bool(off) and not running(moment.chart)


AUTOMATIC = (
    Automatic(
        id="X21",
        sources=ACTIVE,
        dest=State.REFRACTORY,
        condition="systemic progression, and the refractory criterion holds",
        facts=frozenset({Progression}),
        when=_refractory,
        source=(*s(40), extrapolated("the criterion, 2.6")),
    ),
    Automatic(
        id="X18.off_study",
        sources=ACTIVE,
        dest=State.MDT_REVIEW,
        condition="off study, and no other regimen is running",
        facts=frozenset({Trial}),
        when=_off_study,
        source=(extrapolated("a treatment that ended leaves a decision open"),),
    ),
)


def _trial_search(now: Situation) -> Iterator[Wanted]:
    for n, arrival in enumerate(now.path):
        if arrival.state is not State.REFRACTORY:
            continue
        enrolled: list[Entry[Any]] = [e for e in now.chart.of(EnrolInTrial) if e.key > arrival.key]
        said: list[Entry[Any]] = [
            e for e in now.chart.of(Trial) if e.key > arrival.key and e.fields.status != "searching"
        ]
        answer = min([*enrolled, *said], key=lambda e: e.key, default=None)
        if answer or n == len(now.path) - 1:
            yield Wanted(
                subject=arrival.entry or "once", opened=arrival.on, why="refractory disease",
                done=answer.on if answer else None, done_by=answer.id if answer else "",
            )  # fmt: skip


TASKS = (
    CareTask(
        name="trial_search",
        title="trial search",
        priority=Priority.EDUCATION,
        owner=Role.CLINICIAN,
        wanted=_trial_search,
        opens="entering refractory",
        done_when="an enrolment, or a trial record other than searching",
        source=s(40),
    ),
)

TOPIC = Topic(
    name="refractory disease, trials and chemotherapy",
    guards=(NO_FIRST_LINE_CHEMOTHERAPY, LATER_LINE_CHEMOTHERAPY),
    transitions=TRANSITIONS,
    automatic=AUTOMATIC,
    tasks=TASKS,
)
