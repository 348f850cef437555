"""What stands around every page: navigation, counts, banners, and the helpers that templates call."""

from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import uuid4

from sqlalchemy import func, literal, select

from scheduler.late import late
from storage.asking import is_open
from storage.tables import task
from web import flash, forgery
from web.desk import Desk

if TYPE_CHECKING:
    from datetime import date

    from web.here import Here

NAVIGATION = (
    ("worklist", "Worklist"),
    ("board", "Board"),
    ("forecast", "Forecast"),
    ("pathway", "Pathway"),
    ("reports", "Reports"),
    ("settings", "Settings"),
    ("new_patient", "New patient"),
    ("access_log", "Access log"),
    ("accounts", "Accounts"),
    ("people", "People"),
    ("outbox", "Messages"),
    ("policies", "Policies"),
)
"""Routes with their titles; each role sees those that it may use."""
MOST = 1000
"""Nobody counts further; it is asked for with every page."""


def of(here: "Here") -> dict[str, Any]:
    """What every template can use."""
    count = overdue(here.desk, here.today) if here.account and here.may("worklist") else 0
    return {
        "here": here, "address": here.address, "url": here.request.app.url_path_for, "csrf": here.csrf,
        "csrf_field": forgery.FIELD, "new_key": lambda: uuid4().hex, "navigation": navigation(here),
        "overdue": f"{count}{'+' if count == MOST else ''}" if count else "", "overdue_count": count,
        "flash": flash.take(here.desk.engine, here.session.id) if here.session else None,
        "late": late(here.desk.engine, here.now) if here.account else None, "route": here.request.scope.get("route"),
        "demo": here.desk.demo, "live": "",
    }  # fmt: skip


class Link(NamedTuple):
    """One entry of the navigation."""

    name: str
    title: str
    address: str


def navigation(here: "Here") -> list[Link]:
    """The pages that who is signed in may use."""
    if here.account is None:
        return []
    path = here.request.app.url_path_for
    return [Link(name, title, path(name)) for name, title in NAVIGATION if here.may(name)]


def overdue(desk: Desk, today: "date") -> int:
    """How many tasks are overdue, at most `MOST`."""
    with desk.engine.connect() as connection:
        some = select(literal(1)).select_from(task).where(is_open, task.c.target < today).limit(MOST)
        return connection.scalar(select(func.count()).select_from(some.subquery())) or 0
