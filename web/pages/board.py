"""The next tumour board: who is to be discussed and why, and one page per patient, made to be printed."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from storage.asking import Asked
from storage.worklist import worklist as read_worklist
from web.forms import words
from web.here import Here, Now
from web.lists.rows import Row, rows
from web.patients import doable
from web.patients.banner import banner_of
from web.patients.file import PatientFile, opened
from workflow.asps.completing import ALSO_ASKED, AT_THE_BOARD
from workflow.asps.summary import summary
from workflow.errors import Invalid
from workflow.rules import Situation

router = APIRouter()

MOST = 150
"""Tasks on the list: a board that has more before it looks a week ahead at a time."""
ON_PAPER = 40
"""Patients whose pages are printed in one go."""
HORIZONS = {"7": "in 7 days", "14": "in 14 days", "28": "in 4 weeks", "all": "at any time"}


@dataclass(frozen=True, slots=True)
class Discussed:
    """A patient who is to be discussed, and why: the tasks, most pressing first."""

    rows: tuple[Row, ...]

    @property
    def first(self) -> Row:
        """The most pressing reason."""
        return self.rows[0]

    @property
    def by(self) -> date | None:
        """The earliest date; None: nobody has set one."""
        return min((row.work.target for row in self.rows if row.work.target), default=None)


@router.get("/board", name="board")
def board(here: Now, within: str = "14") -> HTMLResponse:
    """The list. What is late and what has no date is always on it."""
    found = _discussed(here, within)
    here.saw({one.first.work.patient for one in found})
    return here.page(
        "board.html", found=found, within=within, horizons=HORIZONS, words=words, on_paper=ON_PAPER,
        cut=sum(len(one.rows) for one in found) == MOST,
    )  # fmt: skip


@router.get("/board/pages", name="board_pages")
def board_pages(here: Now, within: str = "14") -> HTMLResponse:
    """Every patient's page, one after the other."""
    found = _discussed(here, within)
    pages = [_page(here, opened(here, one.first.handle)) for one in found[:ON_PAPER]]
    return here.page("board_pages.html", pages=pages, left=len(found) - len(pages), words=words, doable=doable)


@router.get("/patients/{handle}/board", name="board_page")
def board_page(here: Now, handle: str) -> HTMLResponse:
    """One patient's page."""
    return here.page("board_pages.html", pages=[_page(here, opened(here, handle))], left=0, words=words, doable=doable)


def _discussed(here: Here, within: str) -> list[Discussed]:
    """Patients with a task for the board, most pressing first. Raises Invalid."""
    if within not in HORIZONS:
        raise Invalid("within", "is none of those offered", allowed=", ".join(HORIZONS))
    days = None if within == "all" else int(within)
    asked = Asked(today=here.today, tasks=AT_THE_BOARD, upcoming_days=days, limit=MOST)
    with here.desk.engine.connect() as connection:
        works = read_worklist(connection, asked, here.pathway.tasks, here.site.number("escalation.after_days"))
        made = rows(here, connection, works)
    together: dict[str, list[Row]] = {}
    for row in made:
        together.setdefault(row.work.patient, []).append(row)
    return [Discussed(tuple(reasons)) for reasons in together.values()]


def _page(here: Here, file: PatientFile) -> dict[str, Any]:
    """What one patient's page is made of; suggestions only for those who may see them."""
    asked, chart = (*AT_THE_BOARD, *ALSO_ASKED), file.chart
    now = Situation(pathway=here.pathway, chart=chart, site=here.site, today=here.today, path=file.now.path)
    return {
        "file": file, "banner": banner_of(here, file), "summary": summary(now, file.now),
        "suggested": doable.suggestions(here, file), "way": file.now.path,
        "reasons": [task for task in file.now.open if task.name in asked],
    }  # fmt: skip
