"""Everything that is entered for a patient. Each call is one step: all of it, or nothing."""

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

from fastapi import Response

from storage.answer import Answer
from storage.ledger import Ledger
from web.api.conditions import Expected, Key, tag
from web.api.entering import AmendIn, Confirmed, EntryIn, PersonIn, RegisterIn, RetractIn, TaskActIn
from web.api.problems import ProblemRaised, problem, refused
from web.api.routing import WRITE, DryRun, Handle
from web.api.routing import router as new_router
from web.api.shapes import Outcome, PersonOut
from web.here import Here, Now
from web.renaming import rename
from web.second_person import CONFIRMED, confirmed
from workflow.errors import Invalid, Stale

router = new_router("writing")
CREATES: dict[int | str, dict[str, Any]] = {
    200: {"model": Outcome, "description": "A dry run: what would follow"}, **WRITE,
}  # fmt: skip


@router.post("/patients", name="api.register", status_code=201, responses=CREATES)
def register(here: Now, body: RegisterIn, key: Key, response: Response, dry_run: DryRun = False) -> Outcome:
    """A new patient, who stands in `referred`."""
    said = body.model_dump()
    with _ledger(here, dry_run) as ledger:
        answer = ledger.register(**said, now=here.now, author=here.author, key=_key(here, key))
    return _told(response, here.desk.handles.of(body.id), answer, dry_run)


@router.post("/patients/{patient}/entries", name="api.enter", status_code=201, responses=CREATES)
def enter(
    here: Now, patient: Handle, body: EntryIn, key: Key, response: Response, expected: Expected = None,
    dry_run: DryRun = False,
) -> Outcome:  # fmt: skip
    """A record, an act, or an override.

    What stands in the way is a 409 with every unmet guard. A reason answers the soft ones; a hard one is passed only by
    an `override`, which a second clinician confirms with a password of their own.
    """
    given = body.fields.plain() | ({"id": body.id} if body.id else {})
    if body.second:
        _check_second(here, body.name, given, body.second)
    return _do(
        here, patient, response, dry_run, expected,
        lambda ledger, id, how: ledger.enter(id, body.name, given, on=body.on, reason=body.reason, **how), key,
    )  # fmt: skip


@router.patch("/patients/{patient}/entries/{entry}", name="api.amend", responses=WRITE)
def amend(
    here: Now, patient: Handle, entry: str, body: AmendIn, key: Key, response: Response, expected: Expected = None,
    dry_run: DryRun = False,
) -> Outcome:  # fmt: skip
    """Corrects an entry: only what is given changes. What relied on it is opened for review."""
    return _do(
        here, patient, response, dry_run, expected,
        lambda ledger, id, how: ledger.amend(id, entry, body.fields, on=body.on, reason=body.reason, **how), key,
    )  # fmt: skip


@router.post("/patients/{patient}/entries/{entry}/retraction", name="api.retract", status_code=201, responses=CREATES)
def retract(
    here: Now, patient: Handle, entry: str, body: RetractIn, key: Key, response: Response, expected: Expected = None,
    dry_run: DryRun = False,
) -> Outcome:  # fmt: skip
    """Marks an entry as entered in error. It stays in the record and no longer counts."""
    return _do(
        here, patient, response, dry_run, expected,
        lambda ledger, id, how: ledger.retract(id, entry, reason=body.reason, **how), key,
    )  # fmt: skip


@router.post("/patients/{patient}/tasks/{task}/acts", name="api.task_act", status_code=201, responses=CREATES)
def task_act(
    here: Now, patient: Handle, task: str, body: TaskActIn, key: Key, response: Response, expected: Expected = None,
    dry_run: DryRun = False,
) -> Outcome:  # fmt: skip
    """Claims a task, marks it as done, puts it off, or waives it."""
    given = {"task": task} | body.model_dump(mode="json", exclude={"act", "reason"}, exclude_none=True)
    return _do(
        here, patient, response, dry_run, expected,
        lambda ledger, id, how: ledger.enter(id, f"{body.act}_task", given, reason=body.reason, **how), key,
    )  # fmt: skip


@router.patch("/patients/{patient}/person", name="api.person", responses=WRITE)
def person(here: Now, patient: Handle, body: PersonIn) -> PersonOut:
    """Another name or contact, which no entry of the record holds: sent twice, it is done once."""
    id = here.patient(patient).id
    rename(here, id, name=body.name, contact=body.contact)
    found = here.reader.person(id)
    return PersonOut(name=found.name, contact=found.contact)


def _check_second(here: Here, name: str, given: dict[str, Any], second: Confirmed) -> None:
    """Who confirms is who the entry names."""
    field = CONFIRMED[name]
    if given[field] != second.account:
        raise Invalid(field, "is not who confirms", allowed=f"{second.account}, as in confirmed_by")
    confirmed(here, name, second.account, second.password)


Write = Callable[[Ledger, str, dict[str, Any]], Answer]


def _do(
    here: Here, handle: str, response: Response, dry_run: bool, expected: int | None, write: Write, key: str
) -> Outcome:
    """One step on one patient, from the address to the answer."""
    id = here.patient(handle).id
    how = {"now": here.now, "author": here.author, "expect_version": expected, "key": _key(here, key)}
    try:
        with _ledger(here, dry_run) as ledger:
            answer = write(ledger, id, how)
    except Stale:
        raise _meanwhile(here, id, expected or 0) from None
    return _told(response, handle, answer, dry_run)


def _ledger(here: Here, dry_run: bool) -> Any:
    return here.ledger.rehearsal() if dry_run else nullcontext(here.ledger)


def _key(here: Here, key: str) -> str:
    """A person's own: nobody gets at another's answer by guessing a key."""
    return f"{here.who.id}:{key}"


def _told(response: Response, handle: str, answer: Answer, dry_run: bool) -> Outcome:
    if not answer.accepted:
        raise refused(answer.blockers, denied=answer.denied)
    if dry_run:
        response.status_code = 200
    tag(response, answer.version)
    return Outcome.of(handle, answer, dry_run=dry_run)


def _meanwhile(here: Here, id: str, seen: int) -> ProblemRaised:
    """The version looked at is not the present one: what was entered since."""
    rows = here.reader.timeline(id)
    since = [row for row in rows if row.seq > seen and row.kind != "refusal"]
    version = here.reader.patient(id).version
    detail = f"version {seen} was looked at, {version} is the present one; look again, then repeat"
    return ProblemRaised(problem(412, detail, version=version, meanwhile=since), {"ETag": f'"{version}"'})
