"""Who looked at whom, for auditors: of a patient, of a person, of a day. Asked by POST, as ids stand in no address."""

from datetime import UTC, date, datetime, time, timedelta

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from storage import inputs
from storage.access_log import looks
from web.forms.typed import whole
from web.here import Here, Now
from workflow.errors import Invalid

router = APIRouter()

MOST = 200
"""Entries on a page, which is to stay light."""


@router.get("/access-log", name="access_log")
def access_log(here: Now) -> HTMLResponse:
    """Today's."""
    return _page(here, patient="", account="", day=here.today.isoformat())


@router.post("/access-log", name="search_access_log")
def search_access_log(here: Now) -> HTMLResponse:
    """What was asked for."""
    before = whole(str(here.fields.get("before", "")), digits=15)
    given = {name: str(here.fields.get(name, "")).strip() for name in ("patient", "account", "day")}
    return _page(here, **given, before=before)


def _page(here: Here, patient: str, account: str, day: str, before: int | None = None) -> HTMLResponse:
    errors, since, until = dict[str, str](), None, None
    try:
        since, until = _bounds(here, day) if day else (None, None)
    except (ValueError, Invalid):
        errors["day"] = "This is no date. Write it like 2026-11-24, or leave it empty for every day."
    with here.desk.engine.connect() as connection:
        found = [] if errors else looks(
            connection, patient=patient, account=account, since=since, until=until, before=before, limit=MOST + 1
        )  # fmt: skip
    given = {"patient": patient, "account": account, "day": day}
    earlier = given | {"before": str(found[MOST - 1].id)} if len(found) > MOST else None
    status = 422 if errors else 200
    return here.page("access_log.html", looks=found[:MOST], earlier=earlier, given=given, errors=errors, status=status)


def _bounds(here: Here, day: str) -> tuple[datetime, datetime]:
    """From midnight to midnight at the site."""
    first = inputs.day("day", date.fromisoformat(day))
    start, end = (datetime.combine(d, time(), here.site.zone) for d in (first, first + timedelta(days=1)))
    return start.astimezone(UTC), end.astimezone(UTC)
