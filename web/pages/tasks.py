"""Dealing with tasks from the worklist, one or several at once, without leaving the list."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar
from urllib.parse import parse_qsl

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from web.here import Here, Now
from web.lists import filters as f
from web.lists.acts import ACTS, OLD_LIST, Did, Wanted, carers, undo
from web.lists.filters import Filters
from web.pages.worklist import shown
from workflow.errors import AspsError, Invalid, NotFound, Stale

router = APIRouter()
T = TypeVar("T")

MOST_AT_ONCE = 200
DONE = "entry"
"""The field that names what is undone: a patient's handle and an entry."""
STAY = "stay"
"""What Enter presses where no button was meant."""
BULK = {"claim-chosen": "claim", "hand-back-chosen": "hand-back", "give-chosen": "give"}
"""Buttons for all rows that are chosen."""


@router.post("/worklist/act", name="act_on_task")
def act_on_task(here: Now) -> Response:
    """Does what a button says: its value is an act, a patient's handle and a task; or an act on all chosen rows."""
    act, _, what = _text(here, "go").partition(" ")
    if act == STAY:
        return _back(here, "Press the button for what is to be done")
    if act in BULK:
        return _several(here, BULK[act])
    handle, _, task = what.partition(" ")
    if act not in ACTS or not task:
        raise Invalid("go", "this is nothing that can be done to a task", allowed=", ".join(ACTS))
    return _one(here, act, Wanted(
        handle=handle, task=task, until=_text(here, "until"), reason=_text(here, "reason"), to=_text(here, "to"),
        key=here.key,
    ))  # fmt: skip


@router.get("/patients/{handle}/tasks/{task}/{act}", name="task_form")
def task_form(here: Now, handle: str, task: str, act: str, list: str = "") -> Response:
    """What has to be said before a task is booked, put off or left: a row of the list, or a page of its own."""
    here.patient(handle)
    return _asking(here, act, Wanted(handle=handle, task=task), list)


@router.post("/worklist/undo", name="undo_tasks")
def undo_tasks(here: Now) -> Response:
    """Takes back what was done just now, to one task or to several."""
    done = _chosen(here, DONE)
    if len(done) == 1:
        return _back(here, undo(here, *done[0]).says)
    return _back(here, _each("Undone", done, lambda one: undo(here, *one))[0])


def _one(here: Here, act: str, wanted: Wanted) -> Response:
    try:
        did = ACTS[act].enter(here, wanted)
    except Invalid as wrong:
        if wrong.field == OLD_LIST:
            return _back(here, f"{ACTS[act].title}: {wrong.reason}")
        if wrong.field not in ACTS[act].asks:
            raise
        return _asking(here, act, wanted, _text(here, "list"), wrong)
    return _back(here, did.says, [did])


def _several(here: Here, act: str) -> Response:
    chosen = _chosen(here, "row")
    if not chosen:
        return _back(here, "Choose rows first")
    to = _text(here, "to")
    wanted = [Wanted(handle=handle, task=task, to=to, key=here.key) for handle, task in chosen]
    return _back(here, *_each(ACTS[act].title, wanted, lambda one: ACTS[act].enter(here, one)))


def _each(title: str, chosen: Sequence[T], do: Callable[[T], Did]) -> tuple[str, list[Did]]:
    """Each by itself: what cannot be done to one leaves the others done, and is said."""
    done, wrong = list[Did](), set[str]()
    for one in chosen:
        try:
            done.append(do(one))
        except AspsError as error:
            wrong.add(_why(error))
    return "; ".join((f"{title}: {len(done)} of {len(chosen)} tasks", *sorted(wrong))), done


def _why(error: AspsError) -> str:
    """Without the patient's id."""
    if isinstance(error, Invalid):
        return "choose to whom" if error.field == "to" else error.reason
    return "changed meanwhile" if isinstance(error, Stale) else "not there any more"


def _chosen(here: Here, field: str) -> list[tuple[str, str]]:
    """Patients' handles, each with what is chosen of them."""
    chosen = [str(value).partition(" ") for value in here.fields.getlist(field)][:MOST_AT_ONCE]
    return [(handle, what) for handle, _, what in chosen]


def _asking(here: Here, act: str, wanted: Wanted, said: str, wrong: Invalid | None = None) -> Response:
    """The form of an act, with what is wrong where something is."""
    asked, task = ACTS.get(act), here.pathway.tasks.get(wanted.task)
    if asked is None or not asked.asks or task is None:
        raise NotFound("task", wanted.task[:60])
    errors = {wrong.field: f"{asked.fields[wrong.field]} {wrong.reason}" + _way_out(wrong)} if wrong else {}
    return here.page(
        "parts/asking.html" if here.by_htmx else "asking.html", status=422 if wrong else 200, act=act, asked=asked,
        task=task, wanted=wanted, errors=errors, query=_filters(here, said).query(),
        people=sorted(carers(here).items(), key=lambda one: one[1]),
    )  # fmt: skip


def _way_out(wrong: Invalid) -> str:
    return f": {wrong.allowed}" if wrong.allowed else ""


def _filters(here: Here, said: str) -> Filters:
    """The list one came from; the list as it begins where the address is none."""
    try:
        return f.read(dict(parse_qsl(said[:1000])), here.who.role, here.pathway.tasks)
    except Invalid:
        return Filters(role=here.who.role)


def _back(here: Here, says: str, done: Iterable[Did] = ()) -> Response:
    """To the list, which says what was done and can undo it; to htmx, the changed list in place of the old one."""
    found = _filters(here, _text(here, "list"))
    entries = [(DONE, f"{did.handle} {did.entry}") for did in done if did.entry]
    undo_at = here.request.app.url_path_for("undo_tasks") if entries else None
    here.tell(f"{says}.", undo=undo_at, fields=[("list", found.query()), *entries])
    if here.by_htmx:
        answer = shown(here, found)
        answer.headers["HX-Retarget"], answer.headers["HX-Reswap"] = "#list", "outerMorph"
        return answer
    query = found.query()
    place = here.request.app.url_path_for("worklist")
    return RedirectResponse(f"{place}?{query}" if query else place, status_code=303)


def _text(here: Here, name: str) -> str:
    value = here.fields.get(name, "")
    return value if isinstance(value, str) else ""
