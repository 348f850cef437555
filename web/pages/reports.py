"""How the guards fare, whom nobody would be reminded of, and what did not go out as it should have."""

from datetime import timedelta

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from notifications.outages import Outages, outages
from notifications.trouble import trouble
from storage.reports import GuardUse, Stalled, guard_report, stalled_report
from web.here import Here, Now
from web.kept import Kept

router = APIRouter()

_uses = Kept[list[GuardUse]]()
"""How the guards fare is asked of the whole journal."""

DAYS = 30
"""How far back outages are told."""
SHOWN = 200
"""Stalled patients that are listed."""


@router.get("/reports", name="reports")
def reports(here: Now) -> HTMLResponse:
    """All of it on one page."""
    engine = here.desk.engine
    with engine.connect() as connection:
        wrong = trouble(connection, here.pathway, here.now)
    uses = _uses.get(here.desk, here.site.revision, lambda: guard_report(engine, here.pathway))
    return here.page(
        "reports.html", uses=uses, stalled=_stalled(here), shown=SHOWN, days=DAYS, held=_held(here), trouble=wrong,
        late_by=late_by,
    )  # fmt: skip


def late_by(length: timedelta) -> str:
    """A delay in words."""
    minutes = int(length.total_seconds() // 60)
    return f"{minutes // 1440} days" if minutes >= 2880 else f"{minutes // 60} h {minutes % 60} min"


def _stalled(here: Here) -> list[Stalled]:
    """Patients are for those who may see them."""
    if not here.may("patient"):
        return []
    found = stalled_report(here.desk.engine, SHOWN)
    here.saw(one.patient for one in found)
    return found


def _held(here: Here) -> Outages:
    with here.desk.engine.connect() as connection:
        return outages(connection, here.now, here.now - timedelta(days=DAYS))
