"""The worklist: what is to be done, most pressing first; as a page, as a part of it, on paper and as CSV."""

from io import StringIO
from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from interchange import out
from storage.asking import Sort
from storage.worklist import worklist as read_worklist
from storage.worklist_counts import numbers
from web.forms import words
from web.here import Here, Now
from web.lists import filters as f
from web.lists.acts import carers
from web.lists.filters import Filters
from web.lists.rows import rows
from workflow.vocabulary import EXITS, Role, State

router = APIRouter()

ON_PAPER = 500
"""Rows of a list that is printed."""
IN_A_FILE = 100_000


@router.get("/worklist", name="worklist")
def worklist(here: Now) -> HTMLResponse:
    """The page."""
    found = f.read(here.request.query_params, here.who.role, here.pathway.tasks)
    return shown(here, found, paper="paper" in here.request.query_params)


@router.get("/worklist.csv", name="worklist_csv")
def worklist_csv(here: Now) -> Response:
    """The list as it is filtered, without names; no cell is a formula."""
    found = f.read(here.request.query_params, here.who.role, here.pathway.tasks)
    text = StringIO()
    with here.desk.engine.connect() as connection:
        works = read_worklist(connection, found.asked(here, IN_A_FILE), here.pathway.tasks, _escalation(here))
    here.saw({work.patient for work in works})
    out.worklist(works, out.writer(text))
    headers = {"Content-Disposition": f'attachment; filename="worklist-{here.today}.csv"'}
    return Response(text.getvalue().encode("utf-8-sig"), media_type="text/csv; charset=utf-8", headers=headers)


def shown(here: Here, found: Filters, *, paper: bool = False, **more: Any) -> HTMLResponse:
    """The list; to htmx, the part of the page that has changed."""
    asked = found.asked(here, ON_PAPER if paper else f.ROWS)
    with here.desk.engine.connect() as connection:
        escalation = _escalation(here)
        works = read_worklist(connection, asked, here.pathway.tasks, escalation)
        counts = numbers(connection, asked, escalation)
        made = rows(here, connection, works)
    here.saw({work.patient for work in works}, "worklist")
    return here.page(
        "parts/worklist.html" if here.by_htmx else "worklist.html", rows=made, filters=found, paper=paper,
        tabs=f.tabs(found, counts), chips=list(f.chips(found, here.pathway.tasks)),
        more=len(works) == asked.limit, choices=_choices(here), words=words,
        people=sorted(carers(here).items(), key=lambda one: one[1]),
        live=here.live(), **more,
    )  # fmt: skip


def _escalation(here: Here) -> int | None:
    return here.site.number("escalation.after_days")


def _choices(here: Here) -> dict[str, list[tuple[str, str]]]:
    """What each filter offers."""
    tasks = sorted((task.title, name) for name, task in here.pathway.tasks.items())
    return {
        "owner": [("any", "everybody")] + [(role.value, f"{role.value}s") for role in Role],
        "state": [("", "any")] + [(s.value, s.title) for s in State if s not in EXITS],
        "task": [("", "any"), *((name, title) for title, name in tasks)],
        "priority": [("", "any")] + [(str(p.value), f"{p.value} {says}") for p, says in f.PRIORITIES.items()],
        "stage": [("", "any"), *((stage, stage) for stage in f.STAGES)],
        "sort": [(sort.value, "most pressing first" if sort is Sort.PRESSING else sort.value) for sort in Sort],
    }
