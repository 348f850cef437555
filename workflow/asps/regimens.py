"""Systemic treatments as the chart shows them: which ran when, in which line, with which doses and holds (F31)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from workflow.acts import EnrolInTrial, GiveDose, OfAgent, StartRegimen, StopRegimen
from workflow.chart import Chart, Entry, derived
from workflow.records import PriorRegimen, Progression, Trial
from workflow.rules import Case

ICI_CLASSES = frozenset({"ici_pdl1", "ici_pd1"})
CYTOTOXIC = frozenset({"cytotoxic_anthracycline", "cytotoxic_other"})
ENDS_THE_FORMER = frozenset({"X17", "X19", "X20c", "X22", "X23", "X28"})
"""Starts of the next line: they end what ran before (R18)."""
RULED_OUT = frozenset({"contraindicated", "unavailable", "declined"})


def normal(agent: str) -> str:
    """An agent's name as it is compared."""
    return agent.strip().lower()


@lru_cache(maxsize=1_000)
def is_agent(name: str, agent: str) -> bool:
    """Whether an entered name means this drug (`Pazopanib 200 mg` does). Asked of every dose by most rules."""
    return name in normal(agent)


@dataclass(slots=True)
class Regimen:
    """One systemic treatment."""

    entry: Entry[Any]
    agents: tuple[str, ...]
    kind: str
    """The class of F31; `trial` for an enrolment."""
    line: int
    start: date
    schedule: str | None = None
    prior: bool = False
    ended: date | None = None
    stop_reason: str = ""
    doses: list[Entry[GiveDose]] = field(default_factory=list)
    held: dict[str, Entry[Any]] = field(default_factory=dict)
    """Agents on hold, each with the entry that holds it."""
    stopped: dict[str, date] = field(default_factory=dict)
    """Agents ended on their own, each with the day."""
    permanently: list[str] = field(default_factory=list)
    """Agents that were stopped while on hold."""
    resumed: list[tuple[str, Entry[Any]]] = field(default_factory=list)
    """Each agent that came back from a hold, with the entry that brought it back."""
    last_before: date | None = None
    """Of a regimen from before: its last dose, as recorded."""

    @property
    def root(self) -> str:
        """The record it is known by in tasks (R9)."""
        return self.entry.id

    @property
    def running(self) -> bool:
        """Not ended."""
        return self.ended is None

    @property
    def active(self) -> tuple[str, ...]:
        """The agents that still run, held ones included."""
        if not self.running:
            return ()
        return tuple(a for a in self.agents if a not in self.stopped) if self.stopped else self.agents

    def with_kind(self, kind: str) -> tuple[str, ...]:
        """Its agents that are checkpoint inhibitors (`ici`) or anti-angiogenic TKIs (`tki`)."""
        return tuple(a for a in self.agents if kind_of(a, self.kind) == kind)

    def has(self, drug: str) -> bool:
        """Whether a drug is part of it."""
        return any(is_agent(drug, a) for a in self.agents)

    def runs(self, drug: str) -> bool:
        """Whether a drug still runs in it."""
        return any(is_agent(drug, a) for a in self.active)

    @property
    def undated(self) -> bool:
        """Runs since before the referral, and its last dose is not recorded: the next one has no date."""
        return self.prior and self.running and self.last_before is None and not self.doses

    def covers(self, day: date) -> bool:
        """Whether it ran on a day."""
        return self.start <= day and (self.ended is None or day <= self.ended)

    def last_dose(self, drug: str) -> date:
        """The last day on which a drug was given, as far as recorded; of one from before without a dose, its end."""
        given = [d.on for d in self.doses if is_agent(drug, d.fields.agent)]
        return max([self.last_before or (self.prior and self.ended) or self.start, *given])


def kind_of(agent: str, regimen_kind: str) -> str:
    """`ici`, `tki` or `other`. In a combination the name tells: -nib is a TKI, else the checkpoint inhibitor."""
    if regimen_kind in ICI_CLASSES:
        return "ici"
    if regimen_kind == "combination":
        return "tki" if "nib" in agent else "ici"
    return "tki" if regimen_kind == "tki" else "other"


_TELL = (
    "prior_regimen", "start_regimen", "enrol_in_trial", "give_dose", "hold_regimen", "resume_regimen", "stop_regimen",
    "trial", "decide_supportive_care", "return_to_pathway",
)  # fmt: skip
"""The records and acts that tell of systemic treatments."""


@derived
def regimens(chart: Chart) -> tuple[Regimen, ...]:
    """Every systemic treatment, those before the referral included, in order of start."""
    found: list[Regimen] = []
    for entry in chart.named(*_TELL):
        _fold(chart, found, entry)
    return tuple(sorted(found, key=lambda r: (r.start, r.entry.seq)))


_STARTS = (StartRegimen, EnrolInTrial)


def _fold(chart: Chart, found: list[Regimen], entry: Entry[Any]) -> None:
    fields = entry.fields
    if isinstance(fields, _STARTS):
        _started(found, entry)
    elif isinstance(fields, PriorRegimen):
        found.append(_prior(chart, found, entry))
    elif isinstance(fields, GiveDose):
        _dosed(found, entry)
    elif isinstance(fields, OfAgent):
        _changed(found, entry)
    elif isinstance(fields, Trial) and fields.status == "off_study":
        _end([r for r in found if r.kind == "trial"], entry.on, "other")
    elif entry.name == "decide_supportive_care":
        _end(found, entry.on, "choice")
    elif entry.name == "return_to_pathway":
        _end(found, entry.on, "other")


def _started(found: list[Regimen], entry: Entry[Any]) -> None:
    fields, line = entry.fields, next_line(found)
    start = fields.starts or entry.on
    if entry.outcome and entry.outcome.transition in ENDS_THE_FORMER:
        _end(found, start, "progression")
    if isinstance(fields, EnrolInTrial):
        found.append(Regimen(entry=entry, agents=(normal(fields.trial),), kind="trial", line=line, start=start))
        return
    agents = tuple(dict.fromkeys(normal(a) for a in fields.agents))
    found.append(
        Regimen(entry=entry, agents=agents, kind=fields.regimen_class, line=fields.line or line, start=start,
                schedule=fields.schedule)
    )  # fmt: skip


def _prior(chart: Chart, found: list[Regimen], entry: Entry[PriorRegimen]) -> Regimen:
    """A regimen before the referral; after an adoption, one without an end is running (2.9)."""
    fields = entry.fields
    runs = bool(chart.named("adopt")) and fields.stopped is None
    return Regimen(
        entry=entry, agents=tuple(dict.fromkeys(normal(a) for a in fields.agents)), kind=fields.regimen_class,
        line=fields.line or next_line(found), start=entry.on, schedule=fields.schedule, prior=True,
        ended=None if runs else fields.stopped or fields.last_dose or entry.on, stop_reason=fields.stop_reason or "",
        last_before=fields.last_dose,
    )  # fmt: skip


def _dosed(found: list[Regimen], entry: Entry[GiveDose]) -> None:
    for regimen in reversed(found):
        if regimen.running and any(is_agent(a, entry.fields.agent) for a in regimen.active):
            regimen.doses.append(entry)
            regimen.schedule = entry.fields.schedule or regimen.schedule
            return


def _changed(found: list[Regimen], entry: Entry[OfAgent]) -> None:
    """A hold, a resumption or a stop of one agent or of all."""
    for regimen in [r for r in found if r.running]:
        for agent in [a for a in regimen.active if names(entry.fields.agent, a)]:
            if entry.name == "hold_regimen":
                regimen.held[agent] = entry
            elif entry.name == "resume_regimen":
                if regimen.held.pop(agent, None):
                    regimen.resumed.append((agent, entry))
            else:
                _stop(regimen, agent, entry)


def _stop(regimen: Regimen, agent: str, entry: Entry[Any]) -> None:
    assert isinstance(entry.fields, StopRegimen)
    regimen.stopped[agent] = entry.on
    if agent in regimen.held:
        regimen.permanently.append(agent)
    if not [a for a in regimen.agents if a not in regimen.stopped]:
        regimen.ended, regimen.stop_reason = entry.on, entry.fields.stop_reason


def names(given: str | None, agent: str) -> bool:
    """Whether an optional agent field means this agent: left out, it means all."""
    return given is None or is_agent(agent, given) or is_agent(normal(given), agent)


def _end(found: Iterable[Regimen], on: date, reason: str) -> None:
    for regimen in [r for r in found if r.running]:
        regimen.ended, regimen.stop_reason = on, reason


def next_line(found: Iterable[Regimen]) -> int:
    """The line of the next regimen: the highest earlier one plus 1, a trial counts (2.9)."""
    return max((r.line for r in found), default=0) + 1


def line_of(case: Case) -> int:
    """The line of the regimen that is to start: as given, else the next."""
    return case.fields.given("line") or next_line(regimens(case.chart))


def running(chart: Chart) -> list[Regimen]:
    """The regimens that have not ended."""
    return [r for r in regimens(chart) if r.running]


def latest(chart: Chart) -> Regimen | None:
    """The regimen that started last."""
    every = regimens(chart)
    return every[-1] if every else None


def used(chart: Chart, kind: str) -> bool:
    """Whether a checkpoint inhibitor (`ici`) or an anti-angiogenic TKI (`tki`) was ever given."""
    return any(r.with_kind(kind) for r in regimens(chart))


def treated(chart: Chart) -> bool:
    """Whether anticancer treatment was given here since the referral."""
    acts = chart.named("start_regimen", "enrol_in_trial", "perform_local_therapy", "perform_surgery")
    return any(a.fields.given("type") in (None, "lung_metastasectomy") for a in acts)


def systemic(entry: Entry[Progression]) -> bool:
    """A systemic progression that is not awaiting confirmation."""
    return entry.fields.pattern == "systemic" and entry.fields.criterion != "iupd"


def regimen_of(chart: Chart, event: Entry[Progression]) -> list[Regimen]:
    """The regimens on which a progression occurred: the one it names, else those that ran on its day."""
    every = regimens(chart)
    named = [r for r in every if event.fields.regimen and r.root == event.fields.regimen]
    return named or [r for r in every if r.covers(event.on)]


def progressions_on(chart: Chart, regimen: Regimen) -> list[Entry[Progression]]:
    """Every progression recorded on a regimen."""
    return [e for e in chart.of(Progression) if any(r.root == regimen.root for r in regimen_of(chart, e))]


def progressed_on(chart: Chart, kind: str) -> bool:
    """Whether disease progressed systemically on a checkpoint inhibitor (`ici`) or an anti-angiogenic TKI (`tki`)."""
    stopped = any(r.with_kind(kind) and r.stop_reason == "progression" and r.prior for r in regimens(chart))
    return stopped or any(
        systemic(e) and any(r.with_kind(kind) for r in regimen_of(chart, e)) for e in chart.of(Progression)
    )


def last_pazopanib(chart: Chart, today: date) -> tuple[date, Entry[Any]] | None:
    """The last day of pazopanib: that of its hold or stop; while it runs unheld, today (2.5)."""
    days = [(_last_day(r, today), r.entry) for r in regimens(chart) if r.has("pazopanib") and r.start <= today]
    return max(days, key=lambda pair: pair[0], default=None)


def _last_day(regimen: Regimen, today: date) -> date:
    agent = next(a for a in regimen.agents if is_agent("pazopanib", a))
    if agent in regimen.held:
        return regimen.held[agent].on
    return regimen.stopped.get(agent) or regimen.ended or today
