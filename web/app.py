"""Joins the pages, the API and what stands around them."""

import re
from pathlib import Path

from fastapi import APIRouter, Depends, FastAPI
from fastapi.routing import iter_route_contexts
from starlette.staticfiles import StaticFiles

from web import access, errors, security
from web.api import manual
from web.api.description import ROUTERS as API
from web.desk import Desk
from web.door import admit
from web.pages import (
    access_log,
    accounts,
    adopt,
    board,
    building,
    calendars,
    entering,
    forecast,
    home,
    imports,
    live,
    login,
    new,
    outbox,
    overriding,
    own_account,
    pathway,
    patient,
    people,
    picture,
    policies,
    reports,
    rules,
    search,
    site,
    tasks,
    who,
    worklist,
)

STATIC = Path(__file__).parent / "static"

PAGES: tuple[APIRouter, ...] = (
    worklist.router, tasks.router, search.router, new.router, adopt.router, imports.router, board.router,
    forecast.router,
    home.router, login.router, own_account.router, accounts.router, access_log.router, live.router, calendars.router,
    patient.router, who.router, picture.router, entering.router, overriding.router, building.router,
    pathway.router, rules.router, site.router, reports.router, people.router, policies.router, outbox.router,
    manual.router,
)  # fmt: skip
"""Every page. A new one needs its line here, and its routes one each in `access.ROUTES`."""


def create_app(desk: Desk) -> FastAPI:
    """The server of a record. Raises RuntimeError where a route stands in no row of `access.ROUTES`."""
    app = FastAPI(
        title="ASPS Pathway", docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False,
        dependencies=[Depends(admit)],
    )  # fmt: skip
    app.state.desk = desk
    for router in (*PAGES, *API):
        app.include_router(router)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    _check(route_names(app))
    app.state.methods = _methods(app)
    errors.register(app)
    security.register(app, desk)
    return app


def route_names(app: FastAPI) -> list[str]:
    """The names of all routes."""
    return [str(route.name) for route in iter_route_contexts(app.routes)]


def _methods(app: FastAPI) -> dict[re.Pattern[str], frozenset[str]]:
    """What can be done at each address: several routes may share one."""
    found: dict[re.Pattern[str], frozenset[str]] = {}
    for route in iter_route_contexts(app.routes):
        if route.methods and route.path_regex:
            found[route.path_regex] = found.get(route.path_regex, frozenset()) | frozenset(route.methods)
    return found


def _check(names: list[str]) -> None:
    if unknown := {name for name in names if name not in access.ROUTES}:
        raise RuntimeError(f"web/access.py does not say who may use {', '.join(sorted(unknown))}")
    if twice := {name for name in names if names.count(name) > 1}:
        raise RuntimeError(f"two routes share the name {', '.join(sorted(twice))}")
