"""Leaving the pathway and coming back: death, transfer, lost to follow-up, consent withdrawn, out of scope (R11)."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from workflow.asps.facts import histology, metastasis, staging_complete
from workflow.asps.regimens import regimens
from workflow.asps.timing import in_days
from workflow.chart import Chart, Entry
from workflow.records import Consent, ContactAttempt
from workflow.rules import CareTask, Case, Priority, Situation, Topic, Transition, Wanted
from workflow.vocabulary import EXITS, ON, Role, Source, State, extrapolated

_OURS: tuple[Source, ...] = (extrapolated("the guide does not speak of leaving; somebody has to know of everyone"),)
AWAY = frozenset({State.TRANSFERRED, State.LOST_TO_FOLLOW_UP})


def _exit(id: str, act: str, dest: State, sources: frozenset[State]) -> Transition:
    return Transition(id=id, on=act, sources=sources, dest=dest, source=_OURS)


def _consented(case: Case) -> bool:
    """Consent was given again after it had been withdrawn."""
    if case.state is not State.CONSENT_WITHDRAWN:
        return True
    said = [e for e in case.chart.of(Consent) if e.key > case.path[-1].key]
    return bool(said) and said[-1].fields.status == "given"


def _in_scope_again(case: Case) -> bool:
    """ASPS, or a metastasis, was found later, whatever had led out of scope."""
    left = case.whole.entries.get(case.path[-1].entry)
    cause = left.fields.given("cause") if left else None
    disease, spread = histology(case.chart), metastasis(case.chart)
    is_asps = disease is not None and disease.fields.result != "other"
    if cause == "no_metastasis":
        return spread is not None
    return is_asps if cause != "other" else is_asps or spread is not None


def _was_in(state: State, case: Case) -> bool:
    return _previous(case) is state


def _previous(case: Case) -> State | None:
    """Where the patient stood before the death that is reversed."""
    before = [a for a in case.path[:-1] if a.state is not State.DECEASED]
    return before[-1].state if before else None


def _back(id: str, dest: State, when: Any, condition: str, sources: frozenset[State]) -> Transition:
    return Transition(
        id=id, on="return_to_pathway", sources=sources, dest=dest, when=when, condition=condition, source=_OURS
    )


_RETURNING = AWAY | {State.CONSENT_WITHDRAWN}

TRANSITIONS = (
    _exit("X31", "declare_death", State.DECEASED, ON | EXITS - {State.DECEASED}),
    _exit("X32", "transfer", State.TRANSFERRED, ON),
    _exit("X33", "declare_lost", State.LOST_TO_FOLLOW_UP, ON),
    _exit("X34", "withdraw_consent", State.CONSENT_WITHDRAWN, ON | AWAY),
    _back(
        "X35", State.MDT_REVIEW, lambda case: _consented(case) and staging_complete(case.chart),
        "staging was complete; consent, where withdrawn, given again", _RETURNING,
    ),
    _back(
        "X35.staging", State.STAGING, lambda case: _consented(case) and not staging_complete(case.chart),
        "staging was not complete; consent, where withdrawn, given again", _RETURNING,
    ),
    _back(
        "X35.scope", State.STAGING, _in_scope_again, "ASPS, or a metastasis, was found later",
        frozenset({State.OUT_OF_SCOPE}),
    ),
    *(
        Transition(
            id=f"X36.{state.value}", on="reverse_death", sources=frozenset({State.DECEASED}), dest=state,
            when=partial(_was_in, state), reverses=True,
            condition=f"the patient had been in {state.title}", source=_OURS,
        )
        for state in sorted(frozenset(State) - {State.DECEASED})
    ),
)  # fmt: skip


def _on_therapy(chart: Chart, at: tuple[Any, int]) -> bool:
    return any(r.running for r in regimens(chart.upto(*at)))


def _handover(now: Situation) -> Iterator[Wanted]:
    """Opened by a transfer, or by leaving the scope on therapy; cancelled by a return."""
    here = now.path[-1]
    on_therapy = here.state is State.OUT_OF_SCOPE and _on_therapy(now.chart, here.key)
    if here.state is State.TRANSFERRED or on_therapy:
        yield Wanted(subject=here.entry or "once", opened=here.on, why=f"{here.state.title} on {here.on}")


def _death(now: Situation) -> Iterator[Wanted]:
    if now.state is State.DECEASED:
        here = now.path[-1]
        yield Wanted(subject=here.entry or "once", opened=here.on, why=f"death on {here.on}")


def _runs_of_misses(chart: Chart) -> list[list[Entry[ContactAttempt]]]:
    """Missed contacts in a row, broken by each contact that succeeded."""
    runs: list[list[Entry[ContactAttempt]]] = [[]]
    for attempt in chart.of(ContactAttempt):
        runs[-1].append(attempt)
        if attempt.fields.result == "reached":
            runs.append([])
    return [run for run in runs if run and run[0].fields.result == "not_reached"]


def lost_suggested(now: Situation) -> bool:
    """The set number of contacts in a row has failed: the tool suggests declare_lost, and never does it (R14)."""
    limit, runs = now.site.number("ltfu.attempts"), _runs_of_misses(now.chart)
    return limit is not None and bool(runs) and len(_misses(runs[-1])) >= limit and runs[-1][-1] in _misses(runs[-1])


def _misses(run: list[Entry[ContactAttempt]]) -> list[Entry[ContactAttempt]]:
    return [e for e in run if e.fields.result == "not_reached"]


def _contact(now: Situation) -> Iterator[Wanted]:
    limit = now.site.number("ltfu.attempts")
    for run in _runs_of_misses(now.chart):
        for n, missed in enumerate(_misses(run), 1):
            answer = run[n] if n < len(run) else None
            due, why = in_days(now.site, "ltfu.spacing_days", missed.on, "missed contact")
            if limit is not None and n >= limit:
                why += f"; {n} contacts failed (ltfu.attempts = {limit}): consider declare_lost"
            yield Wanted(
                subject=run[0].id, occurrence=n, opened=missed.on, due=due, why=why,
                done=answer.on if answer else None, done_by=answer.id if answer else "",
            )  # fmt: skip


TASKS = (
    CareTask(
        name="contact_attempt",
        title="contact attempt",
        priority=Priority.EDUCATION,
        owner=Role.COORDINATOR,
        wanted=_contact,
        opens="a contact was missed",
        done_when="the next contact_attempt is recorded",
        timer="T29",
        keys=("ltfu.attempts", "ltfu.spacing_days"),
        source=_OURS,
    ),
    CareTask(
        name="handover",
        title="handover",
        priority=Priority.EDUCATION,
        owner=Role.COORDINATOR,
        wanted=_handover,
        opens="a transfer, or out of scope on therapy",
        done_when="complete_task",
        by_hand=True,
        for_exit=True,
        source=_OURS,
    ),
    CareTask(
        name="death_administration",
        title="death administration",
        priority=Priority.EDUCATION,
        owner=Role.COORDINATOR,
        wanted=_death,
        opens="death",
        done_when="complete_task",
        by_hand=True,
        for_exit=True,
        source=_OURS,
    ),
)

TOPIC = Topic(name="exits and returns", transitions=TRANSITIONS, tasks=TASKS)
