"""What a correction leaves to do (R7), and what is missing where a rule had to read it as unknown (R12)."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from workflow.acts import Adopt
from workflow.asps.board import pending
from workflow.asps.facts import brain, can_become_pregnant, centre, cns_symptoms, histology, symptoms
from workflow.asps.lung_disease import disease_free_interval, extrapulmonary, index_ct, judged, qualifying_cts
from workflow.asps.regimens import running
from workflow.asps.staging import staging_cts
from workflow.asps.timing import in_days
from workflow.chart import Entry
from workflow.records import PregnancyStatus, PriorRegimen, TkiScreen
from workflow.rules import CareTask, Priority, Situation, Topic, Wanted
from workflow.vocabulary import ACTIVE, WAIT, Role, State, extrapolated

Known = tuple[bool, Entry[Any] | None]
"""Whether a field is known, and the entry that says so."""


def _re_review(now: Situation) -> Iterator[Wanted]:
    """Every decision or act that relied on a fact since corrected, carried out or not."""
    for act in now.chart.acts:
        relied = act.outcome.relied if act.outcome else {}
        changed = [c for c in now.chart.corrections if c.target in relied and c.seq > act.version]
        for n, correction in enumerate(changed, 1):
            due, why = in_days(now.site, "re_review.due_days", correction.day, "correction")
            what = f"{act.name} of {act.on} relied on it: {correction.what}; {why}"
            yield Wanted(subject=act.id, occurrence=n, opened=correction.day, due=due, why=what)


def _said(value: Any, entry: Entry[Any] | None) -> Known:
    return value not in (None, "unknown"), entry


def _symptoms(now: Situation) -> Known:
    entry = symptoms(now.chart)
    return _said(entry.fields.symptomatic if entry else None, entry)


def _dfi(now: Situation) -> Known:
    item = disease_free_interval(now.chart)
    return item.value != "unknown", max(item.seen, key=lambda e: e.seq, default=None)


def _cns(now: Situation) -> Known:
    entry = cns_symptoms(now.chart)
    return _said(entry.fields.cns_symptoms if entry else None, entry)


def _pregnancy(now: Situation) -> Known:
    return _said(can_become_pregnant(now.chart), now.chart.last(PregnancyStatus))


def _bleeding(now: Situation) -> Known:
    entry = now.chart.last(TkiScreen)
    return entry is not None, entry


def _entry(read: Callable[[Any], Entry[Any] | None]) -> Callable[[Situation], Known]:
    return lambda now: (read(now.chart) is not None, read(now.chart))


def _staging_ct(now: Situation) -> Known:
    found = staging_cts(now.chart, now.site)
    return bool(found), found[0] if found else None


_BOARD: dict[str, Callable[[Situation], Known]] = {
    "symptomatic": _symptoms,
    "extrapulmonary": lambda now: _said(*extrapulmonary(now)),
    "limited": lambda now: _said(*judged(now, "limited")),
    "resectability": lambda now: _said(*judged(now, "resectability")),
    "dates for the disease-free interval": _dfi,
}


def _of_interval_ct(now: Situation) -> dict[str, Callable[[Situation], Known]]:
    found = qualifying_cts(now, index_ct(now))
    if not found:
        return {}
    last = found[-1]
    return {f"{name} of {last.id}": partial(_finding, name, last) for name in ("new_lesions", "operable")}


def _finding(name: str, scan: Entry[Any], now: Situation) -> Known:
    return _said(scan.fields.given(name), scan)


def _asked(now: Situation) -> dict[str, Callable[[Situation], Known]]:
    """What the rules of the present state read."""
    asked: dict[str, Callable[[Situation], Known]] = {}
    if now.state is State.STAGING:
        asked["staging CT"] = _staging_ct
    if now.state in WAIT | {State.MDT_REVIEW}:
        asked |= _BOARD | _of_interval_ct(now)
    if pending(now.chart, "decide_immunotherapy", "decide_tki", "decide_combination"):
        asked["can_become_pregnant"] = _pregnancy
    if pending(now.chart, "decide_tki", "decide_combination"):
        asked["haemorrhage"] = _bleeding
    if brain(now.chart).status == "untreated_metastases":
        asked["cns_symptoms"] = _cns
    return asked | (_of_adoption(now) if now.chart.of(Adopt) else {})


def _of_adoption(now: Situation) -> dict[str, Callable[[Situation], Known]]:
    """What the plan of an adopted patient's state needs."""
    asked: dict[str, Callable[[Situation], Known]] = {"histology": _entry(histology), "centre_role": _entry(centre)}
    adopted = now.chart.of(Adopt)[-1]
    if now.state in ACTIVE and now.path[-1].entry == adopted.id:
        asked["prior_regimen that is running"] = lambda now: (bool(running(now.chart)), now.chart.last(PriorRegimen))
    if [r for r in running(now.chart) if r.undated and r.with_kind("ici")]:
        asked["last_dose of prior_regimen"] = lambda now: (False, None)
    if now.state in WAIT:
        asked["index CT"] = lambda now: (index_ct(now) is not None, index_ct(now))
    return asked


def _missing(now: Situation) -> Iterator[Wanted]:
    """One task that lists its fields; done by the last of them."""
    if now.left:
        return
    since, answers = now.path[-1], {name: read(now) for name, read in _asked(now).items()}
    missing = [name for name, (known, _) in answers.items() if not known]
    late = [e for known, e in answers.values() if known and e and e.key > since.key]
    if missing:
        yield Wanted(opened=since.on, why=f"not recorded: {', '.join(missing)}")
    elif late:
        last = max(late, key=lambda e: e.key)
        yield Wanted(opened=since.on, why="recorded since", done=last.on, done_by=last.id)


TASKS = (
    CareTask(
        name="re_review",
        title="re-review, basis changed",
        priority=Priority.SAFETY,
        owner=Role.CLINICIAN,
        wanted=_re_review,
        opens="a record that an act relied on was amended or retracted",
        done_when="complete_task",
        timer="T34",
        keys=("re_review.due_days",),
        by_hand=True,
        source=(extrapolated("R7: a correction undoes nothing; somebody looks again"),),
    ),
    CareTask(
        name="complete_missing_data",
        title="complete missing data",
        priority=Priority.EDUCATION,
        owner=Role.COORDINATOR,
        wanted=_missing,
        opens="a rule had to read a field as unknown in the present state",
        done_when="the missing facts are recorded",
        source=(extrapolated("R12: unknown is not no"),),
    ),
)

TOPIC = Topic(name="corrections and missing data", tasks=TASKS)
