"""What programs get: plain JSON values. Written as ASCII, so no terminal is moved by what someone once typed."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from enum import Enum
from typing import Any

from storage.ledger import Answer
from storage.timeline import JournalRow
from storage.worklist import WorkRow
from workflow.judging import Judged
from workflow.vocabulary import Blocker


def put(value: Any) -> None:
    """Prints a value as JSON."""
    print(json.dumps(value, indent=2, default=_plain))


def _plain(value: Any) -> Any:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, (tuple, set, frozenset)):
        return list(value)
    raise TypeError(f"{type(value).__name__} has no JSON shape")


def blocker(found: Blocker) -> dict[str, Any]:
    """One unmet guard."""
    return {
        "guard": found.guard,
        "level": found.level.value,
        "why": found.why,
        "looked_at": list(found.looked_at),
        "missing": list(found.missing),
        "cleared_by": found.cleared_by,
        "source": list(found.source),
    }


def answer(patient: str, given: Answer, dry_run: bool) -> dict[str, Any]:
    """What came of a step: refused with its blockers, or accepted with what follows from it."""
    if not given.accepted:
        return {"accepted": False, "blockers": [blocker(b) for b in given.blockers]}
    return {
        "accepted": True,
        "written": not (dry_run or given.replayed),
        "patient": patient,
        "id": given.entry,
        "state": given.after.value,
        "state_before": given.before.value,
        "version": given.version,
        "warned": [blocker(b) for b in given.warned],
        "overridden": [blocker(b) for b in given.overridden],
        "changes": [asdict(change) for change in given.changes],
    }


def work(row: WorkRow) -> dict[str, Any]:
    """One row of the worklist."""
    return {
        "patient": row.patient,
        "task": row.task,
        "title": row.title,
        "due": row.due,
        "stage": row.stage.value,
        "days_late": row.days_late,
        "state": row.state.value,
        "owner": row.owner.value,
        "priority": int(row.priority),
        "why": row.why,
    }


def told(row: JournalRow) -> dict[str, Any]:
    """One entry of the timeline."""
    return asdict(row)


def guard(judged: Judged) -> dict[str, Any]:
    """A guard of an act, met or not."""
    return {
        "guard": judged.guard.name,
        "level": judged.guard.level.value,
        "met": judged.met,
        "says": judged.says,
        "looked_at": list(judged.looked_at),
        "overridden": judged.overridden,
        "cleared_by": judged.guard.cleared_by,
        "source": [str(source) for source in judged.guard.source],
    }
