"""Every page there is, found as people find it: by its links, from the first page on, in each role."""

import re
from collections import Counter
from dataclasses import dataclass

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from tests.web.clinic import Clinic, Visitor
from tests.web.crawl import Page
from web import access

NO_PAGES = {
    "home", "static", "icon", "healthz", "readyz", "calendar", "worklist_csv", "import_template", "import_rejected",
    "patient_picture", "pathway_picture", "live_patient", "live_worklist", "import_status", "login",
}  # fmt: skip
"""What is asked for by GET and is a file, a piece of a page, or a redirect; and what only those see who are not signed
in, or who import a spreadsheet."""
UNLINKED = {"search_form": "/search"}
"""Pages to which no link leads."""


@dataclass(frozen=True)
class Place:
    """A page, and who looks at it."""

    route: str
    address: str
    role: str

    def __str__(self) -> str:
        return f"{self.route} ({self.address}) as {self.role}"


def asked_for(app: FastAPI, role: str) -> set[str]:
    """The names of all pages that a role may open, by the table of who may do what."""
    found = set()
    for route in iter_route_contexts(app.routes):
        name, methods = str(route.name), getattr(route, "methods", None) or ()
        allowed = access.ROUTES[name]
        if "GET" in methods and _is_page(name) and (allowed is None or role in allowed):
            found.add(name)
    return found


def places(clinic: Clinic, role: str, each: int) -> list[Place]:
    """Of each page that links lead to, at most `each` addresses."""
    visitor, routes = clinic.signed_in(role), _routes(clinic.app)
    unlinked = [address for name, address in UNLINKED.items() if name in asked_for(clinic.app, role)]
    waiting, met, counted, found = ["/", *unlinked], {"/"}, Counter[str](), list[Place]()
    while waiting:
        address = waiting.pop(0)
        name = _name(routes, address)
        found += [Place(name, address, role)] if _is_page(name) else []
        for link in _links(visitor, address):
            name = _name(routes, link)
            if link not in met and counted[name] < each and _is_page(name):
                met.add(link)
                counted[name] += 1
                waiting.append(link)
    return found


def _is_page(name: str) -> bool:
    return name not in NO_PAGES and (not name.startswith("api.") or name == "api.manual")


def _links(visitor: Visitor, address: str) -> list[str]:
    answer = visitor.get(address, follow_redirects=True)
    assert answer.status_code == 200, (address, answer.status_code)
    return [link.partition("#")[0] for link in Page(address, answer.text).links]


def _routes(app: FastAPI) -> list[tuple[re.Pattern[str], str]]:
    return [
        (re.compile(re.sub(r"{(\w+)(:\w+)?}", "[^/]+", str(route.path)) + (".*" if route.name == "static" else "")),
         str(route.name))
        for route in iter_route_contexts(app.routes) if "GET" in (getattr(route, "methods", None) or ("GET",))
    ]  # fmt: skip


def _name(routes: list[tuple[re.Pattern[str], str]], address: str) -> str:
    path = address.partition("?")[0]
    return next((name for pattern, name in routes if pattern.fullmatch(path)), "")
